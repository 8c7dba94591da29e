"""Sentences of customers about their goods: faults, and what is only a matter of taste."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from knowledge.rules.faults import Fault, refuse
from knowledge.rules.shape import names, read_yaml, texts

FILE = Path(__file__).parent / "content" / "rules" / "complaints.yaml"


@dataclass(frozen=True)
class Complaints:
    """`fault`: broken, lacking, wrong, not as described; `taste`: disliked, unfit, not needed."""

    fault: tuple[str, ...]
    taste: tuple[str, ...]


def load_complaints(file: Path = FILE) -> Complaints:
    """Read the sentences. Raises ContentFaultsError with every fault, twice-told ones included."""
    raw = read_yaml(file)
    faults = names(file.name, raw, ("fault", "taste"))
    fault, taste = (
        texts(f"{file.name} {side}", raw.get(side, []), faults) for side in ("fault", "taste")
    )
    both = sorted(set(fault) & set(taste))
    faults += [Fault(file.name, f"“{said}”两边都有，只留一边") for said in both]
    refuse(faults)
    return Complaints(fault, taste)
