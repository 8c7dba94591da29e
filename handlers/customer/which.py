"""Which order is meant, and may this person hear of it? (rules in handlers.rules.identity)"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.conversation import Turn
from handlers.customer.hearing import one_spelling
from handlers.customer.naming import headed, names_of
from handlers.customer.pointing import pointed_orders
from handlers.customer.ports import CaseBook
from handlers.customer.talking import Talking
from handlers.orders.base import Orders
from handlers.rules.identity import (
    PERIOD,
    Claim,
    may_try,
    normal_number,
    numbers_in,
    proves,
    read_claim,
    same_number,
    try_keys,
)
from handlers.rules.order import Order
from handlers.rules.recent import RECENT
from knowledge.customer_words import CustomerWords

SEARCHED = 50
"""Own orders that a name or number is looked for in."""

_NUMBER = 40
"""So much is kept of a number that was not the buyer's."""

Trouble = Literal[
    "", "which", "none", "prove", "digits", "number", "refused", "malformed", "locked"
]


@dataclass(frozen=True)
class Found:
    """The order, or what stands in the way. `own` are the orders to tap."""

    talking: Talking
    order: Order | None = None
    trouble: Trouble = ""
    own: tuple[Order, ...] = ()
    tried: tuple[str, ...] = ()


@dataclass(frozen=True)
class Which:
    """Finds the order; asks every source only for what this person may know."""

    orders: Orders
    cases: CaseBook
    words: CustomerWords

    async def __call__(self, turn: Turn, talk: Talking) -> Found:
        """Raises OrdersUnavailable."""
        if turn.conversation.buyer_id:
            return await self._vouched(turn, talk, turn.conversation.buyer_id)
        return await self._proven(turn, talk)

    async def _vouched(self, turn: Turn, talk: Talking, buyer: str) -> Found:
        shop = turn.conversation.shop
        own = tuple(await self.orders.of_buyer(shop, buyer, SEARCHED))
        wanted = _tapped(turn) or _named_number(turn.message.text, own)
        claim = read_claim(turn.message.text, talk.step == "order")
        if not wanted and claim.shape == "malformed":
            return Found(talk, trouble="malformed", own=own[:RECENT])
        wanted = wanted or (claim.number if claim.shape == "good" and not _waybill(turn) else "")
        if wanted:
            return await self._own(turn, talk, own, wanted, buyer)
        if talk.number:  # it was nobody's we may tell of: which own one is meant has to be said
            return self._guessed(turn, replace(talk, order_no="", said=talk.said[-1:]), own)
        if talk.order_no or talk.hint:
            return await self._own(turn, talk, own, talk.order_no or talk.hint, buyer)
        return self._guessed(turn, talk, own)

    async def _own(
        self, turn: Turn, talk: Talking, own: Sequence[Order], number: str, buyer: str
    ) -> Found:
        """The buyer's order of that number; somebody else's is as unknown as none."""
        order = next((o for o in own if same_number(o.order_no, number)), None)
        if order is None:
            order = await self.orders.by_number(turn.conversation.shop, number)
        if order is None or not proves(order, buyer, ""):
            refused = replace(talk, number=number[:_NUMBER], hint="")
            return Found(refused, trouble="refused", own=tuple(own)[:RECENT])
        return Found(replace(talk.about(order.order_no), number=""), order)

    def _guessed(self, turn: Turn, talk: Talking, own: tuple[Order, ...]) -> Found:
        """The only one, or the one whose goods are named, or that is told by its price or day."""
        if not own:
            return Found(talk, trouble="none")
        said = "\n".join(talk.said)
        named = naming(self.words, said, own)
        fitting = named or own
        if len(fitting) > 1:
            fitting = pointed_orders(said, fitting, turn.now) or fitting
        if len(fitting) == 1 and (named or not talk.number or len(own) > 1):
            return Found(replace(talk.about(fitting[0].order_no), number=""), fitting[0])
        shown = fitting if len(fitting) <= RECENT else own
        return Found(talk, trouble="which", own=tuple(shown)[:RECENT])

    async def _proven(self, turn: Turn, talk: Talking) -> Found:
        claim = _completed(read_claim(turn.message.text, talk.step == "order"), talk)
        if talk.order_no and (not claim.number or same_number(claim.number, talk.order_no)):
            order = await self.orders.by_number(turn.conversation.shop, talk.order_no)
            return Found(talk, order) if order else Found(talk, trouble="refused")
        if claim.shape == "malformed":
            return Found(talk, trouble="malformed")
        talk = replace(talk, number=claim.number, last4=claim.last4)
        if not claim.number or not claim.last4:
            missing: Trouble = "digits" if claim.number else "number" if claim.last4 else "prove"
            return Found(talk, trouble=missing)
        return await self._tried(turn, talk, claim)

    async def _tried(self, turn: Turn, talk: Talking, claim: Claim) -> Found:
        """One attempt. Both failures count alike and end in the same words."""
        shop, visitor = turn.conversation.shop, turn.conversation.visitor_id
        keys = try_keys(shop, visitor, claim.number)
        after = replace(talk, last4="")  # the number stands: whoever mistyped corrects either
        if not may_try(await self.cases.failed(keys, turn.now - PERIOD)):
            return Found(after, trouble="locked")
        order = await self.orders.by_number(shop, claim.number)
        if order is None or not proves(order, None, claim.last4):
            return Found(after, trouble="refused", tried=keys)
        return Found(talk.about(order.order_no), order)


def _tapped(turn: Turn) -> str:
    choice = turn.message.choice or ""
    return choice.removeprefix("as:order:") if choice.startswith("as:order:") else ""


def _named_number(text: str, own: Sequence[Order]) -> str:
    """An own order's number in the text, or its waybill's."""
    said = set(numbers_in(text))
    for order in own:
        waybill = (order.logistics and order.logistics.waybill) or ""
        if {normal_number(order.order_no), normal_number(waybill)} & said:
            return order.order_no
    return ""


def _waybill(turn: Turn) -> bool:
    """A number said to be the parcel's is no order number."""
    return any(
        word in turn.message.text for word in ("快递单号", "运单", "物流单号", "寄回", "寄了")
    )


def naming(words: CustomerWords, text: str, own: Sequence[Order]) -> tuple[Order, ...]:
    """The orders whose goods are named; none when nothing is named."""
    said = one_spelling(words, text)
    hits = [order for order in own if any(_named(words, said, order))]
    if hits or len(own) < 2:
        return tuple(hits)
    names = [[n for item in order.items for n in names_of(words, item)] for order in own]
    called = headed(said, names)
    return tuple(order for order, meant in zip(own, called, strict=True) if meant)


def _named(words: CustomerWords, said: str, order: Order) -> list[bool]:
    return [any(name in said for name in names_of(words, item)) for item in order.items]


def _completed(claim: Claim, talk: Talking) -> Claim:
    """What was claimed earlier completes what is claimed now."""
    before = talk.number or talk.hint
    number = claim.number or ("" if claim.shape == "malformed" else before)
    return replace(claim, number=number, last4=claim.last4 or talk.last4)
