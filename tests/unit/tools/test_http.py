"""The checks and tools over HTTP: the contract's shapes, and 4xx for what cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.customer.house import House

DEMO = "国家级非遗工艺 全网最好阿胶糕 三天见效 转3个群领5元"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    opened = House(tmp_path_factory.mktemp("house"))
    yield opened
    opened.store.close()


def ok(house: House, method: str, path: str, body: Any = None) -> Any:
    answer = house.send(method, path, body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_text_is_checked(house: House) -> None:
    told = ok(house, "POST", "/api/compliance/check", {"text": DEMO})
    assert told["verdict"] == "violation"
    for each in told["violations"]:
        assert DEMO[each["start"] : each["end"]] == each["span"]
        assert {"kind", "severity", "rule", "suggestion"} <= each.keys()
    assert [each["severity"] for each in told["violations"]] == ["review", "high", "high", "high"]


@pytest.mark.parametrize("text", ["", "\x00最好吃\x00", "😀" * 4000])
def test_odd_texts_get_a_verdict(house: House, text: str) -> None:
    told = ok(house, "POST", "/api/compliance/check", {"text": text})
    assert told["verdict"] in ("violation", "review", "clean")


def test_a_code(house: House) -> None:
    told = ok(house, "GET", "/api/tools/uscc/９１１１００００ 600037341L")
    assert (told["valid"], told["normalized"]) == (True, "91110000600037341L")
    assert not ok(house, "GET", "/api/tools/uscc/123")["valid"]


def test_deadlines(house: House) -> None:
    told = ok(house, "GET", "/api/tools/deadline?rejected_on=2026-11-20")
    assert (told["resubmit_by"], told["days_left"]) == ("2026-11-27", 6)
    assert "指南自己" in told["basis"]
    told = ok(house, "GET", "/api/tools/deadline?submitted_on=2026-11-20")
    assert told["review"]["latest"] == "2026-12-01"


def test_metrics(house: House) -> None:
    told = ok(house, "POST", "/api/tools/metrics", {"visitors": 1200, "orders": 30})
    finding = told["findings"][0]
    assert (finding["metric"], finding["value"], finding["verdict"]) == (
        "conversion", 0.025, "below",
    )  # fmt: skip
    assert [line["value"] for line in finding["thresholds"]] == ["≥8%", ">5%"]
    assert all(line["definition"] and line["source"] for line in finding["thresholds"])
    assert finding["measures"]
    assert told["missing"]["复购率"] == ["repeat_buyers", "buyers"]


def test_fees(house: House) -> None:
    told = ok(house, "POST", "/api/tools/fees", {"amount_fen": 10000, "method": "微信支付"})
    assert [item["fee_fen"] for item in told["items"]] == [[60, 60], [60, 200]]
    assert [item["rate"] for item in told["items"]] == ["0.6%", "0.6%-2%"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/api/compliance/check", {}, 422),
        ("POST", "/api/compliance/check", {"text": 5}, 422),
        ("POST", "/api/compliance/check", {"text": "最" * 4001}, 413),
        ("POST", "/api/compliance/check", b'{"text": "\\ud800"}', 422),
        ("GET", "/api/tools/deadline", None, 422),
        ("GET", "/api/tools/deadline?rejected_on=2026-02-30", None, 422),
        ("GET", "/api/tools/deadline?rejected_on=9999-12-31", None, 422),
        ("POST", "/api/tools/metrics", {"visitors": -1}, 422),
        ("POST", "/api/tools/metrics", {"visitors": 1.5}, 422),
        ("POST", "/api/tools/metrics", {"visitors": True}, 422),
        ("POST", "/api/tools/metrics", b'{"visitors": NaN}', 422),
        ("POST", "/api/tools/metrics", {"visitors": 10**30}, 422),
        ("POST", "/api/tools/fees", {"amount_fen": 100, "method": "现金"}, 422),
        ("POST", "/api/tools/fees", {"method": "微信支付"}, 422),
    ],
)
def test_what_cannot_be_is_refused(
    house: House, method: str, path: str, body: Any, status: int
) -> None:
    answer = house.send(method, path, body)
    assert answer.status_code == status, answer.text
    assert set(answer.json()["error"]) == {"code", "message", "details"}


def test_a_key_is_needed(house: House) -> None:
    for method, path, body in (
        ("POST", "/api/compliance/check", {"text": "好"}),
        ("GET", "/api/tools/uscc/1", None),
        ("GET", "/api/tools/deadline?rejected_on=2026-11-20", None),
        ("POST", "/api/tools/metrics", {}),
        ("POST", "/api/tools/fees", {"amount_fen": 1}),
    ):
        assert house.send(method, path, body, key="nobody's").status_code == 401


def test_licences(house: House) -> None:
    told = ok(house, "GET", "/api/tools/licences?goods=坚果")
    assert told["category"] == {"id": "food", "label": "食品"}
    assert {"name": "进口检验检疫证明", "when": "进口"} in told["licences"]
    assert told["sources"]
    told = ok(house, "GET", "/api/tools/licences?goods=宠物殡葬")
    assert not told["known"]
    assert {"id": "pets", "label": "宠物用品"} in told["nearest"]


def test_choices(house: House) -> None:
    asked = {"about": "marketing", "situation": "卖水果 想冲销量"}
    told = ok(house, "POST", "/api/tools/choices", asked)
    assert [each["id"] for each in told["advised"]] == ["group"]
    assert {each["label"] for each in told["never"]} == {"社交立减金", "邀请有礼"}
    assert house.send("POST", "/api/tools/choices", {"about": "luck"}).status_code == 422
