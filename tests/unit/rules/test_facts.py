"""How facts are derived: the order wins, words fill, the rest has its default."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.rules.facts import Facts, default_reason, derive
from handlers.rules.order import Order
from tests.unit.rules.build import BOOK, LAMP, ids, item, judge, order, request

CHAIR = item("椅子", "家具", 5000)
HYGIENE = item("内裤", "内衣", 3000, no_reason_excluded="confirmed_hygiene")


def known(placed: Order, now: str = "08-07T10:00", **stated: Any) -> Facts:
    asked = request(placed, now, stated)
    return derive(BOOK, asked.order, asked.policy, asked.stated, asked.now, asked.requester)


def fact(placed: Order, name: str, now: str = "08-07T10:00", **stated: Any) -> Any:
    return known(placed, now, **stated).values[0][name]


@pytest.mark.parametrize(
    ("wish", "stage", "reason"),
    [
        ("return", "received", "no_reason"),
        ("withdraw", "received", "no_reason"),
        ("repair", "received", "quality"),
        ("reship", "received", "missing_item"),
        ("reship", "transit", "not_received"),
        ("price_diff", "received", "other"),
        ("unsaid", "received", "other"),
    ],
)
def test_the_reason_of_a_wish_without_one(wish: str, stage: str, reason: str) -> None:
    assert default_reason(wish, stage) == reason


def test_the_order_beats_what_is_stated() -> None:
    placed = order(return_check="used")
    facts = known(placed, stage="unpaid", day=99, in_window="no", return_check="none").values[0]
    assert (facts["stage"], facts["day"], facts["in_window"]) == ("received", 2, "yes")
    assert facts["return_check"] == "used"


def test_what_is_stated_beats_what_is_only_assumed() -> None:
    fridge = order("signed", item("冰箱", "家电", 100))
    assert fact(fridge, "three_guarantee") == "yes"
    assert fact(fridge, "warranty", warranty="over") == "over"
    dated = order("signed", item("冰箱", "家电", 100), warranty_until="09-01T00:00")
    assert fact(dated, "warranty", warranty="over") == "in"
    assert fact(order(), "three_guarantee", three_guarantee="yes") == "yes"


@pytest.mark.parametrize(
    ("buyer", "requester", "ownership"),
    [
        ("b1", None, "proven"),
        ("b1", "b1", "proven"),
        ("b1", "b2", "other"),
        (None, "b1", "unproven"),
    ],
)
def test_ownership(buyer: str | None, requester: str | None, ownership: str) -> None:
    asked = request(order(buyer=buyer), requester=requester)
    facts = derive(BOOK, asked.order, asked.policy, {"ownership": "proven"}, asked.now, requester)
    assert facts.values[0]["ownership"] == ownership


def test_nothing_of_an_order_is_told_to_somebody_else() -> None:
    for facts in ({"wish": "return"}, {"wish": "human"}, {"wish": "return", "safety": "fire"}):
        decision = judge(order(), facts, requester="b2")
        assert decision.items == ()
        assert decision.window is None


@pytest.mark.parametrize(
    ("named", "status", "wish", "choice"),
    [
        ("椅子", "signed", "return", "one"),
        ("椅", "signed", "return", "one"),
        (None, "signed", "return", "missing"),
        (None, "signed", "track", "all"),
        (None, "shipped", "return", "all"),
        ("沙发", "shipped", "return", "missing"),
        ("all", "signed", "return", "all"),
    ],
)
def test_which_item(named: str | None, status: str, wish: str, choice: str) -> None:
    placed = order(status, LAMP, CHAIR)
    assert fact(placed, "item", wish=wish, item=named) == choice


def test_the_only_line_not_refunded_is_meant() -> None:
    placed = order("signed", LAMP, CHAIR, refunded_items=["台灯"])
    facts = known(placed, wish="return")
    assert [line.title for line in facts.lines.claimed] == ["椅子"]
    assert facts.values[0]["partial"] == "yes"
    assert fact(placed, "stage", item="台灯") == "refunded"


def test_refunded_items_leave_the_others_at_the_stage_their_dates_show() -> None:
    dates = {"refunded_items": ["台灯"], "signed_at": None}
    assert fact(order("refunded", LAMP, CHAIR, **dates), "stage", item="椅子") == "transit"
    assert fact(order("refunded", LAMP, CHAIR), "stage", item="椅子") == "refunded"


@pytest.mark.parametrize(
    ("line", "stated", "exclusion"),
    [
        ({**HYGIENE, "opened": True}, {}, "hygiene"),
        ({**HYGIENE, "opened": False}, {}, "none"),
        (HYGIENE, {}, "missing"),
        (HYGIENE, {"condition": ["tried_on"]}, "hygiene"),
        ({**HYGIENE, "opened": True, "confirmed": False}, {}, "none"),
        ({**HYGIENE, "opened": True}, {"promise": "recorded", "exclusion": "none"}, "none"),
        (item("杯", "百货", 1, no_reason_excluded="custom"), {}, "custom"),
        (item("杯", "百货", 1, no_reason_excluded="custom"), {"made_to_order": "no"}, "none"),
        (item("课", "课程", 1, no_reason_excluded="digital"), {}, "missing"),
        (item("课", "课程", 1, no_reason_excluded="digital"), {"redeemed": "yes"}, "digital"),
        (item("CD", "光盘", 1, no_reason_excluded="digital", opened=True), {}, "digital"),
        (item("报", "报纸", 1, no_reason_excluded="press"), {}, "press"),
        (item("机", "手机", 1, no_reason_excluded="confirmed_activated"), {}, "missing"),
        (item("包", "箱包", 1, no_reason_excluded="confirmed_defect"), {}, "defect"),
        (item("书", "图书", 1), {}, "none"),
        (item("物", None, 1), {}, "missing"),
        (item("物", None, 1, no_reason_excluded=False), {}, "none"),
    ],
)
def test_exclusions(line: dict[str, Any], stated: dict[str, Any], exclusion: str) -> None:
    assert fact(order("signed", line), "exclusion", **stated) == exclusion


def test_triggers_count_only_after_receipt() -> None:
    assert fact(order("shipped", HYGIENE), "exclusion") == "none"
    press = item("报", "报纸", 1, no_reason_excluded="press")
    assert fact(order("shipped", press), "exclusion") == "none"


@pytest.mark.parametrize(
    ("category", "title", "kind"),
    [
        ("家居", "台灯", "textile"),
        ("家具", "椅子", "other"),
        ("生鲜水果", "桃子", "fresh"),
        ("手机壳", "透明壳", "other"),
        ("数码", "手机壳", "other"),
        ("茶具", "紫砂壶", "other"),
        ("电子书", "小说", "digital"),
        ("图书", "小说", "other"),
        ("隐形眼镜", "月抛", "medical"),
        ("新类目", "东西", "other"),
    ],
)
def test_kinds(category: str, title: str, kind: str) -> None:
    assert BOOK.categories.kind(category, title) == kind


@pytest.mark.parametrize(
    ("category", "title", "catalogued"),
    [
        ("家电", "冰箱", "yes"),
        ("数码", "手机壳", "no"),
        ("箱包", "电脑包", "no"),
        ("家电", "水壶", "no"),
    ],
)
def test_the_three_guarantee_catalogue(category: str, title: str, catalogued: str) -> None:
    assert fact(order("signed", item(title, category, 1)), "three_guarantee") == catalogued


def test_an_opened_seal_unless_only_the_outer_box() -> None:
    cream = order("signed", item("面霜", "化妆品", 100, opened=True))
    assert "seal_broken" in fact(cream, "condition")
    assert "seal_broken" not in fact(cream, "condition", condition=["opened"])
    assert "seal_broken" in fact(cream, "condition", condition=["opened", "used"])


@pytest.mark.parametrize(
    ("fields", "now", "stated", "parcel"),
    [
        ({}, "08-07T08:59", {}, "moving"),
        ({}, "08-07T09:00", {}, "stalled"),
        ({"promised_arrival_at": "08-06T00:00"}, "08-07T09:00", {}, "overdue"),
        ({}, "08-03T09:00", {"parcel": "lost"}, "lost"),
        (
            {"logistics": {"events": [{"at": "2026-08-06T09:00:00+08:00", "text": "到站"}]}},
            "08-07T09:00",
            {},
            "moving",
        ),
    ],
)
def test_parcels(fields: dict[str, Any], now: str, stated: dict[str, Any], parcel: str) -> None:
    assert fact(order("shipped", **fields), "parcel", now, **stated) == parcel


def test_fresh_goods_are_overdue_after_72_hours() -> None:
    fruit = item("桃子", "水果", 100)
    assert fact(order("shipped", fruit), "parcel", "08-05T09:00") == "moving"
    assert fact(order("shipped", fruit), "parcel", "08-05T09:01") == "overdue"


def test_lines_that_differ_are_decided_each_and_a_conflict_goes_to_a_person() -> None:
    fruit = item("桃子", "水果", 100, no_reason_excluded="fresh")
    placed = order("shipped", LAMP, fruit, shipped_at="08-06T09:00")
    assert ids(judge(placed, {"wish": "return"})) == ["69"]
    assert ids(judge(placed, {"wish": "return", "item": "台灯"})) == ["12c"]
    assert ids(judge(order("shipped", LAMP, CHAIR), {"wish": "return"}, "08-03T09:00")) == ["12c"]


def test_a_recorded_promise_is_kept() -> None:
    fruit = item("桃子", "水果", 6000, no_reason_excluded="fresh")
    promise = {"text": "坏不坏都包退，15天", "no_reason_days": 15, "lifts": ["fresh"]}
    kind = promise | {"return_freight": "merchant"}
    now = "08-17T10:00"
    kept = judge(order("signed", fruit), {"wish": "return"}, now, policy={"promises": [kind]})
    assert (kept.type, kept.freight_payer, ids(kept)) == (
        "return_refund",
        "merchant",
        ["16", "32c"],
    )
    other = kind | {"titles": ["苹果"]}
    refused = judge(order("signed", fruit), {"wish": "return"}, now, policy={"promises": [other]})
    assert ids(refused) == ["33"]


def test_a_promise_on_record_without_terms_goes_to_a_person_not_to_a_refusal() -> None:
    late = judge(order(), {"wish": "return", "promise": "recorded"}, "08-20T10:00")
    assert ids(late) == ["32a"]
    assert ids(judge(order(), {"wish": "return", "promise": "recorded"})) == ["16", "32c"]


def test_price_protection_counts_from_payment() -> None:
    policy = {"price_protection_days": 6}
    said = {"wish": "price_diff"}
    assert ids(judge(order(), said, "08-07T23:59", policy=policy)) == ["52a"]
    assert ids(judge(order(), said, "08-08T00:00", policy=policy)) == ["52b"]


def test_a_wish_the_row_does_not_offer_changes_nothing() -> None:
    pair = {"wish": "repair", "reason_class": "wrong_item"}
    decision = judge(order(), pair)
    assert (decision.type, decision.also_ok) == ("exchange", ("return_refund", "price_diff"))
    chosen = judge(order(), pair | {"wish": "return"})
    assert (chosen.type, chosen.freight_payer) == ("return_refund", "merchant")
    assert chosen.also_ok == ("exchange", "price_diff")
