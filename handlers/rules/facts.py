"""From an order, a policy, stated facts and now to the facts rows read (aftersales-facts.md §3).

Order data beat what is stated; what is stated beats what would only be assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handlers.rules.amounts import UNKNOWN_FEN, percent_of
from handlers.rules.decision import Window
from handlers.rules.item_facts import item_facts
from handlers.rules.lines import Lines, Meant, choose
from handlers.rules.order import Order
from handlers.rules.policy import effective
from handlers.rules.window import midnight, period_end, shanghai, workdays_after
from knowledge.policies import Policy
from knowledge.rules.book import RuleBook
from knowledge.rules.vocabulary import MISSING, Value

Stated = Mapping[str, Value]
Known = dict[str, Value | None]
LEGAL_DAYS = 7
_MONEY = frozenset({"cancel", "refund", "return", "refund_only"})


@dataclass(frozen=True)
class Facts:
    """What rows read: `values` holds one mapping per kind of line, one where lines do not differ.

    `policy` is the effective one; `window` is None until the day of signing is known.
    """

    values: tuple[Mapping[str, Value], ...]
    lines: Lines
    policy: Policy
    window: Window | None
    now: datetime


def derive(
    book: RuleBook,
    order: Order,
    policy: Policy,
    stated: Stated,
    now: datetime,
    requester: str | None,
) -> Facts:
    """All facts of one request. `stated` must have passed `read_stated`; total for such input."""
    now = shanghai(now)
    wish = str(stated.get("wish", "unsaid"))
    lines = _chosen(book, order, stated, wish)
    mine = effective(book.policy, policy, order.order_no, [item.title for item in lines.items])
    signed = _signed_on(order, stated, now)
    common = _layers(book, stated, _assumed(order, lines, wish, signed, now))
    common |= _present(_order_facts(order, stated, now, requester, mine))
    common |= _present(_day_facts(order, mine, signed, now))
    common |= _line_facts(lines, stated, mine)
    common |= {"discount_fen": order.discount_fen or 0} | mine.facts()
    rows = [
        common | item_facts(book, order, item, stage, stated, mine, now)
        for item, stage in zip(lines.items, lines.stages, strict=True)
    ]
    distinct = tuple(row for at, row in enumerate(rows) if row not in rows[:at])
    return Facts(
        _with_promise(distinct, mine, stated), lines, mine, _window(signed, mine, now), now
    )


def _chosen(book: RuleBook, order: Order, stated: Stated, wish: str) -> Lines:
    named, qty = stated.get("item"), stated.get("qty")
    meant = Meant(
        named if isinstance(named, str) else None,
        qty if isinstance(qty, int) else None,
        stated.get("not_ordered", "none") != "none" and named is None,
    )
    return choose(order, book.categories, meant, wish, str(stated.get("reason_class", "other")))


def _layers(book: RuleBook, stated: Stated, assumed: Known) -> dict[str, Value]:
    return {**book.vocabulary.defaults, **_present(assumed), **stated}


def _present(known: Known) -> dict[str, Value]:
    return {name: value for name, value in known.items() if value is not None}


def _assumed(order: Order, lines: Lines, wish: str, signed: date | None, now: datetime) -> Known:
    """What holds unless somebody says otherwise."""
    return {
        "reason_class": default_reason(wish, lines.stages[0]),
        "case": "open" if order.open_return_id else None,
    }


def default_reason(wish: str, stage: str) -> str:
    """The reason of a wish for which none was given."""
    if wish in _MONEY or wish in ("exchange", "withdraw"):
        return "no_reason"
    if wish == "reship":
        return "not_received" if stage == "transit" else "missing_item"
    return "quality" if wish == "repair" else "other"


def _order_facts(
    order: Order, stated: Stated, now: datetime, requester: str | None, policy: Policy
) -> Known:
    """What the order itself says; None where it is silent."""
    paid = (now.date() - shanghai(order.paid_at).date()).days if order.paid_at else None
    reused = order.evidence_hash_reused
    return {
        "order_ref": None if order.order_no.strip() else "missing",
        "ownership": _ownership(order, stated, requester),
        "case": "open" if order.open_return_id and stated.get("case") == "none" else None,
        "return_check": order.return_check,
        "missing_claims_90d": order.buyer_missing_claims_90d,
        "evidence_reused": None if reused is None else _yes(reused),
        "refund_workdays": _since_refund(order, now),
        "paid_days": paid,
        "price_protected": _protected(paid, policy),
    }


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def _ownership(order: Order, stated: Stated, requester: str | None) -> str | None:
    """Words never prove an order: a requester counts only when the order names the buyer."""
    if requester is None:
        return None if "ownership" in stated else "proven"
    if order.buyer is None:
        return "other" if stated.get("ownership") == "other" else "unproven"
    return "proven" if requester == order.buyer else "other"


def _since_refund(order: Order, now: datetime) -> int | None:
    if order.refunded_at is None:
        return None
    return max(0, workdays_after(shanghai(order.refunded_at).date(), now.date()))


def _protected(paid_days: int | None, policy: Policy) -> str | None:
    """Without price protection in the policy, only a record (stated) can give it."""
    if paid_days is None or policy.price_protection_days == 0:
        return None
    return _yes(paid_days <= policy.price_protection_days)


def _signed_on(order: Order, stated: Stated, now: datetime) -> date | None:
    """The day of signing; a stated day number counts only where the order has no date."""
    if order.signed_at is not None:
        return shanghai(order.signed_at).date()
    day = stated.get("day")
    return now.date() - timedelta(days=day) if isinstance(day, int) else None


def _day_facts(order: Order, policy: Policy, signed: date | None, now: datetime) -> Known:
    """Day number, windows and the fresh hours; all None while the day of signing is unknown."""
    if signed is None:
        return {}
    fresh = timedelta(hours=policy.fresh_hours)
    moment = shanghai(order.signed_at) if order.signed_at else None
    return {
        "day": (now.date() - signed).days,
        "in7": _yes(now < period_end(signed, LEGAL_DAYS)),
        "in15": _yes(now < period_end(signed, 15)),
        "in_window": _yes(now < period_end(signed, policy.no_reason_days)),
        "fresh_window": None if moment is None else ("closed", "open")[now <= moment + fresh],
    }


def _window(signed: date | None, policy: Policy, now: datetime) -> Window | None:
    if signed is None:
        return None
    return Window(
        day=(now.date() - signed).days,
        starts=midnight(signed + timedelta(days=1)),
        ends=period_end(signed, policy.no_reason_days),
    )


def _line_facts(lines: Lines, stated: Stated, policy: Policy) -> dict[str, Value]:
    """Which part of the order, and how much money it is about."""
    percent, affected = stated.get("damage_pct"), stated.get("affected_fen")
    if lines.share_fen is not None:
        affected = percent_of(lines.share_fen, percent if isinstance(percent, int) else 100)
    return {
        "item": lines.choice,
        "partial": _yes(lines.partial),
        "affected_fen": UNKNOWN_FEN if affected is None else affected,
    }


def _with_promise(
    rows: tuple[Mapping[str, Value], ...], policy: Policy, stated: Stated
) -> tuple[Mapping[str, Value], ...]:
    """A promise on record is recorded. One said to be recorded whose terms stand nowhere is a
    claim where they would matter: nobody is refused on terms that cannot be read."""
    if policy.promises:
        return tuple({**row, "promise": "recorded"} for row in rows)
    if stated.get("promise") != "recorded":
        return rows
    shut = policy.no_reason_days == LEGAL_DAYS
    return tuple(
        {**row, "promise": "claimed"}
        if (shut and row["in_window"] == "no") or row["exclusion"] not in ("none", MISSING)
        else row
        for row in rows
    )
