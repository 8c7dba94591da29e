"""Orders that come over HTTP: one put in the sandbox, many from a shop's sheet."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Body, File, Path, Query, UploadFile

from bot.errors import BadInput, NotFound, TooLarge
from bot.http.parts import House, Operating
from bot.messages import clean
from bot.order_store import OrderRows
from handlers.orders.sheet import read_sheet
from handlers.rules.order import Order
from knowledge.rules.faults import ContentFaultsError

router = APIRouter(prefix="/api", tags=["orders"])
sandbox = APIRouter(prefix="/api/sandbox", tags=["sandbox"])

LINES = 200
"""Lines that an order may have; no shop's order comes near."""

SHEET_BYTES = 20_000_000
DEMO = "demo"

OrderNo = Annotated[str, Path(min_length=1, max_length=64)]
OrderBody = Annotated[dict[str, Any], Body(description="the Order of the contract")]


@sandbox.put("/orders/{order_no}")
async def put_order(house: House, order_no: OrderNo, written: OrderBody) -> dict[str, Any]:
    """Put an order, in place of one of that number. Without `shop` it is the demo shop's."""
    order = _order(order_no, written)
    shop = order.shop or DEMO
    rows = OrderRows(house.store)
    await asyncio.to_thread(rows.put, shop, [order], "sandbox", house.clock())
    return {**order.to_json(), "shop": shop}


@router.post("/orders/import")
async def import_orders(
    house: House,
    who: Operating,
    file: Annotated[UploadFile, File()],
    shop: Annotated[str | None, Query(max_length=128)] = None,
) -> dict[str, Any]:
    """Orders from an xlsx or csv file. Any fault: 422 with all of them, and nothing is taken."""
    name = who.for_shop(clean(shop) if shop is not None else None)
    if await asyncio.to_thread(house.store.shop, name) is None:
        raise NotFound("没有这个店铺")
    data = await file.read(SHEET_BYTES + 1)
    if len(data) > SHEET_BYTES:
        raise TooLarge(f"订单表超过 {SHEET_BYTES // 1_000_000} MB，请分几个文件导入")
    sheet = await asyncio.to_thread(read_sheet, file.filename or "", data, name)
    rows = OrderRows(house.store)
    taken = await asyncio.to_thread(rows.put, name, sheet.orders, "sheet", house.clock())
    return {"orders": taken, "closed": sheet.closed}


def _order(order_no: str, written: Mapping[str, Any]) -> Order:
    """The order with the number of the address. Raises BadInput with every fault."""
    if clean(order_no) != order_no or written.get("order_no", order_no) != order_no:
        raise BadInput("order_no 与地址里的不一样")
    items = written.get("items")
    if isinstance(items, list) and len(items) > LINES:
        raise BadInput(f"一张订单最多 {LINES} 行")
    try:
        return _bounded(Order.from_json({**written, "order_no": order_no}))
    except ContentFaultsError as error:
        faults = tuple(str(fault) for fault in error.faults)
        raise BadInput(f"订单有不对的地方：共 {len(faults)} 处，详见 details", faults) from error


def _bounded(order: Order) -> Order:
    """Raises BadInput for names that a database column cannot hold: too long, or with a NUL."""
    names = (order.buyer or "", order.shop or "", *(item.title for item in order.items))
    if any(clean(name) != name for name in names):
        raise BadInput("buyer、shop 和商品名里有看不见的控制字符")
    short = len(order.buyer or "") <= 128 and len(order.shop or "") <= 64
    if not short or any(len(item.title) > 300 for item in order.items):
        raise BadInput("buyer 最多 128 字，shop 最多 64 字，商品名最多 300 字")
    return order
