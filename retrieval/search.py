"""Finding: vectors and keywords, fused; each hit can say why it was found."""

import threading
from dataclasses import dataclass

from bot.conversation import Vector
from knowledge.documents import GUIDE, DocumentTable
from retrieval.embed import Embedder
from retrieval.library import Entry, Library, Synonyms
from retrieval.rank import Hit, fused
from retrieval.shelf import Shelf
from retrieval.vectors import Near, Vectors

CANDIDATES = 192
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
            known = library.documents.values()
            shelves = {
                owner: Shelf([d for d in known if d.shop == owner])
                for owner in set(library.shop_of.values())
            }
            self.library, self._shelves, self._vectors = library, shelves, vectors

    def find(self, text: str, vector: Vector, scope: Scope, k: int = 12) -> list[Hit]:
        """The best `k` passages for a question, best first."""
        near: list[Near] = []
        words: list[tuple[Entry, float]] = []
        weights: dict[str, float] = {}
        shelves = {o: self._shelves[o] for o in scope.owners if o in self._shelves}
        for owner, shelf in shelves.items():
            near.extend(self._vectors.nearest(vector, owner, CANDIDATES))
            words.extend(shelf.best(text, CANDIDATES))
            weights |= shelf.weights(text)
        found = {close.passage_id for close in near} | {entry.passage.id for entry, _ in words}
        covered: dict[str, float] = {}
        for shelf in shelves.values():
            covered |= shelf.covered(found, weights)
        return fused(self.library, near, words, covered, k)
