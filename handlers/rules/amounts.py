"""Money in fen (aftersales-facts.md §5): parts add up, nothing negative, nothing above paid."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.rules.order import Item, Order
from knowledge.rules.categories import Categories

DAMAGE_STEPS = (10, 30, 50, 80, 100)
# Stands for an amount nobody knows: above any limit.
UNKNOWN_FEN = 10**15


def half_up(numerator: int, denominator: int) -> int:
    """numerator ÷ denominator for non-negative numbers, halves rounded up."""
    return (2 * numerator + denominator) // (2 * denominator)


def is_gift(item: Item, categories: Categories) -> bool:
    """Whether the line came free with the others."""
    return bool(item.gift) or item.category in categories.gifts


def paid_for_goods(order: Order, prices: Sequence[int | None]) -> int | None:
    """What was paid for the goods, without freight; None when the order does not tell.

    Shops write `amount_fen` with or without freight, after the discount or before it. Where
    prices and discount explain it they decide; otherwise (coupons, points) it is what was paid,
    freight included, and never more than the goods come to.
    """
    freight, amount = order.freight_fen or 0, order.amount_fen
    known = [price for price in prices if price is not None]
    if len(known) < len(prices):
        return None if amount is None else max(0, amount - freight)
    gross = sum(known)
    net = max(0, gross - (order.discount_fen or 0))
    if amount is None or amount in (net, net + freight, gross, gross + freight):
        return net
    return max(0, min(net, amount - freight))


def shares(prices: Sequence[int], paid: int) -> tuple[int, ...]:
    """`paid` split by line price, halves up; the last line takes the rest. Sums to `paid`."""
    total, left, parts = sum(prices), paid, []
    for price in prices[:-1]:
        part = min(left, half_up(price * paid, total) if total else 0)
        parts.append(part)
        left -= part
    return (*parts, left) if prices else ()


def units(share: int, taken: int, qty: int) -> int:
    """The part of a line's share for `taken` of its `qty` units; all units take all of it."""
    return share if taken >= qty else half_up(share * taken, qty)


def damage_step(percent: int) -> int:
    """The damage share rounded up to 10, 30, 50, 80 or 100 %."""
    return next(step for step in DAMAGE_STEPS if percent <= step)


def percent_of(fen: int, percent: int) -> int:
    """So many percent, halves up."""
    return half_up(fen * percent, 100)


def line_shares(order: Order, gifts: Sequence[bool]) -> tuple[int | None, ...]:
    """What was paid for each line; 0 for gifts, None where it is unknown.

    With one paid line its share is the whole amount even when its price is unknown.
    """
    lines = [at for at, gift in enumerate(gifts) if not gift]
    prices = [_line_price(order.items[at]) for at in lines]
    paid = paid_for_goods(order, prices)
    known = [price for price in prices if price is not None]
    result: list[int | None] = [0] * len(gifts)
    if paid is None or (len(known) < len(prices) and len(prices) > 1):
        parts: Sequence[int | None] = [None] * len(lines)
    else:
        parts = shares(known or [0] * len(lines), paid)
    for at, part in zip(lines, parts, strict=True):
        result[at] = part
    return tuple(result)


def _line_price(item: Item) -> int | None:
    return None if item.price_fen is None else item.price_fen * item.qty


def sum_known(parts: Sequence[int | None]) -> int | None:
    """The sum, or None when a part is unknown."""
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None
