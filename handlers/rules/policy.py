"""The policy in force for one request: per value the kindest of law, platform, shop, promise."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from handlers.rules.decision import canonical
from handlers.rules.window import CALENDAR_VERSION
from knowledge.policies import Policy, PolicySpec, Promise
from knowledge.rules.book import RuleBook


def effective(spec: PolicySpec, policy: Policy, order_no: str, titles: Sequence[str]) -> Policy:
    """The kindest values; of the promises only those made for every one of these items stay."""
    made = tuple(
        promise
        for promise in policy.promises
        if all(promise.covers(order_no, title) for title in titles)
    )
    return _kindest(spec, policy, made)


@lru_cache(maxsize=1024)
def _kindest(spec: PolicySpec, policy: Policy, made: tuple[Promise, ...]) -> Policy:
    return replace(spec.kindest(policy, *(promise.values for promise in made)), promises=made)


def policy_version(book: RuleBook, policy: Policy) -> str:
    """Version of the rules and a short hash of rules, policy and calendars: what decided."""
    return _version(book.table.version, book.content, policy)


@lru_cache(maxsize=1024)
def _version(version: str, content: str, policy: Policy) -> str:
    decided_by = canonical([content, policy.to_json(), CALENDAR_VERSION])
    return f"{version}-{hashlib.sha256(decided_by.encode()).hexdigest()[:12]}"
