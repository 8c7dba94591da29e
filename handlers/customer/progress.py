"""Where things stand: a case in one sentence, a parcel in one."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.cases import CaseFile
from handlers.customer.moments import moment, until, yuan
from handlers.customer.taps import STATUS
from handlers.rules.case_moves import WAIT_RECEIPT
from handlers.rules.decide import Request
from handlers.rules.order import Order
from knowledge.wording import Wording


def case_line(wording: Wording, case: CaseFile) -> str:
    """The status, who acts next and until when; a status we do not know is told verbatim."""
    key = f"as_at_{case.status}"
    if case.status == WAIT_RECEIPT and case.received_at:
        key = "as_at_received"
    last = case.history[-1]
    if key not in wording.texts:
        return wording.say("as_at_other", status=case.status)
    note = last.note.split("：", 1)[-1]
    limit = until(case.deadline) if case.deadline else ""
    return wording.say(key, until=limit, at=moment(last.at), note=note)


def fact_of(wording: Wording, request: Request, wish: str, case: CaseFile | None) -> str:
    """The facts of order and case that were asked for."""
    order = request.order
    if case and wish in ("progress", "unsaid", "withdraw", "dispute", "track"):
        return case_line(wording, case) if wish != "withdraw" else ""
    if wish == "track":
        return parcel_line(wording, request)
    if order.refunded_at and wish == "progress":
        return wording.say("as_refunded_at", at=moment(order.refunded_at))
    return order_line(wording, order) if wish == "order_info" else ""


def order_line(wording: Wording, order: Order) -> str:
    """What was bought, where it stands, what was paid."""
    titles = "、".join(f"{item.title}×{item.qty}" for item in order.items)
    amount = "?" if order.amount_fen is None else yuan(order.amount_fen)
    return wording.say("as_order_is", titles=titles, status=STATUS[order.status], amount=amount)


def parcel_line(wording: Wording, request: Request) -> str:
    """Carrier, waybill and the last event; when it was signed for; until when it is sent."""
    order = request.order
    if order.status == "paid_unshipped":
        return _ships(wording, request)
    if order.signed_at:
        return wording.say("as_signed", at=moment(order.signed_at))
    parcel = order.logistics
    if parcel is None or not (parcel.waybill or parcel.events):
        return wording.say("as_parcel_unknown")
    last = max(parcel.events, key=lambda event: event.at, default=None)
    latest = f"最新{moment(last.at)}：{last.text}" if last else "暂无节点"
    return wording.say(
        "as_parcel", carrier=parcel.carrier or "快递", waybill=parcel.waybill or "", latest=latest
    )


def _ships(wording: Wording, request: Request) -> str:
    """Until when it has to be sent, or since when it is late."""
    limit = request.order.promised_ship_by or _usual_limit(request)
    if limit is None:
        return ""
    late = request.now > limit
    return wording.say("as_ship_late" if late else "as_ship_by", until=until(limit))


def _usual_limit(request: Request) -> datetime | None:
    """Payment plus the shop's hours; presale and goods made to order have their own dates."""
    order, hours = request.order, request.policy.ship_hours
    custom = any(item.no_reason_excluded == "custom" for item in order.items)
    if order.presale or custom or not hours or order.paid_at is None:
        return None
    return order.paid_at + timedelta(hours=hours)
