"""Cases and their history. A case changes with a turn or with an operator's act, never otherwise.

`case_claims` holds one row per item with an open case, so that two conversations at the same
moment cannot open two; the loser's turn is decided again and finds the case of the other.
"""

import asyncio
import json
import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.case_writing import write_case
from bot.cases import CaseChange, CaseEntry, CaseFile, CaseItem
from bot.clock import in_shanghai
from bot.conversation import Conversation, Timer
from bot.errors import Conflict
from bot.mail_store import write_timers
from bot.store import Store
from bot.tables import (
    attachments,
    case_evidence,
    case_history,
    cases,
    conversations,
    failed_tries,
)
from bot.turn_writing import insert_conversation


class CaseRows:
    """Reads cases; `change` writes one act of an operator or of the platform."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, case_id: str) -> CaseFile | None:
        """The case as it stands, or None."""
        with self._store.reading() as db:
            row = db.execute(cases.select().where(cases.c.id == case_id)).first()
            return _case(db, row) if row else None

    async def read(self, case_id: str) -> CaseFile | None:
        """As `get`, off the event loop."""
        return await asyncio.to_thread(self.get, case_id)

    async def of_platform(self, shop: str, number: str, order_no: str) -> CaseFile | None:
        """The case of the platform's after-sale: told of, filed by us, or else the order's newest
        open one that the platform has not told of."""
        return await asyncio.to_thread(self._of_platform, shop, number, order_no)

    def _of_platform(self, shop: str, number: str, order_no: str) -> CaseFile | None:
        ours = cases.c.shop == shop
        known = sa.or_(cases.c.platform_id == number, cases.c.filed_as == number)
        untold = sa.and_(cases.c.platform_id.is_(None), cases.c.filed_as.is_(None))
        running = sa.and_(untold, cases.c.order_no == order_no, cases.c.deadline.is_not(None))
        newest = cases.select().order_by(cases.c.seq.desc()).limit(1)
        with self._store.reading() as db:
            for mine in (known, running):
                row = db.execute(newest.where(ours, mine)).first()
                if row:
                    return _case(db, row)
        return None

    def listed(
        self, shop: str, status: str = "", after: int = 0, limit: int = 100, order_no: str = ""
    ) -> list[tuple[int, CaseFile]]:
        """Newest first with their places, below place `after`; `shop` '' means every shop."""
        wanted = [
            *([cases.c.shop == shop] if shop else []),
            *([cases.c.status == status] if status else []),
            *([cases.c.order_no == order_no] if order_no else []),
            *([cases.c.seq < after] if after else []),
        ]
        query = cases.select().where(sa.and_(sa.true(), *wanted)).order_by(cases.c.seq.desc())
        with self._store.reading() as db:
            found = db.execute(query.limit(limit)).all()
            return [(row.seq, _case(db, row)) for row in found]

    def due(self, shop: str, statuses: Collection[str], limit: int) -> list[CaseFile]:
        """Cases in these statuses, those whose deadline is nearest first."""
        mine = sa.and_(
            cases.c.shop == shop, cases.c.status.in_(statuses), cases.c.deadline.is_not(None)
        )
        query = cases.select().where(mine).order_by(cases.c.deadline, cases.c.seq).limit(limit)
        with self._store.reading() as db:
            return [_case(db, row) for row in db.execute(query).all()]

    async def of_order(self, shop: str, order_no: str) -> Sequence[CaseFile]:
        """Every case of an order, oldest first."""
        return await asyncio.to_thread(self._of_order, shop, order_no)

    def _of_order(self, shop: str, order_no: str) -> list[CaseFile]:
        mine = sa.and_(cases.c.shop == shop, cases.c.order_no == order_no)
        with self._store.reading() as db:
            found = db.execute(cases.select().where(mine).order_by(cases.c.seq)).all()
            return [_case(db, row) for row in found]

    async def reused(self, shop: str, order_no: str, digests: Sequence[str]) -> bool:
        """Whether one of these pictures was evidence for another order of the shop."""
        return await asyncio.to_thread(self._reused, shop, order_no, digests)

    def _reused(self, shop: str, order_no: str, digests: Sequence[str]) -> bool:
        if not digests:
            return False
        same = sa.and_(case_evidence.c.shop == shop, case_evidence.c.digest.in_(list(digests)))
        other = case_evidence.c.order_no != order_no
        with self._store.reading() as db:
            return (
                db.execute(case_evidence.select().where(same, other).limit(1)).first() is not None
            )

    async def digests(self, conversation_id: str, ids: Sequence[str]) -> Sequence[str]:
        """Content hashes of pictures uploaded in this conversation, in no order."""
        return await asyncio.to_thread(self._digests, conversation_id, ids)

    def _digests(self, conversation_id: str, ids: Sequence[str]) -> list[str]:
        mine = sa.and_(
            attachments.c.conversation_id == conversation_id, attachments.c.id.in_(list(ids))
        )
        query = sa.select(attachments.c.digest).where(mine).order_by(attachments.c.digest)
        with self._store.reading() as db:
            return list(db.execute(query).scalars())

    async def failed(self, keys: Sequence[str], since: datetime) -> dict[str, int]:
        """How many failed proofs each key has since then."""
        return await asyncio.to_thread(self._failed, keys, since)

    def _failed(self, keys: Sequence[str], since: datetime) -> dict[str, int]:
        tried = failed_tries.c
        query = (
            sa.select(tried.key, sa.func.count())
            .where(tried.key.in_(list(keys)), tried.at >= since)
            .group_by(tried.key)
        )
        with self._store.reading() as db:
            counted = {row[0]: int(row[1]) for row in db.execute(query)}
        return {key: counted.get(key, 0) for key in keys}

    def change(
        self, change: CaseChange, timers: Sequence[Timer] = (), cancels: Sequence[str] = ()
    ) -> None:
        """Write one act and its case's timers. Raises Conflict when somebody was faster.

        A case without a conversation has no timers: give it one (`talk_of`).
        """
        talk = change.after.conversation_id
        try:
            with self._store.writing() as db:
                changed = write_case(db, change)
                if not changed:
                    raise Conflict("这张售后单刚被改过，请重新读取再办")
                if talk:
                    write_timers(db, talk, timers, cancels)
        except sa.exc.IntegrityError as error:
            raise Conflict("这件商品已有在办的售后") from error

    def talk_of(self, shop: str, buyer: str | None, at: datetime) -> str:
        """The conversation to tell a buyer the news in: the last one, else a new, silent one."""
        door = f"{shop}-customer"
        customer = sa.and_(conversations.c.shop == shop, conversations.c.audience == "customer")
        last = sa.select(conversations.c.id).order_by(conversations.c.updated_at.desc())
        with self._store.writing() as db:
            mine = last.where(customer, conversations.c.buyer_id == buyer).limit(1)
            found = db.execute(mine).scalar() if buyer else None
            if found:
                return str(found)
            number = uuid.uuid4().hex
            silent = Conversation(number, 0, shop, "customer", door, f"case:{number}", buyer)
            insert_conversation(db, silent, at)
        return number


def _case(db: sa.Connection, row: Any) -> CaseFile:
    lines = case_history.select().where(case_history.c.case_id == row.id)
    history = db.execute(lines.order_by(case_history.c.version)).all()
    return CaseFile(
        id=row.id,
        version=row.version,
        shop=row.shop,
        order_no=row.order_no,
        buyer=row.buyer,
        conversation_id=row.conversation_id,
        type=row.type,
        status=row.status,
        items=tuple(CaseItem(**item) for item in json.loads(row.items)),
        decision=json.loads(row.decision),
        record=row.record,
        history=tuple(CaseEntry(in_shanghai(e.at), e.by, e.status, e.note) for e in history),
        deadline=row.deadline,
        refund_fen=row.refund_fen,
        approved_at=row.approved_at,
        received_at=row.received_at,
        waybill=row.waybill,
        platform_id=row.platform_id,
        evidence=tuple(json.loads(row.evidence)),
        filing=row.filing,
        filed_as=row.filed_as,
    )
