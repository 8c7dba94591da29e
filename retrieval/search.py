"""Finding: vectors and keywords, fused; each hit can say why it was found."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.conversation import Vector
from knowledge.documents import GUIDE, DocumentTable
from retrieval.embed import Embedder
from retrieval.keyword import KeywordIndex, tokens
from retrieval.library import Entry, Library, Synonyms, entries
from retrieval.rank import Hit, fused
from retrieval.vectors import Near, Vectors

CANDIDATES = 96
"""Vectors asked of Chroma; several of them may point to one passage."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose knowledge a question is asked of."""

    shop: str
    guide: bool = True

    @property
    def owners(self) -> tuple[str, ...]:
        own = (self.shop,) if self.shop != GUIDE else ()
        return (*own, GUIDE) if self.guide else own


class Search:
    """Reads the library and the vectors; `reload` after documents changed."""

    def __init__(
        self,
        embedder: Embedder,
        vectors: Vectors,
        table: DocumentTable,
        synonyms: Synonyms = (),
    ) -> None:
        self.embedder = embedder
        self._synonyms = synonyms
        self._table = table
        self._vectors = vectors
        self._lock = threading.Lock()
        self.reload(vectors)

    def reload(self, vectors: Vectors) -> None:
        """Take in what the document table holds now."""
        with self._lock:
            library = Library(self._table.load(None), self._synonyms)
            shelves = {
                owner: Shelf(
                    [e for d in library.documents.values() if d.shop == owner for e in entries(d)]
                )
                for owner in set(library.shop_of.values())
            }
            self.library, self._shelves, self._vectors = library, shelves, vectors

    def find(self, text: str, vector: Vector, scope: Scope, k: int = 12) -> list[Hit]:
        """The best `k` passages for a question, best first."""
        near: list[Near] = []
        words: list[tuple[Entry, float]] = []
        weights: dict[str, float] = {}
        for owner in scope.owners:
            if owner in self._shelves:
                near.extend(self._vectors.nearest(vector, owner, CANDIDATES))
                words.extend(self._shelves[owner].best(text, CANDIDATES))
                weights |= self._shelves[owner].weights(text)
        return fused(self.library, near, words, weights)[:k]


class Shelf:
    """The keyword index over the entries of one owner."""

    def __init__(self, found: Sequence[Entry]) -> None:
        self._entries = found
        self._index = KeywordIndex([entry.text for entry in found])

    def weights(self, text: str) -> Mapping[str, float]:
        """How rare each term of a text is here; terms that stand in no entry are left out."""
        return {term: self._index.idf(term) for term in tokens(text) if self._index.knows(term)}

    def best(self, text: str, k: int) -> list[tuple[Entry, float]]:
        """The `k` entries with the highest keyword share, zeros left out."""
        if not self._entries:
            return []
        scores = self._index.scores(text)
        some = np.argpartition(-scores, min(k, len(scores) - 1))[:k]
        order = some[np.argsort(-scores[some], kind="stable")]
        return [(self._entries[i], float(scores[i])) for i in order if scores[i] > 0]
