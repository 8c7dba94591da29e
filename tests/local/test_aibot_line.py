"""智能机器人 over a real socket, against a stand-in of WeCom's end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from websockets.asyncio.server import serve

from bot.channels.aibot_line import Aibot
from bot.channels.aibot_state import Robot
from bot.clock import wall_clock
from bot.errors import StorageLost
from bot.mail import Incoming, Outgoing
from knowledge.errcodes import load_errcodes
from tests.platform.robot import Robots

ROBOT = Robot("main", "bot", "s", load_errcodes()["wecom"])


class Staff:
    """Keeps what came in; may refuse at first."""

    def __init__(self, refusals: int = 0) -> None:
        self.kept: asyncio.Queue[Incoming] = asyncio.Queue()
        self.refusals = refusals
        self.warnings: list[str] = []

    async def accept(self, letter: Incoming) -> None:
        if self.refusals:
            self.refusals -= 1
            raise StorageLost("later")
        self.kept.put_nowait(letter)

    async def next(self) -> Incoming:
        async with asyncio.timeout(20):
            return await self.kept.get()


@asynccontextmanager
async def connected(
    robots: Robots, staff: Staff, robot: Robot = ROBOT
) -> AsyncIterator[tuple[Aibot, str]]:
    async with serve(robots.talk, "127.0.0.1", 0) as server:
        address = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        aibot = line(staff, robot, address)
        task = asyncio.create_task(aibot.run(staff.accept))
        try:
            yield aibot, address
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def line(staff: Staff, robot: Robot, address: str) -> Aibot:
    tick = timedelta(milliseconds=50)
    return Aibot(robot, wall_clock, address, staff.warnings.append, tick)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.02)


def run(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(work())  # type: ignore[arg-type]


def out(letter: Incoming, key: str = "k", text: str = "三单") -> Outgoing:
    return Outgoing(key, "aibot", "main", letter.sender, text, room=letter.room, extra=letter.extra)


def test_a_question_is_answered_in_a_growing_stream() -> None:
    async def work() -> None:
        robots, staff = Robots(), Staff()
        async with connected(robots, staff) as (aibot, _):
            await robots.says("zhang", "今天几单", "r1", "m1")
            letter = await staff.next()
            await aibot.show(out(letter, text="三"))
            assert (await aibot.send(out(letter))).trouble is None
            assert (await aibot.send(out(letter, "k2", "还有一单退货"))).trouble is None
        streams = [body["stream"] for body in robots.of("aibot_respond_msg")]
        assert [(s["content"], s["finish"]) for s in streams] == [("三", False), ("三单", True)]
        assert robots.of("aibot_send_msg")[0]["markdown"]["content"] == "还有一单退货"
        assert robots.subscriptions == 1

    run(work)


def test_a_welcome_is_said_at_once() -> None:
    async def work() -> None:
        robots, staff = Robots(), Staff()
        async with connected(robots, staff) as (aibot, _):
            await robots.enters("zhang", "r1")
            assert (await aibot.send(out(await staff.next(), text="早"))).trouble is None
        assert robots.of("aibot_respond_welcome_msg")[0]["text"]["content"] == "早"

    run(work)


def test_a_broken_line_comes_back_and_messages_go_on() -> None:
    async def work() -> None:
        robots, staff = Robots(), Staff()
        async with connected(robots, staff) as (aibot, _):
            await until(lambda: aibot.live)
            assert robots.live
            await robots.live.close()
            await until(lambda: robots.subscriptions == 2 and aibot.live)
            await robots.says("zhang", "还在吗", "r2", "m2")
            letter = await staff.next()
            assert letter.text == "还在吗"
            assert (await aibot.send(out(letter))).trouble is None

    run(work)


def test_of_two_processes_the_evicted_one_stays_away_and_tells() -> None:
    async def work() -> None:
        robots, first, second = Robots(), Staff(), Staff()
        async with connected(robots, first) as (one, address):
            await until(lambda: one.live)
            two = line(second, ROBOT, address)
            task = asyncio.create_task(two.run(second.accept))
            await until(lambda: two.live and not one.live and bool(first.warnings))
            await asyncio.sleep(0.5)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert robots.subscriptions == 2
            assert "顶掉" in first.warnings[0]

    run(work)


def test_a_wrong_secret_is_told() -> None:
    async def work() -> None:
        robots, staff = Robots(), Staff()
        async with connected(robots, staff, Robot("main", "bot", "no", ROBOT.codes)) as (aibot, _):
            await until(lambda: bool(staff.warnings))
            assert "secret" in staff.warnings[0]
            assert not aibot.live
            assert (await aibot.send(Outgoing("k", "aibot", "main", "p", "x"))).trouble == "retry"

    run(work)


def test_without_the_database_a_message_waits() -> None:
    async def work() -> None:
        robots, staff = Robots(), Staff(refusals=2)
        async with connected(robots, staff) as (_, _):
            await robots.says("zhang", "在吗", "r1", "m1")
            assert (await staff.next()).text == "在吗"

    run(work)


@pytest.mark.parametrize("code", [0, 93006])
def test_the_platforms_word_decides_the_receipt(code: int) -> None:
    async def work() -> None:
        robots, staff = Robots(planned={"aibot_send_msg": [code]}), Staff()
        async with connected(robots, staff) as (aibot, _):
            await until(lambda: aibot.live)
            receipt = await aibot.send(Outgoing("k", "aibot", "main", "zhang", "早"))
            assert receipt.trouble == ("refused" if code else None)

    run(work)
