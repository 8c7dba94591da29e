"""To-dos as staff name them on the phone: by their number, which leads to a case or a chat."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.case_writing import ALERTS
from bot.store import Store
from bot.tables import todos

WAITING = ("handoff", "case_review", "case_due", "case_overdue", "filing")
"""Kinds of to-do that staff are asked to decide."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What a number stands for. `case_id` '' for a chat; `handoff` '' for a case."""

    number: int
    conversation_id: str
    kind: str
    text: str
    ref: str

    @property
    def case_id(self) -> str:
        what, _, rest = self.ref.partition(":")
        return rest.split(":")[0] if what in ("case", "filing", "accept") else ""

    @property
    def handoff(self) -> str:
        what, _, rest = self.ref.partition(":")
        return rest.split(":")[0] if what in ("handoff", "silent") else ""


class Matters:
    """Reads to-dos. Numbers stay good when the to-do is done: the case goes on under them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, number: int, shop: str) -> Matter | None:
        """Of this shop alone: nobody learns what another shop's numbers stand for."""
        mine = sa.and_(todos.c.seq == number, todos.c.shop == shop, todos.c.kind.in_(WAITING))
        with self._store.reading() as db:
            row = db.execute(todos.select().where(mine)).first()
        return _matter(row) if row else None

    def waiting(self, shop: str, limit: int) -> list[Matter]:
        """Open ones, those waiting longest first; of one case or chat the newest alone."""
        mine = sa.and_(todos.c.shop == shop, todos.c.done_at.is_(None), todos.c.kind.in_(WAITING))
        with self._store.reading() as db:
            rows = db.execute(todos.select().where(mine).order_by(todos.c.seq.desc()).limit(200))
            found = [_matter(row) for row in rows]
        newest = {matter.case_id or matter.handoff or matter.ref: matter for matter in found[::-1]}
        return sorted(newest.values(), key=lambda matter: matter.number)[:limit]

    def of_case(self, case_id: str, version: int) -> int | None:
        """The newest number of a case, open or not."""
        versions = range(max(0, version - 50), version + 1)
        return self._newest([f"case:{case_id}:{v}:{what}" for v in versions for what in ALERTS])

    def of_handoff(self, number: str, rounds: int = 8) -> int | None:
        """The first number of a hand-over."""
        refs = [f"handoff:{number}:{n}" for n in ("called", *range(rounds))]
        return self._newest(refs)

    def _newest(self, refs: Sequence[str]) -> int | None:
        query = sa.select(sa.func.max(todos.c.seq)).where(todos.c.ref.in_(list(refs)))
        with self._store.reading() as db:
            found = db.execute(query).scalar()
        return int(found) if found else None


def _matter(row: Any) -> Matter:
    return Matter(row.seq, row.conversation_id, row.kind, row.text, row.ref)
