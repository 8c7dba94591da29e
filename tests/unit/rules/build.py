"""Short ways to write orders and requests; defaults are those of the worked examples."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from handlers.rules.decide import Request, Rules, compile_rules, decide
from handlers.rules.decision import Decision
from handlers.rules.order import Order
from handlers.rules.window import SHANGHAI
from knowledge.policies import read_policy
from knowledge.rules.book import load_rule_book
from knowledge.rules.vocabulary import read_stated

BOOK = load_rule_book()
RULES = compile_rules(BOOK)
DEFAULT = BOOK.policy.defaults
LAMP: Mapping[str, Any] = {"title": "台灯", "category": "家居", "price_fen": 12900, "qty": 1}


def at(text: str) -> datetime:
    """`08-05T11:00` in 2026, or a full date and time, in Shanghai."""
    full = text if text[:4].isdigit() else f"2026-{text}"
    return datetime.fromisoformat(full).replace(tzinfo=SHANGHAI)


def item(title: str, category: str | None, price: int | None, **more: Any) -> dict[str, Any]:
    """One line of one unit unless `qty` says otherwise."""
    return {"title": title, "category": category, "price_fen": price, "qty": 1, **more}


def order(status: str = "signed", *items: Mapping[str, Any], **fields: Any) -> Order:
    """An order paid 08-01, shipped 08-02, signed 08-05T11:00 as far as its status goes."""
    dates = {"paid_at": "08-01T09:00", "shipped_at": "08-02T09:00", "signed_at": "08-05T11:00"}
    reached = {"unpaid": 0, "paid_unshipped": 1, "shipped": 2}.get(status, 3)
    given: dict[str, Any] = {
        "order_no": "K1",
        "status": status,
        "buyer": "b1",
        "items": [dict(line) for line in items or (LAMP,)],
        **dict(list(dates.items())[:reached]),
        **fields,
    }
    for name, value in given.items():
        if name.endswith(("_at", "_by", "_until")) and value is not None:
            given[name] = at(value).isoformat()
    return Order.from_json(given)


def request(
    placed: Order,
    now: str = "08-07T10:00",
    facts: Mapping[str, Any] | None = None,
    policy: Mapping[str, Any] | None = None,
    requester: str | None = None,
    deadline: str | None = None,
) -> Request:
    """A checked request with the default policy unless another is given."""
    return Request(
        order=placed,
        policy=read_policy(BOOK.policy, policy or {}),
        now=at(now),
        stated=read_stated(BOOK.vocabulary, facts or {}),
        requester=requester,
        deadline=at(deadline) if deadline else None,
    )


def judge(
    placed: Order,
    facts: Mapping[str, Any] | None = None,
    now: str = "08-07T10:00",
    rules: Rules = RULES,
    **more: Any,
) -> Decision:
    """The decision on an order under the committed rules."""
    return decide(rules, request(placed, now, facts, **more))


def ids(decision: Decision) -> list[str]:
    """The ids of the rows that took part."""
    return [rule.id for rule in decision.rules]
