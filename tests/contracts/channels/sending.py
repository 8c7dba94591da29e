"""What every channel must do when it sends: arrive, or say in a Receipt what helps."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from bot.channels.base import platform_key
from bot.mail import Channel, Outgoing, Receipt
from bot.messages import Choice
from tests.contracts.channels.callbacks import NOW
from tests.platform.server import build
from tests.platform.world import World, error


class SendingContract(ABC):
    """Inherit, name how the channel is made, and every test below runs on it."""

    path: str
    token_path: str

    @abstractmethod
    def channel(self, client: httpx.AsyncClient, world: World, *, secret: str = "s") -> Channel:
        """The channel over that platform; person `p` has just written."""

    def letter(self, text: str = "已收到", key: str = "turn-1.0", **more: object) -> Outgoing:
        account = "main"
        given = Outgoing(key, self.kind(), account, "p", text)
        return given if not more else _replaced(given, more)

    @abstractmethod
    def kind(self) -> str:
        """The channel's kind."""

    def run(
        self, work: Callable[[Channel], Awaitable[object]], world: World, *, secret: str = "s"
    ) -> object:
        async def within() -> object:
            transport = httpx.ASGITransport(app=build(world))
            async with httpx.AsyncClient(transport=transport) as client:
                return await work(self.channel(client, world, secret=secret))

        return asyncio.run(within())

    def sent(self, world: World, *letters: Outgoing, secret: str = "s") -> list[Receipt]:
        async def work(channel: Channel) -> list[Receipt]:
            return [await channel.send(letter) for letter in letters]

        found = self.run(work, world, secret=secret)
        assert isinstance(found, list)
        return found

    def test_it_arrives(self) -> None:
        world = World(lambda: NOW)
        (receipt,) = self.sent(world, self.letter("已收到🍵"))
        assert receipt.trouble is None
        assert world.texts_to("p") == ["已收到🍵"]

    def test_many_sends_ask_for_one_token(self) -> None:
        world = World(lambda: NOW)
        self.sent(world, *(self.letter(str(n), f"turn-{n}") for n in range(4)))
        assert world.token_calls == 1
        assert world.texts_to("p") == ["0", "1", "2", "3"]

    def test_a_token_that_ends_early_is_renewed_and_nothing_arrives_twice(self) -> None:
        world = World(lambda: NOW)

        async def work(channel: Channel) -> list[Receipt]:
            first = await channel.send(self.letter("一", "a"))
            world.revoke_tokens()
            return [first, await channel.send(self.letter("二", "b"))]

        receipts = self.run(work, world)
        assert [receipt.trouble for receipt in receipts] == [None, None]  # type: ignore[attr-defined]
        assert world.texts_to("p") == ["一", "二"]
        assert world.token_calls == 2

    def test_a_token_that_never_works_is_asked_for_twice_not_forever(self) -> None:
        world = World(lambda: NOW, token_life=timedelta(0))
        (receipt,) = self.sent(world, self.letter())
        assert receipt.trouble == "credentials"
        assert world.token_calls == 2

    def test_a_wrong_secret_is_told_in_words(self) -> None:
        world = World(lambda: NOW)
        (receipt,) = self.sent(world, self.letter(), secret="wrong")
        assert receipt.trouble == "refused"
        assert "Secret" in receipt.detail

    @pytest.mark.parametrize(
        ("trouble", "expected"),
        [
            (500, "retry"),
            (502, "retry"),
            (429, "rate_limited"),
            (404, "refused"),
            (200, "retry"),
            (error(-1, "system busy"), "retry"),
            (error(45009, "reach max api daily quota limit"), "rate_limited"),
            (error(987654, "something new"), "refused"),
        ],
    )
    def test_trouble_is_named_by_what_helps(
        self, trouble: int | dict[str, object], expected: str
    ) -> None:
        world = World(lambda: NOW)
        world.plan(self.path, trouble)
        (receipt,) = self.sent(world, self.letter())
        assert receipt.trouble == expected
        assert receipt.detail
        assert world.texts_to("p") == []

    def test_trouble_at_the_token_endpoint_is_told_too(self) -> None:
        world = World(lambda: NOW)
        world.plan(self.token_path, 503)
        first, second = self.sent(world, self.letter(), self.letter())
        assert (first.trouble, second.trouble) == ("retry", None)

    def test_a_platform_that_cannot_be_reached_is_a_retry(self) -> None:
        async def work() -> Receipt:
            async with httpx.AsyncClient(timeout=1) as client:
                return await self.channel(client, World(lambda: NOW)).send(self.letter())

        assert asyncio.run(work()).trouble == "retry"

    def test_what_is_too_long_is_never_cut_off_silently(self) -> None:
        world = World(lambda: NOW)
        limit = self._limit()
        fits, over = self.letter("啊" * (limit // 3)), self.letter("啊" * (limit // 3 + 1))
        assert [r.trouble for r in self.sent(world, fits, over)] == [None, "refused"]
        assert world.texts_to("p") == [fits.text]

    def _limit(self) -> int:
        async def work(channel: Channel) -> int:
            return channel.limits.text_bytes

        found = self.run(work, World(lambda: NOW))
        assert isinstance(found, int)
        return found

    def test_choices_reach_the_person(self) -> None:
        world = World(lambda: NOW)
        letter = self.letter("选一个", choices=(Choice("refund", "退款"), Choice("swap", "换货")))
        (receipt,) = self.sent(world, letter)
        assert receipt.trouble is None
        told = str([sent.body for sent in world.sent])
        assert "退款" in told
        assert "换货" in told

    def test_the_same_letter_again_arrives_once_where_the_platform_knows_keys(self) -> None:
        world = World(lambda: NOW)

        async def idempotent(channel: Channel) -> bool:
            return channel.limits.idempotent

        if not self.run(idempotent, World(lambda: NOW)):
            return
        again = self.letter(tries=1)
        receipts = self.sent(world, self.letter(), again)
        assert [receipt.trouble for receipt in receipts] == [None, None]
        assert len(world.texts_to("p")) == 1

    def test_keys_of_any_shape_become_the_platforms(self) -> None:
        for key in ("a", "turn-1", "x" * 32, "x" * 33, "中文", "a b", ""):
            made = platform_key(key)
            assert made == platform_key(key)
            assert 1 <= len(made) <= 32


def _replaced(letter: Outgoing, more: dict[str, object]) -> Outgoing:
    return replace(letter, **more)  # type: ignore[arg-type]
