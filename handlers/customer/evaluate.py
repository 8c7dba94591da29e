"""Order, words, facts, policy and now → Decision: pure, opens nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.errors import Faults
from handlers.customer.build import understanding
from handlers.customer.senses import sense_of
from handlers.customer.understand import Understand
from handlers.rules.decide import Request, Rules, compile_rules, decide
from handlers.rules.decision import Decision
from handlers.rules.floor import accept_policy
from handlers.rules.order import Order
from knowledge.policies import Policy, read_policy
from knowledge.rules.book import RuleBook, load_rule_book
from knowledge.rules.faults import ContentFaultsError, Fault
from knowledge.rules.vocabulary import Value, read_stated
from retrieval.embed import Embedder


@dataclass(frozen=True)
class Asked:
    """What somebody wants decided, as it came in. `facts` beat what `text` says."""

    order: object
    now: datetime
    text: str = ""
    facts: Mapping[str, Any] | None = None
    requester: str | None = None


@dataclass(frozen=True)
class AfterSales:
    """The rules and what reads a customer's words for them."""

    rules: Rules
    understand: Understand

    @property
    def book(self) -> RuleBook:
        return self.rules.book

    def evaluate(self, asked: Asked, policy: Policy) -> Decision:
        """The decision. Raises ContentFaultsError listing every fault of order and facts."""
        return self.decide(self.request(asked, policy))

    def request(self, asked: Asked, policy: Policy) -> Request:
        """What is to be decided, words read. Raises ContentFaultsError listing every fault."""
        order, stated = self._read(asked)
        words = self.words(asked.text.split("\n"), order)
        return Request(order, policy, asked.now, {**words, **stated}, asked.requester)

    def words(self, utterances: Sequence[str], order: Order) -> Mapping[str, Value]:
        """What the customer's words state, and only what words may state.

        Computes for some 25 ms; `heard` does it off the event loop.
        """
        if not any(text.strip() for text in utterances):
            return {}
        said = self.understand(utterances, order)
        return read_stated(self.book.vocabulary, said, words_only=True)

    async def heard(self, utterances: Sequence[str], order: Order) -> Mapping[str, Value]:
        """`words`, while others are served."""
        return await asyncio.to_thread(self.words, utterances, order)

    def decide(self, request: Request) -> Decision:
        """The decision of a checked request."""
        return decide(self.rules, request)

    def _read(self, asked: Asked) -> tuple[Order, Mapping[str, Value]]:
        faults: list[Fault] = []
        try:
            order = Order.from_json(asked.order)
        except ContentFaultsError as error:
            faults += error.faults
        try:
            stated = read_stated(self.book.vocabulary, asked.facts or {})
        except ContentFaultsError as error:
            faults += error.faults
        if faults:
            raise ContentFaultsError(faults)
        return order, stated

    def accept(self, raw: Mapping[str, Any]) -> Policy:
        """A shop's policy, proven to be nowhere harsher than the law.

        Raises ContentFaultsError with every bad or too harsh value and an input that shows it.
        """
        return accept_policy(self.book, raw)

    def policy(self, stored: Mapping[str, Any] | None) -> Policy:
        """A policy that was accepted before; the defaults for a shop that has set none."""
        spec = self.book.policy
        return spec.defaults if stored is None else read_policy(spec, stored)


def open_after_sales(kept: Path | None = None, embedder: Embedder | None = None) -> AfterSales:
    """Load rules and words. Raises Faults with every fault in them.

    What edited words teach is kept in the folder `kept`, so that only one start learns it. With
    the bundled `embedder` the sense of what was said is weighed too.
    """
    try:
        book, sense = load_rule_book(), sense_of(embedder) if embedder else None
        return AfterSales(compile_rules(book), understanding(book, kept=kept, sense=sense))
    except ContentFaultsError as error:
        raise Faults("the after-sales rules", tuple(map(str, error.faults))) from error
