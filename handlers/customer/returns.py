"""After-sales with a customer: which order, what is wanted, the verdict, and a case at their word.

Rules decide; words only fill facts. A case is opened only after the customer's own 提交, from a
decision made again at that moment. Nothing here writes: what changes leaves in the Outcome.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.conversation import Outcome, Turn
from bot.messages import Choice, Reply
from handlers.customer.commands import Commands
from handlers.customer.consulting import Consulting, before_buying
from handlers.customer.evaluate import AfterSales
from handlers.customer.matter import Matters
from handlers.customer.outcomes import Outcomes
from handlers.customer.picking import picked
from handlers.customer.ports import CaseBook, Policies
from handlers.customer.signs import is_number, is_yes
from handlers.customer.strangers import Strangers
from handlers.customer.talking import Talking, talking
from handlers.customer.taps import HUMAN
from handlers.customer.telling import Told
from handlers.customer.verdicts import Verdicts
from handlers.customer.which import Which
from handlers.orders.base import Orders, OrdersUnavailable
from handlers.rules.order import Order
from knowledge.wording import Wording


@dataclass(frozen=True)
class Returns:
    """`on_platform(order)`: this order's after-sales are filed in 微信小店 itself, by the buyer.
    `files(order)`: we file them there for the buyer, once they are approved."""

    rules: AfterSales
    orders: Orders
    cases: CaseBook
    policies: Policies
    wording: Wording
    on_platform: Callable[[Order], bool] = lambda _order: False
    new_id: Callable[[], str] = lambda: uuid.uuid4().hex
    files: Callable[[Order], bool] = lambda _order: False

    @property
    def outcomes(self) -> Outcomes:
        return Outcomes(self.wording, Choice(HUMAN, self.wording.say("as_tap_human")))

    async def __call__(self, turn: Turn) -> Outcome:
        try:
            return await self._reply(turn)
        except OrdersUnavailable:
            told = Told(self.wording.say("as_orders_down"))
            return self.outcomes.handed(turn, told, "orders_unavailable")

    @property
    def consulting(self) -> Consulting:
        return Consulting(self.rules, self.policies, self.wording, self.outcomes.human)

    async def _reply(self, turn: Turn) -> Outcome:
        turn = _tapped(turn)
        talk = await self._heard(turn)
        if not talk.order_no and before_buying("\n".join(talk.said)):
            consulted = await self.consulting(turn, talk)
            if consulted:
                return consulted
        if turn.message.in_room:
            # Everybody reads along: nothing of an order or a case is asked for, proven or told.
            return Outcome((Reply(self.wording.say("as_room")),), "declined")
        found = await Which(self.orders, self.cases, self.rules.understand.words)(turn, talk)
        matters = Matters(self.rules, self.cases, self.policies)
        verdicts = Verdicts(matters, self.outcomes, self.on_platform, self.files)
        if found.order is None:
            return await Strangers(verdicts, self.policies, self.consulting)(turn, found)
        matter = await matters(turn, found.talking, found.order)
        commanded = Commands(self.outcomes, self.on_platform, self.files, self.new_id)(turn, matter)
        return commanded or await verdicts(turn, matter)

    async def _heard(self, turn: Turn) -> Talking:
        """The talk with this message in it; taps count as what they say."""
        talk, choice = talking(turn.conversation.flow), turn.message.choice or ""
        if talk.step == "filed":
            talk = replace(talk, step="told", said=(), item="", pictures=(), told="")
        talk = replace(talk, intent=turn.intent)
        text = turn.message.text
        if choice.startswith("as:say:"):
            text = text or choice.removeprefix("as:say:")
        if choice.startswith("as:item:"):
            talk = replace(talk, item=choice.removeprefix("as:item:"))
        if not is_yes(turn.message.text, talk.step, talk.verdict) and not is_number(text):
            talk = talk.hears(text)
        if turn.message.attachments:
            ids = turn.message.attachments
            talk = talk.shown(await self.cases.digests(turn.conversation.id, ids))
        return talk


def _tapped(turn: Turn) -> Turn:
    """Naming the place of what was shown (第二个) is tapping it."""
    shown = talking(turn.conversation.flow).offered
    place = picked(turn.message.text, len(shown)) if not turn.message.choice else None
    if place is None:
        return turn
    return replace(turn, message=replace(turn.message, choice=shown[place]))
