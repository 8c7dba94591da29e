"""What one person gets in too short a time waits; others do not wait for it."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from bot.channels.twin import Twin
from bot.delivery.worker import Equipment, Worker
from bot.mail import Limits, Outgoing, Rate, Receipt
from bot.outbox_store import Todos
from bot.store import Store
from tests.mail import AT_ONCE, WORDING, House, accounts, echoing, incoming

MINUTE = timedelta(minutes=1)


def test_more_than_a_platform_brings_waits_and_arrives_in_order(store: Store) -> None:
    house = House(store, Twin("main", Limits(2048, rates=(Rate(3, MINUTE),))))
    arrived: list[int] = []

    async def live() -> None:
        worker = house.worker()
        for number in range(7):
            await worker.accept(incoming(f"m{number}", str(number)))
        await worker.accept(incoming("other", "别人", sender="阿明"))
        for _ in range(4):
            await _worked(worker)
            arrived.append(len(house.arrived()))
            house.clock.on(seconds=61)

    asyncio.run(live())
    assert arrived == [3 + 1, 6 + 1, 7 + 1, 7 + 1]
    assert [text for text in house.arrived() if text != "别人"] == list("0123456")
    assert Todos(store).open("", 0, 10) == []


async def _worked(worker: Worker) -> None:
    while taken := worker.serving.take(10, frozenset()):
        for one in taken:
            await worker.serving.serve(one)
    while letters := worker.delivering.take(10, frozenset()):
        for letter in letters:
            await worker.delivering.deliver(letter)


def test_a_letter_that_had_to_wait_was_not_tried(store: Store) -> None:
    """WeCom compares words for half an hour on a second try: a first one must not look like it."""
    house = House(store, Twin("main", Limits(2048, rates=(Rate(1, MINUTE),))))

    async def live() -> list[int]:
        worker = house.worker()
        for number in range(2):
            await worker.accept(incoming(f"m{number}", "好的"))
        await _worked(worker)
        house.clock.on(seconds=61)
        return [letter.letter.tries for letter in worker.delivering.take(10, frozenset())]

    assert asyncio.run(live()) == [0]


@dataclass
class Stuck:
    """A platform that answers nothing until it is let go."""

    go: asyncio.Event = field(default_factory=asyncio.Event)
    at_work: int = 0
    most: int = 0
    kind: str = "twin"
    account: str = "stuck"
    limits: Limits = field(default_factory=lambda: Limits(2048))

    async def send(self, letter: Outgoing) -> Receipt:
        self.at_work += 1
        self.most = max(self.most, self.at_work)
        await self.go.wait()
        self.at_work -= 1
        return Receipt()


def test_a_platform_that_is_stuck_holds_up_nobody_else(store: Store) -> None:
    stuck, twin = Stuck(), Twin("main")
    channels = (stuck, twin)

    async def live() -> None:
        worker = Worker(
            Equipment(store, echoing(store), WORDING, accounts(*channels), channels, AT_ONCE)
        )
        for number in range(20):
            await worker.accept(incoming(f"m{number}", sender=f"p{number}", account="stuck"))
        await worker.accept(incoming("fine", "在吗", sender="阿明"))
        stop = asyncio.Event()
        running = asyncio.create_task(worker.run(stop))
        async with asyncio.timeout(60):
            while not twin.shelf.all():
                await asyncio.sleep(0.02)
        stuck.go.set()
        stop.set()
        await running

    asyncio.run(live())
    assert [line.text for line in twin.shelf.all()] == ["在吗"]
    assert 1 <= stuck.most <= 4
