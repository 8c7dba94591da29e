"""Official accounts and mini-programs keep the contracts; and what only they do."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from wechatpy.crypto import WeChatCrypto

from bot.channels.api import Api, stable_token
from bot.channels.base import Callback, Passive, Received, Receiver
from bot.channels.crypto import Keys, signature, unseal
from bot.channels.desk import awaited
from bot.channels.forms import read_form
from bot.channels.official import Official
from bot.mail import Outgoing
from bot.messages import Choice
from knowledge.errcodes import load_errcodes
from tests.contracts.channels.callbacks import NEW, NOW, CallbackContract
from tests.contracts.channels.fetching import FetchingContract
from tests.contracts.channels.sending import SendingContract
from tests.platform.pushing import Pusher
from tests.platform.world import World, error

APP = "wx5823bf96d3bd56c7"
PATH = "cgi-bin/message/custom/send"


def official(
    keys: Keys, client: httpx.AsyncClient | None = None, secret: str = "s", **more: Any
) -> Official:
    http = client or httpx.AsyncClient()
    codes = load_errcodes()["weixin"]
    api = Api(http, "http://127.0.0.1:9", stable_token(APP, secret), codes, lambda: NOW)
    return Official("main", keys, api, **more)


def message(kind: str = "text", **more: object) -> dict[str, object]:
    return {
        "ToUserName": "gh_account",
        "FromUserName": "openid",
        "CreateTime": int(NOW.timestamp()),
        "MsgType": kind,
        **({} if kind == "event" else {"MsgId": 4561255354251345929}),
        **more,
    }


class TestCallbacks(CallbackContract):
    def receiver(self, keys: Keys) -> Receiver:
        return official(keys)

    def said(self, text: str) -> dict[str, object]:
        return message(Content=text)


class TestJsonCallbacks(TestCallbacks):
    as_json = True


class TestMiniProgram(TestCallbacks):
    as_json = True

    def receiver(self, keys: Keys) -> Receiver:
        return official(keys, kind="miniprogram")


class TestPassive(TestCallbacks):
    def receiver(self, keys: Keys) -> Receiver:
        return official(keys, push=False)


class TestFetching(FetchingContract):
    def channel(self, client: httpx.AsyncClient, world: World, *, secret: str = "s") -> Official:
        world.secrets[APP].add("s")
        return official(Keys((), (), APP), client, secret)


class TestSending(SendingContract):
    path = PATH
    token_path = "cgi-bin/stable_token"
    flavour = "official"

    def kind(self) -> str:
        return self.flavour

    def channel(self, client: httpx.AsyncClient, world: World, *, secret: str = "s") -> Official:
        world.secrets[APP].add("s")
        world.wrote(APP, "p")
        return official(Keys((), (), APP), client, secret, kind=self.flavour)

    def test_the_sixth_message_waits_until_the_person_writes(self) -> None:
        world = World(lambda: NOW)
        letters = [self.letter(str(n), f"k{n}") for n in range(6)]
        receipts = self.sent(world, *letters)
        assert [r.trouble for r in receipts] == [None] * 5 + ["window_closed"]
        assert "等对方" in receipts[-1].detail

    def test_typing_is_shown(self) -> None:
        world = World(lambda: NOW)

        async def work(channel: Any) -> list[str | None]:
            return [
                (await channel.typing("p")).trouble,
                (await channel.typing("p", on=False)).trouble,
                (await channel.typing("stranger")).trouble,
            ]

        assert self.run(work, world) == [None, None, "refused"]


class TestMiniProgramSending(TestSending):
    flavour = "miniprogram"

    def test_choices_are_words(self) -> None:
        world = World(lambda: NOW)
        self.sent(world, self.letter("选", choices=(Choice("a", "退款"),)))
        assert world.texts_to("p") == ["选\n1. 退款"]


def received(fields: dict[str, object], json: bool = False, **more: Any) -> Received:
    contract = TestCallbacks()
    pusher = Pusher("newtoken", NEW, APP, json)
    return official(contract.keys(), **more).receive(pusher.message(fields, NOW))


def opened(passive: Passive, text: str) -> tuple[str, dict[str, str]]:
    """The decrypted answer, and the fields of its envelope."""
    outer, _ = read_form(passive.speak(text).body)
    names = ("encrypt", "msgsignature", "timestamp", "nonce")
    fields = {name: outer.text(name) for name in names}
    content, receiver = unseal(fields["encrypt"], NEW)
    assert receiver.decode() == APP
    return content.decode(), fields


@pytest.mark.parametrize("json", [False, True])
def test_a_passive_answer_is_sealed_signed_and_addressed(json: bool) -> None:
    passive = received(message(Content="hi"), json, push=False).passive
    assert passive
    assert passive.only
    content, fields = opened(passive, "你好]]>")
    assert fields["msgsignature"] == signature(
        "newtoken", fields["timestamp"], fields["nonce"], fields["encrypt"]
    )
    inner, as_json = read_form(content.encode())
    assert as_json == json
    assert (inner.text("tousername"), inner.text("fromusername")) == ("openid", "gh_account")
    assert (inner.text("msgtype"), inner.text("content")) == ("text", "你好]]>")


def test_a_plain_account_is_answered_plainly() -> None:
    pusher = Pusher("newtoken", NEW, APP, plain=True)
    contract = TestCallbacks()
    got = official(contract.keys(), push=False, plain=True).receive(
        pusher.message(message(Content="hi"), NOW)
    )
    assert got.passive
    assert read_form(got.passive.speak("你好").body)[0].text("content") == "你好"


def test_compatible_mode_is_read_by_its_sealed_half() -> None:
    contract = TestCallbacks()
    sealed = contract.genuine()
    forged = b"<Content>forged</Content><FromUserName>mallory</FromUserName>"
    both = sealed.body.replace(b"<xml>", b"<xml>" + forged)
    (letter,) = official(contract.keys()).receive(replace(sealed, body=both)).letters
    assert (letter.text, letter.sender) == ("你好", "openid")


def test_sent_as_raw_a_sealed_account_is_not_believed() -> None:
    contract = TestCallbacks()
    raw = Pusher("newtoken", NEW, APP, plain=True).message(message(Content="hi"), NOW)
    query = {**raw.query, "encrypt_type": "raw"}
    with pytest.raises(Exception, match="读不懂"):
        official(contract.keys()).receive(replace(raw, query=query))


@pytest.mark.parametrize(
    ("fields", "kind", "text", "media"),
    [
        (message("image", PicUrl="https://a/b", MediaId="m"), "image", "", ("m",)),
        (message("voice", MediaId="m", Format="amr"), "voice", "", ("m",)),
        (
            message("voice", MediaId="m", Recognition="什么时候发货"),
            "voice",
            "什么时候发货",
            ("m",),
        ),
        (message("video", MediaId="m", ThumbMediaId="t"), "video", "", ("m",)),
        (message("location", Location_X="23.1", Label="广州塔"), "location", "广州塔", ()),
        (message("link", Title="看这个", Url="https://a"), "link", "看这个", ()),
        (message("miniprogrampage", Title="茶杯", PagePath="p"), "card", "茶杯", ()),
        (message("hologram"), "unknown", "", ()),
        (message("text", Content="退款", bizmsgmenuid="refund"), "choice", "退款", ()),
    ],
)
def test_every_type_has_a_kind(
    fields: dict[str, object], kind: str, text: str, media: tuple[str, ...]
) -> None:
    (letter,) = received(fields).letters
    assert (letter.kind, letter.text, letter.media, letter.silent) == (kind, text, media, False)


@pytest.mark.parametrize(
    ("name", "event", "kind", "silent"),
    [
        ("subscribe", "follow", "event", False),
        ("unsubscribe", "unfollow", "event", True),
        ("SCAN", "scan", "event", False),
        ("CLICK", "menu", "choice", False),
        ("user_enter_tempsession", "enter", "event", False),
        ("TEMPLATESENDJOBFINISH", "TEMPLATESENDJOBFINISH", "event", True),
    ],
)
def test_events_have_names_of_ours(name: str, event: str, kind: str, silent: bool) -> None:
    got = received(message("event", Event=name, EventKey="k"))
    (letter,) = got.letters
    assert (letter.event, letter.kind, letter.silent) == (event, kind, silent)
    assert not letter.mergeable
    assert (got.passive is None) == silent


def test_events_of_one_second_differ_by_what_happened() -> None:
    ids = [
        received(message("event", Event=name, EventKey=key)).letters[0].id
        for name, key in (("CLICK", "a"), ("CLICK", "b"), ("SCAN", "a"), ("CLICK", "a"))
    ]
    assert len(set(ids)) == 3
    assert ids[0] == ids[3]


def test_a_chat_is_given_to_people_after_a_message_never_after_an_event() -> None:
    said = received(message(Content="转人工"), transfer=True).passive
    assert said
    assert said.hand_over
    content = unseal(read_form(said.hand_over().body)[0].text("encrypt"), NEW)[0]
    assert read_form(content)[0].text("msgtype") == "transfer_customer_service"
    entered = received(message("event", Event="subscribe"), transfer=True).passive
    assert entered
    assert entered.hand_over is None
    unstaffed = received(message(Content="转人工")).passive
    assert unstaffed
    assert unstaffed.hand_over is None


def test_choices_are_a_menu_and_words_where_menus_are_refused() -> None:
    contract = TestSending()
    letter = contract.letter("选一个", choices=(Choice("refund", "退款"),))
    world = World(lambda: NOW)
    contract.sent(world, letter)
    assert world.sent[0].body["msgmenu"]["list"] == [{"id": "refund", "content": "退款"}]
    world = World(lambda: NOW)
    world.plan(PATH, error(40200, "invalid account type"))
    (receipt,) = contract.sent(world, letter)
    assert receipt.trouble is None
    assert world.texts_to("p") == ["选一个\n1. 退款"]


def test_who_may_not_write_answers_on_the_open_callback_only() -> None:
    channel = official(Keys((), (), APP), push=False)
    letter = Outgoing("k", "official", "main", "p", "好")

    async def run() -> list[object]:
        nobody = await channel.send(letter)
        with channel.desk.place("p", "m1") as place:
            giving = asyncio.create_task(channel.send(letter))
            text = await awaited(place.text, timedelta(seconds=1))
            twice = await channel.send(letter)
            channel.desk.settle(place, heard=True)
            given = await giving
        with channel.desk.place("p", "m2") as place:
            silence = await awaited(place.text, timedelta(milliseconds=10))
        late = await channel.send(letter)
        said = [given.trouble, given.platform_id]
        return [nobody.trouble, *said, twice.trouble, text, silence, late.trouble]

    assert asyncio.run(run()) == ["retry", None, "m1", "retry", "好", None, "retry"]


def test_what_was_not_written_to_the_platform_was_not_sent() -> None:
    channel = official(Keys((), (), APP), push=False)
    letter = Outgoing("k", "official", "main", "p", "好")

    async def hung_up() -> tuple[str | None, str]:
        with channel.desk.place("p", "m1") as place:
            giving = asyncio.create_task(channel.send(letter))
            await awaited(place.text, timedelta(seconds=1))
            place.spoken = True
        channel.desk.settle(place, heard=False)
        return (await giving).trouble, channel.desk.said("m1")

    async def nobody_took_it() -> tuple[str | None, str]:
        with channel.desk.place("p", "m1"):
            giving = asyncio.create_task(channel.send(letter))
            await asyncio.sleep(0)
        return (await giving).trouble, channel.desk.said("m1")

    assert asyncio.run(hung_up()) == asyncio.run(nobody_took_it()) == ("retry", "")


def test_the_platforms_repeat_takes_over_the_waiting() -> None:
    channel = official(Keys((), (), APP), push=False)

    async def run() -> tuple[str | None, str | None]:
        with channel.desk.place("p", "m") as first, channel.desk.place("p", "m") as second:
            giving = asyncio.create_task(channel.send(Outgoing("k", "official", "main", "p", "好")))
            moment = timedelta(milliseconds=10)
            heard = await awaited(first.text, moment), await awaited(second.text, moment)
        await giving
        return heard

    assert asyncio.run(run()) == (None, "好")


def test_limits_follow_what_the_account_may_do() -> None:
    keys = Keys((), (), APP)
    assert official(keys, push=False).limits.windows[0].sends == 1
    assert official(keys, menus=False).limits.choices == 0
    assert official(keys).limits.choices > 0
    entering = official(keys, kind="miniprogram").limits.windows[1]
    assert (entering.sends, entering.lasts) == (2, timedelta(minutes=1))


@pytest.mark.parametrize("text", ["你好🍵", "<xml>&]]>", "a" * 600])
def test_wechatpy_reads_our_answers_and_we_read_its_messages(text: str) -> None:
    peer = WeChatCrypto("newtoken", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", APP)
    contract = TestCallbacks()
    stamp, nonce = str(int(NOW.timestamp())), "1372623149"
    sealed = peer.encrypt_message(contract.pusher().written(message(Content=text)), nonce, stamp)
    signed = read_form(sealed.encode())[0].text("msgsignature")
    query = {"msg_signature": signed, "timestamp": stamp, "nonce": nonce, "encrypt_type": "aes"}
    got = official(contract.keys(), push=False).receive(
        Callback("POST", query, sealed.encode(), NOW)
    )
    assert got.letters[0].text == text
    assert got.passive
    answer = got.passive.speak(text).body
    outer = read_form(answer)[0]
    parts = (outer.text("msgsignature"), outer.text("timestamp"), outer.text("nonce"))
    assert text in peer.decrypt_message(answer, *parts).replace("]]]]><![CDATA[>", "]]>")
