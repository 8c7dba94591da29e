"""Order and Decision as JSON, and stored decisions computed again."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings

from handlers.rules.decide import Request, decide
from handlers.rules.decision import canonical
from handlers.rules.explain import explain
from handlers.rules.order import Order
from handlers.rules.pages import outdated, pages, write
from handlers.rules.replay import RulesChangedError, record, replay
from knowledge.policies import read_policy
from knowledge.rules.faults import ContentFaultsError
from tests.unit.rules.build import BOOK, RULES, judge, order, request
from tests.unit.rules.strategies import facts, moments, orders

LEAST = {"order_no": "K1", "status": "unpaid", "items": [{"title": "台灯"}]}


@settings(max_examples=100, deadline=None)
@given(orders())
def test_an_order_reads_back_what_it_wrote(placed: Order) -> None:
    assert Order.from_json(json.loads(json.dumps(placed.to_json()))) == placed


def test_the_least_order_gets_a_decision() -> None:
    assert judge(Order.from_json(LEAST), {"wish": "return"}).type == "cancel"


def test_every_fault_of_an_order_is_listed() -> None:
    raw: dict[str, Any] = {
        "status": "lost",
        "colour": "red",
        "paid_at": "yesterday",
        "signed_at": "0001-01-01T00:00:00",
        "amount_fen": -1,
        "freight_fen": 1.5,
        "presale": "yes",
        "logistics": {"events": [{"text": "x"}]},
        "items": [{"price_fen": True, "no_reason_excluded": "all", "qty": 0}],
        "refunded_items": "台灯",
    }
    with pytest.raises(ContentFaultsError) as caught:
        Order.from_json(raw)
    assert {fault.where for fault in caught.value.faults} == {
        "order.order_no",
        "order.status",
        "order",  # colour, which errors do not repeat
        "order.paid_at",
        "order.signed_at",
        "order.amount_fen",
        "order.freight_fen",
        "order.presale",
        "order.logistics.events[0].at",
        "order.items[0].title",
        "order.items[0].price_fen",
        "order.items[0].no_reason_excluded",
        "order.items[0].qty",
        "order.refunded_items",
    }


@pytest.mark.parametrize("raw", [None, [], "order", {"items": []}, {"items": [3]}])
def test_anything_else_is_refused(raw: object) -> None:
    with pytest.raises(ContentFaultsError):
        Order.from_json(raw)


def test_times_without_offset_are_shanghai_and_bare_limits_last_all_day() -> None:
    placed = Order.from_json(
        LEAST | {"paid_at": "2026-08-01T09:00", "warranty_until": "2026-08-01"}
    )
    assert str(placed.paid_at) == "2026-08-01 09:00:00+08:00"
    assert str(placed.warranty_until) == "2026-08-01 23:59:59+08:00"


@settings(max_examples=100, deadline=None)
@given(orders(), facts(), moments)
def test_a_stored_decision_replays_byte_for_byte(
    placed: Order, stated: dict[str, Any], now: datetime
) -> None:
    policy = read_policy(BOOK.policy, {"promises": [{"text": "15天", "no_reason_days": 15}]})
    asked = Request(placed, policy, now, stated, "b1", now)
    stored = record(asked, decide(RULES, asked))
    assert replay(RULES, stored) == stored


def test_a_replay_under_other_rules_is_refused_and_tampering_shows() -> None:
    asked = request(order(), facts={"wish": "return"})
    stored = json.loads(record(asked, judge(order(), {"wish": "return"})))
    stored["decision"]["refund_fen"] = 1
    assert replay(RULES, canonical(stored)) != canonical(stored)
    stored["decision"]["policy_version"] = "older"
    with pytest.raises(RulesChangedError):
        replay(RULES, canonical(stored))


def test_the_decision_has_exactly_the_fields_of_the_contract() -> None:
    decision = judge(order(), {"wish": "return"}).to_json()
    assert list(decision) == [
        "type",
        "also_ok",
        "eligible",
        "freight_payer",
        "evidence_required",
        "reason_class",
        "refund_fen",
        "needs_human",
        "items",
        "window",
        "rules",
        "policy_version",
        "next_steps",
        "deadline",
    ]
    assert decision["rules"][0].keys() == {"id", "text", "source"}
    assert decision["rules"][0] | {"text": ""} == {
        "id": "16",
        "text": "",
        "source": "消25；办10、13、18",
    }


def test_an_explanation_shows_clause_facts_and_how_days_were_counted() -> None:
    asked = request(order(signed_at="08-08T11:00"), "08-17T20:00", {"wish": "return"})
    told = "\n".join(explain(RULES, asked))
    for part in (
        "结论：退货退款",
        "建议退款：129元",
        "第25条",
        "原因：无理由",
        "顺延到2026年8月17日",
    ):
        assert part in told


def test_the_committed_pages_are_the_generated_ones() -> None:
    assert outdated(BOOK) == []


def test_pages_are_one_per_row_and_left_overs_go(tmp_path: Any) -> None:
    (tmp_path / "old.md").write_text("old", encoding="utf-8")
    write(pages(BOOK), tmp_path)
    assert len(list(tmp_path.iterdir())) == len(BOOK.table.rows) + 1
    assert outdated(BOOK, tmp_path) == []
