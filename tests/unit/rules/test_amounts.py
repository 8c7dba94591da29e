"""Fen: parts add up, half up, the last line takes the rest."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.amounts import damage_step, half_up, shares, units
from tests.unit.rules.build import ids, item, judge, order

prices = st.lists(st.integers(0, 10**7), min_size=1, max_size=8)


@given(prices, st.integers(0, 10**8))
def test_shares_add_up_and_none_is_negative(listed: list[int], paid: int) -> None:
    parts = shares(listed, paid)
    assert sum(parts) == paid
    assert all(part >= 0 for part in parts)


@given(st.integers(0, 10**8), st.integers(1, 50), st.data())
def test_units_never_exceed_the_line_and_grow_with_their_number(
    share: int, qty: int, data: st.DataObject
) -> None:
    taken = data.draw(st.integers(1, qty))
    assert 0 <= units(share, taken, qty) <= share
    assert units(share, qty, qty) == share
    assert units(share, taken, qty) >= units(share, taken - 1, qty)


def test_halves_go_up() -> None:
    assert [half_up(n, 2) for n in (1, 2, 3)] == [1, 1, 2]
    assert shares((3333, 3333, 3334), 9999) == (3333, 3333, 3333)
    assert shares((1, 1, 1, 1), 2) == (1, 1, 0, 0)


@pytest.mark.parametrize(("pct", "step"), [(0, 10), (10, 10), (11, 30), (50, 50), (81, 100)])
def test_damage_steps_round_up(pct: int, step: int) -> None:
    assert damage_step(pct) == step


@given(
    st.lists(st.integers(0, 99999), min_size=1, max_size=4),
    st.integers(0, 5000),
    st.integers(0, 2000),
)
def test_cancelling_line_by_line_pays_back_exactly_what_was_paid(
    listed: list[int], discount: int, freight: int
) -> None:
    titles = [f"商品{at}号" for at in range(len(listed))]
    lines = [item(title, "百货", price) for title, price in zip(titles, listed, strict=True)]
    fields: dict[str, Any] = {"discount_fen": discount, "freight_fen": freight}
    total = 0
    for at, title in enumerate(titles):
        placed = order("paid_unshipped", *lines, refunded_items=titles[:at], **fields)
        refund = judge(placed, {"wish": "cancel", "item": title}, "08-02T09:00").refund_fen
        assert refund is not None
        total += refund
    assert total == max(0, sum(listed) - discount) + freight


def refund(placed: Any, **facts: Any) -> int | None:
    return judge(placed, facts).refund_fen


TOWELS = item("毛巾", "家纺", 1000, qty=3)


def test_part_of_a_line() -> None:
    placed = order("signed", TOWELS, discount_fen=1)
    assert refund(placed, wish="return", qty=1) == 1000
    assert refund(placed, wish="return", qty=3) == 2999
    decision = judge(placed, {"wish": "return", "qty": 2})
    assert (decision.items[0].qty, decision.refund_fen) == (2, 1999)
    assert ids(decision) == ["16", "48"]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(9000, 9000), (10200, 9000), (None, 9000), (10000, 9000), (11200, 9000), (8000, 6800)],
)
def test_amount_may_or_may_not_include_freight(amount: int | None, expected: int) -> None:
    fields = {"amount_fen": amount, "freight_fen": 1200, "discount_fen": 1000}
    placed = order("signed", item("台灯", "家居", 10000), **fields)
    assert refund(placed, wish="return") == expected


def test_freight_comes_back_unshipped_and_on_a_full_return_for_the_merchants_fault() -> None:
    unshipped = order("paid_unshipped", paid_at="08-07T09:00", freight_fen=800)
    assert refund(unshipped, wish="cancel") == 13700
    received = order(freight_fen=800)
    assert refund(received, wish="return") == 12900
    assert refund(received, wish="return", reason_class="quality") == 13700
    lost = order("shipped", freight_fen=800)
    assert refund(lost, wish="refund", parcel="lost") == 13700


def test_outbound_freight_is_kept_only_where_the_policy_says_so() -> None:
    pair = (item("台灯", "家居", 10000), item("椅子", "家具", 5000))
    placed = order("signed", *pair, freight_fen=600)
    said = {"wish": "return", "item": "椅子", "below_free_shipping": "yes"}
    assert judge(placed, said).refund_fen == 5000
    strict = judge(placed, said, policy={"deduct_outbound_freight": True})
    assert strict.refund_fen == 4400
    fault = said | {"reason_class": "quality"}
    assert judge(placed, fault, policy={"deduct_outbound_freight": True}).refund_fen == 5000


def test_gift_price_is_deducted_only_when_stated_and_never_below_zero() -> None:
    assert refund(order(), wish="return", gift_returned="no") == 12900
    assert refund(order(), wish="return", gift_returned="no", gift_price_fen=20000) == 0


def test_damage_by_share_and_unknown_damage() -> None:
    bowl = order("signed", item("碗", "厨具", 3001))
    said = {"wish": "refund", "reason_class": "damaged_in_transit"}
    assert judge(bowl, said | {"damage_pct": 50}).refund_fen == 1501
    assert judge(bowl, said).refund_fen is None


def test_a_missing_part_has_a_price_only_when_it_is_known() -> None:
    pair = (item("台灯", "家居", 10000), item("椅子", "家具", 5000))
    missing = {"wish": "refund", "reason_class": "missing_item"}
    assert judge(order("signed", *pair), missing | {"item": "椅子"}).refund_fen == 5000
    assert judge(order("signed", TOWELS), missing | {"qty": 1}).refund_fen == 1000
    assert judge(order("signed", TOWELS), missing).refund_fen is None
    alone = judge(order("signed", item("十二支笔", "文具", 1200)), missing)
    assert (ids(alone), alone.refund_fen) == (["40a"], None)


def test_unknown_prices_leave_the_refund_open() -> None:
    pair = (item("台灯", "家居", None), item("椅子", "家具", 5000))
    assert judge(order("signed", *pair), {"wish": "return", "item": "椅子"}).refund_fen is None
    assert refund(order("signed", pair[0], amount_fen=7000), wish="return") == 7000


def test_small_refunds_need_no_person_where_the_shop_published_that() -> None:
    policy = {"auto_refund_max_fen": 12900}
    assert not judge(order(), {"wish": "return"}, policy=policy).needs_human
    assert judge(order(), {"wish": "return"}, policy={"auto_refund_max_fen": 12899}).needs_human


@pytest.mark.parametrize(
    ("now_fen", "more", "expected"),
    [
        (None, {}, None),
        (9900, {}, 4000),
        (9900, {"discount_fen": 1000}, 3000),
        (13900, {}, 0),
        (20000, {}, 0),
        (9900, {"freight_fen": 800, "amount_fen": 14700}, 4000),
    ],
)
def test_a_price_difference_is_what_was_paid_above_the_price_of_now(
    now_fen: int | None, more: dict[str, Any], expected: int | None
) -> None:
    placed = order("signed", item("台灯", "家居", 13900), **more)
    said = {"wish": "price_diff", "price_now_fen": now_fen}
    decision = judge(placed, said, policy={"price_protection_days": 30})
    assert (decision.type, decision.refund_fen) == ("price_diff", expected)


def test_a_price_difference_counts_every_unit_and_is_open_for_several_lines() -> None:
    three = item("袜子", "服装", 2000, qty=3)
    policy, said = {"price_protection_days": 30}, {"wish": "price_diff", "price_now_fen": 1500}
    assert judge(order("signed", three), said, policy=policy).refund_fen == 1500
    assert judge(order("signed", three), said | {"qty": 2}, policy=policy).refund_fen == 1000
    both = order("signed", three, item("台灯", "家居", 13900))
    assert judge(both, said | {"item": "all"}, policy=policy).refund_fen is None


def test_less_for_goods_with_a_fault_is_no_sum_that_rules_know() -> None:
    said = {"wish": "price_diff", "reason_class": "quality", "price_now_fen": 100}
    decision = judge(order("signed", item("台灯", "家居", 13900)), said)
    assert (decision.type, decision.refund_fen) == ("price_diff", None)
