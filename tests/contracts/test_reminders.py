"""A reminder on a real database: set in chat, fired by the delivery, sent or left as a to-do.

Every step is another process: the store is reopened in between, as after a crash.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.channels.kf import LIMITS as KF
from bot.channels.twin import Twin
from bot.conversation import Conversation, Outcome, Timer, Turn, Vector
from bot.database import open_engine
from bot.delivery.worker import Equipment, Worker
from bot.engine import Bot
from bot.mail import Accounts, Limits
from bot.messages import Entrance, Message
from bot.outbox_store import Todos
from bot.store import Store
from bot.timer_store import Timers
from handlers.merchant.reminders import KIND, Reminders
from knowledge.figures import load_figures
from tests.mail import AT_ONCE, NOW, WORDING, Hands, incoming, said

DOOR = Entrance("demo-merchant", "demo", "merchant")
FREE = Limits(2048)
DAY = timedelta(days=1)


async def recognise(
    message: Message, talk: Conversation, vector: Callable[[], Awaitable[Vector]]
) -> str:
    return "launch_walkthrough"


def embed(text: str) -> Vector:
    raise AssertionError(f"embedded: {text}")


@dataclass
class Shop:
    """One merchant on a channel with `limits`; a new process for everything that happens."""

    url: str
    limits: Limits
    clock: Hands = field(default_factory=Hands)

    def __post_init__(self) -> None:
        self.twin = Twin("main", limits=self.limits)

    def says(self, *texts: str) -> list[str]:
        """What has arrived after the merchant said this."""
        for text in texts:
            asyncio.run(self._live(text))
        return [line.text for line in self.twin.shelf.all()]

    def at(self, when: datetime) -> list[str]:
        """What arrives by then, the service having been down until that moment."""
        before = len(self.twin.shelf.all())
        self.clock.at = when
        asyncio.run(self._live())
        return [line.text for line in self.twin.shelf.all()[before:]]

    def todos(self) -> list[str]:
        store = Store(open_engine(self.url))
        found = [str(todo["text"]) for todo in Todos(store).open("demo", 0, 100)]
        store.close()
        return found

    async def _live(self, text: str = "") -> None:
        store = Store(open_engine(self.url))
        store.create()
        worker = self._worker(store)
        if text:
            await worker.accept(incoming(text, text, "老陈", sent_at=self.clock()))
        await _worked(worker)
        store.close()

    def _worker(self, store: Store) -> Worker:
        timers = Timers(store)

        def pending(talk: str) -> list[Timer]:
            return timers.of_conversation(talk, KIND)

        reminders = Reminders(load_figures().deadlines, WORDING, pending)
        served = {"launch_walkthrough": reminders.first(_other)}
        bot = Bot(store, recognise, served, embed, {KIND: reminders.remind})
        accounts = Accounts({("twin", "main"): DOOR})
        return Worker(
            Equipment(store, bot, WORDING, accounts, (self.twin,), AT_ONCE, self.clock, self.clock)
        )


async def _other(turn: Turn) -> Outcome:
    return said("好的")


async def _worked(worker: Worker) -> None:
    """All that is due now: turns, timers, letters."""
    await worker.fire_due_timers()
    while taken := worker.serving.take(10, frozenset()):
        for one in taken:
            await worker.serving.serve(one)
    while letters := worker.delivering.take(10, frozenset()):
        for letter in letters:
            await worker.delivering.deliver(letter)


@pytest.fixture
def shop(database_url: str) -> Shop:
    return Shop(database_url, FREE)


def test_it_comes_in_time_over_restarts(shop: Shop) -> None:
    assert "11月27日24点前" in shop.says("11月20日驳回的，到期提醒我")[0]
    assert shop.at(datetime(2026, 11, 26, 9, 0, tzinfo=NOW.tzinfo)) == []
    assert "还有1天" in shop.at(datetime(2026, 11, 26, 9, 30, tzinfo=NOW.tzinfo))[0]
    assert "就是今天" in shop.at(datetime(2026, 11, 27, 9, 31, tzinfo=NOW.tzinfo))[0]
    assert shop.at(NOW + 30 * DAY) == []


def test_a_service_that_was_down_over_both_says_one_thing(shop: Shop) -> None:
    shop.says("11月20日驳回的，到期提醒我")
    (told,) = shop.at(datetime(2026, 11, 29, 9, tzinfo=NOW.tzinfo))
    assert "已过" in told


def test_what_is_cancelled_or_moved_does_not_come(shop: Shop) -> None:
    shop.says("11月20日驳回的，到期提醒我", "提醒改成提前两天早上8点")
    assert len(shop.at(datetime(2026, 11, 25, 8, tzinfo=NOW.tzinfo))) == 1
    assert shop.at(NOW + 20 * DAY) == []
    again = Shop(shop.url, FREE, Hands(NOW + 21 * DAY))
    again.says("今天驳回的，到期提醒我", "取消提醒")
    assert again.at(NOW + 60 * DAY) == []


def test_within_the_window_it_is_sent(database_url: str) -> None:
    shop = Shop(database_url, KF)
    shop.says("明天下午3点提醒我交材料")
    (told,) = shop.at(datetime(2026, 11, 22, 15, tzinfo=NOW.tzinfo))
    assert "交材料" in told
    assert shop.todos() == []


def test_outside_of_the_window_a_person_has_a_to_do(database_url: str) -> None:
    """WeChat customer service lets a shop write for 48 hours after a message."""
    shop = Shop(database_url, KF)
    shop.says("11月20日驳回的，到期提醒我")
    assert shop.at(datetime(2026, 11, 26, 10, tzinfo=NOW.tzinfo)) == []
    (todo,) = shop.todos()
    assert "11月27日24点前" in todo


def test_without_a_channel_it_stands_in_the_history(database_url: str) -> None:
    store = Store(open_engine(database_url))
    store.create()
    talk = Conversation("talk", 0, "demo", "merchant", "demo-merchant", "v1")
    store.start_conversation(talk, "token", NOW, NOW + 30 * DAY)
    shop = Shop(database_url, FREE)
    worker = shop._worker(store)
    bot = worker.firing.bot
    asyncio.run(bot.reply(Message("m1", "talk", "一小时后提醒我交材料", NOW)))
    shop.clock.at = NOW + timedelta(hours=1)
    asyncio.run(worker.fire_due_timers())
    lines = [line.text for line in store.history("talk", 0, 10)]
    assert lines[-1] == "您让我提醒：交材料。"
    store.close()
