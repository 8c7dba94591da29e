"""A WeCom application keeps the contracts; and what only it does."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.channels.api import Api, corp_token
from bot.channels.base import Receiver
from bot.channels.crypto import Keys, unseal
from bot.channels.forms import read_form
from bot.channels.wecom import Alert, GroupRobot, Wecom
from bot.mail import Receipt
from bot.messages import Choice
from knowledge.errcodes import load_errcodes
from tests.contracts.channels.callbacks import NEW, NOW, CallbackContract
from tests.contracts.channels.fetching import FetchingContract
from tests.contracts.channels.sending import SendingContract
from tests.platform.world import World

CORP = "wx5823bf96d3bd56c7"
CODES = load_errcodes()["wecom"]
SEND = "cgi-bin/message/send"


def wecom(
    keys: Keys, client: httpx.AsyncClient | None = None, secret: str = "s", **more: Any
) -> Wecom:
    http = client or httpx.AsyncClient()
    api = Api(http, "http://127.0.0.1:9", corp_token(CORP, secret), CODES, lambda: NOW)
    return Wecom("main", 1000002, keys, api, **more)


def message(kind: str = "text", **more: object) -> dict[str, object]:
    return {
        "ToUserName": CORP,
        "FromUserName": "zhangsan",
        "CreateTime": int(NOW.timestamp()),
        "MsgType": kind,
        **({} if kind == "event" else {"MsgId": 4561255354251345929}),
        "AgentID": 1000002,
        **more,
    }


class TestCallbacks(CallbackContract):
    sealed_echo = True

    def receiver(self, keys: Keys) -> Receiver:
        return wecom(keys)

    def said(self, text: str) -> dict[str, object]:
        return message(Content=text)


class TestJsonCallbacks(TestCallbacks):
    as_json = True


class TestPassive(TestCallbacks):
    def receiver(self, keys: Keys) -> Receiver:
        return wecom(keys, active=False)


class TestFetching(FetchingContract):
    def channel(self, client: httpx.AsyncClient, world: World, *, secret: str = "s") -> Wecom:
        world.secrets[CORP].add("s")
        return wecom(Keys((), (), CORP), client, secret)


class TestSending(SendingContract):
    path = SEND
    token_path = "cgi-bin/gettoken"

    def kind(self) -> str:
        return "wecom"

    def channel(self, client: httpx.AsyncClient, world: World, *, secret: str = "s") -> Wecom:
        world.secrets[CORP].add("s")
        return wecom(Keys((), (), CORP), client, secret)

    def test_only_a_second_try_asks_the_platform_to_compare(self) -> None:
        world = World(lambda: NOW)
        self.sent(world, self.letter(), self.letter("收到了", tries=1))
        checked = [sent.body.get("enable_duplicate_check", 0) for sent in world.sent]
        assert checked == [0, 1]

    def test_nobody_to_reach_is_told(self) -> None:
        world = World(lambda: NOW)
        (receipt,) = self.sent(world, self.letter(to="nobody"))
        assert receipt.trouble == "refused"
        assert "可见范围" in receipt.detail

    def test_a_member_left_out_is_told(self) -> None:
        world = World(lambda: NOW)
        world.plan(SEND, {"errcode": 0, "errmsg": "ok", "invaliduser": "p"})
        (receipt,) = self.sent(world, self.letter())
        assert receipt.trouble == "refused"

    def test_an_alert_is_a_card_whose_buttons_settle_once(self) -> None:
        world = World(lambda: NOW)
        buttons = (Choice("approve:7", "同意"), Choice("reject:7", "不同意"))
        alert = Alert("case-7-1", "待审核：退款 88 元", "订单 3700001", "https://a/b", buttons)

        world.tapped["rc1"] = (CORP, "case-7-1", False)

        async def work(channel: Any) -> list[Receipt]:
            return [
                await channel.alert(("zhang", "li"), alert),
                await channel.alert(("zhang",), Alert("w", "快超时", "还有两小时", "https://a")),
                await channel.settle("rc1", "已同意"),
            ]

        receipts = self.run(work, world)
        assert [receipt.trouble for receipt in receipts] == [None] * 3  # type: ignore[attr-defined]
        card, again, notice, done = (sent.body for sent in world.sent)
        assert (card, [sent.to for sent in world.sent[:2]]) == (again, ["zhang", "li"])
        assert card["template_card"]["card_type"] == "button_interaction"
        assert [b["key"] for b in card["template_card"]["button_list"]] == ["approve:7", "reject:7"]
        assert notice["template_card"]["card_type"] == "text_notice"
        assert done["button"] == {"replace_name": "已同意"}

    def test_who_got_an_alert_does_not_get_it_again_for_others(self) -> None:
        world = World(lambda: NOW)
        some = {"errcode": 0, "errmsg": "ok", "invaliduser": "li"}
        every = {"errcode": 0, "errmsg": "ok", "invaliduser": "li", "unlicenseduser": "zhang"}
        world.plan(SEND, some, every)

        async def work(channel: Any) -> list[Receipt]:
            alert = Alert("t", "等人工 · tea", "3号")
            return [await channel.alert(("zhang", "li"), alert) for _ in range(2)]

        told = self.run(work, world)
        assert isinstance(told, list)
        first, second = told
        assert (first.trouble, "li" in first.detail) == (None, True)
        assert second.trouble == "refused"

    def test_an_alert_with_nothing_to_tap_is_a_text(self) -> None:
        world = World(lambda: NOW)

        async def work(channel: Any) -> list[Receipt]:
            return [await channel.alert(("zhang",), Alert("t", "代提交失败 · tea", "3号 去后台看"))]

        assert self.run(work, world) == [Receipt(platform_id="sent-1")]
        assert world.texts_to("zhang") == ["代提交失败 · tea\n3号 去后台看"]

    def test_a_reply_with_something_to_tap_is_a_card_if_it_fits(self) -> None:
        world = World(lambda: NOW)
        taps = (Choice("st:approve:7:1:8800", "确认退88元"), Choice("st:no:7", "先不退"))
        short = replace(self.letter("7号：退88元，确认吗？"), choices=taps)
        long = replace(self.letter("长" * 200), choices=taps)
        self.sent(world, short, replace(short, tries=1), long)
        card, repeat, text = world.sent
        assert card.buttons == [(each.id, each.label) for each in taps]
        assert card.text == "7号：退88元，确认吗？"
        assert card.body["template_card"]["task_id"] != repeat.body["template_card"]["task_id"]
        assert text.body["msgtype"] == "text"
        assert text.text.endswith("1. 确认退88元\n2. 先不退")


def test_what_staff_say_is_never_merged() -> None:
    contract = TestCallbacks()
    channel = wecom(contract.keys(), staff=frozenset({"zhangsan"}))
    fields = [message(Content="同意 7"), message(Content="在吗") | {"FromUserName": "lisi"}]
    told = [channel.receive(contract.pusher().message(each, NOW)).letters[0] for each in fields]
    assert [each.mergeable for each in told] == [False, True]


def letter(fields: dict[str, object], json: bool = False) -> Any:
    contract = TestJsonCallbacks() if json else TestCallbacks()
    return wecom(contract.keys()).receive(contract.pusher().message(fields, NOW)).letters[0]


def test_a_pressed_button_is_a_choice_with_what_settles_its_card() -> None:
    fields = message(
        "event",
        Event="template_card_event",
        EventKey="approve:7",
        TaskId="case-7-1",
        CardType="button_interaction",
        ResponseCode="rc1",
    )
    found = letter(fields)
    assert (found.kind, found.choice, found.silent) == ("choice", "approve:7", False)
    assert found.extra == {"task": "case-7-1", "response_code": "rc1"}


@pytest.mark.parametrize("json", [False, True])
@pytest.mark.parametrize("lower", [False, True])
def test_names_in_json_may_be_in_either_case(json: bool, lower: bool) -> None:
    fields = message(Content="今天几单")
    if lower:
        fields = {name.lower(): value for name, value in fields.items()}
    found = letter(fields, json)
    assert (found.sender, found.text) == ("zhangsan", "今天几单")


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        (message("image", PicUrl="https://a", MediaId="m"), "image"),
        (message("voice", MediaId="m", Format="amr"), "voice"),
        (message("video", MediaId="m"), "video"),
        (message("location", Label="广州塔"), "location"),
        (message("link", Title="t"), "link"),
        (message("event", Event="enter_agent"), "event"),
        (message("event", Event="location_report"), "event"),
        (message("wedrive"), "unknown"),
    ],
)
def test_every_type_has_a_kind(fields: dict[str, object], kind: str) -> None:
    assert letter(fields).kind == kind


def test_a_passive_answer_names_company_and_member() -> None:
    contract = TestPassive()
    received = wecom(contract.keys(), active=False).receive(contract.genuine())
    assert received.passive
    assert received.passive.only
    sealed = read_form(received.passive.speak("三单").body)[0].text("encrypt")
    inner, _ = read_form(unseal(sealed, NEW)[0])
    assert (inner.text("tousername"), inner.text("fromusername")) == ("zhangsan", CORP)
    assert inner.text("content") == "三单"
    assert received.letters[0].mergeable is False


def test_a_group_robot_tells_everybody_in_the_group() -> None:
    told: list[dict[str, Any]] = []

    async def webhook(request: Request) -> JSONResponse:
        told.append(await request.json())
        wrong = request.query_params["key"] != "k"
        return JSONResponse({"errcode": 93000 if wrong else 0, "errmsg": ""})

    group = Starlette(routes=[Route("/cgi-bin/webhook/send", webhook, methods=["POST"])])

    async def run() -> list[str | None]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=group)) as client:
            address = "http://127.0.0.1:9/cgi-bin/webhook/send?key="
            right, wrong = (GroupRobot(client, address + key, CODES) for key in "kx")
            alert = Alert("t", "等人工", "王女士等了八分钟", "https://a/b")
            long = Alert("t", "等人工", "啊" * 700)
            sent = [await right.alert(alert), await wrong.alert(alert), await right.alert(long)]
            return [receipt.trouble for receipt in sent]

    assert asyncio.run(run()) == [None, "refused", "refused"]
    assert told[0]["text"]["content"] == "等人工\n王女士等了八分钟\nhttps://a/b"
