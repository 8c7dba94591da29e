"""The document table: what is known, as SQL rows (knowledge.documents.DocumentTable)."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from bot.store import Store
from bot.tables import documents, index_state
from knowledge.documents import Document, IndexState, Origin, Passage


class DocumentRows:
    """Documents with their passages as JSON: always read and written whole."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def digests(self, shop: str | None) -> dict[str, str]:
        mine = sa.select(documents.c.id, documents.c.digest).where(documents.c.ready, _of(shop))
        with self._store.reading() as db:
            return {row.id: row.digest for row in db.execute(mine)}

    def put(self, document: Document, *, ready: bool) -> None:
        passages = json.dumps([asdict(p) for p in document.passages], ensure_ascii=False)
        values = {
            "id": document.id,
            "shop": document.shop,
            "name": document.name,
            "title": document.title,
            "digest": document.digest,
            "passages": passages,
        }
        with self._store.writing() as db:
            db.execute(documents.delete().where(documents.c.id == document.id))
            db.execute(documents.insert().values(**values, ready=ready))

    def mark_ready(self, document_id: str) -> None:
        with self._store.writing() as db:
            db.execute(documents.update().where(documents.c.id == document_id).values(ready=True))

    def remove(self, document_id: str) -> None:
        with self._store.writing() as db:
            db.execute(documents.delete().where(documents.c.id == document_id))

    def load(self, shop: str | None) -> Sequence[Document]:
        return self._found(_of(shop))

    def unfinished(self) -> Sequence[Document]:
        return self._found(~documents.c.ready)

    def _found(self, wanted: sa.ColumnElement[bool]) -> Sequence[Document]:
        with self._store.reading() as db:
            found = db.execute(documents.select().where(wanted).order_by(documents.c.id))
            return [_document(row) for row in found]

    def index_state(self) -> IndexState | None:
        with self._store.reading() as db:
            row = db.execute(index_state.select()).first()
        return IndexState(row.generation, row.model, row.dimensions) if row else None

    def set_index_state(self, state: IndexState) -> None:
        with self._store.writing() as db:
            db.execute(index_state.delete())
            db.execute(index_state.insert().values(name="current", **asdict(state)))


def _of(shop: str | None) -> sa.ColumnElement[bool]:
    return sa.true() if shop is None else documents.c.shop == shop


def _document(row: Any) -> Document:
    passages = tuple(_passage(data) for data in json.loads(row.passages))
    return Document(row.id, row.shop, row.name, row.title, row.digest, passages)


def _passage(data: dict[str, Any]) -> Passage:
    origin = Origin(**data.pop("origin"))
    asks, qualifies = tuple(data.pop("asks")), tuple(data.pop("qualifies"))
    return Passage(**data, origin=origin, asks=asks, qualifies=qualifies)
