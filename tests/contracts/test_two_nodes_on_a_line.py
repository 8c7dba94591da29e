"""An account that is talked to over one line, which one of two processes keeps up."""

import asyncio
from datetime import timedelta

from bot.channels.twin import Shelf, Twin
from bot.delivery.worker import Equipment, Worker
from bot.mail import Outgoing, Receipt
from bot.outbox_store import Outbox
from bot.store import Store
from tests.mail import AT_ONCE, NOW, WORDING, Hands, accounts, echoing, incoming


class Lined(Twin):
    """The twin, as a process sees it that keeps the line up, or does not."""

    def __init__(self, shelf: Shelf, up: bool) -> None:
        super().__init__("main", shelf=shelf)
        self.up = up

    def listens(self, person: str) -> bool:
        return self.up

    async def send(self, letter: Outgoing) -> Receipt:
        return await super().send(letter) if self.up else Receipt("retry", detail="没有连上")


def worker_with(line: Lined, store: Store, holder: str, clock: Hands) -> Worker:
    parts = (accounts(line), (line,), AT_ONCE, clock, clock)
    return Worker(Equipment(store, echoing(store), WORDING, *parts, holder))


async def round_of(worker: Worker) -> None:
    for taken in worker.serving.take(9, frozenset()):
        await worker.serving.serve(taken)
    for letter in worker.delivering.take(9, frozenset()):
        await worker.delivering.deliver(letter)


def test_what_goes_over_a_line_is_left_to_the_process_that_keeps_it(store: Store) -> None:
    shelf, clock = Shelf(), Hands(NOW)
    far = worker_with(Lined(shelf, up=False), store, "far", clock)
    near = worker_with(Lined(shelf, up=True), store, "near", clock)

    async def story() -> list[int]:
        await far.accept(incoming("1"))
        arrived = []
        for worker in (far, far, near):
            await round_of(worker)
            arrived.append(len(shelf.all()))
            clock.at += timedelta(seconds=1)
        return arrived

    assert asyncio.run(story()) == [0, 0, 1]
    assert Outbox(store).waiting() == 0


def test_where_no_process_has_a_line_for_long_the_tries_are_counted(store: Store) -> None:
    clock = Hands(NOW)
    far = worker_with(Lined(Shelf(), up=False), store, "far", clock)

    async def story() -> list[int]:
        await far.accept(incoming("1"))
        await round_of(far)
        tries = []
        for minutes in (1, 2):
            clock.at += timedelta(minutes=minutes)
            [letter] = far.delivering.take(9, frozenset())
            await far.delivering.deliver(letter)
            tries.append(letter.letter.tries)
        clock.at += timedelta(minutes=1)
        [letter] = far.delivering.take(9, frozenset())
        return [*tries, letter.letter.tries]

    assert asyncio.run(story()) == [0, 0, 1]
