"""Every row of the table is reached by a concrete order and what was said about it."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.rules.order import Order
from tests.unit.rules.build import BOOK, LAMP, ids, item, judge, order

Case = tuple[str, Order, dict[str, Any], dict[str, Any]]

UNPAID = order("unpaid")
UNSHIPPED = order("paid_unshipped", paid_at="08-07T09:00")
TRANSIT = order("shipped", shipped_at="08-06T09:00")
SIGNED = order()
LATE = order(signed_at="07-01T11:00", paid_at="06-25T11:00")
REFUNDED = order("refunded", refunded_at="08-06T10:00")
PAIR = (LAMP, item("吹风机", "小家电", 9900))
CUSTOM = item("刻字杯", "百货", 5000, no_reason_excluded="custom")
FRESH = item("桃子5斤", "水果", 6000, no_reason_excluded="fresh")
HYGIENE = item("内裤", "内衣", 3000, no_reason_excluded="confirmed_hygiene")
DEFECT = item("样品包", "箱包", 3000, no_reason_excluded="confirmed_defect")
CARD = item("蛋糕券", "卡券", 9900, no_reason_excluded="digital")
COURSE = item("编程课", "课程", 9900, no_reason_excluded="digital")
SAVED = item("会员储值", "储值", 50000)
FRIDGE = item("冰箱", "家电", 289900)
FOLDER = {"activated": True, "no_reason_excluded": "confirmed_activated"}
PHONE = item("手机", "手机", 199900, **FOLDER)
CREAM = item("面霜", "化妆品", 19900)
KETTLE = item("电水壶", "小家电", 15900)
BROKEN = {"wish": "exchange", "reason_class": "quality", "fault": "performance"}
GOOD_DAY = {"now": "08-07T10:00"}


def said(wish: str, reason: str | None = None, **more: Any) -> dict[str, Any]:
    return {"wish": wish, "reason_class": reason, **more}


def one(line: dict[str, Any], status: str = "signed", **fields: Any) -> Order:
    return order(status, line, **fields)


CASES: list[Case] = [
    ("1a", SIGNED, said("refund", "quality", safety="electric"), {}),
    ("1b", SIGNED, said("question", safety="account"), {}),
    ("2a", SIGNED, said("human"), {}),
    ("2b", SIGNED, said("refund", handoff="anger"), {}),
    ("70a", SIGNED, said("return"), {"requester": "b2"}),
    ("71a", SIGNED, said("question"), {}),
    ("70b", SIGNED, said("return", order_ref="missing"), {}),
    ("70c", order(buyer=None), said("return"), {"requester": "b1"}),
    ("71b", SIGNED, said("order_info"), {}),
    ("63", SIGNED, said("invoice"), {}),
    ("68a", REFUNDED, said("withdraw"), {}),
    ("68b", SIGNED, said("withdraw", case="shipped_back"), {}),
    ("68c", order(open_return_id="r1"), said("withdraw"), {}),
    ("68d", SIGNED, said("withdraw"), {}),
    ("60a", SIGNED, said("dispute", case="rejected"), {}),
    ("60b", SIGNED, said("dispute"), {}),
    ("61a", REFUNDED, said("progress"), {}),
    ("61b", REFUNDED, said("progress"), {"now": "08-20T10:00"}),
    ("61c", REFUNDED, said("return"), {}),
    ("61d", REFUNDED, said("compensation"), {}),
    ("61e", REFUNDED, said("track"), {}),
    ("64a", order(return_check="serial_mismatch"), said("progress", case="received"), {}),
    ("59a", order(return_check="used"), said("progress", merchant_evidence="yes"), {}),
    ("59b", order(return_check="used"), said("progress"), {}),
    ("58a", SIGNED, said("progress", case="received", received_days=16), {}),
    ("58b", SIGNED, said("progress", case="received", received_days=8), {}),
    ("57", SIGNED, said("progress", case="received", received_days=7), {}),
    ("56", SIGNED, said("progress", case="approved", approved_days=8), {}),
    ("55", SIGNED, said("progress", case="reviewing", review_overdue="yes"), {}),
    ("53a", order(open_return_id="r1"), said("return"), {}),
    ("53b", SIGNED, said("progress"), {}),
    ("54", SIGNED, said("return", applications=5), {}),
    ("64b", order(evidence_hash_reused=True), said("refund", "quality"), {}),
    ("64c", order(buyer_missing_claims_90d=3), said("reship", "missing_item"), {}),
    ("64d", SIGNED, said("refund_only", "quality", admits_intact=True), {}),
    ("65", SIGNED, said("return", buyer_use="resale"), {}),
    ("3a", order("signed", *PAIR), said("return"), {}),
    ("3b", SIGNED, said("unsaid"), {}),
    ("3c", order(signed_at=None), said("return"), {}),
    ("3d", one(HYGIENE), said("return"), {}),
    ("3e", one(DEFECT), said("return", "quality"), {}),
    ("66a", one(SAVED), said("refund"), {}),
    ("66b", one(SAVED, paid_at="07-01T09:00"), said("refund", "other"), {}),
    ("4a", UNPAID, said("cancel"), {}),
    ("4b", UNPAID, said("track"), {}),
    ("11a", UNSHIPPED, said("change_address"), {}),
    ("11b", TRANSIT, said("change_address"), {}),
    ("52a", SIGNED, said("price_diff"), {"policy": {"price_protection_days": 7}}),
    ("52b", SIGNED, said("price_diff"), {}),
    ("9", UNSHIPPED, said("refund", merchant_cancelled="yes"), {}),
    ("6a", order("paid_unshipped"), said("cancel"), {}),
    ("6b", UNSHIPPED, said("compensation"), {}),
    ("73", UNSHIPPED, said("cancel", deposit="yes"), {}),
    ("7", one({**CUSTOM, "production": "not_started"}, "paid_unshipped"), said("cancel"), {}),
    ("8", one(CUSTOM, "paid_unshipped"), said("cancel"), {}),
    ("5a", UNSHIPPED, said("cancel"), {}),
    ("5b", UNSHIPPED, said("exchange"), {}),
    ("6c", UNSHIPPED, said("track"), {}),
    ("44", SIGNED, said("refund", "counterfeit"), {}),
    ("45a", SIGNED, said("compensation", "quality", food_fault="expired"), {}),
    ("45b", SIGNED, said("refund", "quality", food_fault="expired"), {}),
    ("46", one(DEFECT), said("return", "quality", defect_disclosed="yes"), {}),
    ("72", SIGNED, said("compensation", "late"), {}),
    ("13a", order("shipped", shipped_at="08-02T10:00"), said("refund"), {}),
    ("13b", TRANSIT, said("track", parcel="lost"), {}),
    ("13c", order("shipped", promised_arrival_at="08-06T10:00"), said("refund"), {}),
    ("13d", TRANSIT, said("track"), {}),
    ("15", TRANSIT, said("refund", "damaged_in_transit"), {}),
    ("13e", one(CUSTOM, "shipped", shipped_at="08-06T09:00"), said("refund", "late"), {}),
    ("12d", TRANSIT, said("exchange"), {}),
    ("26", one(FRESH), said("refund", "quality"), {"now": "08-07T11:00"}),
    ("27a", one(FRESH), said("refund", "quality"), {"now": "08-07T11:01"}),
    ("27b", one(FRESH), said("refund", "quality", evidence="some"), {"now": "08-07T11:01"}),
    ("39", SIGNED, said("exchange", "wrong_item"), {}),
    ("41a", one(item("袜子", "服装", 3000)), said("refund", "missing_item", empty_parcel=True), {}),
    ("41b", SIGNED, said("refund", "missing_item", empty_parcel=True), {}),
    ("40a", SIGNED, said("refund", "missing_item"), {}),
    ("40b", SIGNED, said("reship", "missing_item", lacking="accessory"), {}),
    ("42", one(item("碗", "厨具", 3000)), said("refund", "damaged_in_transit"), {}),
    ("43", SIGNED, said("refund", "damaged_in_transit"), {}),
    ("14a", SIGNED, said("refund", "not_received"), {}),
    ("38", one(FRIDGE), said("repair", "quality", defect_disputed="yes"), {}),
    ("34a", one(CARD), said("refund", "quality"), {}),
    ("34b", SIGNED, said("return", "quality"), {}),
    ("35a", one(FRIDGE), BROKEN | {"replacement": "no"}, {"now": "08-20T10:00"}),
    ("35b", one(FRIDGE), BROKEN, {"now": "08-20T10:00"}),
    ("36a", one(FRIDGE), BROKEN | {"replacement": "no", "repairs": 2}, {"now": "09-20T10:00"}),
    ("36b", one(FRIDGE), BROKEN | {"repairs": 2}, {"now": "09-20T10:00"}),
    ("36c", one(FRIDGE), BROKEN | {"repairs": 1}, {"now": "09-20T10:00"}),
    ("62a", one(FRIDGE), BROKEN, {"now": "2027-08-06T10:00"}),
    ("37a", LATE, said("return", "quality", defect_serious="yes"), {}),
    ("37b", LATE, said("return", "quality"), {}),
    ("62b", SIGNED, said("return", "quality"), {"now": "2028-08-05T10:00"}),
    ("14b", LATE, said("return", proxy_signed="disputed"), {}),
    ("32a", LATE, said("return", promise="claimed"), {}),
    ("32b", one(CUSTOM), said("return", promise="claimed"), {}),
    ("29a", one(CARD), said("refund", redeemed="no"), {}),
    ("33", LATE, said("return"), {}),
    ("23", one(CUSTOM), said("return"), {}),
    ("25", one(FRESH), said("return"), {}),
    ("29b", one(CARD), said("refund", redeemed="yes"), {}),
    ("28", one(COURSE), said("refund", redeemed="yes"), {}),
    ("20", one(PHONE), said("return"), {}),
    ("30", one({**HYGIENE, "opened": True}), said("return"), {}),
    ("12a", TRANSIT, said("refund", intercepted="success"), {}),
    ("12b", TRANSIT, said("refund", intercepted="failed"), {}),
    ("12c", TRANSIT, said("refund"), {}),
    ("13f", SIGNED, said("track"), {}),
    ("18", one({**CREAM, "opened": True}), said("return"), {}),
    ("19", one(KETTLE), said("return", condition=["self_repaired"]), {}),
    ("21", one({**PHONE, "no_reason_excluded": False}), said("return"), {}),
    ("22a", SIGNED, said("return", condition=["tag_cut"]), {}),
    ("22b", one(item("椅子", "家具", 9900)), said("return", condition=["soiled"]), {}),
    ("51a", SIGNED, said("exchange"), {}),
    ("51b", SIGNED, said("exchange"), {"policy": {"exchange_support": False}}),
    ("31", one({**HYGIENE, "opened": True, "confirmed": False}), said("return"), {}),
    ("24", one(CUSTOM), said("return", made_to_order="no"), {}),
    ("17", SIGNED, said("return", condition=["tried_on"]), {}),
    ("16", SIGNED, said("return"), {}),
    ("6d", order("paid_unshipped"), said("refund"), {}),
    ("10", order("paid_unshipped", *PAIR), said("cancel", item="台灯"), {}),
    ("32c", SIGNED, said("return", promise="recorded"), {}),
    ("47a", SIGNED, said("return", gift_returned="no", gift_price_fen=900), {}),
    ("47b", SIGNED, said("return", gift_returned="no"), {}),
    ("48", order("signed", *PAIR, discount_fen=1000), said("return", item="台灯"), {}),
    (
        "49a",
        order("signed", *PAIR),
        said("return", item="台灯", below_free_shipping="yes"),
        {"policy": {"deduct_outbound_freight": True}},
    ),
    (
        "49b",
        order("signed", *PAIR),
        said("return", "quality", item="台灯", below_free_shipping="yes"),
        {},
    ),
    ("50", SIGNED, said("return", coupon_or_points="yes"), {}),
    ("62c", LATE, said("repair", "quality", aftersale_period="over"), {}),
    ("64e", one(FRIDGE), said("return"), {}),
    ("67", SIGNED, said("return", unfair_clause="quoted"), {}),
    ("69", UNSHIPPED, said("repair"), {}),
]


@pytest.mark.parametrize(("row", "placed", "facts", "more"), CASES, ids=[c[0] for c in CASES])
def test_row_is_reached(
    row: str, placed: Order, facts: dict[str, Any], more: dict[str, Any]
) -> None:
    cited = ids(judge(placed, facts, **{**GOOD_DAY, **more}))
    modifiers = {one.id for one in BOOK.table.modifiers}
    assert row in cited if row in modifiers else cited[0] == row


def test_no_row_is_left_out() -> None:
    assert [case[0] for case in CASES] == [row.id for row in BOOK.table.rows]


def test_every_refusal_names_clause_another_way_and_appeal() -> None:
    refusals = [judge(placed, facts, **{**GOOD_DAY, **more}) for _, placed, facts, more in CASES]
    refused = [decision for decision in refusals if decision.type == "reject"]
    ways = {row.id: row.way for row in BOOK.table.rows}
    assert len({decision.rules[0].id for decision in refused}) == 14
    for decision in refused:
        assert decision.rules[0].source
        assert ways[decision.rules[0].id] in decision.next_steps
        assert BOOK.table.appeal in decision.next_steps
