"""Where things stand: a case in one sentence, a parcel in one."""

from __future__ import annotations

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


def parcel_line(wording: Wording, order: Order) -> str:
    """Carrier, waybill and the last event; when it was signed for; until when it is sent."""
    if order.status == "paid_unshipped":
        limit = order.promised_ship_by
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
