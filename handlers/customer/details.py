"""What belongs to a ground: how much is spoilt, what is lacking, how it fails (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from handlers.customer.counts import (
    claimed_count,
    damaged_count,
    damaged_percent,
    good_count,
    pieces_of,
)
from handlers.customer.hearing import Heard
from handlers.customer.reason import faults, food_fault, weighs_short
from handlers.customer.scene import Scene

# What somebody wants to be paid (按百分之百退, 赔我一半) tells nothing of the goods.
_AMOUNT = "(?:百分之[零一二两三四五六七八九十百0-9]+|[0-9]+%|[零一二两三四五六七八九十0-9]+成(?:半)?|一半)"
_DEMANDED = re.compile(
    f"(?:按|照|退|赔|补|返|算)(?:我|给我|个|它|成|了|照|到|着)*{_AMOUNT}(?!坏|烂)(?:的(?:钱|款))?(?:退|赔|补|给|算|来)?"
)
# A single thing that came in pieces, or that is no use any more.
_IN_PIECES = re.compile(
    "(?:碎|裂|断|摔|磕|压|破)(?:成|得)(?:了)?(?:[两二三四五六七八几好]+|一地|渣|粉|一堆)(?:块|瓣|半|截|片|段)?|两半|分家|粉碎|"
    "(?:没法|不能|没办法)(?:再)?(?:用|喝|吃|装|过)|用不了|用不成|报废|成渣|渣渣"
)

Stated = Iterator[tuple[str, object]]


def details(heard: Heard, scene: Scene, ground: str | None) -> Stated:
    """Facts by name; None for what was not told."""
    if ground in ("quality", "damaged_in_transit"):
        yield "damage_pct", _damage(heard, scene, ground)
        yield "qty", _damaged_units(heard, scene) or _claimed(heard, scene)
    else:
        yield "qty", _claimed(heard, scene)
    if ground == "quality":
        yield "food_fault", food_fault(heard, scene)
        yield "fault", "performance" if _performs_badly(heard) else None
        yield "defect_disclosed", _disclosed(heard, scene)
    if ground == "missing_item":
        empty = heard.says("empty") and not scene.several
        yield "empty_parcel", "yes" if empty or weighs_short(heard) else None
        yield "lacking", "accessory" if _lacks_accessory(heard, scene) else None


def _claimed(heard: Heard, scene: Scene) -> int | None:
    return claimed_count(heard.text, scene.item.qty) if scene.item.qty > 1 else None


def _damaged_units(heard: Heard, scene: Scene) -> int | None:
    """How many units of a line of several are spoilt."""
    bought, bad, good = scene.item.qty, damaged_count(heard.text), good_count(heard.text)
    if good and 1 <= good.value < bought:
        return bought - int(good.value)
    return int(bad.value) if bad and bought > 1 and 1 <= bad.value <= bought else None


def _damage(heard: Heard, scene: Scene, ground: str) -> int | None:
    """The spoilt share of what is claimed: all of it where single units are named."""
    if ground == "quality" and scene.kind != "fresh":
        return None
    if _damaged_units(heard, scene) is not None:
        return 100
    share = _told_share(_DEMANDED.sub(" ", heard.text), pieces_of(scene.item.title))
    if share is None and ground == "damaged_in_transit" and _one_piece(scene):
        return 100 if _IN_PIECES.search(heard.text) else None
    return share


def _told_share(text: str, pieces: int | None) -> int | None:
    """The share told last (坏了三成 / 数了下是一半); else what several messages tell together."""
    each = (damaged_percent(line, pieces) for line in reversed(text.split("\n")))
    return next((share for share in each if share is not None), damaged_percent(text, pieces))


def _one_piece(scene: Scene) -> bool:
    """A single thing, of which no part can be paid."""
    return scene.item.qty == 1 and pieces_of(scene.item.title) is None


def _performs_badly(heard: Heard) -> bool:
    """A fault beside which nothing says that it is only how the thing looks."""
    clauses = [heard.clause(match.start()) for match in faults(heard)] or [(0, len(heard.text))]
    cosmetic = heard.words.signals["cosmetic"]
    return any(cosmetic.search(heard.text, begin, end) is None for begin, end in clauses)


def _disclosed(heard: Heard, scene: Scene) -> str | None:
    """Whether the fault is the very defect shown before buying."""
    if scene.item.no_reason_excluded != "confirmed_defect":
        return None
    if heard.says("as_shown"):
        return "yes"
    return "no" if heard.says("other_than_shown") else None


def _lacks_accessory(heard: Heard, scene: Scene) -> bool:
    """A part without a price of its own: named as such, or a part of a single thing."""
    if heard.says("empty") or (scene.several and "东西" in heard.text):
        return False
    near = [_around(heard, match.start(), match.end()) for match in heard.found("missing")]
    signals = heard.words.signals
    if any(signals["accessory_named"].search(words) for words in near):
        return True
    whole = scene.parts or pieces_of(scene.item.title) or scene.kind in ("food", "fresh")
    units = chain.from_iterable(signals["lacks_units"].finditer(words) for words in near)
    return not whole and not any(True for _ in units)


def _around(heard: Heard, start: int, end: int) -> str:
    begin, stop = heard.clause(start)
    return heard.text[max(begin, start - 8) : min(stop, end + 8)]
