"""Tokens: asked for once, renewed early, and never dropped twice."""

import asyncio
from datetime import datetime, timedelta

from bot.channels.base import Failed
from bot.channels.tokens import Token, Tokens
from bot.clock import SHANGHAI
from bot.mail import Receipt

START = datetime(2026, 11, 22, 9, tzinfo=SHANGHAI)


class Platform:
    """Gives t1, t2, …; each holds for `lasts`."""

    def __init__(self, lasts: timedelta = timedelta(hours=2)) -> None:
        self.now, self.asked, self.lasts, self.down = START, 0, lasts, False

    async def fetch(self) -> Token | Failed:
        await asyncio.sleep(0)
        if self.down:
            return Failed(Receipt("retry"))
        self.asked += 1
        return Token(f"t{self.asked}", self.lasts)

    def tokens(self) -> Tokens:
        return Tokens(self.fetch, lambda: self.now)


def test_many_at_once_ask_once() -> None:
    platform = Platform()

    async def run() -> list[str | Failed]:
        tokens = platform.tokens()
        return await asyncio.gather(*(tokens.get() for _ in range(20)))

    assert set(asyncio.run(run())) == {"t1"}
    assert platform.asked == 1


def test_a_token_is_renewed_five_minutes_before_its_end() -> None:
    platform = Platform()

    async def run() -> list[str | Failed]:
        tokens, found = platform.tokens(), []
        for minutes in (0, 114, 115, 116):
            platform.now = START + timedelta(minutes=minutes)
            found.append(await tokens.get())
        return found

    assert asyncio.run(run()) == ["t1", "t1", "t2", "t2"]


def test_a_short_lived_token_is_used_for_half_its_life() -> None:
    platform = Platform(timedelta(seconds=60))

    async def run() -> list[str | Failed]:
        tokens, found = platform.tokens(), []
        for seconds in (0, 29, 31):
            platform.now = START + timedelta(seconds=seconds)
            found.append(await tokens.get())
        return found

    assert asyncio.run(run()) == ["t1", "t1", "t2"]


def test_a_refused_token_is_dropped_but_not_the_one_that_came_after_it() -> None:
    platform = Platform()

    async def run() -> tuple[str | Failed, str | Failed]:
        tokens = platform.tokens()
        first = await tokens.get()
        assert isinstance(first, str)
        tokens.drop(first)
        second = await tokens.get()
        tokens.drop(first)
        return second, await tokens.get()

    assert asyncio.run(run()) == ("t2", "t2")


def test_a_failure_is_not_kept() -> None:
    platform = Platform()

    async def run() -> tuple[str | Failed, str | Failed]:
        tokens = platform.tokens()
        platform.down = True
        first = await tokens.get()
        platform.down = False
        return first, await tokens.get()

    first, second = asyncio.run(run())
    assert isinstance(first, Failed)
    assert second == "t1"
