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
from retrieval.metric import Metric, placed

BATCH = 128
"""Entries embedded and stored at once: Chroma takes as long for one as for a dozen."""


class Near(NamedTuple):
    """An entry that lies close to a question; `key` is that of the alias that matched, or ''.

    `placed`: the similarity by which it takes its place in the order, where a measure of its own
    says so (`retrieval.metric`).
    """

    passage_id: str
    similarity: float
    key: str
    placed: float


def near_of(entry_id: str, similarity: float, placed: float | None = None) -> Near:
    """What an entry's id says of the neighbour."""
    passage, key = parts_of(entry_id)
    return Near(passage, similarity, key, similarity if placed is None else placed)


@dataclass(frozen=True, slots=True)
class Shown:
    """Entry ids, and their vectors as rows of length one; `turned`: the same rows in `metric`."""

    ids: Sequence[str]
    rows: NDArray[np.float32]
    metric: Metric | None = None
    turned: NDArray[np.float32] | None = None

    def nearest(self, vector: Vector, k: int) -> list[Near]:
        """The `k` closest, closest first."""
        if not self.ids:
            return []
        unit = vector / np.float32(np.linalg.norm(vector) or 1.0)
        likeness = self.rows @ unit
        some = np.argpartition(-likeness, min(k, len(likeness) - 1))[:k]
        best = some[np.argsort(-likeness[some], kind="stable")]
        places = self._placed(unit, best, likeness[best])
        return [
            near_of(self.ids[at], float(likeness[at]), float(place))
            for at, place in zip(best, places, strict=True)
        ]

    def measured_by(self, metric: Metric | None) -> "Shown":
        """The same, ordered by this measure as well."""
        return Shown(self.ids, self.rows, metric, metric.of(self.rows)) if metric else self

    def _placed(
        self, unit: Vector, some: NDArray[np.intp], close: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        if self.metric is None or self.turned is None:
            return close
        return placed(close, self.turned[some] @ self.metric.of(unit))


def shown(ids: Sequence[str], rows: NDArray[np.float32]) -> Shown:
    """The same vectors, each of length one."""
    if not ids:
        return Shown((), np.empty((0, 0), dtype=np.float32))
    lengths = np.linalg.norm(rows, axis=1, keepdims=True).astype(np.float32)
    return Shown(ids, rows / np.maximum(lengths, np.float32(1e-9)))


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
