"""Goods named as bought that the order does not hold."""

from __future__ import annotations

import pytest

from tests.unit.customer.talk import decided, understood


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (("我在你家买的电风扇不转了 退",), "电风扇"),
        (("那个电饭煲我不要了",), "电饭煲"),
        (("退一下榨汁机",), "榨汁机"),
        (("能退货吗", "就是我买的那个行李箱"), "行李箱"),
    ],
)
def test_goods_of_no_line_are_asked_about(said: tuple[str, ...], name: str) -> None:
    assert understood("lamp", *said)["not_ordered"] == name
    assert decided("lamp", *said).rules[0].id == "3a"


@pytest.mark.parametrize(
    "said",
    [
        ("灯不亮了 退",),  # the order's own
        ("这个不要了 退",),  # nothing named
        ("朋友送了个电风扇 这个用不着了 退",),
        ("跟我之前买的茶几不配 退",),
        ("退货 耳机连不上",),
        ("我买的台灯太暗 退",),
        ("那个电饭煲我不要了", "说错了 是台灯"),
        ("那个电饭煲我不要了", "就是这个"),
    ],
)
def test_own_goods_and_goods_only_spoken_of_are_none(said: tuple[str, ...]) -> None:
    assert "not_ordered" not in understood("lamp", *said)
    assert decided("lamp", *said).rules[0].id != "3a"


def test_a_shared_letter_may_be_the_customers_own_name() -> None:
    """Who calls a 电饭煲 电饭锅 means it."""
    assert "not_ordered" not in understood("pot and gift", "我买的电饭锅不要了 退")
