"""A case's life: opened from a decision, moved by acts, with its deadlines (pure).

Money moves only in `refund` by an operator, or by `approve` of a refund by an operator or by the
merchant's published rule (auto_refund_max_fen); the history says which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.cases import CaseEntry, CaseFile, CaseItem
from handlers.rules.case_moves import (
    FINAL,
    KINDS,
    NEGOTIATION,
    OPEN,
    PAID,
    PAYING,
    REVIEW,
    WAIT_RECEIPT,
    WAIT_RETURN,
    Actor,
    Kind,
    find_move,
)
from handlers.rules.decision import Decision
from handlers.rules.window import period_end, shanghai

RESPONSE = timedelta(hours=48)
"""What a merchant has to answer; hours run exactly."""

SEND_BACK_DAYS = 7
"""Days for the buyer's parcel; the last day moves to a working day."""

RECEIPT = timedelta(days=10)
REFUND = timedelta(days=7)
"""From the receipt of intact goods (消25)."""

APPLICATIONS = 5
"""Applications per item, withdrawn ones too; the sixth goes to a person."""

LONGEST_NOTE = 500


class CaseRefused(Exception):
    """This act is not possible now. `reason` is a sentence for whoever tried it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class By:
    """Who acts: `name` stands in the history (operator:owner@tea)."""

    actor: Actor
    name: str


BUYER, RULE, PLATFORM, CLOCK = (
    By("buyer", "buyer"),
    By("rule", "rule:auto_refund_max_fen"),
    By("platform", "platform"),
    By("clock", "clock"),
)


@dataclass(frozen=True)
class Application:
    """What a case is opened with."""

    id: str
    shop: str
    order_no: str
    buyer: str | None
    conversation_id: str | None
    decision: Decision
    record: str
    evidence: tuple[str, ...] = ()


def kind_of(case: CaseFile) -> Kind:
    """REFUND, RETURN, EXCHANGE or TICKET."""
    return KINDS.get(case.type, "TICKET")


def is_open(case: CaseFile) -> bool:
    """Whether something is still to come."""
    return case.status not in FINAL


def open_case(
    application: Application, earlier: Sequence[CaseFile], now: datetime, by: By = BUYER
) -> CaseFile:
    """A new case, approved at once where the merchant's own rule allows it.

    `earlier`: every case of this order. Raises CaseRefused for a decision that nothing can be
    opened from, a second case of an item, and the sixth application.
    """
    decision = application.decision
    if not decision.eligible:
        raise CaseRefused("这个结论不能建售后单")
    refuse_repeated(application, earlier)
    kind = KINDS.get(decision.type, "TICKET")
    status = OPEN if kind == "TICKET" else REVIEW
    case = CaseFile(
        id=application.id,
        version=1,
        shop=application.shop,
        order_no=application.order_no,
        buyer=application.buyer,
        conversation_id=application.conversation_id,
        type=decision.type,
        status=status,
        items=tuple(CaseItem(item.title, item.qty) for item in decision.items),
        decision=decision.to_json(),
        record=application.record,
        history=(CaseEntry(shanghai(now), by.name, status, "提交申请"),),
        refund_fen=decision.refund_fen,
        evidence=application.evidence,
    )
    opened = replace(case, deadline=deadline_of(case, now))
    return opened if any(map(_cost_money, earlier)) else _by_rule(opened, decision, now)


def refuse_repeated(application: Application, earlier: Sequence[CaseFile]) -> None:
    """Raises CaseRefused for a second open case of an item, and for the sixth application."""
    titles = {item.title for item in application.decision.items}
    same = [case for case in earlier if titles & {item.title for item in case.items}]
    if any(is_open(case) for case in same):
        raise CaseRefused("这件商品已有在办的售后，不重复建单")
    if any(case.status in PAID and case.type == "return_refund" for case in same):
        raise CaseRefused("这件商品已经退货退款，不再退第二次")
    if len(same) >= APPLICATIONS:
        raise CaseRefused("这件商品申请次数已满，转人工处理")


def _cost_money(case: CaseFile) -> bool:
    """A rule pays at most once an order: small refunds must not add up unseen."""
    return case.status in PAID or case.approved_at is not None


def _by_rule(case: CaseFile, decision: Decision, now: datetime) -> CaseFile:
    """Approved by the published rule: only when the decision itself needs no person."""
    if decision.needs_human or decision.evidence_required:
        return case
    if find_move("approve", "rule", case.status, kind_of(case)) is None:
        return case
    return replace(act(case, "approve", RULE, now, "店铺公示的自动规则"), version=1)


def act(
    case: CaseFile,
    name: str,
    by: By,
    now: datetime,
    note: str = "",
    deadline: datetime | None = None,
) -> CaseFile:
    """The case after one act. Raises CaseRefused when it is not this actor's, or not now.

    `deadline`: the platform's own, which wins over a computed one.
    """
    move = find_move(name, by.actor, case.status, kind_of(case))
    if move is None:
        raise CaseRefused("现在的状态不能这样办")
    _refuse_unreceived(case, name)
    if name == "reject" and not note.strip():
        raise CaseRefused("不同意要写原因")
    status, at = move.to[kind_of(case)], shanghai(now)
    said = f"{move.note}：{note.strip()[:LONGEST_NOTE]}" if note.strip() else move.note
    moved = replace(
        case,
        version=case.version + 1,
        status=status,
        history=(*case.history, CaseEntry(at, by.name, status, said)),
        approved_at=at if name == "approve" else case.approved_at,
        received_at=at if name == "confirm_receipt" else case.received_at,
        waybill=note.strip()[:64] or case.waybill if name == "send_back" else case.waybill,
    )
    return replace(moved, deadline=deadline or deadline_of(moved, at))


def _refuse_unreceived(case: CaseFile, name: str) -> None:
    if name in ("refund", "close") and case.status == WAIT_RECEIPT and case.received_at is None:
        raise CaseRefused("还没确认收到退货，先确认收货再办")


def mirrored(case: CaseFile, status: str, now: datetime, deadline: datetime | None) -> CaseFile:
    """What the platform tells, verbatim, even where we do not know the status."""
    at = shanghai(now)
    entry = CaseEntry(at, PLATFORM.name, status, "平台状态更新")
    moved = replace(case, version=case.version + 1, status=status, history=(*case.history, entry))
    return replace(moved, deadline=deadline or deadline_of(moved, at))


def deadline_of(case: CaseFile, now: datetime) -> datetime | None:
    """Until when the next one must act, counted from `now`; None where nothing runs."""
    at = shanghai(now)
    if case.status == WAIT_RETURN:
        return period_end(at.date(), SEND_BACK_DAYS)
    if case.status == WAIT_RECEIPT:
        return shanghai(case.received_at) + REFUND if case.received_at else at + RECEIPT
    if case.status == NEGOTIATION:
        return period_end(at.date(), SEND_BACK_DAYS)
    if case.status in (REVIEW, OPEN, PAYING, "PLATFORM_REFUND_FAIL"):
        return at + RESPONSE
    return None
