"""The port of a vector store, and the twin that opens one only when it is needed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from bot.conversation import Vector
from retrieval.library import Entry, parts_of

MANY, DIRECTIONS, WIDER = 2_000, 128, 2
"""From so many rows on, nearest ones are sought along so many directions first, among which so many
times as many as are wanted are then compared exactly."""

BATCH = 128
"""Entries embedded and stored at once: Chroma takes as long for one as for a dozen."""


class Near(NamedTuple):
    """An entry that lies close to a question; `key` is that of the alias that matched, or ''."""

    passage_id: str
    similarity: float
    key: str


def near_of(entry_id: str, similarity: float) -> Near:
    """What an entry's id says of the neighbour."""
    passage, key = parts_of(entry_id)
    return Near(passage, similarity, key)


@dataclass(frozen=True, slots=True)
class Shown:
    """Entry ids, and their vectors as rows of length one.

    Many are first compared along the few directions in which they differ most (`axes`; `short`:
    the rows along these), which reads a third of the memory; only the best of them exactly.
    """

    ids: Sequence[str]
    rows: NDArray[np.float32]
    axes: NDArray[np.float32] | None = None
    short: NDArray[np.float32] | None = None

    def nearest(self, vector: Vector, k: int) -> list[Near]:
        """The `k` closest, closest first."""
        if not self.ids:
            return []
        unit = vector / np.float32(np.linalg.norm(vector) or 1.0)
        likely = self._likely(unit, WIDER * k)
        likeness = (self.rows if likely is None else self.rows[likely]) @ unit
        some = np.argpartition(-likeness, min(k, len(likeness) - 1))[:k]
        best = some[np.argsort(-likeness[some], kind="stable")]
        at = best if likely is None else likely[best]
        return [
            near_of(self.ids[row], float(close))
            for row, close in zip(at, likeness[best], strict=True)
        ]

    def _likely(self, unit: Vector, most: int) -> NDArray[np.intp] | None:
        """Where those lie that may be among the closest, in order of their rows; None: anywhere."""
        if self.axes is None or self.short is None or most >= len(self.ids):
            return None
        likeness = self.short @ (unit @ self.axes)
        return np.sort(np.argpartition(-likeness, most)[:most])


def shown(ids: Sequence[str], rows: NDArray[np.float32]) -> Shown:
    """The same vectors, each of length one."""
    if not ids:
        return Shown((), np.empty((0, 0), dtype=np.float32))
    lengths = np.linalg.norm(rows, axis=1, keepdims=True).astype(np.float32)
    units = rows / np.maximum(lengths, np.float32(1e-9))
    if len(ids) < MANY:
        return Shown(ids, units)
    _, axes = np.linalg.eigh(units.T @ units)
    kept = np.ascontiguousarray(axes[:, -DIRECTIONS:], dtype=np.float32)
    return Shown(ids, units, kept, np.ascontiguousarray(units @ kept))


class Vectors(Protocol):
    """The vectors of one generation. A rebuild fills another generation and switches."""

    def add(self, document_id: str, shop: str, entries: Sequence[Entry]) -> None:
        """Embed and store a few entries; the same entries again replace themselves."""

    def remember(self, document_id: str, shop: str) -> None:
        """Keep a document's vectors at hand: the same texts need not be embedded again."""

    def forget(self) -> None:
        """Let go of what was remembered."""

    def remove(self, document_id: str, shop: str) -> None:
        """Forget every vector of a document."""

    def count(self, document_id: str, shop: str) -> int:
        """How many vectors of a document are there."""

    def nearest(self, vector: Vector, shop: str, k: int) -> list[Near]:
        """The `k` closest entries among the documents of `shop` (GUIDE: of the guide)."""

    def everything(self, shop: str, most: int) -> Shown | None:
        """All vectors of `shop`; None if there are more than `most`."""

    def drop(self) -> None:
        """Delete everything of this generation."""


class LateVectors:
    """Opened by the first call: importing Chroma and LangChain takes half the time of a start."""

    def __init__(self, opens: Callable[[], Vectors]) -> None:
        self._opens = opens
        self._one_at_a_time = Lock()

    @cached_property
    def _opened(self) -> Vectors:
        return self._opens()

    def _vectors(self) -> Vectors:
        with self._one_at_a_time:
            return self._opened

    def add(self, document_id: str, shop: str, entries: Sequence[Entry]) -> None:
        self._vectors().add(document_id, shop, entries)

    def remember(self, document_id: str, shop: str) -> None:
        self._vectors().remember(document_id, shop)

    def forget(self) -> None:
        self._vectors().forget()

    def remove(self, document_id: str, shop: str) -> None:
        self._vectors().remove(document_id, shop)

    def count(self, document_id: str, shop: str) -> int:
        return self._vectors().count(document_id, shop)

    def nearest(self, vector: Vector, shop: str, k: int) -> list[Near]:
        return self._vectors().nearest(vector, shop, k)

    def everything(self, shop: str, most: int) -> Shown | None:
        return self._vectors().everything(shop, most)

    def drop(self) -> None:
        self._vectors().drop()
