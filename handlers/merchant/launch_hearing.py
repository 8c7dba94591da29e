"""What one message tells where the walkthrough stands: its words, what was asked, what is tapped."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from handlers.merchant.launch_answers import answer, expected
from handlers.merchant.launch_codes import code_in, subject_of
from handlers.merchant.launch_course import Course
from handlers.merchant.launch_lexicon import ALL_DONE, CORRECTS, SELLING
from handlers.merchant.launch_reading import Heard, read
from handlers.rules.launch_dates import PAPERS
from handlers.rules.launch_profile import Profile
from knowledge.launch.shapes import Slot

TAPPED = "launch:"
BARE = 3
"""Signs around a bare name of goods (“就袜子吧”)."""
_ALSO = re.compile(
    "还是|改回|换回|还有|也有|另外|加上|再加|以及|还卖|也卖|改卖|改做|换卖|转卖|不卖|现在卖"
)


_ADDS = re.compile(
    "还(想|要|打算|准备)?卖|也(想|要)?卖|另外[^ ]{0,3}卖|[再加][加上]|以后[^ ]{0,4}卖|顺带卖|同时卖|还有"
)
_INSTEAD = re.compile("改卖|改做|换卖|转卖|不卖|改成|换成|不做")


def hear(course: Course, said: str, begun: bool) -> Heard:
    """The facts of a message in `spelled` form; `begun`: the walkthrough was under way."""
    if tapped := _tapped(course):
        return tapped
    book, state = course.launch.book, course.state
    waiting = expected(book, state.profile, state.pending)
    news = answer(book, said, waiting, read(book, said, course.today))
    news = _without_mentions(course, said, news)
    if not begun:
        return news
    news = _with_code(course, news)
    done = _papers_done(course, said)
    licensed = {"licence": "yes"} if "licence" in done else {}
    return replace(news, values={**news.values, **licensed}, done=news.done | done)


def _with_code(course: Course, news: Heard) -> Heard:
    """What a sound code tells of the licence; only within a walkthrough."""
    turn = course.turn
    code = code_in(turn.message.text, turn.conversation.last_text)
    subject = subject_of(code) if code else ""
    if not subject:
        return news
    return replace(news, values={"subject": subject, **news.values, "licence": "yes"})


def _without_mentions(course: Course, said: str, news: Heard) -> Heard:
    """Goods that are only mentioned (“手机都玩不明白”) do not replace those that are sold."""
    goods = news.said.get("goods", "")
    if _ADDS.search(said) and not _INSTEAD.search(said):
        return _added(course.state.profile, news)
    known = "category" in course.state.profile.values
    if not known or not goods or "category" in course.state.pending:
        return news
    changes = bool(CORRECTS.search(said) or _ALSO.search(said))
    if changes or len(said) <= len(goods) + BARE:
        return news
    # A word that nobody knows replaces none that is known.
    unknown = news.values.get("category") == "general"
    sold = SELLING.search(said.partition(goods)[0])
    return news if sold and not unknown else _without_goods(news)


def _added(profile: Profile, news: Heard) -> Heard:
    """“还卖零食”: beside what they sell already, where that is another kind."""
    own, new = profile.values.get("category"), news.values.get("category")
    goods, word = profile.said.get("goods", ""), news.said.get("goods", "")
    if not own or not new or not goods or not word or word in goods:
        return news
    also = [*profile.said.get("also", "").split(), str(new), *news.said.get("also", "").split()]
    said = {**news.said, "goods": f"{goods.replace('和', '、')}和{word}"}
    if kinds := " ".join(c for c in dict.fromkeys(also) if c != own):
        said["also"] = kinds
    values = {**news.values, "category": own}
    return replace(news, values=values, said=said)


def _without_goods(news: Heard) -> Heard:
    values = {key: value for key, value in news.values.items() if key != "category"}
    said = {key: word for key, word in news.said.items() if key != "goods"}
    return replace(news, values=values, said=said)


def _papers_done(course: Course, said: str) -> frozenset[str]:
    """“办好了”: the papers that were to be got now, all of them if they say 都."""
    if not any(map(ALL_DONE.search, said.split(" "))):
        return frozenset()
    states = ("next", "blocked", "later") if "都" in said[:6] else ("next",)
    steps = course.telling.plan.steps
    return frozenset(s.step.id for s in steps if s.step.id in PAPERS and s.state in states)


def _tapped(course: Course) -> Heard | None:
    _, _, told = (course.turn.message.choice or "").partition(TAPPED)
    kind, _, rest = told.partition(":")
    if kind == "rejected" and rest.isdigit():
        day = course.today - timedelta(days=min(int(rest), 30))
        return Heard(rejected=True, rejected_on=day)
    key, _, value = rest.partition("=")
    slots = course.launch.book.slots
    slot = slots.get(key)
    if kind != "set" or slot is None or not any(_sets(s, key, value) for s in slots.values()):
        return None
    return Heard({key: int(value) if slot.number else value})


def _sets(slot: Slot, key: str, value: str) -> bool:
    return any((tap.key, tap.value) == (key, value) for tap in slot.taps)
