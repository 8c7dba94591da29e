"""Orders of a 微信小店, read through its API.

`order/list/get` and `order/get` and the statuses are documented facts; the fields inside an order
are those that public SDKs read. A field that does not come stays unknown and is never guessed.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.clock import SHANGHAI, Clock
from handlers.orders.weixin import OtherShop, UnknownOrder, WeixinShop
from handlers.rules.order import Item, Logistics, Order
from handlers.rules.recent import RECENT, newest_first

SPAN = timedelta(days=7)
"""The longest time range of one list call."""

SPANS = 6
"""Ranges looked back for recent orders; older ones are found by their number."""

_STATUS = {
    10: "unpaid", 20: "paid_unshipped", 21: "paid_unshipped", 30: "shipped", 100: "completed",
    190: "refunded", 200: "refunded", 250: "refunded",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WeixinOrders:
    """The orders of one shop. `categories`: product id → our category, where the shop knows it."""

    shop: str
    api: WeixinShop
    clock: Clock
    categories: Mapping[str, str]

    async def of_buyer(self, shop: str, buyer: str, limit: int = RECENT) -> Sequence[Order]:
        if shop != self.shop:
            return []
        ids: list[str] = []
        until = self.clock()
        for _ in range(SPANS):
            ids += await self._listed(buyer, until - SPAN, until)
            until -= SPAN
            if len(ids) >= limit:
                break
        found = await asyncio.gather(*(self.by_number(shop, each) for each in dict.fromkeys(ids)))
        mine = [order for order in found if order and order.buyer == buyer]
        return newest_first(mine)[:limit]

    async def by_number(self, shop: str, order_no: str) -> Order | None:
        # Anything but digits cannot be a 微信小店 number; asking would only cost a call.
        if shop != self.shop or not re.fullmatch(r"[0-9]{6,40}", order_no):
            return None
        try:
            answer = await self.api.call("order/get", {"order_id": order_no})
        except (UnknownOrder, OtherShop):
            return None
        return read_order(answer.get("order") or {}, self.shop, self.categories)

    async def _listed(self, buyer: str, since: datetime, until: datetime) -> list[str]:
        span = {"start_time": int(since.timestamp()), "end_time": int(until.timestamp())}
        asked: dict[str, Any] = {"create_time_range": span, "openid": buyer, "page_size": 100}
        ids: list[str] = []
        for _ in range(10):
            page = await self.api.call("order/list/get", asked)
            ids += [str(each) for each in page.get("order_id_list") or []]
            if not page.get("has_more") or not page.get("next_key"):
                break
            asked["next_key"] = page["next_key"]
        return ids


def read_order(raw: Mapping[str, Any], shop: str, categories: Mapping[str, str]) -> Order | None:
    """An order of the platform as ours; None for a status we do not know (gifts have others)."""
    status, detail = _STATUS.get(raw.get("status", 0)), raw.get("order_detail") or {}
    products = detail.get("product_infos") or []
    if status is None or not products or not raw.get("order_id"):
        return None
    price, pay = detail.get("price_info") or {}, detail.get("pay_info") or {}
    delivery = detail.get("delivery_info") or {}
    open_ = any(_whole(each, "on_aftersale_sku_cnt") for each in products)
    return Order(
        order_no=str(raw["order_id"]),
        status=status,
        items=tuple(_item(each, categories) for each in products),
        shop=shop,
        buyer=raw.get("openid") or None,
        receiver_phone_last4=_last4(delivery.get("address_info") or {}),
        paid_at=_moment(pay.get("pay_time")),
        shipped_at=_moment(delivery.get("ship_done_time")),
        promised_ship_by=_ship_by(products),
        refunded_items=tuple(each["title"] for each in products if _all_refunded(each)),
        open_return_id=_open_case(raw) if open_ else None,
        amount_fen=_whole(price, "order_price"),
        discount_fen=_whole(price, "discounted_price"),
        freight_fen=_whole(price, "freight"),
        logistics=_logistics(delivery.get("delivery_product_info") or []),
    )


def _item(raw: Mapping[str, Any], categories: Mapping[str, str]) -> Item:
    return Item(
        title=str(raw.get("title") or "商品"),
        category=categories.get(str(raw.get("product_id"))),
        price_fen=_whole(raw, "sale_price"),
        qty=_whole(raw, "sku_cnt") or 1,
        gift=True if raw.get("is_free_gift") else None,
    )


def _all_refunded(raw: Mapping[str, Any]) -> bool:
    done = _whole(raw, "finish_aftersale_sku_cnt") or 0
    return done >= (_whole(raw, "sku_cnt") or 1)


def _open_case(raw: Mapping[str, Any]) -> str:
    """The after-sale's id where the order names it; otherwise only that there is one."""
    listed = (raw.get("aftersale_detail") or {}).get("aftersale_order_list") or []
    ids = [str(each["aftersale_order_id"]) for each in listed if each.get("aftersale_order_id")]
    return ids[-1] if ids else "weixin"


def _last4(address: Mapping[str, Any]) -> str | None:
    """Last four digits of the phone; a masked number has none to compare with."""
    digits = str(address.get("tel_number") or "")
    return digits[-4:] if re.fullmatch(r"[0-9]{4}", digits[-4:]) else None


def _ship_by(products: Sequence[Mapping[str, Any]]) -> datetime | None:
    limits = [m for each in products if (m := _moment(each.get("delivery_deadline")))]
    return min(limits, default=None)


def _logistics(parcels: Sequence[Mapping[str, Any]]) -> Logistics | None:
    if not parcels:
        return None
    last = parcels[-1]
    return Logistics(last.get("delivery_name") or None, last.get("waybill_id") or None)


def _whole(raw: Mapping[str, Any], name: str) -> int | None:
    value = raw.get(name)
    return value if type(value) is int and value >= 0 else None


def _moment(seconds: object) -> datetime | None:
    if type(seconds) is not int or seconds <= 0:
        return None
    return datetime.fromtimestamp(seconds, SHANGHAI)
