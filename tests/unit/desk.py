"""A bot whose one handler echoes, on a real SQLite file."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from bot.clock import SHANGHAI
from bot.conversation import Conversation, Outcome, Turn, Vector
from bot.engine import Bot
from bot.messages import Message, Reply
from bot.store import Store

NOW = datetime(2026, 11, 21, 12, tzinfo=SHANGHAI)
TALK = Conversation("talk", 0, "demo", "merchant", "demo-merchant", "visitor")


@dataclass
class Desk:
    """A bot whose one handler echoes, and what was asked of its parts."""

    store: Store
    outcome: Callable[[Turn], Outcome] = lambda turn: said(f"答{turn.message.text}")
    embedded: list[str] = field(default_factory=list)
    handled: list[str] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    def bot(self) -> Bot:
        return Bot(self.store, self._recognise, {"echo": self._handle}, self._embed)

    async def _recognise(
        self, message: Message, talk: Conversation, vector: Callable[[], Awaitable[Vector]]
    ) -> str:
        await vector()
        return "echo"

    async def _handle(self, turn: Turn) -> Outcome:
        self.handled.append(turn.message.id)
        await turn.vector()
        await asyncio.to_thread(self.gate.wait)
        return self.outcome(turn)

    async def open_when_two_are_inside(self) -> None:
        async with asyncio.timeout(60):
            while len(self.handled) < 2:
                await asyncio.sleep(0.01)
        self.gate.set()

    def _embed(self, text: str) -> Vector:
        self.embedded.append(text)
        return np.ones(2, dtype=np.float32)


def said(text: str) -> Outcome:
    return Outcome((Reply(text),), "answered")


def message(number: str = "m1", text: str = "你好") -> Message:
    return Message(number, TALK.id, text, NOW)


def talk_of(store: Store) -> Conversation:
    found = store.conversation(TALK.id)
    assert found
    return found


def log(store: Store) -> list[tuple[str, str]]:
    return [(line.sender, line.text) for line in store.history(TALK.id, 0, 100)]
