"""Vectors of the texts we ship, kept: a first start need not work them out for five minutes.

`FILE` holds one row of small numbers for every text of the guide and every sentence that teaches
intents. A text that an operator changes is simply not in it, and is embedded when it is needed.
`python -m retrieval.kept` writes it anew; a test tells when that is due.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.conversation import Vector
from knowledge.guide import load_guide
from knowledge.intents import guide_questions, load_examples
from knowledge.launch.senses import sense_sentences
from retrieval.embed import BUNDLED, BundledEmbedder, Embedder, open_embedder
from retrieval.library import entries

FILE = Path(__file__).with_name("kept.npz")

Text = tuple[str, str]
"""`query` or `passage`, which the model reads differently; and the words."""


@dataclass(frozen=True, eq=False)
class Kept:
    """Each row is `middle` and 127 steps either way, a step being that row's own."""

    middle: Vector
    ids: NDArray[np.uint64]
    rows: NDArray[np.int8]
    steps: NDArray[np.float32]

    @cached_property
    def _places(self) -> dict[int, int]:
        return {int(number): place for place, number in enumerate(self.ids)}

    def of(self, side: str, text: str) -> Vector | None:
        """The unit vector of a text that is kept."""
        place = self._places.get(_number(side, text))
        if place is None:
            return None
        found: Vector = self.middle + self.rows[place] * self.steps[place]
        return found / np.float32(np.linalg.norm(found))


NOTHING = Kept(
    np.zeros(1, np.float32),
    np.zeros(0, np.uint64),
    np.zeros((0, 1), np.int8),
    np.zeros(0, np.float32),
)


def load(file: Path = FILE) -> Kept:
    """What is kept; nothing when the file is not there."""
    if not file.exists():
        return NOTHING
    with np.load(file, allow_pickle=False) as found:
        return Kept(found["middle"], found["ids"], found["rows"], found["steps"])


def save(found: dict[Text, Vector], file: Path = FILE) -> None:
    """Keep exactly these."""
    matrix = np.array(list(found.values()), dtype=np.float32)
    middle = matrix.mean(axis=0)
    steps = np.abs(matrix - middle).max(axis=1) / np.float32(127) + np.float32(1e-9)
    rows = np.round((matrix - middle) / steps[:, None]).astype(np.int8)
    ids = np.array([_number(*key) for key in found], dtype=np.uint64)
    np.savez_compressed(file, middle=middle, ids=ids, rows=rows, steps=steps)


class KeptEmbedder(Embedder):
    """An embedder that looks up whole batches of texts first; a single question never."""

    def __init__(self, embedder: Embedder, kept: Callable[[], Kept] = load) -> None:
        self.name, self.dimensions = embedder.name, embedder.dimensions
        self._embedder = embedder
        self._load = kept

    @cached_property
    def _kept(self) -> Kept:
        return self._load()

    def query(self, text: str) -> Vector:
        return self._embedder.query(text)

    def queries(self, texts: Sequence[str]) -> list[Vector]:
        return self._looked_up("query", texts, self._embedder.queries)

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        return self._looked_up("passage", texts, self._embedder.passages)

    def _looked_up(
        self, side: str, texts: Sequence[str], embed: Callable[[Sequence[str]], list[Vector]]
    ) -> list[Vector]:
        known = [self._kept.of(side, text) for text in texts]
        new = [text for text, vector in zip(texts, known, strict=True) if vector is None]
        fresh = iter(embed(new) if new else ())
        return [next(fresh) if vector is None else vector for vector in known]


def open_quick(model: str) -> Embedder:
    """The embedder of that name (`open_embedder`); the bundled one knows the texts we ship."""
    embedder = open_embedder(model)
    return KeptEmbedder(embedder) if embedder.name == BUNDLED else embedder


def shipped() -> list[Text]:
    """Every text of the guide, as it is indexed, and every example of an intent; each once."""
    pages = load_guide()
    guide = [entry for page in pages for entry in entries(page)]
    found = [("query" if entry.is_question else "passage", entry.text) for entry in guide]
    asked = [("query", said) for said, _ in (*load_examples(), *guide_questions(pages))]
    asked += [("query", said) for some in sense_sentences() for said in some]
    return list(dict.fromkeys([*found, *asked]))


def keep(texts: Sequence[Text], embedder: Embedder, file: Path = FILE) -> int:
    """Write `file` anew; how many texts were not in it and had to be embedded."""
    old = load(file)
    known = {text: vector for text in texts if (vector := old.of(*text)) is not None}
    new = [text for text in texts if text not in known]
    for side, embed in (("query", embedder.queries), ("passage", embedder.passages)):
        some = [text for own, text in new if own == side]
        known |= dict(zip([(side, text) for text in some], embed(some), strict=True))
    save({text: known[text] for text in texts}, file)
    return len(new)


def _number(side: str, text: str) -> int:
    return int.from_bytes(
        hashlib.sha256(f"{side}\0{text}".encode("utf-8", "surrogatepass")).digest()[:8], "big"
    )


if __name__ == "__main__":
    print(keep(shipped(), BundledEmbedder()), "embedded")
