"""One order under discussion, decided on from all that was said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.cases import CaseFile
from bot.conversation import Turn
from handlers.customer.evaluate import AfterSales
from handlers.customer.pictures import evidence, needed
from handlers.customer.ports import CaseBook, Policies
from handlers.customer.talking import Talking
from handlers.rules.case import is_open
from handlers.rules.case_facts import case_facts, cases_of, current
from handlers.rules.decide import Request
from handlers.rules.decision import Decision
from handlers.rules.order import Order
from knowledge.rules.vocabulary import Value


@dataclass(frozen=True)
class Matter:
    """What was decided on an order, and the case it has."""

    talk: Talking
    order: Order
    request: Request
    decision: Decision
    case: CaseFile | None
    earlier: tuple[CaseFile, ...]

    @property
    def open_case(self) -> CaseFile | None:
        """The case, while it is open."""
        return self.case if self.case and is_open(self.case) else None

    @property
    def unheard(self) -> Matter:
        """Without the last utterance, which has been dealt with."""
        return replace(self, talk=replace(self.talk, said=self.talk.said[:-1]))


@dataclass(frozen=True)
class Matters:
    """Decides on an order of the talk: words, cases, pictures, policy and now."""

    rules: AfterSales
    cases: CaseBook
    policies: Policies

    async def __call__(self, turn: Turn, talk: Talking, order: Order) -> Matter:
        """Decide twice: the ground that was told says which pictures would be complete."""
        shop = turn.conversation.shop
        earlier = tuple(await self.cases.of_order(shop, order.order_no))
        reused = await self.cases.reused(shop, order.order_no, talk.pictures)
        if reused:
            order = replace(order, evidence_hash_reused=True)
        policy = await self.policies(shop)
        facts = self._facts(talk, order, earlier, turn)
        request = self._with_pictures(Request(order, policy, turn.now, facts), talk)
        decision = self.rules.decide(request)
        mine = cases_of(earlier, [item.title for item in decision.items] or None)
        return Matter(talk, order, request, decision, current(mine), earlier)

    def _facts(
        self, talk: Talking, order: Order, earlier: Sequence[CaseFile], turn: Turn
    ) -> Mapping[str, Value]:
        words = dict(self.rules.words(talk.said, order))
        if talk.item:
            words["item"] = talk.item
        # What the cases of the named item tell; of the whole order when none is named.
        item = words.get("item")
        titles = [item] if isinstance(item, str) and item not in ("all", "one") else None
        return {**words, **case_facts(cases_of(earlier, titles), turn.now)}

    def _with_pictures(self, request: Request, talk: Talking) -> Request:
        wanted = needed(self.rules.book, request.order, self.rules.decide(request))
        shown = evidence(len(talk.pictures), wanted)
        return replace(request, stated={**request.stated, "evidence": shown})
