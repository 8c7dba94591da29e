"""Dialogues a support person can read: `talk(house, "企业号认证费多少钱")`."""

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.clock import SHANGHAI
from bot.conversation import Conversation
from bot.http.parts import Parts
from bot.messages import Audience, Message
from tests.evals.matching import contains

NOW = datetime(2026, 11, 21, 12, tzinfo=SHANGHAI)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one message."""

    asked: str
    result: Mapping[str, Any]

    @property
    def text(self) -> str:
        return "\n".join(reply["text"] for reply in self.result["replies"])

    @property
    def status(self) -> str:
        return str(self.result["status"])

    @property
    def sources(self) -> list[tuple[str, str]]:
        """(page, section) of every citation, in order."""
        return [(cited["document"], cited["section"]) for cited in self._citations()]

    @property
    def quotes(self) -> list[str]:
        return [cited["quote"] for cited in self._citations()]

    @property
    def choices(self) -> list[str]:
        return [c["label"] for reply in self.result["replies"] for c in reply["choices"]]

    def says(self, fact: str) -> bool:
        """Whether the fact stands in the reply, with number borders: 7天 is not in 3-7天."""
        return contains(self.text, fact)

    def _citations(self) -> list[dict[str, Any]]:
        return [cited for reply in self.result["replies"] for cited in reply["citations"]]


def talk(house: Parts, *lines: str, audience: Audience = "merchant") -> list[Answer]:
    """A person says these lines, one after the other, in a new conversation."""
    talk_id = uuid.uuid4().hex
    person = Conversation(talk_id, 0, "demo", audience, f"demo-{audience}", "visitor")
    house.store.start_conversation(person, f"token of {talk_id}", NOW, NOW)
    return asyncio.run(_say(house, talk_id, lines))


async def _say(house: Parts, talk_id: str, lines: tuple[str, ...]) -> list[Answer]:
    answers = []
    for number, line in enumerate(lines):
        answered = await house.bot.reply(Message(f"m{number}", talk_id, line, NOW))
        answers.append(Answer(line, answered.result))
    return answers


def ask(house: Parts, line: str, audience: Audience = "merchant") -> Answer:
    """One question in a conversation of its own."""
    return talk(house, line, audience=audience)[0]
