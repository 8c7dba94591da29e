"""The launch plan as data, read whole and checked whole: Faults names everything at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.errors import Faults
from knowledge.documents import Document
from knowledge.launch.checks import check_steps, section_links
from knowledge.launch.plans import (
    read_categories,
    read_choices,
    read_modes,
    read_rejections,
    read_routes,
    read_steps,
)
from knowledge.launch.reader import Reading
from knowledge.launch.shapes import LaunchBook, Link
from knowledge.launch.slots import read_slots, vocabulary_of
from knowledge.rules.faults import ContentFaultsError, Fault
from knowledge.rules.shape import content_hash, mapping, names, read_yaml

FOLDER = Path(__file__).parent.parent / "content" / "rules"
FILES = {
    "launch": ("steps", "resubmit_days", "resubmit_guide"),
    "launch-profile": ("keys", "derived"),
    "launch-categories": ("categories",),
    "launch-routes": ("routes", "modes", "choose_route", "choose_mode", "reasons"),
    "launch-rejections": ("rejections",),
}
NOWHERE = Link("", "", "", "", "")


def load_launch(guide: Sequence[Document], folder: Path = FOLDER) -> LaunchBook:
    """The launch book of a folder, its links resolved in `guide`.

    Raises Faults listing every fault of every file: unknown keys and values, missing sources, dead
    links, numbers that stand in no source, steps that nobody reaches or that wait for each other.
    """
    faults: list[Fault] = []
    raw = {name: _read(folder / f"{name}.yaml", needed, faults) for name, needed in FILES.items()}
    if faults:
        raise _refused(faults)
    return _book(raw, guide, content_hash(folder / f"{name}.yaml" for name in FILES))


def _book(raw: dict[str, dict[str, Any]], guide: Sequence[Document], content: str) -> LaunchBook:
    faults: list[Fault] = []
    routes, profile = raw["launch-routes"], raw["launch-profile"]
    kinds = mapping("launch-categories.yaml", raw["launch-categories"]["categories"], faults)
    given = {
        "category": list(kinds),
        "route": list(routes["routes"]),
        "mode": list(routes["modes"]),
    }
    reading = Reading(vocabulary_of(profile, given, faults), section_links(guide), faults)
    book = LaunchBook(
        slots=read_slots(profile["keys"], reading),
        categories=read_categories(kinds, reading),
        routes=read_routes(routes["routes"], reading),
        modes=read_modes(routes["modes"], reading),
        choose_route=read_choices(routes["choose_route"], "route", routes["routes"], reading),
        choose_mode=read_choices(routes["choose_mode"], "mode", routes["modes"], reading),
        reasons=reading.said("launch-routes.yaml reasons", routes["reasons"]),
        steps=read_steps(raw["launch"]["steps"], reading),
        rejections=read_rejections(raw["launch-rejections"]["rejections"], reading),
        resubmit_days=raw["launch"]["resubmit_days"],
        resubmit_link=reading.link("launch.yaml", raw["launch"]["resubmit_guide"]) or NOWHERE,
        content=content,
    )
    chosen = {"route": book.choose_route, "mode": book.choose_mode}
    reading.faults += check_steps(book.steps, reading.vocabulary, chosen)
    for slot in book.slots.values():
        if slot.tells and slot.tells not in {step.id for step in book.steps}:
            reading.fault(f"launch-profile.yaml {slot.name}", f"tells 里的 {slot.tells} 没有这一步")
    if "general" not in book.categories:
        reading.fault("launch-categories.yaml", "缺 general：认不出的商品归到它")
    if reading.faults:
        raise _refused(reading.faults)
    return book


def _read(path: Path, needed: Sequence[str], faults: list[Fault]) -> dict[str, Any]:
    try:
        found = read_yaml(path)
    except ContentFaultsError as error:
        faults += error.faults
        return {}
    faults += names(path.name, found, needed)
    return found


def _refused(faults: Sequence[Fault]) -> Faults:
    return Faults("the launch plan", tuple(str(fault) for fault in faults))
