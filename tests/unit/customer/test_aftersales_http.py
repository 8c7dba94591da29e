"""A customer's whole way over HTTP: order put, session, words, picture, 提交, staff, progress."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

import server
from bot.engine import Bot
from bot.http.app import build_app
from bot.settings import Settings
from handlers.merchant.guide import GuideHandler
from handlers.table import at_the_counter
from tests.dialogs.conftest import _by_rules, _never
from tests.unit.customer.house import OWNER, House

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 100
NOW = "2026-08-07T10:00:00+08:00"
ORDER: dict[str, Any] = {
    "shop": "tea",
    "buyer": "u1",
    "receiver_phone_last4": "6608",
    "status": "signed",
    "paid_at": "2026-08-01T09:00:00+08:00",
    "signed_at": "2026-08-05T11:00:00+08:00",
    "amount_fen": 12900,
    "items": [
        {
            "title": "台灯",
            "category": "家居",
            "price_fen": 12900,
            "qty": 1,
            "no_reason_excluded": False,
        }
    ],
}


class Client:
    """One customer's session, and the shop's key beside it."""

    def __init__(self, house: House) -> None:
        parts = house.app.state.parts
        orders = server.open_orders(parts.store, demo=False)
        returns = server.open_returns(parts.store, parts.aftersales, orders, parts.wording)
        guide = GuideHandler(lambda: parts.knowledge.search, parts.scope, parts.wording)
        served = at_the_counter(guide, returns, parts.wording)
        settings = Settings(data_dir=parts.settings.data_dir, sandbox=True)
        bot = Bot(parts.store, _by_rules, served, _never)
        self.app = build_app(replace(parts, settings=settings, bot=bot, orders=orders))
        self.token, self.count = "", 0

    def call(self, method: str, path: str, **sent: Any) -> httpx.Response:
        return asyncio.run(self._call(method, path, sent))

    async def _call(self, method: str, path: str, sent: dict[str, Any]) -> httpx.Response:
        headers = {"X-API-Key": OWNER, "Authorization": f"Bearer {self.token}"}
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url="http://kaidian") as client:
            return await client.request(method, path, headers=headers, **sent)

    def put(self, number: str, **fields: Any) -> httpx.Response:
        return self.call("PUT", f"/api/sandbox/orders/{number}", json={**ORDER, **fields})

    def enter(self, buyer: str | None = None, order_no: str | None = None) -> None:
        asked: dict[str, Any] = {"entrance": "tea-customer"}
        asked |= {"identity": {"buyer_id": buyer}} if buyer else {}
        asked |= {"context": {"order_no": order_no}} if order_no else {}
        self.token = self.call("POST", "/api/sessions", json=asked).json()["token"]

    def say(self, text: str = "", **more: Any) -> Any:
        self.count += 1
        body = {
            "message_id": f"m{self.count}",
            "now": NOW,
            **more,
            **({"text": text} if text else {}),
        }
        answer = self.call("POST", "/api/messages", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    house = House(tmp_path)
    yield Client(house)
    house.store.close()


def test_from_a_fault_to_the_refund(client: Client) -> None:
    assert client.put("3726100000001").status_code == 200
    client.enter("u1")
    asked = client.say("灯不亮，退货")
    assert asked["decision"]["type"] == "return_refund"
    assert asked["decision"]["evidence_required"]
    files = {"file": ("a.png", PNG, "image/png")}
    picture = client.call("POST", "/api/attachments", files=files).json()["id"]
    shown = client.say(attachments=[picture])
    assert not shown["decision"]["evidence_required"]
    assert shown["replies"][0]["choices"][0] == {"id": "as:submit", "label": "提交"}
    case = client.say(choice="as:submit")["case"]
    assert (case["status"], case["refund_fen"]) == ("MERCHANT_PROCESSING", 12900)
    for act in ("approve", "confirm_receipt", "refund"):
        body = {"expected_version": case["version"]}
        case = client.call("POST", f"/api/cases/{case['id']}/{act}", json=body).json()
    assert case["status"] == "MERCHANT_RETURN_SUCCESS"
    told = client.say("到哪了")
    assert told["case"]["status"] == "MERCHANT_RETURN_SUCCESS"
    assert "已退款，原路退回" in told["replies"][0]["text"]
    explained = client.call("GET", f"/api/cases/{case['id']}/explain").json()
    assert explained["identical"] is True


def test_the_same_message_again_opens_nothing_twice(client: Client) -> None:
    client.put("3726100000001")
    client.enter("u1")
    client.say("不想要了，退货")
    body = {"message_id": "again", "choice": "as:submit", "now": NOW}
    first = client.call("POST", "/api/messages", json=body)
    second = client.call("POST", "/api/messages", json=body)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert first.json() == second.json()
    assert len(client.call("GET", "/api/cases").json()["items"]) == 1


def test_the_order_of_the_page_is_taken_and_a_foreign_one_refused(client: Client) -> None:
    for number in ("3726100000001", "3726100000002"):
        client.put(number)
    client.put("3726100000003", buyer="u2", items=[{"title": "秘密"}])
    client.enter("u1", "3726100000002")
    assert client.say("不想要了，退货")["decision"]["type"] == "return_refund"
    client.enter("u1", "3726100000003")
    foreign = client.say("帮我老公看下他那单能退不")
    assert (foreign["decision"]["type"], foreign["decision"]["items"]) == ("reject", [])
    assert "秘密" not in str(foreign)


def test_numbers_and_digits_over_http_and_tries_are_counted(client: Client) -> None:
    client.put("3726100000001")
    client.enter()
    asked = client.say("我要退货，不想要了")
    assert (asked["status"], asked["decision"]["type"]) == ("clarify", "ask")
    for _ in range(5):
        refused = client.say("订单号3726100000001 尾号0000")
    client.enter()
    assert "一小时后" in client.say("退货 订单号3726100000001 尾号6608")["replies"][0]["text"]
    assert "台灯" not in str(refused)


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "gone"},
        {"items": []},
        {"order_no": "other"},
        {"buyer": "b" * 200},
        {"buyer": "b\0"},
        {"items": [{"title": "灯"}] * 201},
    ],
)
def test_an_order_that_is_none_is_refused(client: Client, fields: dict[str, Any]) -> None:
    assert client.put("3726100000001", **fields).status_code == 422


def test_a_sheet_is_imported_whole_or_not_at_all(client: Client) -> None:
    head = "订单号,订单状态,买家,商品名称,类目,单价,收货时间"
    good = f"{head}\n37261000001,已签收,u1,台灯,家居,129,2026-08-05 11:00\n"

    def send(text: str) -> httpx.Response:
        files = {"file": ("orders.csv", text.encode(), "text/csv")}
        return client.call("POST", "/api/orders/import?shop=tea", files=files)

    bad = send(good + "37261000002,不知道,u1,灯泡,家居,abc,昨天\n")
    assert bad.status_code == 422
    assert len(bad.json()["error"]["details"]) == 3
    assert send(good).json() == {"orders": 1, "closed": 0}
    client.enter("u1")
    assert client.say("不想要了，退货")["decision"]["refund_fen"] == 12900
