"""Sentences of customers, by what they want (wishes.yaml) or what harm they tell (harms.yaml)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from knowledge.rules.faults import refuse
from knowledge.rules.shape import names, read_yaml, texts

_RULES = Path(__file__).parent / "content" / "rules"
WISHES, HARMS = _RULES / "wishes.yaml", _RULES / "harms.yaml"


def load_sentences(file: Path, known: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Sentences by their side. `unsaid` holds those that want nothing yet, `none` those that only
    sound like a harm.

    Raises ContentFaultsError with every fault: a side that nobody knows, a list that is none.
    """
    raw = read_yaml(file)
    faults = names(file.name, raw, (), known)
    read = {side: texts(f"{file.name} {side}", raw[side], faults) for side in raw}
    refuse(faults)
    return read
