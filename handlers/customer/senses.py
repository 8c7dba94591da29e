"""What the sentences mean to the bundled model, kept: finding it takes 25 ms a sentence.

`senses.npz` beside the rule files holds one row of small numbers for every committed sentence,
around the middle of all. Written by `python -m handlers.customer.learned`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from handlers.customer.likeness import Sense, Vector
from retrieval.embed import BUNDLED, Embedder

FILE = Path(__file__).parents[2] / "knowledge" / "content" / "rules" / "senses.npz"
_STEP = 1 / 800


@dataclass(frozen=True, eq=False)
class Senses:
    """`rows` by the hash of a sentence, in steps around `middle`."""

    middle: Vector
    rows: Mapping[bytes, NDArray[np.int8]]

    def of(self, said: str) -> Vector | None:
        """The sense of a sentence that is kept."""
        row = self.rows.get(_id(said))
        return None if row is None else self.middle + row.astype(np.float32) * np.float32(_STEP)

    def of_all(self, sentences: Iterable[str], sense: Sense | None) -> dict[str, Vector]:
        """The sense of each: what is not kept is found out, or means nothing where no model is."""
        known = {said: self.of(said) for said in sentences}
        return {
            said: found if found is not None else sense(said) if sense else self.middle
            for said, found in known.items()
        }


def load_senses(file: Path = FILE) -> Senses:
    """What is kept. Raises OSError when the file is not there."""
    with np.load(file, allow_pickle=False) as kept:
        ids = (bytes(each) for each in kept["ids"])
        return Senses(kept["middle"], dict(zip(ids, kept["rows"], strict=True)))


def save_senses(found: Mapping[str, Vector], middle: Vector, file: Path = FILE) -> None:
    """Keep the sense of exactly these sentences."""
    ids = np.array([list(_id(said)) for said in found], dtype=np.uint8)
    steps = np.round((np.stack(list(found.values())) - middle) / _STEP)
    rows = np.clip(steps, -127, 127).astype(np.int8)
    np.savez_compressed(file, ids=ids, rows=rows, middle=middle)


def sense_of(embedder: Embedder) -> Sense | None:
    """The embedder as a sense; None for another model than the sentences were read with."""
    if embedder.name != BUNDLED:
        return None
    return embedder.query


def _id(said: str) -> bytes:
    return hashlib.sha256(said.encode()).digest()[:8]
