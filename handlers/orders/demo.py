"""The demo shop's orders: data in knowledge/content/demo/orders.yaml, dates relative to now."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.clock import Clock, in_shanghai
from bot.errors import Faults
from handlers.orders.listed import ListedOrders
from handlers.rules.order import Order
from knowledge.rules.faults import ContentFaultsError
from knowledge.yaml_text import parse_yaml

FILE = Path(__file__).parents[2] / "knowledge" / "content" / "demo" / "orders.yaml"
WEIXIN_DEMO = frozenset({"3726100000103"})
"""Demo orders that were bought in 微信小店: their after-sales are filed there, not by us."""

_WHEN = re.compile(r"(?:(\d{1,3})天([前后]) (\d\d):(\d\d)|(\d{1,3})小时([前后])|(刚刚))")


def demo_orders(shop: str, clock: Clock, file: Path = FILE) -> ListedOrders:
    """The demo's orders, as fresh as the day. Raises Faults with every fault of the file."""
    _read(file, shop, in_shanghai(clock()))

    @lru_cache(maxsize=2)
    def of_hour(hour: datetime) -> tuple[Order, ...]:
        return _read(file, shop, hour)

    return ListedOrders(lambda: of_hour(_whole_hour(clock())))


def _whole_hour(now: datetime) -> datetime:
    return in_shanghai(now).replace(minute=0, second=0, microsecond=0)


def _read(file: Path, shop: str, now: datetime) -> tuple[Order, ...]:
    entries, faults = _entries(file), []
    orders: dict[str, Order] = {}
    for at, entry in enumerate(entries, 1):
        try:
            order = Order.from_json(_order(entry, shop, now))
        except (ContentFaultsError, ValueError) as error:
            faults.append(f"第 {at} 单：{error}")
            continue
        if order.order_no in orders:
            faults.append(f"第 {at} 单：订单号 {order.order_no} 写了两次")
        orders[order.order_no] = order
    if faults:
        raise Faults(f"the demo orders ({file.name})", tuple(faults))
    return tuple(orders.values())


def _entries(file: Path) -> list[Any]:
    try:
        found = parse_yaml(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise Faults(file.name, (f"不是有效的 YAML：{str(error)[:200]}",)) from error
    return found if isinstance(found, list) else []


def _order(entry: object, shop: str, now: datetime) -> dict[str, Any]:
    if not isinstance(entry, Mapping):
        raise ValueError("每一单要写成 {…}")
    given = {name: value for name, value in entry.items() if name not in ("note", "phone")}
    phone = {"receiver_phone_last4": entry["phone"]} if "phone" in entry else {}
    dated = _dated(given, now)
    assert isinstance(dated, dict)
    return {"shop": shop, **dated, **phone}


def _dated(value: Any, now: datetime, name: str = "") -> Any:
    """The value with moments in place of what is said relative to now."""
    if isinstance(value, Mapping):
        return {key: _dated(each, now, str(key)) for key, each in value.items()}
    if isinstance(value, list):
        return [_dated(each, now, name) for each in value]
    moment = name == "at" or name.endswith(("_at", "_by", "_until"))
    return when(str(value), now).isoformat() if moment else value


def when(text: str, now: datetime) -> datetime:
    """`3天前 10:20`, `6小时前`, `2天后 18:00`, `刚刚`. Raises ValueError for anything else."""
    found = _WHEN.fullmatch(text.strip())
    if not found:
        raise ValueError(f"时间 {text} 要写成 3天前 10:20、6小时前 或 刚刚")
    days, side, hour, minute, hours, hours_side, _ = found.groups()
    if days:
        moved = now + timedelta(days=int(days) * (-1 if side == "前" else 1))
        return moved.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    return now + timedelta(hours=int(hours or 0) * (-1 if hours_side == "前" else 1))
