"""The twelve worked examples of aftersales-facts.md §8 hold to the field."""

from __future__ import annotations

import json
from typing import Any

import pytest

from handlers.rules.order import Order
from tests.unit.rules.build import ids, item, judge, order

PEACHES = item("桃子5斤", "水果", 6000, no_reason_excluded="fresh")
LAMP = item("台灯", "家居", 12900)


def expect(text: str) -> dict[str, Any]:
    raw = json.loads(text)
    assert isinstance(raw, dict)
    return raw


EXAMPLES: dict[str, tuple[Order, str, dict[str, Any], dict[str, Any]]] = {
    "1 one of two, unshipped": (
        order(
            "paid_unshipped",
            item("帐篷", "户外", 60000),
            item("睡袋", "户外", 30000),
            paid_at="08-05T09:00",
            discount_fen=9000,
        ),
        "08-05T15:00",
        {"wish": "cancel", "item": "睡袋"},
        expect(
            '{"type":"refund_only","eligible":true,"freight_payer":"none",'
            '"evidence_required":false,"reason_class":"no_reason","refund_fen":27000,'
            '"needs_human":true,"items":[{"title":"睡袋","qty":1}],"window":null,'
            '"rules":["5a","10","48"],"deadline":"08-07T15:00"}'
        ),
    ),
    "2 day 7 is a Saturday": (
        order("signed", LAMP, signed_at="08-08T11:00"),
        "08-17T20:00",
        {"wish": "return"},
        expect(
            '{"type":"return_refund","eligible":true,"freight_payer":"buyer",'
            '"evidence_required":false,"reason_class":"no_reason","refund_fen":12900,'
            '"needs_human":true,"items":[{"title":"台灯","qty":1}],'
            '"window":{"day":9,"starts":"08-09T00:00","ends":"08-18T00:00"},'
            '"rules":["16"],"deadline":"08-19T20:00"}'
        ),
    ),
    "3 first second of day 8": (
        order("signed", LAMP, signed_at="08-03T11:00"),
        "08-11T00:00",
        {"wish": "return"},
        expect(
            '{"type":"reject","eligible":false,"freight_payer":"none",'
            '"evidence_required":false,"reason_class":"no_reason","refund_fen":null,'
            '"needs_human":false,"items":[{"title":"台灯","qty":1}],'
            '"window":{"day":8,"starts":"08-04T00:00","ends":"08-11T00:00"},'
            '"rules":["33"],"deadline":null}'
        ),
    ),
    "4 engraved, with a fault": (
        order("signed", item("刻字相框", "礼品", 15800, no_reason_excluded="custom")),
        "08-07T10:00",
        {"wish": "exchange", "reason_class": "quality"},
        expect(
            '{"type":"exchange","eligible":true,"freight_payer":"merchant",'
            '"evidence_required":true,"reason_class":"quality","refund_fen":null,'
            '"needs_human":true,"items":[{"title":"刻字相框","qty":1}],'
            '"window":{"day":2,"starts":"08-06T00:00","ends":"08-13T00:00"},'
            '"rules":["34b"],"deadline":"08-09T10:00"}'
        ),
    ),
    "5 underwear, never confirmed": (
        order(
            "signed",
            item(
                "女士内裤3条",
                "内衣",
                6900,
                no_reason_excluded="confirmed_hygiene",
                opened=True,
                confirmed=False,
            ),
        ),
        "08-07T10:00",
        {"wish": "return"},
        expect(
            '{"type":"return_refund","eligible":true,"freight_payer":"buyer",'
            '"evidence_required":false,"reason_class":"no_reason","refund_fen":6900,'
            '"needs_human":true,"items":[{"title":"女士内裤3条","qty":1}],'
            '"window":{"day":2,"starts":"08-06T00:00","ends":"08-13T00:00"},'
            '"rules":["31"],"deadline":"08-09T10:00"}'
        ),
    ),
    "6 fruit 40% bad after 20 h": (
        order("signed", PEACHES),
        "08-06T07:00",
        {
            "wish": "refund",
            "reason_class": "quality",
            "damage_pct": 40,
            "evidence": "complete",
        },
        expect(
            '{"type":"refund_only","eligible":true,"freight_payer":"none",'
            '"evidence_required":false,"reason_class":"quality","refund_fen":3000,'
            '"needs_human":true,"items":[{"title":"桃子5斤","qty":1}],'
            '"window":{"day":1,"starts":"08-06T00:00","ends":"08-13T00:00"},'
            '"rules":["26"],"deadline":"08-08T07:00"}'
        ),
    ),
    "7 the same after 60 h, no photo": (
        order("signed", PEACHES),
        "08-07T23:00",
        {"wish": "refund", "reason_class": "quality"},
        expect(
            '{"type":"ask","eligible":false,"freight_payer":"none",'
            '"evidence_required":true,"reason_class":"quality","refund_fen":null,'
            '"needs_human":false,"items":[{"title":"桃子5斤","qty":1}],'
            '"window":{"day":2,"starts":"08-06T00:00","ends":"08-13T00:00"},'
            '"rules":["27a"],"deadline":null}'
        ),
    ),
    "8 watch activated, never confirmed": (
        order("signed", item("智能手表", "数码", 119900, activated=True)),
        "08-07T10:00",
        {"wish": "return"},
        expect(
            '{"type":"escalate","eligible":false,"freight_payer":"none",'
            '"evidence_required":false,"reason_class":"no_reason","refund_fen":null,'
            '"needs_human":true,"items":[{"title":"智能手表","qty":1}],'
            '"window":{"day":2,"starts":"08-06T00:00","ends":"08-13T00:00"},'
            '"rules":["21"],"deadline":null}'
        ),
    ),
    "9 fridge, day 40, repaired twice": (
        order("completed", item("冰箱", "家电", 289900), signed_at="06-28T11:00"),
        "08-07T10:00",
        {"wish": "exchange", "reason_class": "quality", "fault": "performance", "repairs": 2},
        expect(
            '{"type":"exchange","eligible":true,"freight_payer":"merchant",'
            '"evidence_required":true,"reason_class":"quality","refund_fen":null,'
            '"needs_human":true,"items":[{"title":"冰箱","qty":1}],'
            '"window":{"day":40,"starts":"06-29T00:00","ends":"07-07T00:00"},'
            '"rules":["36b","64e"],"deadline":"08-09T10:00"}'
        ),
    ),
    "10 shelf without wall plugs": (
        order("signed", item("置物架", "家具", 9900)),
        "08-07T10:00",
        {"wish": "unsaid", "reason_class": "missing_item", "lacking": "accessory"},
        expect(
            '{"type":"reship","eligible":true,"freight_payer":"merchant",'
            '"evidence_required":true,"reason_class":"missing_item","refund_fen":null,'
            '"needs_human":true,"items":[{"title":"置物架","qty":1}],'
            '"window":{"day":2,"starts":"08-06T00:00","ends":"08-13T00:00"},'
            '"rules":["40b"],"deadline":"08-09T10:00"}'
        ),
    ),
    "11 fake, pay triple": (
        order("signed", item("手提包", "箱包", 68000)),
        "08-07T10:00",
        {"wish": "compensation", "reason_class": "counterfeit"},
        expect(
            '{"type":"escalate","eligible":false,"freight_payer":"none",'
            '"evidence_required":true,"reason_class":"counterfeit","refund_fen":null,'
            '"needs_human":true,"items":[{"title":"手提包","qty":1}],'
            '"window":{"day":2,"starts":"08-06T00:00","ends":"08-13T00:00"},'
            '"rules":["44"],"deadline":null}'
        ),
    ),
    "12 return, gift kept": (
        order("signed", item("电水壶", "小家电", 15900), item("茶漏", "赠品", 0)),
        "08-07T10:00",
        {"wish": "return", "gift_returned": "no", "gift_price_fen": 1500},
        expect(
            '{"type":"return_refund","eligible":true,"freight_payer":"buyer",'
            '"evidence_required":false,"reason_class":"no_reason","refund_fen":14400,'
            '"needs_human":true,"items":[{"title":"电水壶","qty":1}],'
            '"window":{"day":2,"starts":"08-06T00:00","ends":"08-13T00:00"},'
            '"rules":["16","47a"],"deadline":"08-09T10:00"}'
        ),
    ),
}


def full(moment: str | None) -> str | None:
    return moment and f"2026-{moment}:00+08:00"


@pytest.mark.parametrize("name", EXAMPLES)
def test_holds_to_the_field(name: str) -> None:
    placed, now, facts, wanted = EXAMPLES[name]
    decision = judge(placed, facts, now)
    window = wanted["window"]
    if window:
        window = window | {"starts": full(window["starts"]), "ends": full(window["ends"])}
    got = decision.to_json() | {"rules": ids(decision)}
    more = {"window": window, "deadline": full(wanted["deadline"])}
    assert {field: got[field] for field in wanted} == wanted | more
