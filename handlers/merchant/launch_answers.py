"""A short answer understood by what was asked: 有, 没有, 30, 毛巾, 都没有, 不知道. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from handlers.merchant.launch_amounts import amounts
from handlers.merchant.launch_lexicon import EVERY, FILLER, NO, QUESTION, UNSURE, YES
from handlers.merchant.launch_reading import Heard
from knowledge.launch.shapes import LaunchBook, Slot

LONGEST = 14
"""A longer message speaks for itself."""


def answer(book: LaunchBook, said: str, pending: Sequence[str], news: Heard) -> Heard:
    """`news` completed by what the bare words answer of `pending`."""
    slots = [book.slots[k] for k in pending if k in book.slots and k not in news.values]
    if not slots or QUESTION.search(said):
        return news
    news = _goods(said, slots, news)
    news = _number(said, slots, news)
    yes_no = [slot for slot in slots if _is_yes_no(slot) and slot.name not in news.values]
    return _yes_no(said, yes_no, news) if not news.said.get("scope") else news


def is_unsure(said: str) -> bool:
    """They cannot say, so the question is passed over."""
    return bool(UNSURE.search(said)) and len(said) <= LONGEST


def _is_yes_no(slot: Slot) -> bool:
    return bool(slot.topics) or set(slot.words) == {"yes", "no"} or slot.name == "subject"


def _yes_no(said: str, slots: Sequence[Slot], news: Heard) -> Heard:
    values = dict(news.values)
    waiting = list(slots)
    for piece in re.split(r"[ 、]", said) if len(said) <= LONGEST else []:
        if not waiting:
            break
        value = "no" if NO.match(piece) else "yes" if YES.match(piece) else ""
        if not value:
            continue
        for slot in waiting if EVERY.match(piece) else waiting[:1]:
            values |= _as_fact(slot, value)
        waiting = [] if EVERY.match(piece) else waiting[1:]
    return replace(news, values=values)


def _as_fact(slot: Slot, value: str) -> dict[str, str]:
    """“有”, when asked for the licence, tells the licence and not yet the subject."""
    return {"licence": value} if slot.name == "subject" else {slot.name: value}


def _number(said: str, slots: Sequence[Slot], news: Heard) -> Heard:
    waiting = [slot for slot in slots if slot.number and slot.name not in news.values]
    found = list(amounts(said))
    if not waiting or not found or len(said) > LONGEST or set(news.values) & {"count", "budget"}:
        return news
    slot, one = waiting[0], found[0]
    budget = slot.name == "budget"
    told = {"budget": f"{one.said}元" if one.said[-1].isdigit() else one.said} if budget else {}
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
    if not re.search(r"[一-鿿]", goods):
        return news
    return replace(news, values={"category": "general"}, said={"goods": goods})
