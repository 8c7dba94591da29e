"""In what state the goods are, as far as the customer says it (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlers.customer.counts import damaged_percent
from handlers.customer.hearing import Heard
from handlers.customer.scene import Scene

_UNDONE = re.compile("没(?!了)|未|还在")


def goods(said: Heard, scene: Scene, ground: str | None) -> Iterator[tuple[str, object]]:
    """Facts by name; None for what was not told."""
    yield "condition", condition(said, scene, ground)
    yield "redeemed", redeemed(said, scene)
    yield "made_to_order", made_to_order(said, scene)
    yield "evidence", "some" if said.pictures else None
    yield "admits_intact", "yes" if _admits_intact(said) else None


def _admits_intact(said: Heard) -> bool:
    """Whether the goods are said to be fine; where a share is spoilt, only the rest is."""
    return said.says("fine") and damaged_percent(said.text, None) is None


def condition(heard: Heard, scene: Scene, ground: str | None) -> tuple[str, ...]:
    """The conditions of aftersales-facts.md §3 that were told, in no particular order."""
    return tuple(dict.fromkeys(_conditions(heard, scene, ground)))


def _conditions(heard: Heard, scene: Scene, ground: str | None) -> Iterator[str]:
    yield from _opening(heard, scene)
    for name in (
        "tried_on",
        "tested",
        "self_repaired",
        "serial_altered",
        "activated",
        "data_left",
        "tag_cut",
        "washed",
    ):
        if _told(heard, name):
            yield name
    if ground is None and heard.says("soiled"):
        yield "soiled"
    if ground is None and heard.says("lasting_marks") and heard.says("own_doing"):
        yield "lasting_marks"
    if heard.says("own_doing") and heard.says("damaged_by_buyer") and ground is None:
        yield "damaged"
    if heard.says("parts_lost") and ground != "missing_item":
        yield "parts_missing"
    if _used(heard, scene):
        yield "used"


def _told(heard: Heard, name: str) -> bool:
    """Whether it was done: 标都没摘 says that it was not."""
    return any(not _UNDONE.search(match[0]) for match in heard.found(name))


def _opening(heard: Heard, scene: Scene) -> Iterator[str]:
    """Opening breaks the seal of food, cosmetics and the like, unless only the outer box."""
    if _told(heard, "seal_broken") and not heard.says("sealed_still"):
        yield "seal_broken"
    elif heard.says("opened"):
        outer = heard.says("outer_box") or heard.says("sealed_still")
        yield "seal_broken" if scene.sealed and not outer else "opened"


def _used(heard: Heard, scene: Scene) -> bool:
    """Used beyond trying: a try (试, 比划, 翻几页, 在家走两步) is none."""
    light = heard.words.signals["light_use"]
    for match in heard.found("used"):
        begin, end = heard.clause(match.start())
        if not light.search(heard.text[begin:end]):
            return True
    return heard.says("used_up") or (scene.sealed and heard.says("consumed_some"))


def redeemed(heard: Heard, scene: Scene) -> str | None:
    """Whether a voucher or a course was used."""
    if scene.kind not in ("digital", "voucher", "media"):
        return None
    if heard.says("redeemed"):
        return "yes"
    unused = heard.words.signals["not_redeemed"].search(heard.text)
    return "no" if unused else None


def made_to_order(heard: Heard, scene: Scene) -> str | None:
    """`no` where a thing sold as made to order was only chosen from what there was."""
    custom = scene.item.no_reason_excluded == "custom"
    return "no" if custom and heard.says("ready_made") else None
