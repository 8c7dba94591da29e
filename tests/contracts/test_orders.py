"""What every source of orders must do."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.order_store import OrderRows
from bot.store import Store
from handlers.orders.base import Orders, OrdersUnavailable
from handlers.orders.listed import ListedOrders, SeveralSources
from handlers.orders.over_http import HttpOrders
from handlers.orders.sheet import read_sheet
from handlers.orders.weixin import WeixinShop
from handlers.orders.weixin_orders import WeixinOrders
from handlers.rules.order import Order
from tests.contracts.talks import NOW
from tests.weixin_shop import APPID, SECRET, WeixinStandIn


def order(number: str, buyer: str, paid: str, shop: str = "tea", **more: Any) -> Order:
    """A shipped order of one pot of tea."""
    return Order.from_json(
        {
            "order_no": number,
            "shop": shop,
            "buyer": buyer,
            "receiver_phone_last4": "6608",
            "status": "shipped",
            "paid_at": f"2026-11-{paid}+08:00",
            "shipped_at": f"2026-11-{paid}+08:00",
            "amount_fen": 9900,
            "items": [{"title": "龙井", "price_fen": 9900, "qty": 1}],
            **more,
        }
    )


ORDERS = [
    order("3726100000001", "xiaolin", "01T09:00"),
    order("3726100000002", "xiaolin", "12T09:00"),
    order("3726100000003", "xiaolin", "10T09:00"),
    order("3726100000004", "laowang", "11T09:00"),
    order("3726100000005", "xiaolin", "15T09:00"),
    order("3726100000006", "xiaolin", "16T09:00"),
    order("3726100000007", "xiaolin", "17T09:00"),
]


@pytest.fixture(params=["listed", "rows", "sheet", "several", "weixin", "http"])
def orders(request: pytest.FixtureRequest, store: Store) -> Orders:
    """Every source, filled with the same orders of the shop `tea`."""
    kind = request.param
    rows = OrderRows(store)
    if kind == "rows":
        rows.put("tea", ORDERS, "sandbox", NOW)
    if kind == "sheet":
        rows.put("tea", read_sheet("o.csv", _csv(), "tea").orders, "sheet", NOW)
    made: dict[str, Any] = {
        "listed": ListedOrders(lambda: ORDERS),
        "rows": rows,
        "sheet": rows,
        "several": SeveralSources(
            [ListedOrders(lambda: ORDERS[:3]), ListedOrders(lambda: ORDERS[2:])]
        ),
        "weixin": _weixin(),
        "http": HttpOrders(_http_client()),
    }
    return made[kind]  # type: ignore[no-any-return]


def _weixin() -> WeixinOrders:
    platform = WeixinStandIn(lambda: NOW)
    for each in ORDERS:
        platform.put(each)
    api = WeixinShop(APPID, SECRET, platform.client(), lambda: NOW)
    return WeixinOrders("tea", api, lambda: NOW, {"p1": "茶"})


def _http_client() -> httpx.AsyncClient:
    by_number = {each.order_no: each.to_json() for each in ORDERS}

    async def listed(request: Request) -> Response:
        mine = [o for o in by_number.values() if o["buyer"] == request.query_params["buyer"]]
        return JSONResponse({"items": mine})

    async def one(request: Request) -> Response:
        found = by_number.get(request.path_params["number"])
        known = found and request.query_params["shop"] == "tea"
        return JSONResponse(found) if known else Response(status_code=404)

    routes = [Route("/orders", listed), Route("/orders/{number:path}", one)]
    transport = httpx.ASGITransport(Starlette(routes=routes))
    return httpx.AsyncClient(transport=transport, base_url="http://shop")


def _csv() -> bytes:
    rows = [
        f"{o.order_no},已发货,{o.buyer},1380000{o.receiver_phone_last4},龙井,99.00,1,99,"
        f"{o.paid_at:%Y-%m-%d %H:%M},{o.shipped_at:%Y-%m-%d %H:%M}"
        for o in ORDERS
    ]
    head = "订单编号,订单状态,买家ID,收货人手机,商品标题,单价（元）,数量,实付金额,付款时间,发货时间"
    return "\n".join([head, *rows]).encode("gb18030")


def numbers(found: Any) -> list[str]:
    return [each.order_no[-1] for each in found]


def test_a_buyers_own_orders_come_newest_first_and_not_too_many(orders: Orders) -> None:
    found = asyncio.run(orders.of_buyer("tea", "xiaolin"))
    assert numbers(found) == ["7", "6", "5", "2", "3"]
    assert {each.buyer for each in found} == {"xiaolin"}
    assert numbers(asyncio.run(orders.of_buyer("tea", "xiaolin", 2))) == ["7", "6"]


def test_a_buyer_without_orders_has_none(orders: Orders) -> None:
    assert list(asyncio.run(orders.of_buyer("tea", "nobody"))) == []


def test_an_order_is_found_by_its_number_with_what_matters(orders: Orders) -> None:
    found = asyncio.run(orders.by_number("tea", "3726100000004"))
    assert found
    assert (found.buyer, found.status, found.receiver_phone_last4) == ("laowang", "shipped", "6608")
    assert (found.amount_fen, found.items[0].title, found.items[0].price_fen) == (
        9900,
        "龙井",
        9900,
    )
    assert found.paid_at == ORDERS[3].paid_at


@pytest.mark.parametrize("number", ["3726100000099", "", "../orders", "'; --", "单号", "1" * 200])
def test_what_is_no_order_is_none(orders: Orders, number: str) -> None:
    assert asyncio.run(orders.by_number("tea", number)) is None


def test_another_shops_orders_are_not_found(orders: Orders) -> None:
    assert asyncio.run(orders.by_number("flowers", "3726100000004")) is None
    assert list(asyncio.run(orders.of_buyer("flowers", "xiaolin"))) == []


def test_an_order_put_again_replaces_the_old_one(store: Store) -> None:
    rows = OrderRows(store)
    rows.put("tea", ORDERS, "sandbox", NOW)
    rows.put("tea", [replace(ORDERS[0], status="signed")], "sandbox", NOW)
    found = asyncio.run(rows.by_number("tea", ORDERS[0].order_no))
    assert found
    assert found.status == "signed"
    rows.forget("sandbox")
    assert asyncio.run(rows.by_number("tea", ORDERS[0].order_no)) is None


def test_a_shop_that_does_not_answer_is_told_as_such() -> None:
    async def broken(_request: Request) -> Response:
        return Response("oops", 500)

    transport = httpx.ASGITransport(Starlette(routes=[Route("/{rest:path}", broken)]))
    source = HttpOrders(httpx.AsyncClient(transport=transport, base_url="http://shop"))
    with pytest.raises(OrdersUnavailable, match="稍后"):
        asyncio.run(source.by_number("tea", "3726100000004"))


def test_a_source_that_answers_with_other_peoples_orders_is_not_believed() -> None:
    async def everything(_request: Request) -> Response:
        return JSONResponse({"items": [each.to_json() for each in ORDERS]})

    transport = httpx.ASGITransport(Starlette(routes=[Route("/orders", everything)]))
    source = HttpOrders(httpx.AsyncClient(transport=transport, base_url="http://shop"))
    assert numbers(asyncio.run(source.of_buyer("tea", "laowang"))) == ["4"]
