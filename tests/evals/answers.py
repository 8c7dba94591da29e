"""Rows → replies of a real Bot, in process: the same path as over HTTP, without the network."""

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.clock import SHANGHAI
from bot.conversation import Conversation
from bot.http.parts import Parts
from bot.masking import mask_identity
from bot.messages import Audience, Message, clean
from handlers.merchant.launch_state import state_of
from handlers.rules.launch import plan
from handlers.rules.launch_pages import plan_json

SETS = Path(__file__).parent / "sets"
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=SHANGHAI)


@dataclass(frozen=True, slots=True)
class Said:
    """One turn: what the person wrote and what came back; the launch plan behind it, as JSON."""

    message: str
    result: dict[str, Any]
    plan: str = ""

    @property
    def text(self) -> str:
        return "\n".join(reply["text"] for reply in self.result["replies"])

    @property
    def quotes(self) -> list[str]:
        return [c["quote"] for reply in self.result["replies"] for c in reply["citations"]]


def rows(name: str, half: str) -> list[dict[str, Any]]:
    """The rows of a set's half; `both` for all."""
    lines = (SETS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines if line.strip()]
    return [row for row in found if half in ("both", row["half"])]


async def talk(
    house: Parts, messages: Iterable[str], audience: Audience = "merchant"
) -> list[Said]:
    """One new conversation with these messages in order."""
    conversation = Conversation(
        uuid.uuid4().hex, 0, "demo", audience, f"demo-{audience}", uuid.uuid4().hex
    )
    house.store.start_conversation(conversation, uuid.uuid4().hex, NOW, NOW)
    said = []
    for number, text in enumerate(messages):
        message = Message(str(number), conversation.id, mask_identity(clean(text)), NOW)
        answered = await house.bot.reply(message)
        said.append(Said(text, dict(answered.result), _plan(house, conversation.id)))
    return said


def _plan(house: Parts, talk_id: str) -> str:
    """What `GET /api/plan` would say now, sums in yuan; empty while there is none."""
    talk = house.store.conversation(talk_id)
    state = state_of(talk.flow, house.launch) if talk else None
    if state is None:
        return ""
    found = plan(house.launch, state.profile, NOW.date())
    told = plan_json(house.launch, state.profile, found, NOW.date(), "")
    fen = (*told["costs"]["once_fen"], *told["costs"]["yearly_fen"])
    yuan = [one // 100 for one in fen if one]
    return f"{json.dumps(told, ensure_ascii=False)} {len(told['missing'])} {yuan}"


async def one(house: Parts, text: str, audience: Audience = "merchant") -> Said:
    """A new conversation with a single message."""
    return (await talk(house, [text], audience))[0]


def mean(values: Sequence[float]) -> float:
    """Average; 0 of nothing."""
    return sum(values) / len(values) if values else 0.0
