"""The demo page's orders, and its routes over HTTP."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.clock import SHANGHAI
from bot.errors import Faults
from bot.http.app import build_app
from handlers.orders.stage import copied, marks, staged
from tests.unit.customer.house import House

NOW = datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)


def test_every_staged_order_has_a_day_to_start_from() -> None:
    for each in staged("demo", NOW):
        assert each.since < NOW
        assert each.say


def test_every_entry_that_fits_nothing_is_named(tmp_path: Path) -> None:
    file = tmp_path / "stage.yaml"
    file.write_text('- {order: "9999", say: 退}\n- {order: "0103"}\n', encoding="utf-8")
    with pytest.raises(Faults) as told:
        staged("demo", NOW, file)
    assert "2 处不对" in str(told.value)


def test_a_copy_belongs_to_nobody_else() -> None:
    order = staged("demo", NOW)[0].order
    mine = copied(order)
    assert mine.order_no.startswith(order.order_no)
    assert mine.buyer != order.buyer


def test_marks_lie_a_minute_around_the_turn() -> None:
    found = marks(None, NOW, 0)
    assert [(at - NOW).total_seconds() for at in found] == [-60, 60]


@pytest.fixture
def stage(tmp_path: Path) -> House:
    house = House(tmp_path)
    house.app = build_app(replace(house.app.state.parts, demo=True))
    house.store.add_shop("demo", "secret", False, NOW)
    return house


def test_without_a_demo_there_is_no_stage(tmp_path: Path) -> None:
    assert House(tmp_path).send("GET", "/api/demo/orders").status_code == 404


def test_the_verdict_turns_with_the_day(stage: House) -> None:
    found = stage.send("GET", "/api/demo/orders").json()["items"]
    shirt = next(each for each in found if "卫衣" in each["title"])
    asked = {"order_no": shirt["order_no"], "text": shirt["say"]}
    told = [
        stage.send("POST", "/api/demo/decide", {**asked, "now": at}).json() for at in shirt["marks"]
    ]
    assert [one["decision"]["type"] for one in told] == ["return_refund", "reject"]
    assert told[0]["text"].startswith("能退")


def test_an_order_that_is_no_demo_order_is_not_found(stage: House) -> None:
    asked = {"order_no": "42", "text": "退", "now": NOW.isoformat()}
    assert stage.send("POST", "/api/demo/decide", asked).status_code == 404
    assert stage.send("POST", "/api/demo/sessions", asked).status_code == 404


def test_only_talks_of_the_stage_may_say_when_it_is(stage: House) -> None:
    opened = stage.send("POST", "/api/sessions", {"entrance": "demo-customer"}).json()
    said = {"message_id": "1", "text": "在吗", "now": NOW.isoformat()}
    assert stage.say("/api/demo/messages", said, opened["token"]).status_code in (401, 403)
    assert stage.say("/api/messages", said, opened["token"]).status_code == 422
