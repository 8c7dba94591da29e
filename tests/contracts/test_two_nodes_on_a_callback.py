"""An account that can only answer on the callback, served by two processes on one database."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.channels.crypto import unseal
from bot.channels.desk import Desk
from bot.channels.forms import read_form
from bot.channels.official import Official
from bot.delivery.worker import Equipment, Worker
from bot.http.channels import Doors
from bot.mail import Incoming
from bot.outbox_store import Outbox, Todos
from bot.store import Store
from tests.contracts.channels.callbacks import NEW, NOW
from tests.contracts.channels.test_official import TestCallbacks as Contract
from tests.contracts.channels.test_official import official
from tests.mail import AT_ONCE, WORDING, Hands, accounts, echoing


@dataclass
class Node:
    """One process: its own open callbacks, its own worker."""

    store: Store
    holder: str
    clock: Hands
    desk: Desk = field(default_factory=Desk)

    def __post_init__(self) -> None:
        self.channel: Official = official(Contract().keys(), push=False, desk=self.desk)
        parts = (accounts(self.channel), (self.channel,), AT_ONCE, self.clock, self.clock)
        self.worker = Worker(
            Equipment(self.store, echoing(self.store), WORDING, *parts, self.holder)
        )
        doors = {(self.channel.kind, self.channel.account): self.channel}
        self.doors = Doors(
            doors, self.worker.accept, lambda *_: None, recall=self.recall, clock=lambda: NOW
        )

    async def recall(self, letter: Incoming) -> str:
        said = await asyncio.to_thread(Outbox(self.store).said_to, letter)
        return said.text if said else ""

    async def serve(self) -> int:
        taken = self.worker.serving.take(9, frozenset())
        for each in taken:
            await self.worker.serving.serve(each)
        return len(taken)

    async def deliver(self) -> int:
        letters = self.worker.delivering.take(9, frozenset())
        await asyncio.gather(*map(self.worker.delivering.deliver, letters))
        return len(letters)

    async def called(self, text: str) -> str:
        """What the platform gets."""
        callback = Contract().pusher().message(Contract().said(text), NOW)
        answer = await self.doors.answer(self.channel.kind, self.channel.account, callback)
        if answer.told:
            answer.told(True)
        if answer.body == b"success":
            return "success"
        sealed = read_form(answer.body)[0].text("encrypt")
        return read_form(unseal(sealed, NEW)[0])[0].text("content")


@pytest.fixture
def nodes(store: Store) -> tuple[Node, Node]:
    clock = Hands(NOW)
    return Node(store, "one", clock), Node(store, "two", clock)


def test_a_letter_reaches_the_callback_that_is_open_at_another_process(
    nodes: tuple[Node, Node],
) -> None:
    other, here = nodes

    async def story() -> tuple[str, int]:
        calling = asyncio.create_task(here.called("在吗"))
        while not await other.serve():
            await asyncio.sleep(0.01)
        tried = await other.deliver()  # has no callback to say it on
        while not calling.done():
            await here.deliver()
            await asyncio.sleep(0.02)
        return await calling, tried

    assert asyncio.run(story()) == ("在吗", 1)
    assert Outbox(here.store).waiting() == 0
    assert Todos(here.store).open("", 0, 9) == []


def test_what_one_process_said_the_other_says_again_to_the_repeat(nodes: tuple[Node, Node]) -> None:
    one, two = nodes

    async def story() -> tuple[str, str]:
        calling = asyncio.create_task(one.called("在吗"))
        while not calling.done():
            await one.serve()
            await one.deliver()
            await asyncio.sleep(0.02)
        return await calling, await two.called("在吗")

    assert asyncio.run(story()) == ("在吗", "在吗")


def test_when_the_platform_has_given_up_an_operator_has_it(nodes: tuple[Node, Node]) -> None:
    one, two = nodes

    async def story() -> None:
        callback = Contract().pusher().message(Contract().said("在吗"), NOW)
        await one.worker.accept(one.channel.receive(callback).letters[0])
        await one.serve()
        for node in (one, two, one):
            await node.deliver()
            one.clock.at += timedelta(seconds=2)
        assert Outbox(one.store).waiting() == 1
        one.clock.at += timedelta(seconds=15)
        await two.deliver()

    asyncio.run(story())
    assert Outbox(one.store).waiting() == 0
    [todo] = Todos(one.store).open("", 0, 9)
    assert "没发出去" in todo["text"]
