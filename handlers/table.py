"""Which handler serves which intent."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation import Handler
from handlers.customer.consulting import AboutOrders
from handlers.customer.overheard import Overheard
from handlers.customer.person import PersonAsked
from handlers.customer.returns import Returns
from handlers.handoff import Asked
from handlers.merchant.about_rules import CheckOrAnswer
from handlers.merchant.checks import Checks
from handlers.merchant.compliance import ComplianceHandler
from handlers.merchant.heard_advertising import Heard
from handlers.merchant.launch import Launch
from handlers.merchant.metrics import MetricsHandler
from handlers.merchant.reminders import Reminders
from handlers.merchant.stray import Doubted, Knows, Stray, nothing_known
from handlers.merchant.telling import Aside, Telling, nothing_aside
from handlers.smalltalk import Smalltalk
from knowledge.wording import Wording

AFTER_SALES = (
    *("return_request", "refund_only_request", "exchange_request", "refund_status"),
    *("logistics_query", "complaint_escalation"),
)


@dataclass(frozen=True, slots=True)
class Merchants:
    """What serves merchants. `told`: the guide behind the look-ups; `knows`: what it answers,
    `has`: what it answers beyond doubt.
    """

    guide: Handler
    told: Handler
    launch: Launch
    checks: Checks
    reminders: Reminders
    heard: Heard | None = None
    knows: Knows = nothing_known
    has: Knows = nothing_known
    of_self: Aside = nothing_aside


def handlers(merchants: Merchants, returns: Returns, wording: Wording) -> dict[str, Handler]:
    """Every intent. A merchant's questions lead back to the launch."""
    launch, guide, first = merchants.launch, merchants.guide, merchants.reminders.first
    back, checks = launch.coming_back, merchants.checks
    between = back(first(merchants.told))
    texts = ComplianceHandler(checks.advertising, wording, merchants.heard)
    counter = at_the_counter(guide, returns, wording)
    ours = Doubted(counter["out_of_scope"], merchants.has, between)
    return {
        **counter,
        "merchant_question": ours,
        "launch_walkthrough": first(Telling(merchants.of_self, launch)),
        "compliance_check": back(CheckOrAnswer(texts, guide, checks.advertising, merchants.has)),
        "metrics_diagnosis": back(MetricsHandler(checks.figures, wording, first(merchants.told))),
        "fee_calculation": ours,
        "out_of_scope": launch.overhearing(
            Stray(counter["out_of_scope"], merchants.knows, between)
        ),
    }


def at_the_counter(guide: Handler, returns: Returns, wording: Wording) -> dict[str, Handler]:
    """What customers ask for, and what anybody says."""
    talk = Smalltalk(wording)
    return {
        **dict.fromkeys(AFTER_SALES, returns),
        "policy_question": AboutOrders(returns, guide, returns.consulting),
        "human_handoff": PersonAsked(Asked(wording), returns.rules, returns.policies, wording),
        "greeting": Overheard(returns, talk.greet),
        "thanks_bye": Overheard(returns, talk.thank),
        "out_of_scope": Overheard(returns, talk.decline, names=True),
    }
