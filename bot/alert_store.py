"""Urgent to-dos that are still to be told over a shop's webhook. The to-do is the alert."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.clock import in_shanghai
from bot.mail import Lease
from bot.mail_store import free, held
from bot.store import Store
from bot.tables import todos


@dataclass(frozen=True, slots=True)
class Alert:
    """To-do number `seq`, as it is told. `tries` counts failed tellings."""

    seq: int
    shop: str
    conversation_id: str
    kind: str
    text: str
    at: datetime
    tries: int
    ref: str = ""


class Alerts:
    """Alerts out. Every call is one short transaction. Times are the machine's."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(
        self, shops: Collection[str], limit: int, now: datetime, lease: Lease | None,
        besides: Collection[int] = (),
    ) -> list[Alert]:  # fmt: skip
        """Oldest first, of shops that have somebody to tell."""
        if not limit or not shops:
            return []
        due = sa.or_(todos.c.again_at.is_(None), todos.c.again_at <= now)
        open_ = sa.and_(todos.c.told_at.is_(None), todos.c.done_at.is_(None), todos.c.urgent)
        mine = sa.and_(open_, due, todos.c.shop.in_(shops), todos.c.seq.not_in(besides))
        with self._store.writing() if lease else self._store.reading() as db:
            found = todos.select().where(mine, free(todos, db, now)).order_by(todos.c.seq)
            rows = db.execute(found.limit(limit).with_for_update(skip_locked=True)).all()
            if lease and rows:
                seqs = todos.c.seq.in_([row.seq for row in rows])
                values = held(db, lease.holder, lease.lasts, now)
                db.execute(todos.update().where(seqs).values(**values))
        return [_alert(row) for row in rows]

    def told(self, seq: int, at: datetime) -> None:
        self._update(seq, {"told_at": at})

    def again(self, seq: int, until: datetime) -> None:
        """It could not be told; try again at `until`."""
        self._update(seq, {"again_at": until, "tries": todos.c.tries + 1})

    def _update(self, seq: int, values: dict[str, Any]) -> None:
        with self._store.writing() as db:
            mine = todos.update().where(todos.c.seq == seq)
            db.execute(mine.values(**values, held_by=None, held_until=None))


def _alert(row: Any) -> Alert:
    whose = (row.shop, row.conversation_id)
    return Alert(row.seq, *whose, row.kind, row.text, in_shanghai(row.at), row.tries, row.ref)
