"""After-sales of a 微信小店: read them, file one for the buyer, answer them (reference F and J).

`accept` on a refund pays at once, so it belongs behind an operator's approval; whether filing skips
the merchant's review is unknown, so filing counts as a money step too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from handlers.orders.weixin import UnknownOrder, WeixinError, WeixinShop

REASONS: Mapping[str, int] = {
    "no_reason": 10000000, "wrong_item": 10000006, "quality": 10000021,
    "damaged_in_transit": 10000021, "not_received": 10000007, "late": 10000015,
    "missing_item": 10000008, "counterfeit": 10000008, "other": 10000008,
}  # fmt: skip
"""Reason class → the platform's reason number."""

DAY = timedelta(hours=24)
"""The longest time range of one list call."""


@dataclass(frozen=True, slots=True)
class Filing:
    """What is filed for the buyer. `request_id` is our case id, so filing again opens nothing."""

    request_id: str
    order_id: str
    product_id: str
    sku_id: str
    count: int
    amount_fen: int
    reason_class: str
    with_return: bool


@dataclass(frozen=True, slots=True)
class Sold:
    """A line of an order, under the platform's names for it."""

    title: str
    product_id: str
    sku_id: str
    count: int


@dataclass(frozen=True, slots=True)
class AfterSale:
    """An after-sale as the platform tells it; unknown statuses stay as they came.

    `deadline` is set only while the merchant must review or receive; the platform counts it.
    """

    id: str
    order_id: str
    status: str
    type: str
    reason_text: str
    amount_fen: int | None
    waybill: str | None
    deadline: datetime | None


@dataclass(frozen=True, slots=True)
class WeixinAfterSales:
    """One shop's after-sales."""

    api: WeixinShop
    clock: Clock

    async def file(self, filing: Filing) -> str:
        """The platform's after-sale id. The same request id may be sent again after a failure."""
        answer = await self.api.call("aftersale/genaftersaleorder", _filed(filing))
        return str(answer["aftersale_id"])

    async def sold(self, order_no: str) -> tuple[Sold, ...]:
        """The order's lines. Raises UnknownOrder."""
        answer = await self.api.call("order/get", {"order_id": order_no})
        detail = (answer.get("order") or {}).get("order_detail") or {}
        return tuple(_sold(each) for each in detail.get("product_infos") or [])

    async def read(self, after_sale_id: str) -> AfterSale | None:
        """The after-sale as it stands, or None."""
        asked = {"after_sale_order_id": after_sale_id}
        try:
            answer = await self.api.call("aftersale/getaftersaleorder", asked)
        except UnknownOrder:
            return None
        return _read(answer.get("after_sale_order") or {}, self.clock())

    async def updated(self, since: datetime, until: datetime) -> list[str]:
        """Ids of what changed in between: callbacks are not guaranteed, so this is polled."""
        ids: list[str] = []
        while since < until:
            end = min(until, since + DAY)
            ids += await self._updated(since, end)
            since = end
        return list(dict.fromkeys(ids))

    async def accept(self, after_sale_id: str, pay: bool) -> None:
        """Agree to a return, or (`pay`) refund: on a refund this moves money at once."""
        asked = {"after_sale_order_id": after_sale_id, "accept_type": 2 if pay else 1}
        await self.api.call("aftersale/acceptapply", asked)

    async def reject(self, after_sale_id: str, reason_type: int, reason: str) -> None:
        """Refuse. Raises NegotiateFirst where the platform wants a negotiation before."""
        asked = {
            "after_sale_order_id": after_sale_id,
            "reject_reason_type": reason_type,
            "reject_reason": reason,
        }
        await self.api.call("aftersale/rejectapply", asked)

    async def refusal(self) -> int:
        """The number of the reason “other”, or of the last one. Raises WeixinError without any."""
        answer = await self.api.call("aftersale/rejectreason/get", {})
        # The documents call the array reason_list, real replies reject_reason_list.
        listed = answer.get("reject_reason_list") or answer.get("reason_list") or []
        fitting = [r for r in listed if isinstance(r, Mapping) and "reject_reason_type" in r]
        if not fitting:
            raise WeixinError("微信小店没有给出拒绝原因，请到后台拒绝")
        other = [r for r in fitting if "其他" in str(r.get("reject_reason_type_text", ""))]
        return int((other or fitting)[-1]["reject_reason_type"])

    async def _updated(self, since: datetime, until: datetime) -> list[str]:
        asked: dict[str, Any] = {
            "begin_update_time": int(since.timestamp()),
            "end_update_time": int(until.timestamp()),
        }
        ids: list[str] = []
        for _ in range(100):
            page = await self.api.call("aftersale/getaftersalelist", asked)
            ids += [str(each) for each in page.get("after_sale_order_id_list") or []]
            if not page.get("has_more") or not page.get("next_key"):
                break
            asked["next_key"] = page["next_key"]
        return ids


def _sold(raw: Mapping[str, Any]) -> Sold:
    count = raw.get("sku_cnt")
    title, product, sku = (str(raw.get(n) or "") for n in ("title", "product_id", "sku_id"))
    return Sold(title, product, sku, count if type(count) is int else 1)


def _filed(filing: Filing) -> dict[str, Any]:
    return {
        "request_id": filing.request_id,
        "order_id": filing.order_id,
        "product_id": filing.product_id,
        "sku_id": filing.sku_id,
        "count": filing.count,
        "amount": filing.amount_fen,
        "reason": REASONS.get(filing.reason_class, REASONS["other"]),
        "type": "RETURN" if filing.with_return else "REFUND",
    }


def _read(raw: Mapping[str, Any], now: datetime) -> AfterSale:
    seconds = raw.get("deadline")
    return AfterSale(
        id=str(raw.get("after_sale_order_id", "")),
        order_id=str(raw.get("order_id", "")),
        status=str(raw.get("status", "")),
        type=str(raw.get("type", "")),
        reason_text=str(raw.get("reason_text", "")),
        amount_fen=(raw.get("refund_info") or {}).get("amount"),
        waybill=(raw.get("return_info") or {}).get("waybill_id") or None,
        deadline=now + timedelta(seconds=seconds) if type(seconds) is int else None,
    )
