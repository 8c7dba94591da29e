"""Fetching after a ring: a kept cursor, nothing skipped, one reader, lines kept up."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.channels.kf import Pulled
from bot.clock import wall_clock
from bot.contact_store import Contacts
from bot.cursor_store import Cursors
from bot.delivery.fetch import Fetched, Fetching
from bot.errors import StorageLost
from bot.mail import Accepted, Incoming, Lease, Receipt
from bot.store import Store
from tests.mail import House, incoming

KEY = ("twin", "main")


@dataclass
class Feed:
    """A platform's list of messages, two a page."""

    items: list[Incoming] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    refusals: int = 0
    people: set[str] = field(default_factory=set)

    async def pull(self, kept: str, token: str = "") -> Pulled:
        self.asked.append((kept, token))
        if self.refusals:
            self.refusals -= 1
            return Pulled((), kept, failed=Receipt("retry", detail="忙"))
        start = int(kept or 0)
        page = self.items[start : start + 2]
        end = start + len(page)
        return Pulled(tuple(page), str(end), end < len(self.items))

    async def with_person(self, sender: str) -> bool:
        return sender in self.people


@dataclass
class Kept:
    """Where letters go; may refuse at first."""

    letters: list[Incoming] = field(default_factory=list)
    refusals: int = 0

    async def accept(self, letter: Incoming) -> Accepted:
        if self.refusals:
            self.refusals -= 1
            raise StorageLost("later")
        self.letters.append(letter)
        return Accepted("talk")

    def ids(self) -> list[str]:
        return list(dict.fromkeys(letter.id for letter in self.letters))


def fetched(store: Store, kept: Kept, lease: Lease | None = None) -> Fetched:
    return Fetched(kept.accept, Cursors(store), Contacts(store), wall_clock, lease, 0.01, 0.02)


def run(fetching: Fetching, steps: Callable[[], Awaitable[None]]) -> None:
    async def work() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(fetching.run(stop))
        try:
            await steps()
        finally:
            stop.set()
            await running

    asyncio.run(work())


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.01)


def some(count: int) -> list[Incoming]:
    return [incoming(str(number)) for number in range(count)]


def test_what_waited_and_what_rings_is_fetched_once(store: Store) -> None:
    feed, kept = Feed(some(5)), Kept()
    fetching = Fetching({KEY: feed}, {}, fetched(store, kept))

    async def steps() -> None:
        await until(lambda: len(kept.letters) == 5)
        feed.items.append(incoming("new"))
        fetching.ring(KEY, "token")
        fetching.ring(("twin", "stranger"), "token")
        await until(lambda: len(kept.letters) == 6)

    run(fetching, steps)
    assert kept.ids() == ["0", "1", "2", "3", "4", "new"]
    assert feed.asked[-1] == ("5", "token")
    assert Cursors(store).get(*KEY) == "6"


def test_after_a_restart_reading_goes_on(store: Store) -> None:
    Cursors(store).put(*KEY, "3")
    feed, kept = Feed(some(4)), Kept()
    run(
        Fetching({KEY: feed}, {}, fetched(store, kept)),
        lambda: until(lambda: bool(kept.letters)),
    )
    assert kept.ids() == ["3"]


def test_trouble_skips_nothing(store: Store) -> None:
    feed, kept = Feed(some(3), refusals=2), Kept(refusals=2)
    run(
        Fetching({KEY: feed}, {}, fetched(store, kept)),
        lambda: until(lambda: Cursors(store).get(*KEY) == "3"),
    )
    assert kept.ids() == ["0", "1", "2"]


def test_what_is_said_to_a_person_of_the_platform_is_kept_in_silence(store: Store) -> None:
    house = House(store)
    taken = incoming("t", kind="event", event="person_took", silent=True)
    asyncio.run(house.worker().accept(taken))
    feed, kept = (
        Feed([incoming("1"), incoming("2", sender="阿明")], people={"小林", "阿明"}),
        Kept(),
    )
    run(
        Fetching({KEY: feed}, {}, fetched(store, kept)),
        lambda: until(lambda: len(kept.letters) == 2),
    )
    # Nobody has told us that a person has 阿明's chat, so the platform is not even asked.
    assert [letter.silent for letter in kept.letters] == [True, False]


def test_two_processes_take_turns(store: Store) -> None:
    feed, one, two = Feed(some(2)), Kept(), Kept()
    leases = [Lease(name, timedelta(minutes=1)) for name in ("one", "two")]
    first, second = (
        Fetching({KEY: feed}, {}, fetched(store, kept, lease))
        for kept, lease in zip((one, two), leases, strict=True)
    )

    async def steps() -> None:
        await until(lambda: len(one.letters) == 2)
        stop = asyncio.Event()
        other = asyncio.create_task(second.run(stop))
        feed.items.append(incoming("new"))
        second.ring(KEY, "token")
        await until(lambda: two.ids() == ["new"])
        stop.set()
        await other

    run(first, steps)
    assert (one.ids(), two.ids()) == (["0", "1"], ["new"])
    assert [place for place, _ in feed.asked] == ["", "2"], "each page was asked for once"
    assert Cursors(store).get(*KEY) == "3"


@dataclass
class Wire:
    """A line that counts; `breaks`: so often it ends by itself."""

    breaks: int = 0
    up: int = 0
    runs: int = 0

    async def run(self, accept: Callable[[Incoming], Awaitable[object]]) -> None:
        self.runs += 1
        self.up += 1
        try:
            if self.runs <= self.breaks:
                raise RuntimeError("a bug")
            await asyncio.Event().wait()
        finally:
            self.up -= 1


def test_a_line_is_kept_up_by_one_process_and_let_go(store: Store) -> None:
    mine, theirs, kept = Wire(breaks=1), Wire(), Kept()
    lease = Lease("one", timedelta(minutes=1))
    other = replace(lease, holder="two")
    second = Fetching({}, {KEY: theirs}, fetched(store, kept, other))

    async def steps() -> None:
        await until(lambda: mine.runs == 2 and mine.up == 1)
        stop = asyncio.Event()
        running = asyncio.create_task(second.run(stop))
        await asyncio.sleep(0.2)
        assert theirs.runs == 0
        stop.set()
        await running

    run(Fetching({}, {KEY: mine}, fetched(store, kept, lease)), steps)
    assert mine.up == 0
    run(second, lambda: until(lambda: theirs.up == 1))
