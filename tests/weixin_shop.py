"""A stand-in for 微信小店's API, written from reference facts: tokens, orders, after-sales.

It refuses what the platform refuses: an invalid token, ranges that are too long, unknown orders,
wrong statuses, a second refund request within a minute. It answers 200 with an errcode, as they do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.clock import Clock
from handlers.rules.order import Order

APPID, SECRET = "wxshop", "sesame"
_NUMBERS = {"unpaid": 10, "paid_unshipped": 20, "shipped": 30, "signed": 30, "completed": 100}
Json = dict[str, Any]


@dataclass
class WeixinStandIn:
    """One shop on the platform. `calls` counts paths; `fail_next` breaks so many calls."""

    clock: Clock
    orders: dict[str, Json] = field(default_factory=dict)
    aftersales: dict[str, Json] = field(default_factory=dict)
    filed: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, Any] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    fail_next: int = 0
    page_size: int = 2

    def client(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app())
        return httpx.AsyncClient(transport=transport, base_url="http://weixin")

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/{path:path}", self._answer, methods=["POST"])])

    def put(self, order: Order, product_id: str = "p1") -> None:
        """Sell this order."""
        self.orders[order.order_no] = weixin_order(order, product_id)

    def revoke(self) -> None:
        """Make every token invalid before its time, as the platform may."""
        self.tokens.clear()

    async def _answer(self, request: Request) -> Response:
        path = request.path_params["path"]
        self.calls.append(path)
        if self.fail_next:
            self.fail_next -= 1
            return Response("bad gateway", 502)
        body = await request.json()
        if path == "cgi-bin/stable_token":
            return JSONResponse(self._token(body))
        until = self.tokens.get(request.query_params.get("access_token", ""))
        if until is None or self.clock() >= until:
            return JSONResponse({"errcode": 42001 if until else 40001, "errmsg": "token"})
        serve = getattr(self, "_" + path.removeprefix("channels/ec/").replace("/", "_"), None)
        answer = serve(body) if serve else {"errcode": 40066, "errmsg": "no such path"}
        return JSONResponse({"errcode": 0, "errmsg": "ok", **answer})

    def _token(self, body: Mapping[str, Any]) -> Json:
        if (body.get("appid"), body.get("secret")) != (APPID, SECRET):
            return {"errcode": 40001, "errmsg": "invalid credential"}
        token = f"token{len(self.calls)}"
        self.tokens[token] = self.clock() + timedelta(seconds=7200)
        return {"access_token": token, "expires_in": 7200}

    def _order_list_get(self, body: Mapping[str, Any]) -> Json:
        span = body.get("create_time_range") or body.get("update_time_range") or {}
        start, end = span.get("start_time", 0), span.get("end_time", 10**12)
        if end - start > 7 * 86400 or body.get("page_size", 0) > 100:
            return {"errcode": 10020049, "errmsg": "range"}
        found = [o for o in self.orders.values() if start <= o["create_time"] < end]
        if "openid" in body:
            found = [o for o in found if o["openid"] == body["openid"]]
        return self._page("order_id_list", [o["order_id"] for o in found], body)

    def _order_get(self, body: Mapping[str, Any]) -> Json:
        order = self.orders.get(str(body.get("order_id")))
        return {"order": order} if order else {"errcode": 10020000, "errmsg": "unknown"}

    def _aftersale_genaftersaleorder(self, body: Mapping[str, Any]) -> Json:
        needed = {"request_id", "order_id", "product_id", "sku_id", "count", "amount", "reason"}
        if not needed <= body.keys() or body.get("type") not in ("REFUND", "RETURN"):
            return {"errcode": 40097, "errmsg": "arguments"}
        if body["request_id"] in self.filed:
            return {"aftersale_id": self.filed[body["request_id"]]}
        if body["order_id"] not in self.orders:
            return {"errcode": 10020000, "errmsg": "unknown"}
        number = f"2{len(self.aftersales) + 1:012d}"
        self.filed[body["request_id"]] = number
        now = int(self.clock().timestamp())
        self.aftersales[number] = {
            "after_sale_order_id": number,
            "order_id": body["order_id"],
            "status": "MERCHANT_PROCESSING",
            "type": body["type"],
            "reason_text": "拍错/多拍",
            "refund_info": {"amount": body["amount"]},
            "create_time": now,
            "update_time": now,
            "deadline": 48 * 3600,
        }
        return {"aftersale_id": number}

    def _aftersale_getaftersaleorder(self, body: Mapping[str, Any]) -> Json:
        found = self.aftersales.get(str(body.get("after_sale_order_id")))
        return {"after_sale_order": found} if found else {"errcode": 10021057, "errmsg": "unknown"}

    def _aftersale_getaftersalelist(self, body: Mapping[str, Any]) -> Json:
        start, end = body["begin_update_time"], body["end_update_time"]
        if end - start > 86400:
            return {"errcode": 10020049, "errmsg": "range"}
        found = [a for a in self.aftersales.values() if start <= a["update_time"] < end]
        ids = [a["after_sale_order_id"] for a in found]
        return self._page("after_sale_order_id_list", ids, body)

    def _aftersale_acceptapply(self, body: Mapping[str, Any]) -> Json:
        found = self.aftersales.get(str(body.get("after_sale_order_id")))
        if found is None:
            return {"errcode": 10021050, "errmsg": "unknown"}
        if found["status"] not in ("MERCHANT_PROCESSING", "MERCHANT_WAIT_RECEIPT"):
            return {"errcode": 10020001, "errmsg": "status"}
        returning = found["type"] == "RETURN" and found["status"] == "MERCHANT_PROCESSING"
        found["status"] = "USER_WAIT_RETURN" if returning else "PLATFORM_REFUNDING"
        return {}

    def _aftersale_rejectapply(self, body: Mapping[str, Any]) -> Json:
        found = self.aftersales.get(str(body.get("after_sale_order_id")))
        if found is None:
            return {"errcode": 10021050, "errmsg": "unknown"}
        if found.get("negotiate"):
            return {"errcode": 10021068, "errmsg": "negotiate"}
        found["status"] = f"MERCHANT_REJECT_{found['type']}"
        return {}

    def _aftersale_rejectreason_get(self, body: Mapping[str, Any]) -> Json:
        reasons = [(1, "商品影响二次销售"), (9, "其他原因")]
        listed = [{"reject_reason_type": n, "reject_reason_type_text": t} for n, t in reasons]
        return {"reject_reason_list": listed}

    def _page(self, name: str, ids: list[str], body: Mapping[str, Any]) -> Json:
        start = int(body.get("next_key") or 0)
        end = start + self.page_size
        more = end < len(ids)
        return {name: ids[start:end], "has_more": more, "next_key": str(end) if more else ""}


def weixin_order(order: Order, product_id: str) -> Json:
    """Our order as the platform would show it."""
    paid = int(order.paid_at.timestamp()) if order.paid_at else 0
    shipped = int(order.shipped_at.timestamp()) if order.shipped_at else 0
    return {
        "order_id": order.order_no,
        "openid": order.buyer,
        "status": _NUMBERS.get(order.status, 200),
        "create_time": paid,
        "order_detail": {
            "product_infos": [
                {
                    "product_id": product_id,
                    "sku_id": "s1",
                    "title": item.title,
                    "sku_cnt": item.qty,
                    "sale_price": item.price_fen,
                }
                for item in order.items
            ],
            "price_info": {"order_price": order.amount_fen, "freight": order.freight_fen or 0},
            "pay_info": {"pay_time": paid},
            "delivery_info": {
                "ship_done_time": shipped,
                "address_info": {"tel_number": f"138****{order.receiver_phone_last4}"},
                "delivery_product_info": [],
            },
        },
    }
