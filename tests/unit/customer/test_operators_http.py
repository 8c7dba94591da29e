"""Operators over HTTP: taking conversations; and what an open chat hears."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.channels.crypto import Keys
from bot.channels.weixin_shop import WeixinShopDoor
from bot.conversation import Conversation
from bot.http.parts import Parts, secret_digest
from bot.http.stream import events_of
from bot.messages import Message
from bot.store import LogEntry
from tests.contracts.channels.callbacks import NOW as CALLED
from tests.contracts.channels.callbacks import CallbackContract
from tests.unit.customer.house import CLERK, House
from tests.unit.desk import NOW

VIEWER, FLORIST = "key of a viewer", "key of the florist"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = House(tmp_path)
    opened.store.put_operator_key(secret_digest(VIEWER), "tea", "viewer")
    opened.store.put_operator_key(secret_digest(FLORIST), "flowers", "clerk")
    talk = Conversation("talk", 0, "tea", "customer", "tea-customer", "v1", "b1")
    opened.store.start_conversation(talk, secret_digest("token"), NOW, NOW)
    says(opened, "m1", "你好")
    yield opened
    opened.store.close()


def says(house: House, number: str, text: str) -> Any:
    parts: Parts = house.app.state.parts
    return asyncio.run(parts.bot.reply(Message(number, "talk", text, NOW))).result


def did(house: House, act: str, version: int, key: str = CLERK, **more: Any) -> Any:
    body = {"expected_version": version, **more}
    return house.send("POST", f"/api/conversations/talk/{act}", body, key=key)


def test_take_reply_release(house: House) -> None:
    taken = did(house, "takeover", 1).json()
    assert (taken["taken_by"], taken["version"]) == ("operator:clerk@tea", 2)
    assert says(house, "m2", "在吗")["replies"] == []
    shown = house.send("GET", "/api/conversations/talk", key=CLERK).json()
    assert shown["waiting_since"]
    assert [line["text"] for line in shown["messages"]][-1] == "在吗"
    assert did(house, "reply", 3, text="在的").json()["waiting_since"] is None
    done = did(house, "release", 4).json()
    assert (done["taken_by"], done["handoff"]) == (None, None)
    assert says(house, "m3", "谢谢")["replies"]


def test_an_old_version_is_a_conflict_with_the_last_words(house: House) -> None:
    answer = did(house, "takeover", 0)
    assert answer.status_code == 409
    assert any("你好" in line for line in answer.json()["error"]["details"])


@pytest.mark.parametrize("act", ["takeover", "reply", "release"])
def test_only_the_shops_own_staff_act(house: House, act: str) -> None:
    more = {"text": "在"} if act == "reply" else {}
    assert did(house, act, 1, key=FLORIST, **more).status_code == 404
    assert did(house, act, 1, key=VIEWER, **more).status_code == 403
    assert did(house, act, 1, key="guessed", **more).status_code == 401


def test_lists_are_of_the_own_shop(house: House) -> None:
    mine = house.send("GET", "/api/conversations", key=CLERK).json()["items"]
    assert [item["id"] for item in mine] == ["talk"]
    assert house.send("GET", "/api/conversations", key=FLORIST).json()["items"] == []
    assert house.send("GET", "/api/conversations?waiting=true", key=CLERK).json()["items"] == []
    assert house.send("GET", "/api/conversations/talk", key=FLORIST).status_code == 404


@pytest.mark.parametrize("text", ["", "  ", "\u0000"])
def test_an_empty_reply_is_refused(house: House, text: str) -> None:
    assert did(house, "reply", 1, text=text).status_code == 422


def line(sender: str, number: str, case: Any = None) -> LogEntry:
    result = {"case": case} if sender == "bot" else None
    return LogEntry(1, number, NOW, sender, "话", (), result)


def test_an_open_chat_hears_what_it_did_not_ask_for() -> None:
    assert events_of(line("visitor", "m1")) == []
    assert events_of(line("bot", "m1:bot")) == []
    names = [name for name, _ in events_of(line("bot", "timer:5:bot", {"id": "c1"}))]
    assert names == ["case_changed", "reminder"]
    assert [name for name, _ in events_of(line("operator", "op-1:operator"))] == [
        "operator_message"
    ]


class TestCallbacksOfAShop(CallbackContract):
    """微信小店 rings with the after-sale's number."""

    def receiver(self, keys: Keys) -> WeixinShopDoor:
        return WeixinShopDoor("tea-shop", keys)

    def said(self, text: str) -> dict[str, object]:
        news = {"status": "MERCHANT_PROCESSING", "after_sale_order_id": "2001", "order_id": "3726"}
        return {
            "ToUserName": "gh_1", "FromUserName": "o1", "CreateTime": int(CALLED.timestamp()),
            "MsgType": "event", "Event": "channels_ec_aftersale_update",
            "finder_shop_aftersale_status_update": news,
        }  # fmt: skip

    as_json = True

    def test_the_ring_names_after_sale_and_order(self) -> None:
        received = self.door().receive(self.genuine())
        assert received.answer.body == b"success"
        assert received.doorbell
        assert received.doorbell.token == "2001:3726"
