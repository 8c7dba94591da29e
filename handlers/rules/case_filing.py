"""A case that is filed with 微信小店 through its API: planned, approved, filed, told of (pure).

Filing counts as a money step, since nobody knows whether it skips the merchant's review
(reference J): it waits for an operator's approval or the shop's published rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.cases import CaseEntry, CaseFile, CaseItem, Filing
from handlers.rules.case import (
    PLATFORM,
    RESPONSE,
    Application,
    By,
    CaseRefused,
    deadline_of,
    mirrored,
)
from handlers.rules.case_moves import REVIEW
from handlers.rules.window import shanghai

FILED_TYPES: Mapping[str, str] = {"return_refund": "RETURN", "refund_only": "REFUND"}
"""What the API takes; of everything else the buyer taps the way in 微信小店."""


def can_be_filed(case_type: str, refund_fen: int | None, items: int) -> bool:
    """One product, an amount, and a type that the platform's API knows."""
    return case_type in FILED_TYPES and bool(refund_fen) and items == 1


def planned(case: CaseFile, now: datetime, last: datetime | None = None) -> CaseFile:
    """A case just opened, to be filed: waits for approval, or is filed at once where the
    published rule has approved. The platform's own status comes from the platform alone.

    `last`: when the buyer's window ends; the platform must have it before.
    """
    history = tuple(replace(entry, status=REVIEW) for entry in case.history)
    deadline = shanghai(now) + RESPONSE
    filing: Filing = "wanted" if case.approved_at else "planned"
    return replace(
        case, status=REVIEW, history=history, filing=filing,
        deadline=min(deadline, shanghai(last)) if last and last > now else deadline,
    )  # fmt: skip


def approve_filing(case: CaseFile, by: By, now: datetime, note: str = "") -> CaseFile:
    """Approved: it is filed now. Raises CaseRefused when it has been."""
    if case.filing != "planned":
        raise CaseRefused("已经同意过，正在微信小店里提交，等平台回执")
    said = f"已同意，去微信小店提交：{note.strip()}" if note.strip() else "已同意，去微信小店提交"
    moved = _with(case, by.name, said[:500], now)
    return replace(moved, filing="wanted", approved_at=shanghai(now))


def filed(case: CaseFile, number: str, now: datetime) -> CaseFile:
    """The platform took the filing under this number; its own word is still to come."""
    moved = _with(case, "clock", f"已向微信小店提交（{number}），等平台回执", now)
    return replace(moved, filing="filed", filed_as=number)


def not_filed(case: CaseFile, why: str, now: datetime) -> CaseFile:
    """The platform refuses: the buyer must tap it there."""
    moved = _with(case, "clock", f"微信小店没有接受提交：{why}", now)
    return replace(moved, filing="failed")


def told_of(case: CaseFile, number: str, status: str, now: datetime, deadline: datetime | None,
            waybill: str | None = None) -> CaseFile:  # fmt: skip
    """The platform's own word on the case: its number, status and deadline win."""
    moved = mirrored(case, status, now, deadline)
    return replace(moved, platform_id=number, waybill=waybill or case.waybill)


def adopted(
    application: Application, number: str, status: str, now: datetime, deadline: datetime | None,
    told: Mapping[str, Any],
) -> CaseFile:  # fmt: skip
    """A case that the buyer opened in 微信小店. `application.decision` is what our rules make of
    it; type and amount in `told` are the platform's."""
    decision = application.decision
    case = CaseFile(
        id=application.id, version=1, shop=application.shop, order_no=application.order_no,
        buyer=application.buyer, conversation_id=application.conversation_id,
        type=str(told["type"]), status=status,
        items=tuple(CaseItem(title, 1) for title in told["titles"]),
        decision=decision.to_json(), record=application.record,
        history=(CaseEntry(shanghai(now), PLATFORM.name, status, "买家在微信小店提交"),),
        refund_fen=told["amount_fen"], platform_id=number,
    )  # fmt: skip
    return replace(case, deadline=deadline or deadline_of(case, now))


def carried_out(after: CaseFile, status: str, deadline: datetime | None) -> CaseFile:
    """An operator's act that the platform has carried out: status and deadline are its own."""
    last = replace(after.history[-1], status=status)
    moved = replace(after, status=status, history=(*after.history[:-1], last))
    return replace(moved, deadline=deadline or deadline_of(moved, last.at))


def _with(case: CaseFile, by: str, note: str, now: datetime) -> CaseFile:
    entry = CaseEntry(shanghai(now), by, case.status, note)
    deadline = shanghai(now) + RESPONSE
    return replace(
        case, version=case.version + 1, history=(*case.history, entry), deadline=deadline
    )
