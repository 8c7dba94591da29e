"""A personal account against npm's real wechaty gateway, whose mock puppet plays WeChat."""

import asyncio
import base64
import json
import shutil
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.channels.wechaty import Wechaty
from bot.channels.wechaty_gateway import Gateway
from bot.clock import wall_clock
from bot.errors import StorageLost
from bot.mail import Incoming, Outgoing
from bot.messages import Choice
from bot.pictures import picture_kind
from tests.needed import lacking

NODE = Path(__file__).parents[1] / "node"
TOKEN = "the-gateways-token"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
pytestmark = pytest.mark.slow

Work = Callable[["Phone"], Awaitable[None]]


@dataclass
class Phone:
    """The world behind the gateway, and our channel before it."""

    process: Process
    port: int
    channel: Wechaty
    warnings: list[str]
    refusals: int = 0
    kept: asyncio.Queue[Incoming] = field(default_factory=asyncio.Queue)
    keys: Iterator[int] = field(default_factory=count)

    async def accept(self, letter: Incoming) -> None:
        if self.refusals:
            self.refusals -= 1
            raise StorageLost("later")
        self.kept.put_nowait(letter)

    def does(self, **what: object) -> None:
        assert self.process.stdin
        self.process.stdin.write((json.dumps(what) + "\n").encode())

    async def heard(self) -> Incoming:
        async with asyncio.timeout(20):
            return await self.kept.get()

    async def arrived(self) -> dict[str, str]:
        assert self.process.stdout
        async with asyncio.timeout(20):
            found = json.loads(await self.process.stdout.readline())
        assert isinstance(found, dict)
        return found

    def answer(self, to: Incoming, text: str, *choices: Choice) -> Outgoing:
        return Outgoing(f"k{next(self.keys)}", "wechaty", "main", to.sender, text, choices, to.room)

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not true():
                await asyncio.sleep(0.02)


async def gateway(port: int = 0) -> tuple[Process, int]:
    """npm's gateway on loopback."""
    command = ("node", "gateway.cjs", TOKEN, str(port))
    process = await asyncio.create_subprocess_exec(*command, cwd=NODE, stdin=PIPE, stdout=PIPE)
    assert process.stdout
    async with asyncio.timeout(60):
        return process, int(json.loads(await process.stdout.readline())["port"])


@asynccontextmanager
async def phone(token: str = TOKEN) -> AsyncIterator[Phone]:
    if not shutil.which("node") or not (NODE / "node_modules" / "wechaty-puppet-mock").is_dir():
        lacking("wechaty's gateway is missing: sh requirements/node.sh")
    process, port = await gateway()
    warnings: list[str] = []
    channel = Wechaty(
        "main",
        lambda: Gateway(f"127.0.0.1:{port}", token),
        wall_clock,
        warnings.append,
        gap=timedelta(0),
        beat=timedelta(milliseconds=200),
    )
    found = Phone(process, port, channel, warnings)
    running = asyncio.create_task(channel.run(found.accept))
    try:
        yield found
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        if found.process.returncode is None:
            found.process.kill()
        await found.process.wait()


def run(work: Work, token: str = TOKEN) -> None:
    async def within() -> None:
        async with phone(token) as found:
            if token == TOKEN:
                await found.until(lambda: found.channel.live)
            await work(found)

    asyncio.run(within())


def test_a_contact_asks_and_is_answered_with_choices() -> None:
    async def work(phone: Phone) -> None:
        phone.does(**{"from": "xiaolin"}, text="你好🍵")
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
            phone.does(**{"from": "xiaolin"}, text=text, room="r1@chatroom", mentions=mentions)
        phone.does(**{"from": "xiaolin"}, text="私下问", mentions=[])
        first, second = await phone.heard(), await phone.heard()
        assert (first.room, first.text) == ("r1@chatroom", "什么时候发货")
        assert (second.room, second.text) == ("", "私下问")
        assert (await phone.channel.send(phone.answer(first, "明天"))).trouble is None
        assert await phone.arrived() == {"to": "r1@chatroom", "text": "@xiaolin\u2005明天"}

    run(work)


def test_a_picture_is_fetched_bounded() -> None:
    async def work(phone: Phone) -> None:
        phone.does(**{"from": "xiaolin"}, image=PNG)
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
        phone.does(**{"from": "xiaolin"}, text="问")
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
        phone.does(**{"from": "xiaolin"}, text="一")
        phone.does(**{"from": "xiaolin"}, text="二")
        assert [(await phone.heard()).text for _ in range(2)] == ["一", "二"]

    run(work)


def test_logged_out_it_says_so_and_sends_nothing() -> None:
    async def work(phone: Phone) -> None:
        phone.does(**{"from": "xiaolin"}, text="问")
        letter = await phone.heard()
        phone.does(logout=True)
        await phone.until(lambda: not phone.channel.live)
        receipt = await phone.channel.send(phone.answer(letter, "答"))
        assert receipt.trouble == "credentials"
        assert "扫码" in receipt.detail
        assert any("扫码" in warning for warning in phone.warnings)
        phone.does(login=True)
        await phone.until(lambda: phone.channel.live)
        assert (await phone.channel.send(phone.answer(letter, "答"))).trouble is None

    run(work)


def test_a_gateway_that_dies_comes_back() -> None:
    async def work(phone: Phone) -> None:
        phone.does(**{"from": "xiaolin"}, text="一")
        letter = await phone.heard()
        phone.process.kill()
        await phone.process.wait()
        await phone.until(lambda: not phone.channel.live)
        assert (await phone.channel.send(phone.answer(letter, "答"))).trouble == "retry"
        phone.process, _ = await gateway(phone.port)
        await phone.until(lambda: phone.channel.live)
        phone.does(**{"from": "xiaolin"}, text="二")
        assert (await phone.heard()).text == "二"

    run(work)


def test_a_wrong_token_is_told_in_words() -> None:
    async def work(phone: Phone) -> None:
        await phone.until(lambda: bool(phone.warnings))
        assert "token" in phone.warnings[0]
        assert TOKEN not in phone.warnings[0]

    run(work, "wrong")
