"""The port of a vector store, and the twin that opens one only when it is needed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Protocol

from bot.conversation import Vector
from retrieval.library import Entry

BATCH = 16
"""Entries embedded and stored at once."""


@dataclass(frozen=True, slots=True)
class Near:
    """An entry that lies close to a question; `key` is that of the alias that matched, or ''."""

    passage_id: str
    similarity: float
    key: str


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

    def drop(self) -> None:
        self._vectors().drop()
