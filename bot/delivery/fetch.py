"""What does not come by itself: pages to fetch after a ring, lines to keep up.

微信客服 only rings; its messages are fetched from a cursor that is kept. 智能机器人 talks over a
line that one process keeps up. Among several processes a lease says which one does either.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from bot.clock import Clock
from bot.contact_store import Contacts
from bot.cursor_store import Cursors
from bot.errors import KaidianError, StorageLost
from bot.mail import Accept, Incoming, Lease, Receipt

logger = logging.getLogger(__name__)

Key = tuple[str, str]
"""(kind, account)"""

HELD = timedelta(seconds=30)
"""A lease on an account; prolonged with every page, and in time while a line is up."""

LONGEST, QUIET = 60.0, 300.0
"""Seconds: the longest wait after trouble; how long without a ring until we look by ourselves, for
a ring may have been lost."""


class Page(Protocol):
    """What `pull` brings. `failed`: nothing was read."""

    @property
    def letters(self) -> tuple[Incoming, ...]: ...
    @property
    def cursor(self) -> str: ...
    @property
    def more(self) -> bool: ...
    @property
    def failed(self) -> Receipt | None: ...


class Source(Protocol):
    """An account whose messages are fetched."""

    async def pull(self, kept: str, token: str = "") -> Page:
        """The next page after the cursor `kept`."""

    async def with_person(self, sender: str) -> bool | None:
        """Whether one of the platform's own people has this chat now; None: it does not say."""


class Line(Protocol):
    """An account that is talked to over a connection of our own."""

    async def run(self, accept: Callable[[Incoming], Awaitable[object]]) -> None:
        """Keep it up until cancelled."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """Where what is fetched goes, and who may fetch. `lease` None: we are the only process."""

    accept: Accept
    cursors: Cursors
    contacts: Contacts
    machine: Clock
    lease: Lease | None = None
    first_wait: float = 1.0
    """Seconds to wait when a page could not be had; twice as long every time."""
    look: float = HELD.total_seconds() / 3
    """Seconds between two looks whether a line is ours to keep up."""
    nobody: Callable[[Incoming], None] = lambda _letter: None
    """Hears of every chat that was given away, where the platform says that nobody has it now."""

    async def may(self, key: Key, name: str = "") -> bool:
        """Whether we alone may work at this account now."""
        if self.lease is None:
            return True
        return await asyncio.to_thread(self.cursors.hold, *key, self.lease, self.machine(), name)

    async def let_go(self, key: Key, name: str = "") -> None:
        """Another process may."""
        if self.lease:
            with suppress(StorageLost):
                await asyncio.to_thread(self.cursors.let_go, *key, self.lease, name)


class Fetching:
    """`ring` says that something waits; `run` fetches, and keeps lines up, until stopped."""

    def __init__(
        self, sources: Mapping[Key, Source], lines: Mapping[Key, Line], fetched: Fetched
    ) -> None:
        self._lines, self._fetched = lines, fetched
        self._pullers = {key: Puller(key, source, fetched) for key, source in sources.items()}

    def ring(self, key: Key, token: str) -> None:
        """Returns at once. Of an account that nobody configured nothing is fetched."""
        puller = self._pullers.get(key)
        if puller:
            puller.ring(token)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; then finishes the page it is at."""
        keepers = [asyncio.create_task(self._keep_up(*line)) for line in self._lines.items()]
        try:
            async with asyncio.TaskGroup() as group:
                for puller in self._pullers.values():
                    group.create_task(puller.run(stop))
                await stop.wait()
                for puller in self._pullers.values():
                    puller.wake()
        finally:
            for keeper in keepers:
                keeper.cancel()
            await asyncio.gather(*keepers, return_exceptions=True)

    async def _keep_up(self, key: Key, line: Line) -> None:
        """The line, while we alone may."""
        while True:
            if await self._mine(key):
                await self._while_mine(key, line)
            await asyncio.sleep(self._fetched.look)

    async def _while_mine(self, key: Key, line: Line) -> None:
        running = asyncio.create_task(line.run(self._fetched.accept))
        try:
            while not running.done() and await self._mine(key):
                await asyncio.wait((running,), timeout=self._fetched.look)
        finally:
            running.cancel()
            [ended] = await asyncio.gather(running, return_exceptions=True)
            if isinstance(ended, Exception):
                logger.error("%s/%s: the line could not be kept up: %r", *key, ended)
            await self._fetched.let_go(key, "line")

    async def _mine(self, key: Key) -> bool:
        try:
            return await self._fetched.may(key, "line")
        except StorageLost:
            return False


class Puller:
    """Fetches one account's pages, one after the other."""

    def __init__(self, key: Key, source: Source, fetched: Fetched) -> None:
        self._key, self._source, self._fetched = key, source, fetched
        self._rung, self._token = asyncio.Event(), ""
        self._rung.set()  # what came while nobody listened

    def ring(self, token: str) -> None:
        self._token = token
        self._rung.set()

    def wake(self) -> None:
        self._rung.set()

    async def run(self, stop: asyncio.Event) -> None:
        """After every ring, and now and then without one."""
        first = wait = self._fetched.first_wait
        while not stop.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(QUIET):
                    await self._rung.wait()
            self._rung.clear()
            if stop.is_set() or await self._read_all(stop):
                wait = first
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await stop.wait()
            self._rung.set()
            wait = min(wait * 2, LONGEST)

    async def _read_all(self, stop: asyncio.Event) -> bool:
        """Whether everything that waited has been read."""
        try:
            return await self._pages(stop)
        except StorageLost as error:
            logger.warning("%s/%s: %s", *self._key, error.message)
        except KaidianError as error:
            logger.error("%s/%s: %s", *self._key, error.message)
        except Exception:
            logger.exception("%s/%s: could not fetch", *self._key)
        return False

    async def _pages(self, stop: asyncio.Event) -> bool:
        token, self._token = self._token, ""  # good for ten minutes after its ring
        try:
            while not stop.is_set():
                if not await self._fetched.may(self._key):
                    return False
                if not await self._page(token):
                    return True
        finally:
            await self._fetched.let_go(self._key)
        return True

    async def _page(self, token: str) -> bool:
        """One page; whether there is more. The cursor moves on only when all of it is kept."""
        cursors = self._fetched.cursors
        kept = await asyncio.to_thread(cursors.get, *self._key)
        page = await self._source.pull(kept, token)
        if page.failed:
            raise Unread(page.failed.detail)
        for letter in await self._quiet_where_a_person_is(page.letters):
            await self._fetched.accept(letter)
        if page.cursor != kept:
            await asyncio.to_thread(cursors.put, *self._key, page.cursor)
        return page.more

    async def _quiet_where_a_person_is(self, letters: Sequence[Incoming]) -> list[Incoming]:
        """What is said to the platform's own people is kept, and not answered by us."""
        asked: dict[str, bool] = {}
        for letter in letters:
            if not letter.silent and letter.sender not in asked:
                asked[letter.sender] = await self._with_person(letter)
        return [
            replace(letter, silent=True) if asked.get(letter.sender) else letter
            for letter in letters
        ]

    async def _with_person(self, letter: Incoming) -> bool:
        # The platform is asked only about those whom a person has, for all we know.
        away = await asyncio.to_thread(self._fetched.contacts.given_away, letter)
        there = away and await self._source.with_person(letter.sender)
        if away and there is False:
            await asyncio.to_thread(self._fetched.nobody, letter)
        return bool(there)


class Unread(KaidianError):
    """The platform did not give the page; it is asked again."""

    code = "unread"
