"""Where things stand: a case in one sentence, a parcel in one."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.cases import CaseFile
from handlers.customer.moments import moment, until
from handlers.rules.case_moves import WAIT_RECEIPT
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


def parcel_line(wording: Wording, order: Order, ship_hours: int = 0) -> str:
    """Carrier, waybill and the last event; when it was signed for; until when it is sent.

    `ship_hours`: the shop's own limit where the order has none; 0 for unknown.
    """
    if order.status == "paid_unshipped":
        limit = order.promised_ship_by or _usual_limit(order, ship_hours)
        return wording.say("as_ship_by", until=until(limit)) if limit else ""
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


def _usual_limit(order: Order, ship_hours: int) -> datetime | None:
    """Payment plus the shop's hours; presale and goods made to order have their own dates."""
    custom = any(item.no_reason_excluded == "custom" for item in order.items)
    if order.presale or custom or not ship_hours or order.paid_at is None:
        return None
    return order.paid_at + timedelta(hours=ship_hours)
