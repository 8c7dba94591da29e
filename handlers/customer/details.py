"""What belongs to a ground: how much is spoilt, what is lacking, how it fails (pure)."""

from __future__ import annotations

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
    return damaged_percent(heard.text, pieces_of(scene.item.title))


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
