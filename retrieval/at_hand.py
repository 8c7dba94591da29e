"""The guide's vectors in memory: every question asks them, and they are few.

Comparing a question with each of 8,000 vectors takes one millisecond, asking Chroma four. Chroma
stays where they are kept; what shops add is asked there, and so is a guide too large for this.
"""

from collections.abc import Sequence
from threading import Lock

from bot.conversation import Vector
from knowledge.documents import GUIDE
from retrieval.library import Entry
from retrieval.vectors import Near, Shown, Vectors

MOST = 20_000
"""Vectors kept in memory; 30 MB."""


class AtHand:
    """Vectors whose guide is read once and asked in memory (the port `Vectors`)."""

    def __init__(self, kept: Vectors, most: int = MOST) -> None:
        self._kept = kept
        self._most = most
        self._guide: Shown | None = None
        self._one_at_a_time = Lock()

    def add(self, document_id: str, shop: str, entries: Sequence[Entry]) -> None:
        self._kept.add(document_id, shop, entries)
        self._changed(shop)

    def remember(self, document_id: str, shop: str) -> None:
        self._kept.remember(document_id, shop)

    def forget(self) -> None:
        self._kept.forget()

    def remove(self, document_id: str, shop: str) -> None:
        self._kept.remove(document_id, shop)
        self._changed(shop)

    def count(self, document_id: str, shop: str) -> int:
        return self._kept.count(document_id, shop)

    def everything(self, shop: str, most: int) -> Shown | None:
        return self._kept.everything(shop, most)

    def nearest(self, vector: Vector, shop: str, k: int) -> list[Near]:
        shown = self._shown() if shop == GUIDE else None
        return shown.nearest(vector, k) if shown else self._kept.nearest(vector, shop, k)

    def drop(self) -> None:
        self._kept.drop()
        self._changed(GUIDE)

    def _shown(self) -> Shown | None:
        with self._one_at_a_time:
            if self._guide is None or not self._guide.ids:
                self._guide = self._kept.everything(GUIDE, self._most)
            return self._guide

    def _changed(self, shop: str) -> None:
        if shop == GUIDE:
            with self._one_at_a_time:
                self._guide = None
