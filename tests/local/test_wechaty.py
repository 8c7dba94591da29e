"""A personal account against npm's real wechaty gateway, whose mock puppet plays WeChat."""

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import pytest

from bot.channels.wechaty import Wechaty
from bot.channels.wechaty_gateway import Gateway
from bot.clock import wall_clock
from bot.errors import StorageLost
from bot.mail import Incoming, Outgoing
from bot.messages import Choice
from bot.pictures import picture_kind
from tests.gateway import TOKEN, gateway
from tests.gateway import Gateway as Peer

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
pytestmark = pytest.mark.slow

Work = Callable[["Phone"], Awaitable[None]]


@dataclass
class Phone:
    """The world behind the gateway, and our channel before it."""

    gateway: Peer
    channel: Wechaty
    warnings: list[str]
    refusals: int = 0
    kept: asyncio.Queue[Incoming] = field(default_factory=asyncio.Queue)
    keys: Iterator[int] = field(default_factory=count)
    seen: int = 0

    async def accept(self, letter: Incoming) -> None:
        if self.refusals:
            self.refusals -= 1
            raise StorageLost("later")
        self.kept.put_nowait(letter)

    async def heard(self) -> Incoming:
        async with asyncio.timeout(20):
            return await self.kept.get()

    async def arrived(self) -> dict[str, str]:
        await self.until(lambda: len(self.gateway.arrived) > self.seen)
        self.seen += 1
        return self.gateway.arrived[self.seen - 1]

    def answer(self, to: Incoming, text: str, *choices: Choice) -> Outgoing:
        return Outgoing(f"k{next(self.keys)}", "wechaty", "main", to.sender, text, choices, to.room)

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not true():
                await asyncio.sleep(0.02)


@asynccontextmanager
async def phone(token: str = TOKEN) -> AsyncIterator[Phone]:
    warnings: list[str] = []
    with gateway() as peer:
        channel = Wechaty(
            "main",
            lambda: Gateway(peer.endpoint, token),
            wall_clock,
            warnings.append,
            gap=timedelta(0),
            beat=timedelta(milliseconds=200),
        )
        found = Phone(peer, channel, warnings)
        running = asyncio.create_task(channel.run(found.accept))
        try:
            yield found
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


def run(work: Work, token: str = TOKEN) -> None:
    async def within() -> None:
        async with phone(token) as found:
            if token == TOKEN:
                await found.until(lambda: found.channel.live)
            await work(found)

    asyncio.run(within())


def test_a_contact_asks_and_is_answered_with_choices() -> None:
    async def work(phone: Phone) -> None:
        phone.gateway.says("xiaolin", "你好🍵")
        letter = await phone.heard()
        assert (letter.sender, letter.room, letter.kind) == ("xiaolin", "", "text")
        assert (letter.text, letter.silent, letter.mergeable) == ("你好🍵", False, True)
        choices = (Choice("refund", "退款"), Choice("swap", "换货"))
        receipt = await phone.channel.send(phone.answer(letter, "选一个", *choices))
        assert receipt.trouble is None
        assert await phone.arrived() == {"to": "xiaolin", "text": "选一个\n1. 退款\n2. 换货"}

    run(work)


def test_in_a_room_only_what_mentions_us_is_heard() -> None:
    async def work(phone: Phone) -> None:
        for text, mentions in (("随便聊聊", []), ("@us 什么时候发货", ["us"]), ("不理", ["li"])):
            phone.gateway.says("xiaolin", text, room="r1@chatroom", mentions=mentions)
        phone.gateway.says("xiaolin", "私下问", mentions=[])
        first, second = await phone.heard(), await phone.heard()
        assert (first.room, first.text) == ("r1@chatroom", "什么时候发货")
        assert (second.room, second.text) == ("", "私下问")
        assert (await phone.channel.send(phone.answer(first, "明天"))).trouble is None
        assert await phone.arrived() == {"to": "r1@chatroom", "text": "@xiaolin\u2005明天"}

    run(work)


def test_a_picture_is_fetched_bounded() -> None:
    async def work(phone: Phone) -> None:
        phone.gateway.does(**{"from": "xiaolin"}, image=PNG)
        letter = await phone.heard()
        assert letter.kind == "image"
        (name,) = letter.media
        data = await phone.channel.fetch(letter, name, 1_000_000)
        # The mock puppet draws a code of its own instead of what was sent.
        assert isinstance(data, bytes)
        assert picture_kind(data) == "png"
        small = await phone.channel.fetch(letter, name, 10)
        assert not isinstance(small, bytes)
        assert small.trouble == "refused"
        assert base64.b64decode(PNG)[:4] == data[:4]

    run(work)


def test_what_is_too_long_is_never_cut_off_silently() -> None:
    async def work(phone: Phone) -> None:
        phone.gateway.says("xiaolin", "问")
        letter = await phone.heard()
        limit = phone.channel.limits.text_bytes
        over = await phone.channel.send(phone.answer(letter, "a" * (limit + 1)))
        assert over.trouble == "refused"
        assert (await phone.channel.send(phone.answer(letter, "a" * limit))).trouble is None
        assert (await phone.arrived())["text"] == "a" * limit

    run(work)


def test_a_message_waits_for_the_database() -> None:
    async def work(phone: Phone) -> None:
        phone.refusals = 1
        phone.gateway.says("xiaolin", "一")
        phone.gateway.says("xiaolin", "二")
        assert [(await phone.heard()).text for _ in range(2)] == ["一", "二"]

    run(work)


def test_logged_out_it_says_so_and_sends_nothing() -> None:
    async def work(phone: Phone) -> None:
        phone.gateway.says("xiaolin", "问")
        letter = await phone.heard()
        phone.gateway.does(logout=True)
        await phone.until(lambda: not phone.channel.live)
        receipt = await phone.channel.send(phone.answer(letter, "答"))
        assert receipt.trouble == "credentials"
        assert "扫码" in receipt.detail
        assert any("扫码" in warning for warning in phone.warnings)
        phone.gateway.does(login=True)
        await phone.until(lambda: phone.channel.live)
        assert (await phone.channel.send(phone.answer(letter, "答"))).trouble is None

    run(work)


def test_a_gateway_that_dies_comes_back() -> None:
    async def work(phone: Phone) -> None:
        phone.gateway.says("xiaolin", "一")
        letter = await phone.heard()
        phone.gateway.kill()
        await phone.until(lambda: not phone.channel.live)
        assert (await phone.channel.send(phone.answer(letter, "答"))).trouble == "retry"
        phone.gateway.start()
        await phone.until(lambda: phone.channel.live)
        phone.gateway.says("xiaolin", "二")
        assert (await phone.heard()).text == "二"

    run(work)


def test_a_wrong_token_is_told_in_words() -> None:
    async def work(phone: Phone) -> None:
        await phone.until(lambda: bool(phone.warnings))
        assert "token" in phone.warnings[0]
        assert TOKEN not in phone.warnings[0]

    run(work, "wrong")


def test_what_a_gateway_tells_twice_has_the_same_name() -> None:
    async def work(phone: Phone) -> None:
        phone.gateway.says("xiaolin", "一", twice=5)
        first, second = await phone.heard(), await phone.heard()
        assert (first.id, first.text) == (second.id, second.text)

    run(work)
