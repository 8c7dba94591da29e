"""Which lines of the order are meant, at which stage, and what they are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.rules.amounts import is_gift, line_shares, sum_known, units
from handlers.rules.decision import Claimed
from handlers.rules.order import Item, Order
from knowledge.rules.categories import Categories

CLAIMS = frozenset(
    {
        "cancel",
        "refund",
        "return",
        "refund_only",
        "exchange",
        "reship",
        "repair",
        "price_diff",
        "compensation",
    }
)
_FAULTS = frozenset(
    {
        "quality",
        "wrong_item",
        "missing_item",
        "damaged_in_transit",
        "not_received",
        "counterfeit",
    }
)
_STAGES = {
    "unpaid": "unpaid",
    "paid_unshipped": "unshipped",
    "shipped": "transit",
    "signed": "received",
    "completed": "received",
}


@dataclass(frozen=True)
class Lines:
    """The lines a request is about. `choice` is one, all or missing; money is in fen.

    `share_fen` is what was paid for the claimed units, None when unknown; `left_fen` the most
    that can still be paid back; `missing_fen` the price of a missing part.
    """

    choice: str
    items: tuple[Item, ...]
    stages: tuple[str, ...]
    claimed: tuple[Claimed, ...]
    share_fen: int | None
    left_fen: int | None
    missing_fen: int | None
    partial: bool
    last_unshipped: bool


def stage_of(order: Order, item: Item) -> str:
    """The stage of one line: refunded when listed, else by status or by what its dates show."""
    if item.title in order.refunded_items:
        return "refunded"
    if order.status != "refunded":
        return _STAGES[order.status]
    if not order.refunded_items:
        return "refunded"
    dated = (
        (order.signed_at, "received"),
        (order.shipped_at, "transit"),
        (order.paid_at, "unshipped"),
    )
    return next((stage for moment, stage in dated if moment), "unpaid")


@dataclass(frozen=True)
class Meant:
    """What was said of which goods: their title, how many, and whether other goods were named."""

    named: str | None
    qty: int | None
    elsewhere: bool = False


def choose(order: Order, categories: Categories, meant: Meant, wish: str, reason: str) -> Lines:
    """The lines meant by a named item, or by nothing named (aftersales-facts.md §3, item).

    Who names goods that the order does not hold means none of its lines yet.
    """
    named, qty = meant.named, meant.qty
    gifts = [is_gift(item, categories) for item in order.items]
    paid = [at for at, gift in enumerate(gifts) if not gift] or list(range(len(gifts)))
    stages = [stage_of(order, item) for item in order.items]
    open_ = [at for at in paid if stages[at] != "refunded"] or paid
    found = _find(order, named)
    if found is None and len(open_) == 1 and not meant.elsewhere:
        found = open_[0]
    if found is not None:
        return _lines(order, gifts, stages, "one", [found], qty)
    claim = wish in CLAIMS or (wish == "unsaid" and reason in _FAULTS)
    unclear = (meant.elsewhere or named not in (None, "all", "one")) or (
        named != "all" and claim and any(stages[at] == "received" for at in open_)
    )
    return _lines(order, gifts, stages, "missing" if unclear else "all", open_, None)


def _find(order: Order, named: str | None) -> int | None:
    """The line a title names: exactly, or as the only one containing it."""
    if named is None:
        return None
    titles = [item.title for item in order.items]
    if named in titles:
        return titles.index(named)
    name = named.strip()
    near = [at for at, title in enumerate(titles) if name in title or title in name]
    return near[0] if len(near) == 1 else None


def _lines(
    order: Order,
    gifts: Sequence[bool],
    stages: Sequence[str],
    choice: str,
    taken: Sequence[int],
    qty: int | None,
) -> Lines:
    parts = line_shares(order, gifts)
    counts = {at: min(qty or order.items[at].qty, order.items[at].qty) for at in taken}
    paid = [at for at, gift in enumerate(gifts) if not gift]
    rest = [at for at in paid if not _complete(order, counts, at)]
    share = sum_known(
        [_units(parts[at], count, order.items[at].qty) for at, count in counts.items()]
    )
    single = choice == "one" and (qty is not None or (len(paid) > 1 and _one(order, taken)))
    return Lines(
        choice=choice,
        items=tuple(order.items[at] for at in taken),
        stages=tuple(stages[at] for at in taken),
        claimed=() if choice == "missing" else _claimed(order, counts),
        share_fen=share,
        left_fen=_left(order, parts, stages),
        missing_fen=share if single else None,
        partial=bool(rest) and choice != "missing",
        last_unshipped=all(stages[at] == "refunded" for at in rest),
    )


def _complete(order: Order, counts: dict[int, int], at: int) -> bool:
    return counts.get(at) == order.items[at].qty


def _one(order: Order, taken: Sequence[int]) -> bool:
    return order.items[taken[0]].qty == 1


def _claimed(order: Order, counts: dict[int, int]) -> tuple[Claimed, ...]:
    return tuple(Claimed(order.items[at].title, count) for at, count in counts.items())


def _units(share: int | None, taken: int, qty: int) -> int | None:
    return None if share is None else units(share, taken, qty)


def _left(order: Order, parts: Sequence[int | None], stages: Sequence[str]) -> int | None:
    """Paid, freight included, less what was refunded already."""
    kept = [part for part, stage in zip(parts, stages, strict=True) if stage != "refunded"]
    goods = sum_known(kept)
    return None if goods is None else goods + (order.freight_fen or 0)
