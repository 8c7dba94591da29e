"""Numbers in what customers say, in the spelling that the patterns read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.customer.counts import (
    came_short,
    claimed_count,
    damaged_percent,
    pieces_of,
    weighed_short,
)


@pytest.mark.parametrize(
    ("said", "in_all", "percent"),
    [
        ("烂了两成半", None, 25),
        ("百分之六十坏了", None, 60),
        ("坏了三分之一", None, 33),
        ("坏了三分之二", None, 67),
        ("坏掉4个", 12, 33),
        ("坏掉4个", None, None),
        ("一共20枝 断了12枝", None, 60),
        ("六个里头有三个烂的", None, 50),
        ("只剩两个好的", 8, 75),
        ("全都烂了", 12, 100),
        ("坏了好多", 12, None),
        ("一大半坏了", None, None),
        ("收到三箱", 12, None),
    ],
)
def test_damaged_share(said: str, in_all: int | None, percent: int | None) -> None:
    assert damaged_percent(said, in_all) == percent


@pytest.mark.parametrize(
    ("said", "bought", "claimed"),
    [
        ("退两件", 3, 2),
        ("留一件 其他退", 3, 2),
        ("五双到了四双", 5, 1),
        ("少了两双", 5, 2),
        ("退一件 留两件", 3, 1),
        ("退9件", 3, None),
        ("三件都很好", 3, None),
    ],
)
def test_claimed_units(said: str, bought: int, claimed: int | None) -> None:
    assert claimed_count(said, bought) == claimed


def test_fewer_came_than_bought() -> None:
    assert came_short("买了五双只来了四双")
    assert not came_short("买了五双来了五双")
    assert not came_short("买两斤装来了一斤装")
    assert not came_short("12个坏了4个")


def test_weight_on_the_scales() -> None:
    assert weighed_short("10斤的米才4斤")
    assert not weighed_short("10斤的米才9斤2两")


def test_pieces_in_a_title() -> None:
    assert pieces_of("芒果10个") == 10
    assert pieces_of("五常大米10斤") is None
    assert pieces_of("台灯") is None


@given(st.text(st.sampled_from("坏烂了退留个双斤成分之百半一二三十0259% \n"), max_size=30))
def test_a_share_is_a_share_and_a_count_is_in_the_order(said: str) -> None:
    share, claimed = damaged_percent(said, 12), claimed_count(said, 5)
    assert share is None or 0 <= share <= 100
    assert claimed is None or 1 <= claimed <= 5
