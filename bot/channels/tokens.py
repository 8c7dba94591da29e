"""One account's access token, kept until shortly before it runs out."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.channels.base import Failed
from bot.clock import Clock

EARLY = timedelta(minutes=5)
"""How long before its end a token is renewed; both are valid in between (protocol notes, D)."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token and for how long it holds from when it was asked for."""

    text: str
    lasts: timedelta


Fetch = Callable[[], Awaitable[Token | Failed]]
"""Asks the platform; Failed says why it gave none."""


class Tokens:
    """Asks once however many need it; a token that a platform refused is asked for anew."""

    def __init__(self, fetch: Fetch, clock: Clock) -> None:
        self._fetch, self._clock = fetch, clock
        self._lock = asyncio.Lock()
        self._text = ""
        self._until: datetime | None = None

    async def get(self) -> str | Failed:
        """The token in force, or why there is none."""
        if self._holds():
            return self._text
        async with self._lock:
            return self._text if self._holds() else await self._renew()

    def drop(self, refused: str) -> None:
        """`refused` was not accepted. One that has been renewed since then stays."""
        if refused == self._text:
            self._until = None

    def _holds(self) -> bool:
        return self._until is not None and self._clock() < self._until

    async def _renew(self) -> str | Failed:
        asked = self._clock()
        found = await self._fetch()
        if isinstance(found, Failed):
            return found
        # A short-lived token (a platform may shorten them) is still used for half of its life.
        self._text = found.text
        self._until = asked + max(found.lasts - EARLY, found.lasts / 2)
        return self._text
