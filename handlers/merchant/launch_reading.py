"""What a message tells about the merchant: facts in any order, several at once. Pure.

A statement counts as such; a question counts only for what it says one has or has not (“没有公众号
能开吗”) or says of oneself (“我卖毛巾要什么证”). Of two values for one thing the later holds, and what
stands behind 不是 is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from handlers.merchant.launch_codes import without_codes
from handlers.merchant.launch_counts import counted
from handlers.merchant.launch_days import coming_day, past_day
from handlers.merchant.launch_goods import goods
from handlers.merchant.launch_lexicon import (
    ASKS_ABOUT_REJECTION,
    COMING,
    DONE,
    MINE,
    NOT_YET,
    QUESTION,
    REJECTED,
    SCOPE,
    SOLD,
)
from handlers.merchant.launch_notes import HEARSAY, UNDONE, Notes
from handlers.merchant.launch_topics import mentioned, polarity
from knowledge.expressions import Expression
from knowledge.launch.shapes import LaunchBook, Slot

_RETRACTED = re.compile(r"(?:哦|噢|哎|啊|不对|等下|等等) ?没有?(?=$| )| (?:我们?|自己)没有?(?=$| )")
_ALL_OF = re.compile(
    r"(?<![^ ])((?:[^ 没有]{2,5} ){1,3})([^ 没有]{2,6}?)(?:也|全)?都(没有|没|有)(?=$| |的)"
)
_WHAT_IS = re.compile(
    r"(?<=[^ ])是个?(?:啥|什么)(?:东西|玩意)?(?= (?:俺|我们?|咱们?)?(?:也|都|还|从来)?(?:没|有))"
)
"""“公众号是啥 没有” asks and answers."""
_SELF_MADE = re.compile(
    r"(?<!厂里)(?<!工厂)(?:自己|自家|家里|手工)[^ ]{0,2}(?:熬|腌|卤|烤|蒸|炸|炒|酿|晒|包|灌|罐装|分装)(?!装好)"
)
_ARRIVED = re.compile(
    r"(下来|办好|办完|拿到|到手|批下来)了|已经(下来|办好|拿到)|(?<!没)有(营业)?执照|(?<!没)有照"
)
_REGISTERED = re.compile(
    r"(?<!没)(?<!未)(?<!还没)(?:办|注册|开|申请|弄|登记)(?:好|完|下来)?了(?:一?个|家)?(?:个体|公司|企业|营业执照|执照)(?!吗)|(?:个体户?|公司|企业)(?:也|都|已经?)?(?:办|注册|登记|申请)(?:好|完|下来|到)了?(?!吗)"
)
"""Whoever has registered has a licence, whatever was said before."""
_NEITHER = re.compile(
    r"(?:不是|不算|没有?|无)[^ ]{0,3}(?:公司|企业)[^ ]{0,3} ?[^ ]{0,3}(?:不是|不算|没有?|无)[^ ]{0,3}个体"
    r"|(?:不是|不算|没有?|无)[^ ]{0,3}个体[^ ]{0,4} ?[^ ]{0,3}(?:不是|不算|没有?|无)[^ ]{0,3}(?:公司|企业)"
)
"""Neither a company nor an individual business: there is no licence."""
_WIDENED = re.compile(
    r"(?:经营)?范围[^ ]{0,8}(?:加|增|添|补)(?:好|上|过|进去|完)?了(?!吗|没|么)|(?<!没)(?<!还没)(?:加|增|添|补)(?:好|上|过|进去|完)?了[^ ]{0,8}经营范围"
)
"""“经营范围已经加了食品”: the scope has been widened."""
_GO_LIVE = re.compile(r"上线|开业|开张|开店|开起来|搞定|弄好|开卖|卖")


@dataclass(frozen=True)
class Heard:
    """What one message said. `held` are papers, `done` steps they say they have.

    `lacking` are papers they say they have not.
    """

    values: Mapping[str, str | int] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)
    assumed: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    lacking: frozenset[str] = frozenset()
    go_live: date | None = None
    rejected: bool = False
    rejected_on: date | None = None

    def __bool__(self) -> bool:
        return bool(
            self.values or self.said or self.done or self.held or self.lacking
            or self.go_live or self.rejected
        )  # fmt: skip


_BREATH = re.compile(
    r"(?<=[^ ])(?=(?:那个)?然后|就是(?:我|说)|另外|还有就是|对了|不过|但是|反正|你(?:帮我|给我|们)?看(?:看|一?下)"
    r"|我(?:现在|这边|这里|就是|想|要|们)|(?<![没有无的])(?:营业)?执照(?=是|有|也|都|呢|上|办)|(?<![没有无])公众号(?=是|有|也|没|呢)"
    r"|(?<![约数也就])(?:大概|一共|总共)(?=有|\d|[一二两三四五六七八九十百几]))"
)
"""Where people draw breath whose telephone writes down what they say without a comma."""
BREATHLESS = 24
"""Signs of a clause that nobody says in one breath."""


def breathed(said: str) -> str:
    """`spelled` text with pauses put into what was spoken without any."""
    return " ".join(_BREATH.sub(" ", c) if len(c) > BREATHLESS else c for c in said.split(" "))


def read(book: LaunchBook, said: str, today: date) -> Heard:
    """What `spelled` text tells."""
    notes, said = Notes(), without_codes(said)
    rejected = bool(REJECTED.search(said)) and not ASKS_ABOUT_REJECTION.search(said)
    rest = _scope(said, notes)
    rest = _ALL_OF.sub(_each, _WHAT_IS.sub("", rest))
    clauses = [clause for clause in rest.split(" ") if clause]
    counted(rest, clauses, notes)
    for slot in book.slots.values():
        _slot(slot, rest, clauses, notes)
    _settle(clauses, notes)
    if not rejected or SOLD.search(rest):
        goods(book, rest, clauses, notes)
    if notes.values.get("form") == "catering" and "category" not in notes.values:
        notes.take("category", "food")  # who runs a kitchen need not say what it sells
        notes.said["goods"] = "餐饮"
    done, held, lacking = _finished(book, said)
    if "licence" in done:
        notes.take("licence", "yes")
    if _WIDENED.search(said):
        done |= {"scope"}
    return Heard(
        notes.values, notes.said, frozenset(notes.assumed), done, held, lacking,
        _goal(clauses, rest, today), rejected, past_day(said, today) if rejected else None,
    )  # fmt: skip


def named(slot: Slot, said: str) -> bool:
    """Whether any of a slot's words stands there, be it said of oneself or asked."""
    patterns = [p for table in (slot.words, slot.assumes) for some in table.values() for p in some]
    return any(p.search(part) for p in patterns for part in (said, *said.split(" ")))


def _settle(clauses: Sequence[str], notes: Notes) -> None:
    """What the whole message decides: self-made goods stay so in a jar; a paper to come is none."""
    if notes.values.get("form") == "packaged" and any(_SELF_MADE.search(c) for c in clauses):
        notes.take("form", "homemade")
    if _NEITHER.search(" ".join(clauses)) and "subject" not in notes.values:
        notes.take("licence", "no")
    if any(_REGISTERED.search(c) for c in clauses if not QUESTION.search(c)):
        notes.take("licence", "yes")
    if COMING.search(" ".join(clauses)) and not _ARRIVED.search(" ".join(clauses)):
        notes.take("licence", "no")


def _each(listed: re.Match[str]) -> str:
    """“公众号 技术都没有”: each of them."""
    return " ".join(f"{one}{listed[3]}" for one in (*listed[1].split(), listed[2]))


def _scope(said: str, notes: Notes) -> str:
    """Takes what the licence says out of the text: 服装鞋帽 there is not what they sell."""
    found = SCOPE.search(said)
    if not found or QUESTION.search(found[0]):
        return said
    scope = re.sub(r"(零售|批发|销售|经营|类|这些|之类的?|的)+$", "", found[1]) or found[1]
    notes.said["scope"] = scope.replace(" ", "、")
    notes.take("licence", "yes")
    return f"{said[: found.start()]} {said[found.end() :]}"


def _slot(slot: Slot, text: str, clauses: Sequence[str], notes: Notes) -> None:
    for clause in clauses:
        asking = bool(QUESTION.search(clause))
        if HEARSAY.search(clause):
            continue
        if slot.topics:
            said = polarity(slot, clause, asking)
            if said:
                notes.take(slot.name, said)
        elif not asking or MINE.search(clause) or slot.name == "wish":
            _words(slot, clause, notes)
    if slot.topics and slot.name not in notes.values:
        said = polarity(slot, text, True)  # “公众号 没有”: a pause between thing and word
        if said and not QUESTION.search(text):
            notes.take(slot.name, said)
    if slot.mention and slot.name not in notes.values:
        plain = [c for c in clauses if not QUESTION.search(c) and not HEARSAY.search(c)]
        if any(mentioned(slot, clause) for clause in plain):
            notes.take(slot.name, "yes")
    retracted = _RETRACTED.search(text)
    if slot.topics and retracted and polarity(slot, text[: retracted.start()], True):
        notes.take(slot.name, "no")  # “公众号有 哦没有”


def _words(slot: Slot, clause: str, notes: Notes) -> None:
    if "还是" in clause and sum(bool(_hits(p, clause)) for p in slot.words.values()) > 1:
        return
    for assumed, table in ((True, slot.assumes), (False, slot.words)):
        hits = [
            (end, value) for value, patterns in table.items() for end in _hits(patterns, clause)
        ]
        if hits:
            notes.take(slot.name, max(hits)[1], assumed)


def _hits(patterns: Sequence[Expression], clause: str) -> list[int]:
    found = [m for pattern in patterns for m in pattern.finditer(clause)]
    return [m.end() for m in found if not UNDONE.search(clause[: m.start()])]


def _goal(clauses: Sequence[str], text: str, today: date) -> date | None:
    if not re.search(r"前|赶|之前|以前|那天|来得及", text) or not _GO_LIVE.search(text):
        return None
    return next((day for clause in clauses if (day := coming_day(clause, today))), None)


def _finished(book: LaunchBook, said: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Steps that are done, papers that are there, papers that are not."""
    papers = [licence for category in book.categories.values() for licence in category.licences]
    held = {one.name for one in papers if _has(one.has.written, said, having=True)}
    done = {s.id for s in book.steps if s.said and _has(s.said.written, said, having=False)}
    if "filing" in done and held and not re.search(r"icp|小程序备案", said):
        done.discard("filing")
    lacking = {one.name for one in papers if _lacks(one.has.written, said)} - held
    return frozenset(done), frozenset(held), frozenset(lacking)


def _lacks(name: str, said: str) -> bool:
    none = rf"(?:{name})[^ ]{{0,4}} ?(?:还没|没有?|未|没)(?:办|有|下来|拿|搞|弄|$| )|(?:还没|没有?)(?:办|拿|有|弄)?[^ ]{{0,3}}(?:{name})"
    return bool(re.search(none, said)) and not QUESTION.search(said)


def _has(name: str, said: str, having: bool) -> bool:
    ways = f"(?:{name})[^ ]{{0,6}} ?{DONE}|(?:拿到|办好|办完|办了)了?[^ ]{{0,3}}(?:{name})"
    if having:
        ways += f"|(?<!没)有[^ ]{{0,4}}(?:{name})|(?:{name})(?:也|都|我们?)?有(?!没)"
    return any(
        not NOT_YET.search(said[max(0, m.start() - 3) : m.end() + 2])
        for m in re.finditer(ways, said)
    )
