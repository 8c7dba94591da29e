"""Cursors: how far each channel has read whose platform must be asked for its messages."""

from datetime import datetime

import sqlalchemy as sa

from bot.mail import Lease
from bot.mail_store import free, held, insert_new
from bot.store import Store
from bot.tables import cursors


class Cursors:
    """How far each channel has read that must ask for its messages."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, channel: str, account: str, name: str = "") -> str:
        """'' before the first `put`."""
        with self._store.reading() as db:
            mine = _cursor(channel, account, name)
            return str(db.execute(sa.select(cursors.c.value).where(mine)).scalar() or "")

    def put(self, channel: str, account: str, value: str, name: str = "") -> None:
        """Only after what was read has been accepted: reading twice is harmless, skipping not."""
        new = {"channel": channel, "account": account, "name": name, "value": value}
        with self._store.writing() as db:
            if not insert_new(db, cursors, new):
                mine = _cursor(channel, account, name)
                db.execute(cursors.update().where(mine).values(value=value))

    def hold(self, channel: str, account: str, lease: Lease, now: datetime, name: str = "") -> bool:
        """Whether `lease.holder` alone may read now. Its own lease is prolonged."""
        new = {"channel": channel, "account": account, "name": name, "value": ""}
        with self._store.writing() as db:
            insert_new(db, cursors, new)
            mine = sa.or_(free(cursors, db, now), cursors.c.held_by == lease.holder)
            values = held(db, lease.holder, lease.lasts, now)
            theirs = cursors.update().where(_cursor(channel, account, name), mine)
            return bool(db.execute(theirs.values(**values)).rowcount == 1)

    def let_go(self, channel: str, account: str, lease: Lease, name: str = "") -> None:
        """Somebody else may read now; a lease that has passed to another stays there."""
        mine = sa.and_(_cursor(channel, account, name), cursors.c.held_by == lease.holder)
        with self._store.writing() as db:
            db.execute(cursors.update().where(mine).values(held_by=None, held_until=None))


def _cursor(channel: str, account: str, name: str) -> sa.ColumnElement[bool]:
    mine = (cursors.c.channel == channel, cursors.c.account == account, cursors.c.name == name)
    return sa.and_(*mine)
