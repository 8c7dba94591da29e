"""Orders kept in our own database: imported from a sheet, or put there in the sandbox.

Keeps the protocol of handlers.orders.base without importing it: stores lie below handlers.
"""

import asyncio
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from bot.store import Store
from bot.tables import orders
from handlers.rules.order import Order
from handlers.rules.recent import RECENT, newest_first

Source = Literal["sandbox", "sheet"]
SEARCHED = 500
"""Orders of one buyer that are looked through for the newest."""


class OrderRows:
    """Orders by shop and number; the last one put counts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, shop: str, found: Iterable[Order], source: Source, at: datetime) -> int:
        """Keep these orders, in place of older ones of their numbers; how many there were."""
        rows = {order.order_no: _row(shop, order, source, at) for order in found}
        numbers = list(rows)
        with self._store.writing() as db:
            for start in range(0, len(numbers), 500):
                some = numbers[start : start + 500]
                same = sa.and_(orders.c.shop == shop, orders.c.order_no.in_(some))
                db.execute(orders.delete().where(same))
                db.execute(orders.insert(), [rows[number] for number in some])
        return len(rows)

    def forget(self, source: Source) -> None:
        """Drop everything of a source."""
        with self._store.writing() as db:
            db.execute(orders.delete().where(orders.c.source == source))

    async def of_buyer(self, shop: str, buyer: str, limit: int = RECENT) -> Sequence[Order]:
        """Newest first."""
        mine = sa.and_(orders.c.shop == shop, orders.c.buyer == buyer)
        found = await asyncio.to_thread(self._read, mine)
        return newest_first(found)[:limit]

    async def by_number(self, shop: str, order_no: str) -> Order | None:
        """The order, or None."""
        this = sa.and_(orders.c.shop == shop, orders.c.order_no == order_no)
        return next(iter(await asyncio.to_thread(self._read, this)), None)

    def _read(self, wanted: sa.ColumnElement[bool]) -> list[Order]:
        query = sa.select(orders.c.body).where(wanted).order_by(orders.c.at.desc()).limit(SEARCHED)
        with self._store.reading() as db:
            return [Order.from_json(json.loads(body)) for body in db.execute(query).scalars()]


def _row(shop: str, order: Order, source: Source, at: datetime) -> dict[str, object]:
    body = json.dumps({**order.to_json(), "shop": shop}, ensure_ascii=False)
    return {
        "shop": shop,
        "order_no": order.order_no,
        "buyer": order.buyer,
        "source": source,
        "body": body,
        "at": at,
    }
