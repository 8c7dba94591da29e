"""Delivery over HTTP: to-dos of operators, and the sandbox's clock."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.conversation import Conversation, Timer
from bot.delivery.worker import Equipment, Worker
from bot.http.parts import Parts
from bot.http.sandbox import SandboxClock, put_clock
from bot.mail import Todo
from bot.mail_store import write_timers, write_todos
from tests.mail import NOW, echoing, remind
from tests.unit.customer.house import CLERK, House


@pytest.fixture
def house(tmp_path: Path) -> House:
    found = House(tmp_path)
    with found.store.writing() as db:
        for number, shop in enumerate(("tea", "flowers", "tea")):
            told = Todo("undelivered", f"letter:k{number}:0", f"没发出去 {number}")
            write_todos(db, ("talk", shop), [told, told], NOW)
    return found


def test_an_operator_sees_the_to_dos_of_the_own_shop_page_by_page(house: House) -> None:
    mine = house.send("GET", "/api/todos", key=CLERK).json()
    assert [item["text"] for item in mine["items"]] == ["没发出去 0", "没发出去 2"]
    assert mine["next"] is None
    first = house.send("GET", "/api/todos?limit=2").json()
    assert len(first["items"]) == 2
    rest = house.send("GET", f"/api/todos?after={first['next']}").json()
    assert [item["text"] for item in rest["items"]] == ["没发出去 2"]


def test_a_to_do_is_ticked_off_once_and_only_by_its_shop(house: House) -> None:
    numbers = [item["id"] for item in house.send("GET", "/api/todos").json()["items"]]
    assert house.send("POST", f"/api/todos/{numbers[1]}/done", key=CLERK).status_code == 404
    assert house.send("POST", f"/api/todos/{numbers[0]}/done", key=CLERK).status_code == 200
    assert house.send("POST", f"/api/todos/{numbers[0]}/done", key=CLERK).status_code == 404
    assert house.send("POST", f"/api/todos/{numbers[2]}/resend").json() == {"ok": False}
    assert len(house.send("GET", "/api/todos").json()["items"]) == 1


@pytest.mark.parametrize("path", ["/api/todos", "/api/todos/1/done"])
def test_nobody_without_a_key_sees_them(house: House, path: str) -> None:
    method = "POST" if path.endswith("done") else "GET"
    assert house.send(method, path, key="guessed").status_code == 401


def test_setting_the_sandbox_clock_fires_what_is_due_by_it(house: House) -> None:
    parts: Parts = house.app.state.parts
    store, clock = parts.store, parts.clock
    bot = echoing(store, timers={"remind": remind})
    parts = replace(parts, worker=Worker(Equipment(store, bot, parts.wording, clock=clock)))
    talk = Conversation("talk", 0, "tea", "merchant", "tea-merchant", "visitor")
    store.start_conversation(talk, "token", NOW, NOW)
    with store.writing() as db:
        soon = Timer("t", "remind", NOW + timedelta(days=3), {"say": "该交材料了"})
        write_timers(db, "talk", [soon], ())
    told = asyncio.run(put_clock(SandboxClock(now=NOW + timedelta(days=2)), parts))
    assert told["fired"] == 0
    told = asyncio.run(put_clock(SandboxClock(now=NOW + timedelta(days=4)), parts))
    assert told["fired"] == 1
    assert [line.text for line in store.history("talk", 0, 10)] == ["该交材料了"]
    clock.set(None)
