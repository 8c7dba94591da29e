"""A customer asks for a person: at once, and the decision says so too (row 2a)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.conversation import Handler, Outcome, Turn
from bot.messages import Reply
from handlers.customer.evaluate import AfterSales
from handlers.customer.ports import Policies
from handlers.rules.decide import Request
from handlers.rules.order import nobodys
from knowledge.wording import Wording


@dataclass(frozen=True)
class PersonAsked:
    """`asked` hands over; no order is looked at, so nothing of one is revealed. In a room the person
    is told where to speak of orders: what staff answer there, everybody reads."""

    asked: Handler
    rules: AfterSales
    policies: Policies
    wording: Wording

    async def __call__(self, turn: Turn) -> Outcome:
        handed = await self.asked(turn)
        if turn.message.in_room:
            handed = replace(handed, replies=(Reply(self.wording.say("as_room_person")),))
        if turn.conversation.audience != "customer":
            return handed
        policy = await self.policies(turn.conversation.shop)
        request = Request(nobodys(), policy, turn.now, {"wish": "human"})
        decision = replace(self.rules.decide(request), items=())
        return replace(handed, decision=decision.to_json())
