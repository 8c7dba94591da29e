"""The demo shop: many orders of every kind, as fresh as the day."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import SHANGHAI
from bot.errors import Faults
from handlers.orders.demo import demo_orders, when
from handlers.rules.order import FLAGS, STATUSES

NOW = datetime(2026, 11, 19, 23, 41, tzinfo=SHANGHAI)


def test_there_is_something_of_everything() -> None:
    orders = demo_orders("demo", lambda: NOW).read()
    assert len(orders) >= 40
    assert {order.status for order in orders} == set(STATUSES)
    items = [item for order in orders for item in order.items]
    missing = set(FLAGS) - {item.no_reason_excluded for item in items} - {"press"}
    assert missing == set()
    assert any(item.gift for item in items)
    assert any(order.presale for order in orders)
    assert any(order.discount_fen for order in orders)
    assert any(order.refunded_items for order in orders)


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=400)])
def test_the_hoodie_is_always_in_its_seventh_day(later: timedelta) -> None:
    orders = demo_orders("demo", lambda: NOW + later).read()
    hoodie = next(order for order in orders if order.items[0].title == "连帽卫衣")
    assert hoodie.signed_at
    assert ((NOW + later).date() - hoodie.signed_at.date()).days == 7


def test_every_buyer_has_one_phone_and_few_enough_orders_to_tap() -> None:
    orders = demo_orders("demo", lambda: NOW).read()
    for buyer in {order.buyer for order in orders}:
        mine = [order for order in orders if order.buyer == buyer]
        assert len({order.receiver_phone_last4 for order in mine}) == 1
        assert len(mine) <= 5


@pytest.mark.parametrize("text", ["3 天前", "昨天", "3天前", "0天前 25:00", "2026-11-01"])
def test_a_moment_that_is_not_relative_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"写成|hour"):
        when(text, NOW)


def test_every_fault_of_the_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text(
        "- {order_no: '1', status: gone, items: []}\n- 7\n- {order_no: '2', status: signed,"
        " signed_at: 昨天, items: [{title: 灯}]}\n",
        encoding="utf-8",
    )
    with pytest.raises(Faults) as told:
        demo_orders("demo", lambda: NOW, file)
    assert len(told.value.details) == 3
