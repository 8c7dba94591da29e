"""Orders of a shop that answers over HTTP with the Order of the contract (api.md).

GET {base}/orders?shop=&buyer=&limit= → {"items": [Order]}; GET {base}/orders/{order_no}?shop= →
Order or 404. The key travels as a bearer token.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from handlers.orders.base import OrdersUnavailable
from handlers.rules.order import Order
from handlers.rules.recent import RECENT, newest_first
from knowledge.rules.faults import ContentFaultsError

SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class HttpOrders:
    """`client` carries base address and key; make it with `http_orders_client`."""

    client: httpx.AsyncClient

    async def of_buyer(self, shop: str, buyer: str, limit: int = RECENT) -> Sequence[Order]:
        asked = {"shop": shop, "buyer": buyer, "limit": str(limit)}
        found = await self._get("/orders", asked)
        items = found.get("items") if isinstance(found, Mapping) else None
        if not isinstance(items, list):
            raise OrdersUnavailable("店铺的订单接口返回的不是约定的格式，请检查 items")
        # A source that ignores our question must not show a buyer what is not theirs.
        orders = [order for order in map(_order, items) if order.buyer == buyer]
        return newest_first([order for order in orders if order.shop in (shop, None)])[:limit]

    async def by_number(self, shop: str, order_no: str) -> Order | None:
        found = await self._get(f"/orders/{quote(order_no, safe='')}", {"shop": shop})
        order = _order(found) if found is not None else None
        fits = order and order.order_no == order_no and order.shop in (shop, None)
        return order if fits else None

    async def _get(self, path: str, asked: Mapping[str, str]) -> Any:
        """The JSON of the answer; None for 404."""
        try:
            answer = await self.client.get(path, params=asked)
            if answer.status_code == 404:
                return None
            answer.raise_for_status()
            return answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise OrdersUnavailable("店铺的订单接口没有正常回答，请稍后再试") from error


def http_orders_client(base: str, key: str) -> httpx.AsyncClient:
    """A client for one shop's order service."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return httpx.AsyncClient(base_url=base.rstrip("/"), headers=headers, timeout=SECONDS)


def _order(raw: object) -> Order:
    try:
        return Order.from_json(raw)
    except ContentFaultsError as error:
        first = "；".join(str(fault) for fault in error.faults[:3])
        raise OrdersUnavailable(f"店铺的订单接口返回的订单有误：{first}") from error
