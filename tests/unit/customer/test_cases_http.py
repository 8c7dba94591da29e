"""Cases over HTTP: acts by version and role, shops apart, decisions replayed byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.http.parts import secret_digest
from bot.order_store import OrderRows
from handlers.rules.order import Order
from tests.unit.customer.house import CLERK, House
from tests.unit.desk import NOW

FLORIST, VIEWER = "key of the florist", "key of a viewer"
ORDER = {
    "order_no": "3726100000103",
    "buyer": "u1",
    "status": "signed",
    "paid_at": "2026-11-15T09:00:00+08:00",
    "signed_at": "2026-11-19T11:00:00+08:00",
    "amount_fen": 12900,
    "items": [{"title": "台灯", "category": "家居", "price_fen": 12900, "qty": 1}],
}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = House(tmp_path)
    opened.store.put_operator_key(secret_digest(FLORIST), "flowers", "clerk")
    opened.store.put_operator_key(secret_digest(VIEWER), "tea", "viewer")
    OrderRows(opened.store).put("tea", [Order.from_json(ORDER)], "sandbox", NOW)
    yield opened
    opened.store.close()


def opened_case(house: House, key: str = CLERK, **asked: Any) -> Any:
    body = {"order_no": ORDER["order_no"], "facts": {"wish": "return"}, **asked}
    return house.send("POST", "/api/cases", body, key=key)


def acted(house: House, case: Any, act: str, key: str = CLERK, **more: Any) -> Any:
    body = {"expected_version": case["version"], **more}
    return house.send("POST", f"/api/cases/{case['id']}/{act}", body, key=key)


def test_a_case_from_application_to_refund(house: House) -> None:
    answer = opened_case(house)
    assert answer.status_code == 201
    case = answer.json()
    assert (case["type"], case["status"], case["version"]) == (
        "return_refund",
        "MERCHANT_PROCESSING",
        1,
    )
    assert case["deadline"] == "2026-11-23T12:00:00+08:00"
    for act, status in (
        ("approve", "USER_WAIT_RETURN"),
        ("confirm_receipt", "MERCHANT_WAIT_RECEIPT"),
        ("refund", "MERCHANT_RETURN_SUCCESS"),
    ):
        case = acted(house, case, act).json()
        assert case["status"] == status
    assert [line["by"] for line in case["history"]] == ["operator:clerk@tea"] * 4
    assert house.send("GET", f"/api/cases/{case['id']}", key=CLERK).json() == case


def test_an_old_version_is_told_what_changed_and_changes_nothing(house: House) -> None:
    case = opened_case(house).json()
    acted(house, case, "approve")
    late = acted(house, case, "reject", reason="洗过")
    assert late.status_code == 409
    (told,) = late.json()["error"]["details"]
    assert "USER_WAIT_RETURN" in told
    assert "已同意" in told
    now = house.send("GET", f"/api/cases/{case['id']}").json()
    assert (now["status"], now["version"]) == ("USER_WAIT_RETURN", 2)


@pytest.mark.parametrize("act", ["refund", "confirm_receipt", "close"])
def test_what_is_not_possible_now_is_409_and_nothing_is_paid(house: House, act: str) -> None:
    case = opened_case(house).json()
    answer = acted(house, case, act)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_possible_now")
    assert house.send("GET", f"/api/cases/{case['id']}").json() == case


def test_a_rejection_without_a_reason_is_refused(house: House) -> None:
    assert acted(house, opened_case(house).json(), "reject").status_code == 409


def test_other_shops_see_and_change_nothing(house: House) -> None:
    case = opened_case(house).json()
    path = f"/api/cases/{case['id']}"
    assert house.send("GET", path, key=FLORIST).status_code == 404
    assert house.send("GET", f"{path}/explain", key=FLORIST).status_code == 404
    assert acted(house, case, "approve", key=FLORIST).status_code == 404
    assert house.send("GET", "/api/cases?shop=tea", key=FLORIST).status_code == 404
    assert house.send("GET", "/api/cases", key=FLORIST).json()["items"] == []
    assert opened_case(house, key=FLORIST).status_code == 404
    assert acted(house, case, "approve", key="wrong").status_code == 401


def test_a_viewer_reads_and_decides_nothing(house: House) -> None:
    case = opened_case(house).json()
    assert house.send("GET", f"/api/cases/{case['id']}", key=VIEWER).json() == case
    assert acted(house, case, "approve", key=VIEWER).status_code == 403
    assert opened_case(house, key=VIEWER).status_code == 403


def test_the_decision_is_replayed_byte_for_byte(house: House) -> None:
    case = opened_case(house, text="灯不亮 换一个").json()
    told = house.send("GET", f"/api/cases/{case['id']}/explain", key=CLERK).json()
    assert told["identical"] is True
    assert told["recorded"] == told["replayed"]
    assert told["decision"] == case["decision"]
    assert any("结论" in line for line in told["lines"])


def test_a_second_case_of_the_item_is_refused(house: House) -> None:
    opened_case(house)
    again = opened_case(house)
    assert again.status_code == 409
    assert len(house.send("GET", "/api/cases").json()["items"]) == 1


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"order_no": "37261"}, 404),
        ({"facts": {"wish": "question"}}, 409),
        ({"facts": {"wish": "nonsense"}}, 422),
        ({"text": "退" * 4001}, 413),
        ({"order_no": ""}, 422),
    ],
)
def test_what_cannot_be_opened_is_told(house: House, asked: dict[str, Any], status: int) -> None:
    assert opened_case(house, **asked).status_code == status
    assert house.send("GET", "/api/cases").json()["items"] == []


def test_lists_are_paged(house: House) -> None:
    for number in range(5):
        order = Order.from_json({**ORDER, "order_no": f"372610000020{number}"})
        OrderRows(house.store).put("tea", [order], "sandbox", NOW)
        opened_case(house, order_no=order.order_no)
    first = house.send("GET", "/api/cases?limit=3").json()
    rest = house.send("GET", f"/api/cases?limit=3&after={first['next']}").json()
    numbers = [case["order_no"][-1] for case in first["items"] + rest["items"]]
    assert numbers == ["4", "3", "2", "1", "0"]
    assert rest["next"] is None


def test_an_unknown_act_is_no_act(house: House) -> None:
    case = opened_case(house).json()
    assert acted(house, case, "destroy").status_code == 422
