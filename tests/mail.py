"""A house that is reached over the twin channel, with a bot that echoes: for tests and chaos."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np

from bot.channels.twin import Twin
from bot.clock import SHANGHAI, Clock
from bot.conversation import Conversation, Outcome, TimerDue, TimerHandler, Turn, Vector
from bot.delivery.merge import Pace
from bot.delivery.worker import Equipment, Worker
from bot.engine import Bot
from bot.mail import Accounts, Channel, Incoming, Limits
from bot.messages import Entrance, Message, Reply
from bot.store import Store
from knowledge.wording import Wording, load_wording

NOW = datetime(2026, 11, 21, 12, tzinfo=SHANGHAI)
DOOR = Entrance("demo-customer", "demo", "customer")
WORDING: Wording = load_wording()
AT_ONCE = Pace(timedelta(0), timedelta(0), count=1)

Answer = Callable[[Turn], Outcome]


def said(text: str) -> Outcome:
    return Outcome((Reply(text),), "answered")


def echo(turn: Turn) -> Outcome:
    return said(turn.message.text)


def echoing(
    store: Store, answer: Answer = echo, timers: Mapping[str, TimerHandler] | None = None
) -> Bot:
    """A bot whose one handler gives `answer`."""

    async def recognise(
        message: Message, talk: Conversation, vector: Callable[[], Awaitable[Vector]]
    ) -> str:
        return "echo"

    async def handle(turn: Turn) -> Outcome:
        return answer(turn)

    def embed(text: str) -> Vector:
        return np.ones(2, dtype=np.float32)

    return Bot(store, recognise, {"echo": handle}, embed, timers)


def incoming(
    number: str, text: str | None = None, sender: str = "小林", **other: object
) -> Incoming:
    """A message at the twin's account `main`, said NOW."""
    plain = Incoming(
        "twin", "main", number, sender, "text", NOW, f"问{number}" if text is None else text
    )
    return replace(plain, **other)  # type: ignore[arg-type]


async def remind(due: TimerDue) -> Outcome:
    """A timer's handler that says what it was set to say."""
    return said(str(due.timer.data.get("say", due.timer.key)))


def accounts(*channels: Channel) -> Accounts:
    return Accounts({(channel.kind, channel.account): DOOR for channel in channels})


@dataclass
class Hands:
    """A clock that a test turns."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def on(self, **step: float) -> None:
        self.at += timedelta(**step)


@dataclass
class House:
    """A worker over `store` with one twin, driven step by step, without loops."""

    store: Store
    twin: Twin = field(default_factory=lambda: Twin("main"))
    answer: Answer = echo
    pace: Pace = AT_ONCE
    clock: Hands = field(default_factory=Hands)
    machine: Clock | None = None
    holder: str = ""

    def worker(self) -> Worker:
        bot = echoing(self.store, self.answer, {"remind": remind})
        return Worker(
            Equipment(
                self.store,
                bot,
                WORDING,
                accounts(self.twin),
                (self.twin,),
                self.pace,
                self.clock,
                self.machine or self.clock,
                self.holder,
            )
        )

    def arrived(self) -> list[str]:
        return [line.text for line in self.twin.shelf.all()]


KEYED = Limits(2048, idempotent=True)
