"""An after-sales counter without a database: the dialogue handler, and what it decided kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from bot.cases import CaseFile
from bot.conversation import Conversation, Outcome, Turn, Vector
from bot.messages import Message
from handlers.customer.evaluate import open_after_sales
from handlers.customer.returns import Returns
from handlers.orders.listed import ListedOrders
from handlers.rules.order import Order
from knowledge.policies import Policy, read_policy
from knowledge.wording import load_wording

RULES = open_after_sales()
WORDING = load_wording()
MORNING = datetime.fromisoformat("2026-08-07T10:00:00+08:00")


@dataclass
class Book:
    """The in-memory twin of bot.case_store.CaseRows, as the dialogue reads it."""

    cases: dict[str, CaseFile] = field(default_factory=dict)
    tries: list[tuple[str, datetime]] = field(default_factory=list)

    async def of_order(self, shop: str, order_no: str) -> Sequence[CaseFile]:
        here = (shop, order_no)
        return [case for case in self.cases.values() if (case.shop, case.order_no) == here]

    async def reused(self, shop: str, order_no: str, digests: Sequence[str]) -> bool:
        other = [c for c in self.cases.values() if c.shop == shop and c.order_no != order_no]
        return any(set(case.evidence) & set(digests) for case in other)

    async def digests(self, conversation_id: str, ids: Sequence[str]) -> Sequence[str]:
        return [f"digest of {each}" for each in ids]

    async def failed(self, keys: Sequence[str], since: datetime) -> dict[str, int]:
        return {key: sum(k == key and at >= since for k, at in self.tries) for key in keys}

    def keep(self, outcome: Outcome, at: datetime) -> None:
        self.tries += [(key, at) for key in outcome.tried]
        if outcome.case:
            self.cases[outcome.case.after.id] = outcome.case.after


@dataclass
class Counter:
    """One customer at the counter; `say` is one turn, a minute after the last."""

    orders: Sequence[Order]
    buyer: str | None = "b1"
    now: datetime = MORNING
    policy: dict[str, Any] = field(default_factory=dict)
    book: Book = field(default_factory=Book)
    weixin: Callable[[Order], bool] = lambda _order: False
    shop: str = "tea"
    visitor: str = "v1"
    intent: str = "return_request"

    def __post_init__(self) -> None:
        self.talk = Conversation(
            "talk", 0, self.shop, "customer", "tea-customer", self.visitor, self.buyer
        )
        self.numbers = count(1)
        placed = [replace(order, shop=self.shop) for order in self.orders]
        self.handler = Returns(
            RULES, ListedOrders(lambda: placed), self.book, self._policy, WORDING, self.weixin,
            lambda: f"case{next(self.numbers)}",
        )  # fmt: skip

    async def _policy(self, _shop: str) -> Policy:
        return read_policy(RULES.book.policy, self.policy)

    def say(self, text: str = "", tap: str | None = None, pictures: int = 0) -> Outcome:
        self.now += timedelta(minutes=1)
        ids = tuple(f"p{next(self.numbers)}" for _ in range(pictures))
        message = Message("m", self.talk.id, text, self.now, tap, ids)
        turn = Turn(message, self.talk, self.intent, self.now, _no_vector)
        outcome = asyncio.run(self.handler(turn))
        self.book.keep(outcome, self.now)
        self.talk = replace(
            self.talk,
            version=self.talk.version + 1,
            flow=outcome.flow or (None if outcome.ends_flow else self.talk.flow),
            handoff_id="h1" if outcome.handoff else self.talk.handoff_id,
            last_text=outcome.replies[-1].text,
        )
        return outcome


async def _no_vector() -> Vector:
    raise AssertionError("rules decide here: nothing may be embedded")


def text_of(outcome: Outcome) -> str:
    return "\n".join(reply.text for reply in outcome.replies)


def taps_of(outcome: Outcome) -> list[str]:
    return [choice.id for reply in outcome.replies for choice in reply.choices]
