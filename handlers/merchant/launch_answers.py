"""A short answer understood by what was asked: 有, 没有, 30, 毛巾, 都没有, 不知道. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from handlers.merchant.launch_amounts import amounts
from handlers.merchant.launch_counts import mended_number, money_words
from handlers.merchant.launch_lexicon import (
    AGREES,
    EVERY,
    FILLER,
    HEARD,
    NO,
    QUESTION,
    SELLS,
    UNSURE,
    YES,
    asked_in,
)
from handlers.merchant.launch_reading import Heard
from handlers.rules.launch import open_questions
from handlers.rules.launch_profile import Profile, facts_of
from handlers.rules.licences import named_category
from knowledge.launch.shapes import LaunchBook, Slot

_ONLY_A_NUMBER = re.compile(
    r"(大概|大约|差不多|也就|就|有|一共|总共|目前|现在|最多|嗯|顶多|一年| )*#[ 个款种件样块元钱多来张本门条双套支瓶盒幅枚盆株组类节]*(左右|上下|吧|以内|的样子|把| |品|商品)*"
)
_ONE_THING = re.compile(
    r"跨境|境外|认证|备案|商户号|支付|增项|执照|售后|发票|代码|网红|模特|明星|拍照|拍摄|主播|肖像|图片|音乐|抽奖|储值"
)
"""Papers for one thing are the guide's to tell."""
_MARK = re.compile(r"(?:3c|ccc)(?=认证|证|吗|标志|不|$)")
"""The paper, not the goods."""
_TO_CHANGE = re.compile(r"(怎么|如何|咋)(样)?(去)?改|改(什么|哪)|要改")
_COMPARES = re.compile(
    "区别|差别|不同|不一样|对比|比较|优缺点|好处|坏处|哪几|几条|几种|有哪些|小店[^ ]{0,12}小程序|小程序[^ ]{0,12}小店"
)
"""Wants the roads side by side, not only to be told which one."""
_IN_TIME = re.compile("来得及|赶|最晚|最迟")
LONGEST = 14
"""A longer message speaks for itself."""


def answer(book: LaunchBook, said: str, pending: Sequence[str], news: Heard) -> Heard:
    """`news` completed by what the bare words answer of `pending`."""
    news = _mended(said, news)
    slots = [book.slots[k] for k in pending if k in book.slots and k not in news.values]
    if not slots or HEARD.search(said):
        return news
    if QUESTION.search(said):
        return _beside_question(book, said, slots, news)
    news = _goods(said, slots, news)
    news = _number(said, slots, news)
    yes_no = [slot for slot in slots if _is_yes_no(slot) and slot.name not in news.values]
    named = {str(news.values[k]) for k in pending if k in news.values}
    return _yes_no(said, yes_no, news, named) if not news.said.get("scope") else news


def _beside_question(book: LaunchBook, said: str, slots: Sequence[Slot], news: Heard) -> Heard:
    """“啥叫公众号 没有”, “有 是不是还要交钱”: the clause that asks nothing answers, first of all
    what the other one names.
    """
    clauses = said.split(" ")
    told = " ".join(clause for clause in clauses if not QUESTION.search(clause))
    if not (YES.fullmatch(told) or NO.fullmatch(told)):
        return news
    # “要写代码么 不会” answers for what it names, asked or not.
    named = [s for s in book.slots.values() if any(re.search(topic, said) for topic in s.topics)]
    waiting = [slot for slot in (*named, *slots) if _is_yes_no(slot)]
    return _yes_no(told, waiting[:1], news, ()) if not news.said.get("scope") else news


def expected(book: LaunchBook, profile: Profile, pending: Sequence[str]) -> tuple[str, ...]:
    """Slots that a bare word may be about: those asked, then what is open and wants a number."""
    found = open_questions(book, profile, facts_of(book, profile))
    return tuple(dict.fromkeys((*pending, *(slot.name for slot in found if slot.number))))


def asked_of(book: LaunchBook, said: str, profile: Profile, news: Heard) -> list[str]:
    """Which of the plan's own questions a message asks of this merchant's plan."""
    asked = asked_in(said)
    if _other_goods(book, said, profile, news):
        asked = [one for one in asked if one != "permit"]  # the guide knows other goods' papers
    goods = named_category(book, _MARK.sub("", said)) if "documents" in asked else None
    if "documents" in asked and (goods or _ONE_THING.search(said)):
        asked.remove("documents")  # the guide tells what those goods need, and that one thing
    rejected = profile.rejected_on or "rejection" in profile.said
    if rejected and not asked and _TO_CHANGE.search(said):
        asked = ["todo"]
    if rejected and not profile.values and _IN_TIME.search(said):
        asked = ["resubmit" if one == "time" else one for one in asked]
    known = "category" in profile.values or "category" in news.values
    if known and not _COMPARES.search(said):
        asked = ["advice" if one == "routes" else one for one in asked]
    if "paper_time" in asked:
        asked = [one for one in asked if one != "time"]
    return [one for one in asked if one not in ("where", "resubmit") or rejected]


def _other_goods(book: LaunchBook, said: str, profile: Profile, news: Heard) -> bool:
    """Whether it names goods of another category than theirs, or none is known yet."""
    own = profile.values.get("category", news.values.get("category"))
    named = named_category(book, _MARK.sub("", said))
    meant = news.values.get("category", named[0].id if named else own)
    return own is None or meant != own


def _mended(said: str, news: Heard) -> Heard:
    """“款数也错了 应该是35”, “不是80 是35”: a corrected number without a name is the count."""
    one = mended_number(said)
    bare = not {"count", "budget", "stores"} & set(news.values) and not SELLS.search(said)
    if one is None or not bare or one.value < 2 or QUESTION.search(said):
        return news
    if re.match(r"[号月日天年家元块%]", said[one.end :]):
        return news
    return replace(news, values={**news.values, "count": one.value})


def is_unsure(said: str) -> bool:
    """They cannot say, so the question is passed over."""
    return bool(UNSURE.search(said)) and len(said) <= LONGEST


def _is_yes_no(slot: Slot) -> bool:
    return bool(slot.topics) or set(slot.words) == {"yes", "no"} or slot.name == "subject"


def _yes_no(said: str, slots: Sequence[Slot], news: Heard, named: Collection[str]) -> Heard:
    """Bare words, in the order of the questions; “没有的 公众号不会弄” only repeats what is `named`."""
    values = dict(news.values)
    waiting = list(slots)
    pieces = re.split(r"[ 、]", said) if len(said) <= LONGEST else []
    if len(pieces) > 1 and pieces[0] in ("不", "不是", "不对") and news.values:
        pieces = pieces[1:]  # it takes back what was said before
    for piece in pieces:
        if not waiting:
            break
        value = "no" if NO.match(piece) else "yes" if YES.match(piece) else ""
        if not value or value in named:
            continue
        meant = waiting if EVERY.match(piece) else [_fitting(piece, waiting)]
        if AGREES.match(piece) and not meant[0].wish:
            continue
        for slot in meant:
            values |= _as_fact(slot, value)
        waiting = [slot for slot in waiting if slot not in meant]
    return replace(news, values=values)


def _fitting(piece: str, waiting: Sequence[Slot]) -> Slot:
    """要, 不用 answer what is wished for; 有, 没有 what one has."""
    wished = bool(re.search(r"要|用|需", piece))
    return next((slot for slot in waiting if slot.wish == wished), waiting[0])


def _as_fact(slot: Slot, value: str) -> dict[str, str]:
    """“有”, when asked for the licence, tells the licence and not yet the subject."""
    return {"licence": value} if slot.name == "subject" else {slot.name: value}


def _number(said: str, slots: Sequence[Slot], news: Heard) -> Heard:
    waiting = [slot for slot in slots if slot.number and slot.name not in news.values]
    found = list(amounts(said))
    if not waiting or not found or set(news.values) & {"count", "budget"}:
        return news
    slot, one = waiting[0], found[0]
    if not _ONLY_A_NUMBER.fullmatch(f"{said[: one.start]}#{said[one.end :]}"):
        return news
    budget = slot.name == "budget"
    told = {"budget": money_words(one.said)} if budget else {}
    value = one.high if budget else one.value
    return replace(news, values={**news.values, slot.name: value}, said={**news.said, **told})


def _goods(said: str, slots: Sequence[Slot], news: Heard) -> Heard:
    """Asked what they sell, an unknown word names it."""
    asked = any(slot.name == "category" for slot in slots)
    first = said.split(" ")[0]
    goods = FILLER.sub("", first)
    plain = not (YES.match(first) or NO.match(first) or UNSURE.search(said) or list(amounts(first)))
    if not asked or news.values or news.said or not 1 <= len(goods) <= 8 or not plain:
        return news
    if not re.search(r"[一-鿿]", goods) or "错" in first:
        return news
    return replace(news, values={"category": "general"}, said={"goods": goods})
