"""Sentences of customers about their goods, by the ground they give, and those that give none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.rules.faults import Fault, refuse
from knowledge.rules.shape import names, read_yaml, texts

FILE = Path(__file__).parent / "content" / "rules" / "complaints.yaml"
GROUNDS = (
    "quality",
    "damaged_in_transit",
    "wrong_item",
    "missing_item",
    "not_received",
    "counterfeit",
)


@dataclass(frozen=True)
class Complaints:
    """`grounds`: sentences by ground; `fault`: some ground or other; `taste`: none."""

    grounds: Mapping[str, tuple[str, ...]]
    fault: tuple[str, ...]
    taste: tuple[str, ...]


def load_complaints(file: Path = FILE) -> Complaints:
    """Read the sentences. Raises ContentFaultsError with every fault, twice-told ones included."""
    raw = read_yaml(file)
    sides = ("fault", "taste", *GROUNDS)
    faults = names(file.name, raw, sides)
    read = {side: texts(f"{file.name} {side}", raw.get(side, []), faults) for side in sides}
    told = {said for side in sides if side != "taste" for said in read[side]}
    both = sorted(told & set(read["taste"]))
    faults += [Fault(file.name, f"“{said}”两边都有，只留一边") for said in both]
    refuse(faults)
    return Complaints({name: read[name] for name in GROUNDS}, read["fault"], read["taste"])
