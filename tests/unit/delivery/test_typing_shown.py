"""“对方正在输入” is shown while somebody waits, and never where it cannot be or nobody waits."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.channels.twin import Twin
from bot.contact_store import Contact
from bot.delivery.typing_shown import typing
from bot.mail import Receipt, Types

MOMENT = timedelta(milliseconds=5)
WHO = Contact("c", "talk", "demo", "twin", "main", "小林", "", (), (), 0)


@dataclass(slots=True)
class Typist(Twin):
    shown: list[str] = field(default_factory=list)

    async def typing(self, person: str, on: bool = True) -> Receipt:
        self.shown.append(person)
        return Receipt("refused")


@pytest.mark.parametrize(("takes", "shown"), [(0.0, []), (0.2, ["小林"])])
def test_only_a_turn_that_takes_long_shows_it(takes: float, shown: list[str]) -> None:
    channel = Typist("main")

    async def turn() -> None:
        async with typing({("twin", "main"): channel}, WHO, MOMENT):
            await asyncio.sleep(takes)

    assert isinstance(channel, Types)
    asyncio.run(turn())
    assert channel.shown == shown


@pytest.mark.parametrize("channels", [{}, {("twin", "main"): Twin("main")}])
def test_a_channel_that_cannot_is_left_alone(channels: dict[tuple[str, str], Twin]) -> None:
    async def turn() -> str:
        async with typing(channels, WHO, timedelta(0)):
            await asyncio.sleep(0.01)
            return "answered"

    assert asyncio.run(turn()) == "answered"
    assert [line for twin in channels.values() for line in twin.shelf.all()] == []


def test_a_turn_that_fails_fails_as_before() -> None:
    async def turn() -> None:
        async with typing({("twin", "main"): Typist("main")}, WHO, MOMENT):
            raise LookupError

    with pytest.raises(LookupError):
        asyncio.run(turn())
