"""Timers that are due. They are set and taken away by the turns themselves (bot.mail_store)."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.clock import in_shanghai
from bot.conversation import Timer
from bot.mail import Lease, Todo
from bot.mail_store import free, held, write_timers, write_todos
from bot.store import Store
from bot.tables import conversations, timers

FARTHEST = timedelta(minutes=15)
"""No firing is put off for longer; if it looks so, the clock was set back: it is due."""


@dataclass(frozen=True, slots=True)
class DueTimer:
    """Timer number `seq`, whose time has come. `tries` counts failed firings."""

    seq: int
    conversation_id: str
    shop: str
    timer: Timer
    tries: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Which timers: of these kinds, at most so many, none of conversations in `besides`."""

    kinds: frozenset[str]
    limit: int
    besides: Collection[str] = ()


class Timers:
    """Due timers out. Every call is one short transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(
        self, asked: Asked, now: datetime, machine: datetime, lease: Lease | None
    ) -> list[DueTimer]:
        """Longest due first. `now` is the shop's time, `machine` that of leases and retries."""
        if not asked.limit or not asked.kinds:
            return []
        with self._store.writing() if lease else self._store.reading() as db:
            mine = sa.and_(_due(asked, now, machine), free(timers, db, machine))
            found = _select().where(mine).order_by(timers.c.due_at, timers.c.seq)
            locked = found.limit(asked.limit).with_for_update(skip_locked=True, of=timers)
            rows = db.execute(locked).all()
            if lease and rows:
                seqs = timers.c.seq.in_([row.seq for row in rows])
                values = held(db, lease.holder, lease.lasts, machine)
                db.execute(timers.update().where(seqs).values(**values))
        return [_timer(row) for row in rows]

    def of_conversation(self, conversation_id: str, kind: str) -> list[Timer]:
        """The timers of one kind that a conversation has, soonest first."""
        mine = sa.and_(timers.c.conversation_id == conversation_id, timers.c.kind == kind)
        query = timers.select().where(mine).order_by(timers.c.due_at, timers.c.seq)
        with self._store.reading() as db:
            rows = db.execute(query).all()
        return [Timer(r.key, r.kind, in_shanghai(r.due_at), json.loads(r.data)) for r in rows]

    def wake(self, conversation_id: str, timer: Timer) -> None:
        """Set a timer from outside of any turn: something was heard that must be looked at."""
        with self._store.writing() as db:
            write_timers(db, conversation_id, (timer,), ())

    def any_due(self, asked: Asked, now: datetime, machine: datetime) -> bool:
        """Whether one is due that is not fired yet, even if somebody is at it."""
        with self._store.reading() as db:
            mine = sa.select(timers.c.seq).where(_due(asked, now, machine))
            return db.execute(mine.limit(1)).first() is not None

    def put_off(self, due: DueTimer, until: datetime) -> None:
        """It could not be fired; try again at `until`, on the machine's clock."""
        values = {"tries": timers.c.tries + 1, "again_at": until}
        with self._store.writing() as db:
            mine = timers.update().where(timers.c.seq == due.seq)
            db.execute(mine.values(**values, held_by=None, held_until=None))

    def set_aside(self, due: DueTimer, todo: Todo, at: datetime) -> None:
        """It cannot be fired at all: a person of the shop sees it instead."""
        with self._store.writing() as db:
            if db.execute(timers.delete().where(timers.c.seq == due.seq)).rowcount:
                write_todos(db, (due.conversation_id, due.shop), [todo], at)


def _due(asked: Asked, now: datetime, machine: datetime) -> sa.ColumnElement[bool]:
    again_at = timers.c.again_at
    set_back = again_at > machine + FARTHEST
    again = sa.or_(again_at.is_(None), again_at <= machine, set_back)
    known = sa.and_(timers.c.kind.in_(asked.kinds), timers.c.due_at <= now)
    return sa.and_(known, again, timers.c.conversation_id.not_in(asked.besides))


def _select() -> sa.Select[Any]:
    here = conversations.c.id == timers.c.conversation_id
    return sa.select(timers, conversations.c.shop).join(conversations, here)


def _timer(row: Any) -> DueTimer:
    timer = Timer(row.key, row.kind, in_shanghai(row.due_at), json.loads(row.data))
    return DueTimer(row.seq, row.conversation_id, row.shop, timer, row.tries)
