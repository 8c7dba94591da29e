"""What every channel with a token must do when it fetches a file that somebody sent."""

import asyncio
from abc import ABC, abstractmethod

import httpx
import pytest

from bot.mail import BringsMedia, Incoming, Receipt
from tests.contracts.channels.callbacks import NOW
from tests.platform.files import keep
from tests.platform.server import build
from tests.platform.world import World, error

PICTURE = b"\xff\xd8\xff\xe0" + b"a picture" * 1000


class FetchingContract(ABC):
    """Inherit, name how the channel is made, and every test below runs on it."""

    media_path = "cgi-bin/media/get"

    @abstractmethod
    def channel(self, client: httpx.AsyncClient, world: World, *, secret: str = "s") -> BringsMedia:
        """The channel over that platform."""

    def fetched(
        self, world: World, name: str, most: int = 1_000_000, secret: str = "s"
    ) -> bytes | Receipt:
        async def within() -> bytes | Receipt:
            transport = httpx.ASGITransport(app=build(world))
            async with httpx.AsyncClient(transport=transport) as client:
                channel = self.channel(client, world, secret=secret)
                assert isinstance(channel, BringsMedia)
                letter = Incoming("any", "main", "1", "p", "image", NOW, media=(name,))
                return await channel.fetch(letter, name, most)

        return asyncio.run(within())

    def refused(self, world: World, name: str, most: int = 1_000_000, secret: str = "s") -> Receipt:
        found = self.fetched(world, name, most, secret)
        assert isinstance(found, Receipt)
        assert found.detail
        return found

    def test_a_file_comes_whole(self) -> None:
        world = World(lambda: NOW)
        assert self.fetched(world, keep(world, PICTURE)) == PICTURE

    def test_a_file_may_not_be_larger_than_asked_for(self) -> None:
        world = World(lambda: NOW)
        name = keep(world, PICTURE)
        assert self.fetched(world, name, len(PICTURE)) == PICTURE
        assert self.refused(world, name, len(PICTURE) - 1).trouble == "refused"

    def test_a_file_that_is_gone_is_told_in_words(self) -> None:
        found = self.refused(World(lambda: NOW), "media-9")
        assert found.trouble == "refused"
        assert "40007" in found.detail

    def test_a_token_that_was_revoked_is_renewed(self) -> None:
        world = World(lambda: NOW)
        name = keep(world, PICTURE)
        world.plan(self.media_path, error(42001, "access_token expired"))
        assert self.fetched(world, name) == PICTURE
        assert world.token_calls == 2

    def test_a_wrong_secret_is_told_in_words(self) -> None:
        assert "Secret" in self.refused(World(lambda: NOW), "m", secret="wrong").detail

    @pytest.mark.parametrize(
        ("trouble", "expected"),
        [(500, "retry"), (error(-1, "busy"), "retry"), (error(45009, "quota"), "rate_limited")],
    )
    def test_trouble_is_named_by_what_helps(
        self, trouble: int | dict[str, object], expected: str
    ) -> None:
        world = World(lambda: NOW)
        world.plan(self.media_path, trouble)
        assert self.refused(world, keep(world, PICTURE)).trouble == expected
