"""Sentences of customers by what they want (content/rules/wishes.yaml)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from knowledge.rules.faults import refuse
from knowledge.rules.shape import names, read_yaml, texts

FILE = Path(__file__).parent / "content" / "rules" / "wishes.yaml"


def load_wishes(known: Iterable[str], file: Path = FILE) -> Mapping[str, tuple[str, ...]]:
    """Sentences by wish; `unsaid` holds those that want nothing yet.

    Raises ContentFaultsError with every fault: a wish that nobody knows, a list that is none.
    """
    raw = read_yaml(file)
    faults = names(file.name, raw, (), known)
    read = {wish: texts(f"{file.name} {wish}", raw[wish], faults) for wish in raw}
    refuse(faults)
    return read
