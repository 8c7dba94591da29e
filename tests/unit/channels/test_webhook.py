"""Alerts over a webhook, against a stand-in of a WeCom group robot and of any other address."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels.accounts import load_accounts
from bot.channels.webhook import AlertHook
from bot.clock import wall_clock
from bot.database import open_engine
from bot.delivery.outside import Surroundings
from bot.errors import Faults
from bot.mail import Receipt
from bot.store import Store

FACTS = {"kind": "case_due", "shop": "tea", "conversation_id": "talk", "id": "5"}


@dataclass
class Group:
    """Answers with `status` and `errcode`; keeps what was posted."""

    status: int = 200
    errcode: int = 0
    body: bytes | None = None
    heard: list[Any] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        self.heard.append(await request.json())
        if self.body is not None:
            return Response(self.body, self.status)
        return JSONResponse({"errcode": self.errcode}, self.status)

    def told(self, form: str, text: str = "快超时了") -> Receipt:
        app = Starlette(routes=[Route("/hook", self.answer, methods=["POST"])])

        async def tell() -> Receipt:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
                hook = AlertHook("http://robot/hook?key=k", form, client)  # type: ignore[arg-type]
                return await hook.tell(text, FACTS)

        return asyncio.run(tell())


def test_a_group_robot_gets_text() -> None:
    group = Group()
    assert group.told("wecom").trouble is None
    assert group.heard == [{"msgtype": "text", "text": {"content": "快超时了"}}]


def test_a_long_alert_is_cut_to_what_robots_take() -> None:
    group = Group()
    group.told("wecom", "长" * 2000)
    assert len(group.heard[0]["text"]["content"].encode()) <= 2048


def test_any_other_address_gets_the_facts() -> None:
    group = Group(body=b"")
    assert group.told("json").trouble is None
    assert group.heard == [{"text": "快超时了", **FACTS}]


@pytest.mark.parametrize(
    ("group", "trouble"),
    [
        (Group(status=502), "retry"),
        (Group(status=429), "retry"),
        (Group(status=404), "refused"),
        (Group(errcode=45009), "rate_limited"),
        (Group(errcode=93000), "refused"),
        (Group(body=b"<html>"), "retry"),
        (Group(body=b"[]"), "retry"),
    ],
)
def test_what_goes_wrong_is_a_receipt(group: Group, trouble: str) -> None:
    assert group.told("wecom").trouble == trouble


def test_nobody_there_is_tried_again() -> None:
    async def tell() -> Receipt:
        async with httpx.AsyncClient() as client:
            return await AlertHook("http://127.0.0.1:9/hook", "json", client).tell("x", FACTS)

    assert asyncio.run(tell()).trouble == "retry"


ACCOUNTS = """
shops: [tea]
entrances:
  - {name: tea-customer, shop: tea, audience: customer}
accounts:
  - {kind: alert, name: tea-alerts, entrance: tea-customer,
     url: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${KEY}"}
  - {kind: weixin_shop, name: tea-shop, entrance: tea-customer, app_id: wx5823bf96d3bd56c7,
     secret: sesame-sesame, token: tea1, mode: plain}
"""


def test_the_accounts_file_names_webhooks_and_shops(tmp_path: Path) -> None:
    file = tmp_path / "accounts.yaml"
    file.write_text(ACCOUNTS, encoding="utf-8")
    store = Store(open_engine(f"sqlite:///{tmp_path / 'kaidian.db'}"))
    outside = Surroundings(store, wall_clock).open(load_accounts(file, {"KEY": "abc"}))
    assert set(outside.webhooks) == set(outside.desks) == {"tea"}
    assert outside.doors["tea-shop"][0] == "tea"
    assert [watch.shop for watch in outside.watches] == ["tea"]
    store.close()


@pytest.mark.parametrize("url", ["http://example.com/hook", "ftp://x/y", "https://", "hook"])
def test_an_odd_address_is_refused_without_repeating_it(tmp_path: Path, url: str) -> None:
    file = tmp_path / "accounts.yaml"
    text = ACCOUNTS.replace("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${KEY}", url)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Faults) as refused:
        load_accounts(file, {})
    assert "url" in str(refused.value)
    assert f"“{url}”" not in str(refused.value)
