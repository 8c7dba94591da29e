"""Where orders come from: one protocol, kept by every source (tests/contracts/test_orders.py)."""

from collections.abc import Sequence
from typing import Protocol

from bot.errors import KaidianError
from handlers.rules.order import Order
from handlers.rules.recent import RECENT


class Orders(Protocol):
    """A source of orders. Both calls raise OrdersUnavailable when the source does not answer."""

    async def of_buyer(self, shop: str, buyer: str, limit: int = RECENT) -> Sequence[Order]:
        """The buyer's own orders in this shop, newest first. Only for a vouched buyer."""
        ...

    async def by_number(self, shop: str, order_no: str) -> Order | None:
        """The order, or None. What it holds may be told only after a proof (rules/identity)."""
        ...


class OrdersUnavailable(KaidianError):
    """The shop's order system did not answer, or answered what nobody understands."""

    code = "orders_unavailable"
    status = 502
