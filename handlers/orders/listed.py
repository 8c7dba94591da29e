"""Orders that are at hand: the demo shop's, and the twin of every other source in tests."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from handlers.orders.base import Orders
from handlers.rules.order import Order
from handlers.rules.recent import RECENT, newest_first


@dataclass(frozen=True, slots=True)
class ListedOrders:
    """`read` gives all orders as they stand now; each names its shop."""

    read: Callable[[], Sequence[Order]]

    async def of_buyer(self, shop: str, buyer: str, limit: int = RECENT) -> Sequence[Order]:
        mine = [order for order in self.read() if (order.shop, order.buyer) == (shop, buyer)]
        return newest_first(mine)[:limit]

    async def by_number(self, shop: str, order_no: str) -> Order | None:
        here = (order for order in self.read() if order.shop == shop)
        return next((order for order in here if order.order_no == order_no), None)


@dataclass(frozen=True, slots=True)
class SeveralSources:
    """Sources asked one after the other; an order that two of them know is the first one's."""

    sources: Sequence[Orders]

    async def of_buyer(self, shop: str, buyer: str, limit: int = RECENT) -> Sequence[Order]:
        found: dict[str, Order] = {}
        for source in self.sources:
            for order in await source.of_buyer(shop, buyer, limit):
                found.setdefault(order.order_no, order)
        return newest_first(list(found.values()))[:limit]

    async def by_number(self, shop: str, order_no: str) -> Order | None:
        for source in self.sources:
            if order := await source.by_number(shop, order_no):
                return order
        return None
