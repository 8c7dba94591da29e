"""微信小店自研客服 keeps the contracts; and what only it does."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest

from bot.channels.api import Api, stable_token
from bot.channels.base import Receiver
from bot.channels.commkf import Commkf
from bot.channels.crypto import Keys
from bot.mail import CARD, Incoming
from knowledge.errcodes import load_errcodes
from tests.contracts.channels.callbacks import NOW, CallbackContract
from tests.contracts.channels.fetching import PICTURE, FetchingContract
from tests.contracts.channels.sending import SendingContract
from tests.platform.files import keep
from tests.platform.server import build
from tests.platform.world import World

CODES = load_errcodes()["shop"]
SHOP = "wx5823bf96d3bd56c7"


def commkf(
    keys: Keys, client: httpx.AsyncClient | None = None, secret: str = "s", **more: Any
) -> Commkf:
    api = Api(
        client or httpx.AsyncClient(),
        "http://127.0.0.1:9",
        stable_token(SHOP, secret),
        CODES,
        lambda: NOW,
    )
    return Commkf("main", keys, api, **more)


def event(kind: str = "text", **inner: object) -> dict[str, object]:
    return {
        "ToUserName": "gh_shop",
        "FromUserName": "buyer-openid",
        "CreateTime": int(NOW.timestamp()),
        "MsgType": "event",
        "Event": "commkf_send_msg_to_kf",
        "msg_id": "7001",
        "msg_type": kind,
        kind: inner,
        "msg_event": "EVENT_TYPE_SEND_MSG",
    }


class TestCallbacks(CallbackContract):
    def receiver(self, keys: Keys) -> Receiver:
        return commkf(keys)

    def said(self, text: str) -> dict[str, object]:
        return event(content=text)


class TestJsonCallbacks(TestCallbacks):
    as_json = True


class TestFetching(FetchingContract):
    media_path = "channels/ec/basics/media/get"

    def channel(self, client: httpx.AsyncClient, world: World, *, secret: str = "s") -> Commkf:
        world.secrets[SHOP].add("s")
        return commkf(Keys((), (), SHOP), client, secret)

    def test_what_has_an_address_needs_no_token(self) -> None:
        world = World(lambda: NOW)
        name = keep(world, PICTURE)
        assert self.fetched(world, f"http://127.0.0.1:9/_files/{name}") == PICTURE
        assert world.token_calls == 0

    def test_an_address_inside_the_house_is_not_followed(self) -> None:
        found = self.refused(World(lambda: NOW), "http://169.254.169.254/latest/meta-data")
        assert found.trouble == "refused"


class TestSending(SendingContract):
    path = "channels/ec/commkf/sendmsg"
    token_path = "cgi-bin/stable_token"

    def kind(self) -> str:
        return "commkf"

    def channel(self, client: httpx.AsyncClient, world: World, *, secret: str = "s") -> Commkf:
        world.secrets[SHOP].add("s")
        world.wrote(SHOP, "p")
        return commkf(Keys((), (), SHOP), client, secret)

    def test_the_sixth_message_waits_until_the_buyer_writes(self) -> None:
        world = World(lambda: NOW)
        letters = [self.letter(str(n), f"k{n}") for n in range(6)]
        assert [r.trouble for r in self.sent(world, *letters)] == [None] * 5 + ["window_closed"]

    def test_order_and_product_cards_go_out(self) -> None:
        world = World(lambda: NOW)

        async def work(channel: Any) -> None:
            for key, shown in (("a", "order:3700001"), ("b", "product:10001")):
                await channel.send(replace(self.letter(key=key), extra={CARD: shown}))

        self.run(work, world)
        assert [sent.body[sent.body["msg_type"]] for sent in world.sent] == [
            {"order_id": "3700001"},
            {"product_id": "10001"},
        ]


def letter(fields: dict[str, object], **more: Any) -> Incoming:
    contract = TestCallbacks()
    callback = contract.pusher().message(fields, NOW)
    (found,) = commkf(contract.keys(), **more).receive(callback).letters
    return found


def test_a_text_comes_in_whole() -> None:
    found = letter(event(content="什么时候发货🍵"))
    assert (found.id, found.sender, found.kind, found.text) == (
        "7001",
        "buyer-openid",
        "text",
        "什么时候发货🍵",
    )
    assert found.sent_at == NOW
    assert found.mergeable
    assert not found.silent


@pytest.mark.parametrize("kind", ["image", "video", "file", "voice"])
def test_media_keep_their_kind_and_id(kind: str) -> None:
    found = letter(event(kind, media_id="m1"))
    assert (found.kind, found.media, found.text) == (kind, ("m1",), "")


def test_cards_tell_order_and_product() -> None:
    assert letter(event("order_share", order_id="3700001")).order_no == "3700001"
    assert letter(event("product_share", product_id="10001")).extra["product"] == "10001"


def test_an_unknown_type_is_kept_as_unknown() -> None:
    found = letter(event("hologram", x=1))
    assert (found.kind, found.extra["type"]) == ("unknown", "hologram")


def test_a_writer_is_a_buyer_only_where_somebody_has_checked() -> None:
    assert "vouched_buyer" not in letter(event(content="hi")).extra
    checked = letter(event(content="hi"), openid_checked=True)
    assert checked.extra["vouched_buyer"] == "buyer-openid"


def test_the_shops_own_news_is_kept_in_silence() -> None:
    found = letter(
        {
            "ToUserName": "gh_shop",
            "FromUserName": "system",
            "CreateTime": int(NOW.timestamp()),
            "MsgType": "event",
            "Event": "channels_ec_aftersale_update",
            "finder_shop_aftersale_status_update": {
                "status": "USER_WAIT_RETURN",
                "after_sale_order_id": "2000001",
                "order_id": "3700001",
            },
        }
    )
    assert (found.kind, found.event, found.silent) == ("event", "after_sale", True)
    assert (found.order_no, found.extra) == (
        "3700001",
        {"status": "USER_WAIT_RETURN", "after_sale": "2000001"},
    )


def test_the_answer_is_success() -> None:
    contract = TestCallbacks()
    assert contract.door().receive(contract.genuine()).answer.body == b"success"


def test_plain_mode_is_taken_only_where_it_is_set() -> None:
    contract = TestCallbacks()
    pusher = contract.pusher()
    bare = type(pusher)(pusher.token, pusher.key, pusher.receive_id, plain=True)
    callback = bare.message(event(content="hi"), NOW)
    assert commkf(contract.keys(), plain=True).receive(callback).letters[0].text == "hi"


def test_a_real_server_is_not_needed_to_see_what_arrives() -> None:
    world = World(lambda: NOW)
    world.secrets[SHOP].add("s")

    async def run() -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=build(world))) as client:
            channel = commkf(Keys((), (), SHOP), client)
            return len(await asyncio.gather(*(channel.api.tokens.get() for _ in range(5))))

    assert asyncio.run(run()) == 5
    assert world.token_calls == 1
