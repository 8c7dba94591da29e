"""Uploaded pictures as evidence (aftersales-facts.md §6): how many of which kind are needed.

Only uploads count, never promises. What a picture shows is for the staff to see: we count.
"""

from __future__ import annotations

from handlers.rules.decision import Decision
from handlers.rules.order import Order
from knowledge.rules.book import RuleBook
from knowledge.rules.vocabulary import Value

NEEDED = {
    "quality": 1,
    "wrong_item": 2,
    "missing_item": 2,
    "damaged_in_transit": 2,
    "counterfeit": 1,
}
FRESH = 4
"""Bad ones, all of it, the label, the scale."""


def needed(book: RuleBook, order: Order, decision: Decision) -> int:
    """Pictures that complete the evidence for this decision."""
    titles = {item.title for item in decision.items}
    lines = [item for item in order.items if item.title in titles]
    fresh = any(
        item.no_reason_excluded == "fresh"
        or book.categories.kind(item.category or "", item.title) == "fresh"
        for item in lines
    )
    if fresh and decision.reason_class in ("quality", "damaged_in_transit"):
        return FRESH
    return NEEDED.get(decision.reason_class, 1)


def evidence(pictures: int, wanted: int) -> Value:
    """The fact `evidence`."""
    return "complete" if pictures >= wanted else "some" if pictures else "none"
