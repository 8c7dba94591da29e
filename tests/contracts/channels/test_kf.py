"""微信客服 keeps the contracts; and what only it does."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.api import Api, corp_token
from bot.channels.base import Doorbell, Failed, Receiver
from bot.channels.crypto import Keys
from bot.channels.forms import Form
from bot.channels.kf import ENDED, PERSON, QUEUE, Kf
from bot.channels.kf_items import Cursor, Reading, letter
from bot.clock import Clock
from bot.mail import Incoming, Outgoing, Receipt
from bot.messages import Choice
from knowledge.errcodes import load_errcodes
from tests.contracts.channels.callbacks import NOW, CallbackContract
from tests.contracts.channels.fetching import FetchingContract
from tests.contracts.channels.sending import SendingContract
from tests.platform.kf import ends, enters, says, takes
from tests.platform.server import build
from tests.platform.world import World, error

CODES = load_errcodes()
CORP, KFID = "wx5823bf96d3bd56c7", "wkMain"


def kf(
    keys: Keys,
    client: httpx.AsyncClient | None = None,
    secret: str = "s",
    clock: Clock = lambda: NOW,
    **more: Any,
) -> Kf:
    http = client or httpx.AsyncClient()
    api = Api(http, "http://127.0.0.1:9", corp_token(CORP, secret), CODES["wecom"], clock)
    return Kf("main", KFID, keys, api, clock, CODES["kf_send_failed"], **more)


class TestCallbacks(CallbackContract):
    sealed_echo = True

    def receiver(self, keys: Keys) -> Receiver:
        return kf(keys)

    def said(self, text: str) -> dict[str, object]:
        return ring()


class TestJsonCallbacks(TestCallbacks):
    as_json = True


def ring(kfid: str = KFID) -> dict[str, object]:
    return {
        "ToUserName": CORP,
        "CreateTime": int(NOW.timestamp()),
        "MsgType": "event",
        "Event": "kf_msg_or_event",
        "Token": "ENC-token",
        "OpenKfId": kfid,
    }


class TestFetching(FetchingContract):
    def channel(self, client: httpx.AsyncClient, world: World, *, secret: str = "s") -> Kf:
        world.secrets[CORP].add("s")
        return kf(Keys((), (), CORP), client, secret)


class TestSending(SendingContract):
    path = "cgi-bin/kf/send_msg"
    token_path = "cgi-bin/gettoken"

    def kind(self) -> str:
        return "kf"

    def channel(self, client: httpx.AsyncClient, world: World, *, secret: str = "s") -> Kf:
        world.secrets[CORP].add("s")
        says(world, KFID, "p", "你好")
        return kf(Keys((), (), CORP), client, secret)

    def test_the_sixth_message_waits_until_the_customer_writes(self) -> None:
        world = World(lambda: NOW)
        letters = [self.letter(str(n), f"k{n}") for n in range(6)]
        assert [r.trouble for r in self.sent(world, *letters)] == [None] * 5 + ["window_closed"]


class Shop:
    """A stand-in and a channel over it, with a clock that tests move."""

    def __init__(self, **more: Any) -> None:
        self.now = NOW
        self.world = World(lambda: self.now)
        self.world.secrets[CORP].add("s")
        self.more = more

    def run(self, work: Callable[[Kf], Awaitable[Any]]) -> Any:
        async def within() -> Any:
            transport = httpx.ASGITransport(app=build(self.world))
            async with httpx.AsyncClient(transport=transport) as client:
                keys = Keys((), (), CORP)
                return await work(kf(keys, client, clock=lambda: self.now, **self.more))

        return asyncio.run(within())

    def send(self, letter: Outgoing) -> Receipt:
        found = self.run(lambda channel: channel.send(letter))
        assert isinstance(found, Receipt)
        return found

    def drain(self, kept: str = "") -> tuple[list[Incoming], str]:
        async def work(channel: Kf) -> tuple[list[Incoming], str]:
            found: list[Incoming] = []
            cursor, more = kept, True
            while more:
                page = await channel.pull(cursor, "ENC-token")
                assert page.failed is None
                found += page.letters
                cursor, more = page.cursor, page.more
            return found, cursor

        got = self.run(work)
        assert isinstance(got, tuple)
        return got


def out(text: str = "好", key: str = "k", **more: Any) -> Outgoing:
    return Outgoing(key, "kf", "main", "p", text, **more)


def test_a_ring_says_where_something_waits() -> None:
    contract = TestCallbacks()
    received = contract.door().receive(contract.pusher().message(ring(), NOW))
    assert received.doorbell == Doorbell("main", "ENC-token")
    assert (received.letters, received.answer.body) == ((), b"")


def test_one_address_serves_the_companys_other_accounts() -> None:
    contract = TestCallbacks()
    channel = kf(contract.keys(), siblings={KFID: "main", "wkOther": "other"})
    rung = [
        channel.receive(contract.pusher().message(ring(kfid), NOW)).doorbell
        for kfid in ("wkOther", "wkStranger")
    ]
    assert rung == [Doorbell("other", "ENC-token"), None]


def test_everything_is_fetched_once_over_pages_and_empty_ones() -> None:
    shop = Shop()
    for number in range(2500):
        says(shop.world, KFID, f"p{number % 7}", str(number))
    shop.world.empty_pages = 2
    letters, cursor = shop.drain()
    assert [letter.text for letter in letters] == [str(number) for number in range(2500)]
    assert len({letter.id for letter in letters}) == 2500
    assert shop.drain(cursor)[0] == []
    says(shop.world, KFID, "p1", "还在吗")
    assert [letter.text for letter in shop.drain(cursor)[0]] == ["还在吗"]


def test_of_the_first_readings_history_only_the_last_minutes_are_answered() -> None:
    shop = Shop()
    for hours, text in ((80, "太早"), (20, "昨天"), (1, "刚才")):
        shop.now = NOW - timedelta(hours=hours)
        says(shop.world, KFID, "p", text)
    shop.now = NOW - timedelta(minutes=3)
    says(shop.world, KFID, "p", "现在")
    shop.now = NOW
    letters, cursor = shop.drain()
    assert [(letter.text, letter.silent) for letter in letters] == [
        ("昨天", True),
        ("刚才", True),
        ("现在", False),
    ]
    says(shop.world, KFID, "p", "停机时写的")
    shop.now = NOW + timedelta(hours=2)
    later, _ = shop.drain(cursor)
    assert [(letter.text, letter.silent) for letter in later] == [("停机时写的", False)]


def test_a_failed_reading_keeps_its_cursor() -> None:
    shop = Shop()
    shop.world.plan("cgi-bin/kf/sync_msg", error(-1, "busy"))
    page = shop.run(lambda channel: channel.pull("read:c3"))
    assert (page.cursor, page.letters, page.more, page.failed.trouble) == (
        "read:c3",
        (),
        False,
        "retry",
    )


@given(st.text(max_size=64).filter(bool), st.booleans())
def test_cursors_are_kept_as_text(at: str, history: bool) -> None:
    assert Cursor.loads(Cursor(at, history).dumps()) == Cursor(at, history)


def test_a_welcome_is_said_within_twenty_seconds_or_not_at_all() -> None:
    shop = Shop()
    enters(shop.world, KFID, "p", code="w1", scene_param="order%3D3700001")
    (entered,), cursor = shop.drain()
    assert (entered.kind, entered.event, entered.silent) == ("event", "enter", False)
    assert entered.order_no == "3700001"
    shop.now = NOW + timedelta(seconds=19)
    assert shop.send(out("您好", extra=entered.extra)).trouble is None
    assert shop.world.texts_to("p") == ["您好"]
    again = out("您好", extra=entered.extra, tries=1)
    assert shop.send(again).trouble == "window_closed"

    enters(shop.world, KFID, "p", code="w2")
    shop.now += timedelta(seconds=21)
    (late,), _ = shop.drain(cursor)
    assert late.silent
    assert shop.send(out("您好", extra=late.extra)).trouble == "window_closed"
    assert shop.world.texts_to("p") == ["您好"]


def test_without_a_code_an_entry_is_kept_in_silence() -> None:
    shop = Shop()
    enters(shop.world, KFID, "p")
    assert shop.drain()[0][0].silent


@pytest.mark.parametrize(
    ("state", "trouble"),
    [(0, None), (1, None), (2, "refused"), (3, "refused"), (4, "window_closed")],
)
def test_while_a_person_has_the_chat_the_bot_is_silent(state: int, trouble: str | None) -> None:
    shop = Shop()
    says(shop.world, KFID, "p", "你好")
    shop.world.customers[KFID, "p"].state = state
    assert shop.send(out()).trouble == trouble
    assert len(shop.world.texts_to("p")) == (trouble is None)


@pytest.mark.parametrize(("servicer", "state"), [("", QUEUE), ("zhang", PERSON)])
def test_a_chat_goes_to_the_queue_or_a_servicer_and_comes_back(servicer: str, state: int) -> None:
    shop = Shop(servicer=servicer)
    says(shop.world, KFID, "p", "转人工")
    assert shop.run(lambda channel: channel.hand_over(out())).trouble is None
    assert shop.world.customers[KFID, "p"].state == state
    assert shop.run(lambda channel: channel.hand_over(out())).trouble is None  # twice is once
    shop.world.customers[KFID, "p"].state = ENDED
    assert shop.run(lambda channel: channel.hand_over(out())).trouble == "window_closed"
    says(shop.world, KFID, "p", "谢谢")
    assert shop.send(out()).trouble is None


def test_a_servicer_who_is_away_is_told() -> None:
    shop = Shop(servicer="zhang")
    says(shop.world, KFID, "p", "转人工")
    shop.world.plan("cgi-bin/kf/service_state/trans", error(95014, "servicer inactive"))
    receipt = shop.run(lambda channel: channel.hand_over(out()))
    assert receipt.trouble == "refused"
    assert "接待" in receipt.detail


def test_a_message_that_never_arrived_is_told_later() -> None:
    shop = Shop()
    says(shop.world, KFID, "p", "你好")
    shop.world.customers[KFID, "p"].fails = 6
    receipt = shop.send(out(key="turn-1"))
    assert receipt.trouble is None
    failed = shop.drain()[0][-1]
    assert (failed.event, failed.silent, failed.sender) == ("send_failed", True, "p")
    assert failed.extra["failed_id"] == receipt.platform_id == "turn-1"
    assert failed.extra["trouble"] == "window_closed"
    assert "五条" in failed.extra["detail"]


def test_choices_are_a_menu_and_a_tap_comes_back_as_a_choice() -> None:
    shop = Shop()
    says(shop.world, KFID, "p", "你好")
    shop.send(out("选一个", choices=(Choice("refund", "退款"), Choice("swap", "换货"))))
    menu = shop.world.sent[0].body["msgmenu"]
    assert [item["click"] for item in menu["list"]] == [
        {"id": "refund", "content": "退款"},
        {"id": "swap", "content": "换货"},
    ]
    says(shop.world, KFID, "p", "退款", menu_id="refund")
    tapped = shop.drain()[0][-1]
    assert (tapped.kind, tapped.choice, tapped.text) == ("choice", "refund", "退款")
    assert not tapped.mergeable


@settings(max_examples=40, deadline=None)
@given(
    st.text("退款a🍵", max_size=700),
    st.lists(st.tuples(st.text("ab退", max_size=70), st.text("换货x", max_size=70)), max_size=12),
)
def test_whatever_the_shape_choices_never_break_a_limit(
    text: str, pairs: list[tuple[str, str]]
) -> None:
    shop = Shop()
    says(shop.world, KFID, "p", "你好")
    choices = tuple(Choice(id_, label) for id_, label in pairs)
    receipt = shop.send(out(text or "x", choices=choices))
    if receipt.trouble is None:
        told = str(shop.world.sent[0].body)
        assert all(choice.label in told for choice in choices)
    else:
        assert "字节" in receipt.detail


@pytest.mark.parametrize(
    ("item", "kind", "text"),
    [
        ({"msgtype": "image", "image": {"media_id": "i"}}, "image", ""),
        ({"msgtype": "voice", "voice": {"media_id": "v"}}, "voice", ""),
        (
            {"msgtype": "location", "location": {"name": "总部", "latitude": 1.5}},
            "location",
            "总部",
        ),
        ({"msgtype": "link", "link": {"title": "看看", "url": "https://a"}}, "link", "看看"),
        ({"msgtype": "business_card", "business_card": {"userid": "u"}}, "card", ""),
        ({"msgtype": "channels_shop_order", "channels_shop_order": {"order_id": "9"}}, "card", ""),
        ({"msgtype": "merged_msg", "merged_msg": {"title": "t"}}, "unknown", ""),
        ({"msgtype": "hologram"}, "unknown", ""),
        ({"msgtype": "text", "text": "not an object"}, "text", ""),
        ({}, "unknown", ""),
    ],
)
def test_every_type_has_a_kind(item: dict[str, Any], kind: str, text: str) -> None:
    found = read(item | {"msgid": "1", "external_userid": "p", "origin": 3})
    assert found
    assert (found.kind, found.text, found.silent) == (kind, text, False)


def test_what_a_servicer_says_is_kept_in_silence() -> None:
    item = {"msgid": "1", "external_userid": "p", "origin": 5, "servicer_userid": "zhang"}
    found = read(item | {"msgtype": "text", "text": {"content": "我来处理"}})
    assert found
    assert (found.silent, found.text, found.extra["by"]) == (True, "我来处理", "servicer")


@pytest.mark.parametrize(
    ("change", "event"), [(1, "person_took"), (3, "session_ended"), (9, "session_changed")]
)
def test_a_change_of_hands_is_told(change: int, event: str) -> None:
    inner = {"event_type": "session_status_change", "external_userid": "p", "change_type": change}
    found = read({"msgid": "1", "origin": 4, "msgtype": "event", "event": inner})
    assert found
    assert (found.event, found.silent) == (event, True)


def test_what_no_customer_said_is_never_answered() -> None:
    """Facts, B: answer only what customers say; the platform adds words of its own."""
    for origin in (4, 5, 0, 6):
        item = {"msgid": "1", "origin": origin, "msgtype": "text", "text": {"content": "提示"}}
        found = read(item | {"external_userid": "p"})
        assert found
        assert found.silent, origin


def test_a_farewell_works_once_in_time_and_only_after_a_person() -> None:
    shop = Shop()
    says(shop.world, KFID, "p", "转人工")
    shop.run(lambda channel: channel.hand_over(out()))
    takes(shop.world, KFID, "p", "zhang")
    ends(shop.world, KFID, "p", code="bye")
    took, ended = shop.drain()[0][-2:]
    assert (took.event, took.silent, took.extra["servicer"]) == ("person_took", True, "zhang")
    assert (ended.event, ended.silent) == ("session_ended", False)
    farewell = out("店员聊完了", "f", extra=dict(ended.extra))
    assert shop.send(farewell).trouble is None
    assert shop.world.sent[-1].body["code"] == "bye"
    assert shop.send(replace(farewell, key="g")).trouble == "refused"  # the code is spent
    assert shop.send(replace(farewell, tries=1)).trouble == "window_closed"
    shop.now += timedelta(seconds=21)
    assert shop.send(replace(farewell, key="h")).trouble == "window_closed"
    late = shop.drain()[0][-1]
    assert (late.event, late.silent) == ("session_ended", True)


def test_news_about_no_customer_is_left_out() -> None:
    inner = {"event_type": "servicer_status_change", "servicer_userid": "zhang", "status": 2}
    assert read({"msgid": "1", "origin": 4, "msgtype": "event", "event": inner}) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec=None), max_size=8),
    lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=6), x, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(["msgid", "msgtype", "origin", "send_time", "text", "event", "image"])
        | st.text(max_size=5),
        JSON | st.sampled_from(["text", "event", "image", 3, 4, 5]),
    )
)
def test_any_item_is_read_without_a_crash(item: dict[str, Any]) -> None:
    found = read(item | {"external_userid": "p"})
    assert found is None or found.id


def read(item: dict[str, Any]) -> Incoming | None:
    return letter(Form(item), b"{}", Reading("main", NOW, False, CODES["kf_send_failed"]))


def test_the_state_may_be_asked_alone() -> None:
    shop = Shop()
    says(shop.world, KFID, "p", "你好")
    assert shop.run(lambda channel: channel.state("p")) == 0
    shop.world.plan("cgi-bin/kf/service_state/get", 500)
    assert isinstance(shop.run(lambda channel: channel.state("p")), Failed)
