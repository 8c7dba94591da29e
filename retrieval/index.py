"""Keeping the index true to the documents, incrementally by content hash.

The document table is the truth. A document is first stored as not ready, then its vectors are
replaced, then it is marked ready: a crash in between leaves it to be done again at next start.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.errors import IndexMismatch
from knowledge.documents import Document, DocumentTable, IndexState
from retrieval.embed import Embedder
from retrieval.library import entries
from retrieval.vectors import BATCH, Vectors

Progress = Callable[[int, int], None]
"""Called with (entries done, entries in all)."""

REBUILD_COMMAND = "python server.py index --rebuild"


@dataclass(frozen=True, slots=True)
class Indexed:
    """What an update did, in documents."""

    added: int = 0
    unchanged: int = 0
    removed: int = 0


def silent(_done: int, _total: int) -> None:
    """Progress for nobody."""


class Index:
    """Writes vectors for documents. One process at a time may own an embedded index.

    `opens` gives the vectors of a generation, by its name.
    """

    def __init__(
        self, opens: Callable[[str], Vectors], embedder: Embedder, table: DocumentTable
    ) -> None:
        self._opens = opens
        self._embedder = embedder
        self._table = table

    def vectors(self) -> Vectors:
        """The collections in use. Raises IndexMismatch when another model made them."""
        state = self._table.index_state()
        if state is None:
            state = self._new_state()
            self._table.set_index_state(state)
        if (state.model, state.dimensions) != (self._embedder.name, self._embedder.dimensions):
            raise IndexMismatch(
                f"索引是用模型 {state.model} 建的，现在设的是 {self._embedder.name}。"
                f"先重建索引：{REBUILD_COMMAND}"
            )
        return self._opens(state.generation)

    def update(self, documents: Sequence[Document], progress: Progress = silent) -> Indexed:
        """Index what is new or changed; leave the rest alone."""
        vectors = self.vectors()
        known = self._table.digests(None)
        changed = [d for d in documents if known.get(d.id) != d.digest]
        self._write(vectors, changed, progress)
        return Indexed(added=len(changed), unchanged=len(documents) - len(changed))

    def replace_all(
        self, shop: str, documents: Sequence[Document], progress: Progress = silent
    ) -> Indexed:
        """Make `documents` all that `shop` has: update, then remove what is no longer there."""
        done = self.update(documents, progress)
        keep = {document.id for document in documents}
        known = self._table.digests(shop).keys() <= keep
        gone = [] if known else [d for d in self._table.load(shop) if d.id not in keep]
        for document in gone:
            self.remove(document)
        return Indexed(done.added, done.unchanged, len(gone))

    def remove(self, document: Document) -> None:
        """Forget a document: its vectors first, so that nothing points to nowhere."""
        self.vectors().remove(document.id, document.shop)
        self._table.remove(document.id)

    def rebuild(self, progress: Progress = silent) -> int:
        """Everything again into a new generation, then switch. Returns the number of documents."""
        documents = self._table.load(None)
        fresh = self._new_state()
        old = self._table.index_state()
        vectors = self._opens(fresh.generation)
        _embed(vectors, documents, progress)
        self._table.set_index_state(fresh)
        for document in documents:
            self._table.mark_ready(document.id)
        if old:
            self._opens(old.generation).drop()
        return len(documents)

    def repair(self, progress: Progress = silent) -> int:
        """Documents that a crash left half done are done again. Returns how many."""
        return self._again(self._table.unfinished(), progress)

    def mend(self, progress: Progress = silent) -> int:
        """Documents of which vectors were lost are done again: counts all. Returns how many."""
        vectors = self.vectors()
        every = self._table.load(None)
        lost = [d for d in every if vectors.count(d.id, d.shop) != _distinct(d)]
        return self._again(lost, progress)

    def _again(self, documents: Sequence[Document], progress: Progress) -> int:
        self._write(self.vectors(), documents, progress)
        return len(documents)

    def _write(self, vectors: Vectors, documents: Sequence[Document], progress: Progress) -> None:
        if not documents:
            return
        for document in documents:
            self._table.put(document, ready=False)
            vectors.remember(document.id, document.shop)
            vectors.remove(document.id, document.shop)
        _embed(vectors, documents, progress)
        vectors.forget()
        for document in documents:
            self._table.mark_ready(document.id)

    def _new_state(self) -> IndexState:
        generation = f"g{uuid.uuid4().hex[:10]}"
        return IndexState(generation, self._embedder.name, self._embedder.dimensions)


def _distinct(document: Document) -> int:
    return len({(e.passage.id, e.text if e.is_question else "") for e in entries(document)})


def _embed(vectors: Vectors, documents: Sequence[Document], progress: Progress) -> None:
    total = sum(len(entries(document)) for document in documents)
    done = 0
    for document in documents:
        found = entries(document)
        for start in range(0, len(found), BATCH):
            batch = found[start : start + BATCH]
            vectors.add(document.id, document.shop, batch)
            done += len(batch)
            progress(done, total)
