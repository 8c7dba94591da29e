"""One order under discussion, decided on from all that was said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.cases import CaseFile
from bot.conversation import Turn
from handlers.customer.evaluate import AfterSales
from handlers.customer.pictures import evidence, needed
from handlers.customer.pointing import pointed_item
from handlers.customer.ports import CaseBook, Policies
from handlers.customer.scene import paid_lines
from handlers.customer.talking import Talking
from handlers.rules.case import is_open
from handlers.rules.case_facts import case_facts, cases_of, current, with_refunds
from handlers.rules.decide import Request
from handlers.rules.decision import Decision
from handlers.rules.order import Order
from knowledge.rules.vocabulary import Value

NOTHING_SAID = "3b"
"""The row that asks because neither a wish nor a ground was told."""


@dataclass(frozen=True)
class Matter:
    """What was decided on an order, and the case it has. `known`: facts that no word told."""

    talk: Talking
    order: Order
    request: Request
    decision: Decision
    case: CaseFile | None
    earlier: tuple[CaseFile, ...]
    known: Mapping[str, Value]

    @property
    def open_case(self) -> CaseFile | None:
        """The case, while it is open."""
        return self.case if self.case and is_open(self.case) else None

    @property
    def unheard(self) -> Matter:
        """Without the last utterance, which has been dealt with."""
        return replace(self, talk=replace(self.talk, said=self.talk.said[:-1]))

    def answered(self, question: str) -> Matter:
        """The question has been dealt with: what follows may still lean on it."""
        return replace(self, talk=replace(self.unheard.talk, aside=question))


@dataclass(frozen=True)
class Matters:
    """Decides on an order of the talk: words, cases, pictures, policy and now."""

    rules: AfterSales
    cases: CaseBook
    policies: Policies

    async def __call__(self, turn: Turn, talk: Talking, order: Order) -> Matter:
        """The matter as it stands now; words that alone mean nothing go with the question before."""
        earlier, order = await self._looked_up(turn, talk, order)
        policy = await self.policies(turn.conversation.shop)
        request = Request(order, policy, turn.now)
        matter = await self._decided(talk, request, earlier)
        if matter.decision.rules[0].id == NOTHING_SAID and talk.aside and talk.said:
            together = replace(talk, said=(*talk.said[:-1], f"{talk.aside} {talk.said[-1]}"))
            again = await self._decided(together, request, earlier)
            matter = again if again.decision.rules[0].id != NOTHING_SAID else matter
        return replace(matter, talk=replace(matter.talk, aside=""))

    async def _looked_up(
        self, turn: Turn, talk: Talking, order: Order
    ) -> tuple[tuple[CaseFile, ...], Order]:
        shop = turn.conversation.shop
        earlier = tuple(await self.cases.of_order(shop, order.order_no))
        order = with_refunds(order, earlier)
        reused = await self.cases.reused(shop, order.order_no, talk.pictures)
        return earlier, replace(order, evidence_hash_reused=True) if reused else order

    async def _decided(
        self, talk: Talking, request: Request, earlier: tuple[CaseFile, ...]
    ) -> Matter:
        """Decide twice: the ground that was told says which pictures would be complete."""
        words = await self._words(talk, request.order)
        known = dict(self._case_facts(words, earlier, request))
        first = replace(request, stated={**words, **known})
        wanted = needed(self.rules.book, request.order, self.rules.decide(first))
        known["evidence"] = evidence(len(talk.pictures), wanted)
        request = replace(request, stated={**words, **known})
        decision = self.rules.decide(request)
        mine = cases_of(earlier, [item.title for item in decision.items] or None)
        return Matter(talk, request.order, request, decision, current(mine), earlier, known)

    async def standing(self, matter: Matter) -> Decision:
        """The decision without the last utterance: what was offered before the question."""
        words = await self._words(matter.unheard.talk, matter.order)
        return self.rules.decide(replace(matter.request, stated={**words, **matter.known}))

    async def _words(self, talk: Talking, order: Order) -> Mapping[str, Value]:
        words = dict(await self.rules.heard(talk.said, order))
        if talk.escalated and _calls(words) and len(talk.said) > 1:
            words = await self._after_call(words, talk, order)
        item = talk.item or self._pointed(words, talk, order)
        return {**words, "item": item} if item else words

    async def _after_call(
        self, words: dict[str, Value], talk: Talking, order: Order
    ) -> dict[str, Value]:
        """Somebody was called in an earlier turn: what else was told with the call still counts,
        and so does what was wished before it."""
        each = [dict(await self.rules.heard((said,), order)) for said in talk.said]
        if _calls(each[-1]):
            return words
        plain = {k: v for k, v in words.items() if k != "handoff" and (k, v) != ("wish", "human")}
        wishes = [one["wish"] for one in each if "wish" in one and not _calls(one)]
        return plain if "wish" in plain or not wishes else {**plain, "wish": wishes[-1]}

    def _pointed(self, words: Mapping[str, Value], talk: Talking, order: Order) -> str:
        """Goods that are not named but told by their price (39块9那个, 贵的那个)."""
        lines = paid_lines(order, self.rules.book.categories)
        if "item" in words or len(lines) < 2:
            return ""
        item = pointed_item("\n".join(talk.said), lines)
        return item.title if item else ""

    def _case_facts(
        self, words: Mapping[str, Value], earlier: Sequence[CaseFile], request: Request
    ) -> Mapping[str, Value]:
        """What the cases of the named item tell; of the whole order when none is named."""
        item = words.get("item")
        titles = [item] if isinstance(item, str) and item not in ("all", "one") else None
        return case_facts(cases_of(earlier, titles), request.now)


def _calls(words: Mapping[str, Value]) -> bool:
    """Whether a person is called for, by asking or by anger."""
    return words.get("wish") == "human" or "handoff" in words
