"""The policies of the shops: every version is kept, with who set it and when."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.errors import Conflict
from bot.store import Store
from bot.tables import policies


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of a shop's policy; the first is 1."""

    version: int
    policy: Mapping[str, Any]
    by: str
    at: datetime


class PolicyRows:
    """Policies by shop as JSON: written whole, never changed."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def current(self, shop: str) -> PolicyVersion | None:
        """The version in force; None while the defaults are."""
        with self._store.reading() as db:
            return _newest(db, shop)

    def history(self, shop: str, limit: int = 100) -> Sequence[PolicyVersion]:
        """Newest first."""
        mine = _of(shop).limit(limit)
        with self._store.reading() as db:
            return [_version(row) for row in db.execute(mine)]

    def put(
        self,
        shop: str,
        policy: Mapping[str, Any],
        by: str,
        at: datetime,
        expected: int | None = None,
    ) -> PolicyVersion:
        """Make `policy` the next version, unless it is the one in force already.

        Raises Conflict when `expected` is not the version in force, or another was faster.
        """
        written = json.dumps(policy, ensure_ascii=False, sort_keys=True)
        try:
            with self._store.writing() as db:
                now = _newest(db, shop)
                number = now.version if now else 0
                if expected is not None and expected != number:
                    raise Conflict(f"政策已经改过，现在是第 {number} 版，请重新读取再改")
                if now and dict(now.policy) == dict(policy):
                    return now
                row = {"shop": shop, "version": number + 1, "policy": written, "by": by, "at": at}
                db.execute(policies.insert().values(**row))
        except sa.exc.IntegrityError as error:
            raise Conflict("别人刚改了政策，请重新读取再改") from error
        return PolicyVersion(number + 1, policy, by, at)


def _of(shop: str) -> sa.Select[Any]:
    return policies.select().where(policies.c.shop == shop).order_by(policies.c.version.desc())


def _newest(db: sa.Connection, shop: str) -> PolicyVersion | None:
    row = db.execute(_of(shop).limit(1)).first()
    return _version(row) if row else None


def _version(row: Any) -> PolicyVersion:
    return PolicyVersion(row.version, json.loads(row.policy), row.by, row.at)
