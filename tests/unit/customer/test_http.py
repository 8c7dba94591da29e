"""The after-sales calls over HTTP: decisions from facts and words, policies that are refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.customer.house import CLERK, House

EVALUATE = "/api/aftersales/evaluate"
ORDER: dict[str, Any] = {
    "order_no": "2600000001",
    "buyer": "u1",
    "status": "signed",
    "paid_at": "2026-08-01T09:00:00+08:00",
    "signed_at": "2026-08-05T11:00:00+08:00",
    "items": [{"title": "台灯", "category": "家居", "price_fen": 12900, "qty": 1}],
}
EARLY, LATE = "2026-08-07T10:00:00+08:00", "2026-08-17T20:00:01+08:00"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """For requests that leave nothing behind."""
    house = House(tmp_path_factory.mktemp("house"))
    yield house
    house.store.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = House(tmp_path)
    yield opened
    opened.store.close()


def evaluate(house: House, status: int = 200, key: str | None = None, **body: Any) -> Any:
    asked = {"order": ORDER, "now": EARLY, **body}
    keys = {"key": key} if key else {}
    answer = house.send("POST", EVALUATE, asked, **keys)
    assert answer.status_code == status, answer.text
    return answer.json()


def error(answer: Any) -> tuple[str, str]:
    """Code, and all details in one text."""
    told = answer["error"]
    assert set(told) == {"code", "message", "details"}
    return told["code"], json.dumps(told["details"], ensure_ascii=False)


def test_a_decision_from_facts(shared: House) -> None:
    decision = evaluate(shared, facts={"wish": "return"})
    assert decision["type"] == "return_refund"
    assert decision["refund_fen"] == 12900
    assert decision["rules"][0] == {
        "id": "16",
        "text": "普通品、完好、无理由",
        "source": "消25；办10、13、18",
    }


def test_a_decision_from_words_alone(shared: House) -> None:
    decision = evaluate(shared, text="灯不亮！\n给我换个新的")
    assert (decision["type"], decision["reason_class"]) == ("exchange", "quality")
    assert decision["freight_payer"] == "merchant"


def test_facts_beat_words(shared: House) -> None:
    said: dict[str, Any] = {
        "text": "灯不亮 换一个",
        "facts": {"reason_class": "no_reason", "wish": "return"},
    }
    decision = evaluate(shared, **said)
    assert (decision["type"], decision["freight_payer"]) == ("return_refund", "buyer")


def test_facts_and_words_complete_each_other(shared: House) -> None:
    decision = evaluate(shared, text="灯不亮 换一个", facts={"evidence": "complete"})
    assert (decision["type"], decision["evidence_required"]) == ("exchange", False)


def test_without_a_moment_it_is_now(shared: House) -> None:
    answer = shared.send("POST", EVALUATE, {"order": ORDER, "facts": {"wish": "return"}})
    assert answer.json()["type"] == "reject"


def test_the_buyer_who_asks_must_be_the_orders_buyer(shared: House) -> None:
    assert evaluate(shared, requester="u1", text="退货")["type"] == "return_refund"
    other = evaluate(shared, requester="u2", text="退货")
    assert (other["type"], other["items"], other["window"]) == ("reject", [], None)


def test_what_is_told_next_has_no_row_in_it(shared: House) -> None:
    custom = {**ORDER, "items": [{**ORDER["items"][0], "no_reason_excluded": "custom"}]}
    steps = evaluate(shared, order=custom, text="不想要了 退货")["next_steps"]
    assert steps[0] == "这是按您的要求定制（定作）的，不适用七天无理由"
    assert not any("→" in step or "34b" in step for step in steps)


def test_every_fault_is_told_and_no_value_is_sent_back(shared: House) -> None:
    broken = {**ORDER, "status": "s3cret", "items": [{"title": "灯", "price_fen": -77123}]}
    facts = {"wish": "s3cret", "no_such_key": "s3cret", "qty": 7712300}
    code, told = error(evaluate(shared, 422, order=broken, facts=facts))
    assert code == "invalid_request"
    assert told.count("facts.") == 2
    assert "facts：有 1 项不认识" in told
    assert "no_such_key" not in told
    assert "order.status" in told
    assert "order.items[0].price_fen" in told
    assert "s3cret" not in told
    assert "77123" not in told


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("text", "退" * 4001, 413),
        ("now", "1999-12-31T23:59:59+08:00", 422),
        ("now", "2100-01-01T00:00:00+08:00", 422),
        ("now", "tomorrow", 422),
        ("order", None, 422),
        ("order", [], 422),
        ("order", {**ORDER, "items": ORDER["items"] * 201}, 422),
        ("facts", [], 422),
        ("facts", {"condition": [["opened"]]}, 422),
        ("text", 7, 422),
        ("shop", "nobody", 404),
    ],
)
def test_what_cannot_be_decided_is_refused(
    shared: House, field: str, value: Any, status: int
) -> None:
    code, _ = error(evaluate(shared, status, **{field: value}))
    assert code == {404: "not_found", 413: "too_large", 422: "invalid_request"}[status]


def test_the_longest_text_is_read(shared: House) -> None:
    assert evaluate(shared, text="嗯" * 3995 + "。我要退货")["type"] == "return_refund"


@pytest.mark.parametrize("body", [b'{"order": NaN}', b'{"order": {"order_no": "\\ud800"}}', b"{"])
def test_insane_json_is_refused(shared: House, body: bytes) -> None:
    assert shared.send("POST", EVALUATE, body).status_code == 422


def test_a_key_is_needed(shared: House) -> None:
    for method, path in (
        ("POST", EVALUATE),
        ("GET", "/api/policies/tea"),
        ("PUT", "/api/policies/tea"),
        ("POST", "/api/policies/tea/simulate"),
    ):
        body = {"order": ORDER} if method == "POST" else {}
        assert shared.send(method, path, body, key="wrong").status_code == 401


def test_a_shop_that_has_set_nothing_has_the_defaults(shared: House) -> None:
    policy = shared.send("GET", "/api/policies/tea").json()
    assert (policy["no_reason_days"], policy["version"], policy["by"]) == (7, 0, None)


def test_a_kinder_policy_is_kept_and_used(house: House) -> None:
    saved = house.send("PUT", "/api/policies/tea", {"no_reason_days": 15}, key=CLERK).json()
    assert (saved["version"], saved["by"]) == (1, "clerk@tea")
    assert house.send("GET", "/api/policies/tea").json() == saved
    asked: dict[str, Any] = {"now": LATE, "text": "不想要了 退货"}
    assert evaluate(house, **asked)["type"] == "reject"
    assert evaluate(house, shop="flowers", **asked)["type"] == "reject"
    assert evaluate(house, shop="tea", **asked)["type"] == "return_refund"
    assert evaluate(house, key=CLERK, **asked)["type"] == "return_refund"


@pytest.mark.parametrize(
    ("value", "harsh", "label"),
    [("no_reason_days", 6, "无理由天数"), ("ship_hours", 72, "发货时限小时")],
)
@pytest.mark.parametrize("call", ["put", "simulate"])
def test_a_policy_harsher_than_the_law_is_refused_with_an_input_that_shows_it(
    house: House, value: str, harsh: int, label: str, call: str
) -> None:
    path, method = ("/api/policies/tea", "PUT")
    if call == "simulate":
        path, method = f"{path}/simulate", "POST"
    answer = house.send(method, path, {value: harsh})
    assert answer.status_code == 422
    _, told = error(answer.json())
    assert value in told
    assert label in told
    assert "例如" in told
    assert house.send("GET", "/api/policies/tea").json()["version"] == 0


def test_every_bad_value_of_a_policy_is_told(house: House) -> None:
    bad = {"no_reason_days": "seven", "no_such": 1, "promises": [{"lifts": ["s3cret"]}]}
    answer = house.send("PUT", "/api/policies/tea", bad)
    _, told = error(answer.json())
    assert answer.status_code == 422
    assert all(name in told for name in ("no_reason_days", "有 1 项不认识", "promises[0]"))
    assert "no_such" not in told
    assert "s3cret" not in told
    assert "seven" not in told


def test_versions_are_kept_and_an_old_one_is_not_overwritten(house: House) -> None:
    read = house.send("PUT", "/api/policies/tea", {"no_reason_days": 15}).json()
    again = house.send("PUT", "/api/policies/tea", {**read, "no_reason_days": 30})
    assert again.json()["version"] == 2
    stale = house.send("PUT", "/api/policies/tea", {**read, "no_reason_days": 20})
    assert stale.status_code == 409
    kept = house.send("GET", "/api/policies/tea/history").json()["items"]
    assert [(each["version"], each["no_reason_days"]) for each in kept] == [(2, 30), (1, 15)]
    assert {each["by"] for each in kept} == {"owner@*"}


def test_a_clerk_sees_only_the_own_shops_policy(house: House) -> None:
    assert house.send("GET", "/api/policies/flowers", key=CLERK).status_code == 404
    assert house.send("PUT", "/api/policies/flowers", {}, key=CLERK).status_code == 404
    assert evaluate(house, 404, key=CLERK, shop="flowers")["error"]["code"] == "not_found"


def test_a_simulation_shows_what_would_change_and_stores_nothing(house: House) -> None:
    asked = {"order": ORDER, "now": LATE, "text": "不想要了 退货"}
    early = {**asked, "now": EARLY}
    body = {"policy": {"no_reason_days": 15}, "requests": [asked, early]}
    told = house.send("POST", "/api/policies/tea/simulate", body).json()
    assert told["changes"] == [
        {"value": "no_reason_days", "label": "无理由天数", "from": 7, "to": 15, "kinder": True}
    ]
    late, soon = told["decisions"]
    assert (late["before"]["type"], late["after"]["type"]) == ("reject", "return_refund")
    assert late["changed"]
    assert (soon["before"]["type"], soon["after"]["type"]) == ("return_refund", "return_refund")
    assert house.send("GET", "/api/policies/tea").json()["version"] == 0
