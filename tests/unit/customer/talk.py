"""A customer's words about an order, and what was understood."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.customer.build import understanding
from handlers.rules.decision import Decision
from handlers.rules.order import Order
from tests.unit.rules.build import BOOK, item, judge, order

UNDERSTAND = understanding(BOOK)

LAMP = item("台灯", "家居", 12900, no_reason_excluded=False)
DRESS = item("碎花连衣裙", "服装", 15900, no_reason_excluded=False)
SCARF = item("羊毛围巾", "服装", 9900, no_reason_excluded=False)
PHONE = item("手机 256G", "手机", 399900, no_reason_excluded=False)
SOCKS = item("纯棉袜", "服装", 1500, qty=5, no_reason_excluded=False)
SHELF = item("置物架", "家具", 9900, no_reason_excluded=False)
CREAM = item("保湿面霜", "化妆品", 18900, no_reason_excluded=False)
CAKE = item("绿豆糕", "食品", 3900, no_reason_excluded=False)
PEACHES = item("水蜜桃12个装", "水果", 6000, no_reason_excluded="fresh")
RING = item("刻字戒指", "珠宝", 52000, no_reason_excluded="custom")
COURSE = item("摄影课", "课程", 19900, no_reason_excluded="digital")
CARD = item("洗车储值卡", "储值", 50000)
POT = item("电饭煲", "小家电", 25900, no_reason_excluded=False)
SPATULA = item("锅铲", "赠品", 0)

ORDERS = {
    "lamp": order("signed", LAMP),
    "lamp unpaid": order("unpaid", LAMP),
    "lamp not sent": order("paid_unshipped", LAMP),
    "lamp on its way": order("shipped", LAMP),
    "lamp refunded": order("refunded", LAMP, refunded_at="08-06T10:00"),
    "lamp, case open": order("signed", LAMP, open_return_id="r1"),
    "dress": order("signed", DRESS),
    "dress and scarf": order("signed", DRESS, SCARF),
    "phone": order("signed", PHONE),
    "socks": order("signed", SOCKS),
    "shelf": order("signed", SHELF),
    "cream": order("signed", CREAM),
    "cake": order("signed", CAKE),
    "peaches": order("signed", PEACHES),
    "ring": order("signed", RING),
    "course": order("signed", COURSE),
    "card": order("signed", CARD),
    "pot and gift": order("signed", POT, SPATULA),
}


def understood(placed: str | Order, *utterances: str) -> Mapping[str, Any]:
    """What is read from the utterances about an order of ORDERS."""
    return UNDERSTAND(utterances, ORDERS[placed] if isinstance(placed, str) else placed)


def decided(placed: str, *utterances: str) -> Decision:
    """The decision from the words alone, two days after signing."""
    return judge(ORDERS[placed], dict(understood(placed, *utterances)))
