"""Which orders of a buyer come first (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from handlers.rules.order import Order

RECENT = 5
"""Orders shown for tapping: more than that nobody reads on a phone."""


def newest_first(orders: Iterable[Order]) -> list[Order]:
    """By payment; what is not paid yet was just placed. Equal moments by number, for good order."""
    by_number = sorted(orders, key=lambda order: order.order_no)
    unpaid = [order for order in by_number if order.paid_at is None]
    paid = [order for order in by_number if order.paid_at is not None]
    return unpaid + sorted(paid, key=_paid, reverse=True)


def _paid(order: Order) -> datetime:
    assert order.paid_at
    return order.paid_at
