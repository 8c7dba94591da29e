"""What the cases of an order tell the decision table (aftersales-facts.md §3, letter C)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.cases import CaseFile
from handlers.rules.case import is_open
from handlers.rules.case_moves import (
    NEGOTIATION,
    OPEN,
    PAID,
    PAYING,
    REJECTED,
    REVIEW,
    WAIT_RECEIPT,
    WAIT_RETURN,
)
from handlers.rules.order import Order
from handlers.rules.window import shanghai
from knowledge.rules.vocabulary import Value

_STATE = {
    REVIEW: "reviewing",
    NEGOTIATION: "reviewing",
    OPEN: "open",
    WAIT_RETURN: "approved",
    WAIT_RECEIPT: "shipped_back",
    PAYING: "refunding",
    "PLATFORM_REFUND_FAIL": "refunding",
    "RETURN_CLOSED": "closed",
    "USER_CANCELD": "closed",
    "MERCHANT_FAIL": "closed",
    "TICKET_DONE": "closed",
    **dict.fromkeys(REJECTED, "rejected"),
}


def cases_of(cases: Sequence[CaseFile], titles: Sequence[str] | None) -> list[CaseFile]:
    """Those about these lines, oldest first; None means any line."""
    if titles is None:
        return list(cases)
    wanted = set(titles)
    return [case for case in cases if wanted & {item.title for item in case.items}]


def with_refunds(order: Order, cases: Sequence[CaseFile]) -> Order:
    """The order with what its finished cases have refunded: the shop's own books may not say."""
    done = [case for case in cases if case.status in PAID and case.type == "return_refund"]
    titles = (item.title for case in done for item in case.items)
    every = tuple(dict.fromkeys((*order.refunded_items, *titles)))
    return order if every == order.refunded_items else replace(order, refunded_items=every)


def current(cases: Sequence[CaseFile]) -> CaseFile | None:
    """The case that is talked about: the open one, else the last."""
    running = [case for case in cases if is_open(case)] or list(cases)
    return running[-1] if running else None


def case_facts(cases: Sequence[CaseFile], now: datetime) -> Mapping[str, Value]:
    """Stated facts from the cases of the item, oldest first."""
    last = current(cases)
    if last is None:
        return {}
    at, facts = shanghai(now), {"applications": len(cases)}
    told: dict[str, Value] = {**facts, "case": _state(last)}
    if last.waybill:
        told["return_waybill"] = "yes"
    if last.approved_at:
        told["approved_days"] = max(0, (at.date() - shanghai(last.approved_at).date()).days)
    if last.received_at:
        told["received_days"] = max(0, (at.date() - shanghai(last.received_at).date()).days)
    if last.status == REVIEW and last.deadline and at > shanghai(last.deadline):
        told["review_overdue"] = "yes"
    return told


def _state(case: CaseFile) -> str:
    """The table's word; a status only the platform knows counts as open."""
    if case.status == WAIT_RECEIPT and case.received_at:
        return "received"
    return _STATE.get(case.status, "open" if is_open(case) else "none")
