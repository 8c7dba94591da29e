"""Sentences of customers by the harm they tell of (content/rules/harms.yaml)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from knowledge.rules.faults import refuse
from knowledge.rules.shape import names, read_yaml, texts

FILE = Path(__file__).parent / "content" / "rules" / "harms.yaml"


def load_harms(known: Iterable[str], file: Path = FILE) -> Mapping[str, tuple[str, ...]]:
    """Sentences by harm; `none` holds those that only sound like one.

    Raises ContentFaultsError with every fault: a harm that nobody knows, a list that is none.
    """
    raw = read_yaml(file)
    faults = names(file.name, raw, (), known)
    read = {harm: texts(f"{file.name} {harm}", raw[harm], faults) for harm in raw}
    refuse(faults)
    return read
