"""Labelled advertising texts that teach what the expressions do not catch; checked when loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from knowledge.advertising import KINDS
from knowledge.rules.faults import Fault, refuse
from knowledge.rules.shape import mapping, names, read_yaml, texts

FILE = Path(__file__).parent / "content" / "rules" / "advertising-examples.yaml"
FINE = "fine"


@dataclass(frozen=True)
class Example:
    """A text and the kinds of violation in it; none: harmless, or for a person to judge."""

    text: str
    kinds: frozenset[str]


def load_examples(file: Path = FILE) -> tuple[Example, ...]:
    """Every text once, in the order of the file. Raises ContentFaultsError with every fault."""
    raw = read_yaml(file)
    faults: list[Fault] = names(file.name, raw, (FINE, *KINDS))
    found: dict[str, set[str]] = {}
    for kind, listed in mapping(file.name, raw, faults).items():
        for text in texts(f"{file.name} {kind}", listed, faults):
            found.setdefault(text, set()).update({kind} - {FINE})
    faults += [
        Fault(file.name, f"“{text[:20]}”又在 {FINE} 又在别处")
        for text in raw.get(FINE, [])
        if found.get(text)
    ]
    refuse(faults)
    return tuple(Example(text, frozenset(kinds)) for text, kinds in found.items())
