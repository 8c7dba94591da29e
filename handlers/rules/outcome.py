"""What a matched row means for a wish: type, payer and refund (aftersales-facts.md §1, §5)."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.rules.amounts import damage_step, percent_of
from handlers.rules.facts import Facts
from knowledge.rules.table import NOT_ELIGIBLE, Row

MONEY = frozenset({"cancel", "refund_only", "return_refund"})
MERCHANT_FAULT = frozenset(
    {
        "quality",
        "wrong_item",
        "missing_item",
        "damaged_in_transit",
        "not_received",
        "late",
        "counterfeit",
    }
)
_RETURN = ("return_refund", "refund_only")
_WANTED = {
    "exchange": ("exchange", "reship"),
    "reship": ("reship", "exchange"),
    "return": _RETURN,
    "refund": _RETURN,
    "cancel": _RETURN,
    "refund_only": ("refund_only",),
    "repair": ("repair",),
    "price_diff": ("price_diff",),
}


def choose_type(row: Row, wish: str) -> str:
    """The row's type, or another it offers that the wish names."""
    if wish in ("refund", "cancel") and row.type in MONEY:
        return row.type
    offered = (row.type, *row.also_ok)
    return next((name for name in _WANTED.get(wish, ()) if name in offered), row.type)


def others(row: Row, chosen: str) -> tuple[str, ...]:
    """The types the customer may still choose instead."""
    return tuple(name for name in (row.type, *row.also_ok) if name != chosen and row.also_ok)


def freight_payer(row: Row, chosen: str, reason: str, return_freight: str) -> str:
    """Who pays for goods that still travel."""
    if chosen == row.type:
        return return_freight if row.freight_payer == "policy" else row.freight_payer
    if chosen in ("refund_only", "price_diff"):
        return "none"
    return "merchant" if reason in MERCHANT_FAULT else return_freight


def is_eligible(chosen: str) -> bool:
    """Whether the type gives the buyer something."""
    return chosen not in NOT_ELIGIBLE


def refund(
    row: Row, chosen: str, reason: str, facts: Facts, freight_fen: int, modifiers: Iterable[Row]
) -> int | None:
    """The recommended refund in fen; None for types without money and whenever not certain."""
    if chosen == "price_diff":
        return _price_drop(row, facts)
    if chosen not in ("refund_only", "return_refund"):
        return None
    amount = _base(row, chosen, facts)
    left = facts.lines.left_fen
    if amount is None or left is None:
        return None
    amount += freight_fen if _with_freight(chosen, reason, facts) else 0
    effects = [effect for modifier in modifiers for effect in modifier.effects]
    gift = facts.values[0]["gift_price_fen"]
    amount -= gift if "refund:-gift_price" in effects and isinstance(gift, int) else 0
    amount -= freight_fen if "refund:-outbound_freight" in effects else 0
    return max(0, min(amount, left))


def _price_drop(row: Row, facts: Facts) -> int | None:
    """What was paid above the price of now; None where nobody knows it, or no price fell."""
    share, left, now = facts.lines.share_fen, facts.lines.left_fen, facts.values[0]["price_now_fen"]
    known = row.amount == "price_drop" and isinstance(now, int) and len(facts.lines.claimed) == 1
    if not known or share is None or left is None:
        return None
    return max(0, min(share - int(str(now)) * facts.lines.claimed[0].qty, left))


def _base(row: Row, chosen: str, facts: Facts) -> int | None:
    """The goods' part, by the row's `amount` where nothing is returned."""
    share, percent = facts.lines.share_fen, facts.values[0]["damage_pct"]
    if chosen == "return_refund" or row.amount == "share" or share is None:
        return share
    if row.amount == "missing_part":
        part = facts.lines.missing_fen
        return None if facts.values[0]["lacking"] == "accessory" else part
    if not isinstance(percent, int):
        return None
    return percent_of(share, damage_step(percent) if row.amount == "damage_steps" else percent)


def _with_freight(chosen: str, reason: str, facts: Facts) -> bool:
    """Outbound freight comes back with the last unshipped line, and when everything goes back
    (or never arrives) through the merchant's fault."""
    stage = facts.values[0]["stage"]
    if stage == "unshipped":
        return facts.lines.last_unshipped
    whole = not facts.lines.partial and reason in MERCHANT_FAULT
    return whole and (chosen == "return_refund" or stage == "transit")
