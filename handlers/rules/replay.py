"""A decision kept with its inputs, so that it can be computed again, byte for byte."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from handlers.rules.decide import Request, Rules, decide
from handlers.rules.decision import Decision, canonical
from handlers.rules.order import Order
from handlers.rules.policy import policy_version
from handlers.rules.window import shanghai
from knowledge.policies import read_policy
from knowledge.rules.vocabulary import read_stated


class RulesChangedError(Exception):
    """The stored decision was made by other rules, another policy or another calendar."""


def record(request: Request, decision: Decision) -> str:
    """Inputs and decision as one canonical JSON text."""
    deadline = request.deadline
    return canonical(
        {
            "order": request.order.to_json(),
            "policy": request.policy.to_json(),
            "facts": dict(request.stated),
            "now": shanghai(request.now).isoformat(),
            "requester": request.requester,
            "deadline": None if deadline is None else shanghai(deadline).isoformat(),
            "decision": decision.to_json(),
        }
    )


def read_request(rules: Rules, stored: dict[str, Any]) -> Request:
    """The request of a record. Raises ContentFaultsError when the record was tampered with."""
    deadline = stored["deadline"]
    return Request(
        order=Order.from_json(stored["order"]),
        policy=read_policy(rules.book.policy, stored["policy"]),
        now=datetime.fromisoformat(stored["now"]),
        stated=read_stated(rules.book.vocabulary, stored["facts"]),
        requester=stored["requester"],
        deadline=None if deadline is None else datetime.fromisoformat(deadline),
    )


def replay(rules: Rules, recorded: str) -> str:
    """The record computed again; equal to `recorded` unless something was changed in it.

    Raises RulesChangedError when these rules are not the ones that decided.
    """
    stored = json.loads(recorded)
    request = read_request(rules, stored)
    version, made_by = policy_version(rules.book, request.policy), stored["decision"]
    if version != made_by["policy_version"]:
        raise RulesChangedError(f"当时的规则版本是 {made_by['policy_version']}，现在是 {version}")
    return record(request, decide(rules, request))
