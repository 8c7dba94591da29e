"""Where a one-time code leads. Spent by the turn that takes it (bot.passing_writing)."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.case_store import CaseRows
from bot.conversation import Conversation, Led
from bot.store import Store
from bot.tables import passes

LINES = 12
"""Of the end of a talk, to find what was said last before a code was asked for."""


class Passes:
    """`handlers.going_on.PassBook`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def led(self, digest: str, talk: Conversation, now: datetime) -> Led | None:
        """The talk behind a code given at the same shop to the same kind of people, if good."""
        return await asyncio.to_thread(self._led, digest, talk, now)

    def _led(self, digest: str, talk: Conversation, now: datetime) -> Led | None:
        mine = sa.and_(
            passes.c.shop == talk.shop, passes.c.digest == digest, passes.c.until > now,
            passes.c.audience == talk.audience,
        )  # fmt: skip
        with self._store.reading() as db:
            found = db.execute(sa.select(passes.c.conversation_id).where(mine)).scalar()
        if found is None:
            return None
        lines = self._store.last_lines(found, LINES)[::-1]
        return Led(str(found), tuple(line.text for line in lines if line.sender != "visitor"))

    async def failed(self, keys: Sequence[str], since: datetime) -> dict[str, int]:
        """How many failed tries each key has since then."""
        return await CaseRows(self._store).failed(keys, since)
