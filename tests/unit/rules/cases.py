"""Short ways to cases."""

from __future__ import annotations

from typing import Any

from bot.cases import CaseFile
from handlers.rules.case import Application, open_case
from handlers.rules.decide import decide
from handlers.rules.replay import record
from tests.unit.rules.build import LAMP, RULES, at, order, request

NOW = at("08-07T10:00")


def application(number: str = "c1", policy: Any = None, **facts: Any) -> Application:
    """A return of the lamp, two days after signing, unless facts say otherwise."""
    asked = request(order("signed", LAMP), facts={"wish": "return", **facts}, policy=policy)
    decision = decide(RULES, asked)
    return Application(number, "tea", "K1", "b1", "talk", decision, record(asked, decision))


def opened(policy: Any = None, **facts: Any) -> CaseFile:
    """The case of that application."""
    return open_case(application(policy=policy, **facts), [], NOW)


REFUND: dict[str, Any] = {
    "wish": "refund_only",
    "reason_class": "damaged_in_transit",
    "evidence": "complete",
    "damage_pct": 100,
}
CHEAP = {"refund_only_max_fen": 20000}
AUTO = {"auto_refund_max_fen": 20000}
