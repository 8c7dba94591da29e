"""Facts + policy + now → Decision, in three passes over the table (aftersales-facts.md §1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from handlers.rules import outcome
from handlers.rules.decision import Decision, RuleCited
from handlers.rules.facts import Facts, derive
from handlers.rules.order import Order
from handlers.rules.policy import policy_version
from handlers.rules.when import Test, compile_condition
from handlers.rules.window import is_published, shanghai
from knowledge.policies import Policy
from knowledge.rules.book import RuleBook
from knowledge.rules.table import Row
from knowledge.rules.vocabulary import Value

REVIEW = timedelta(hours=48)
RETURN_RECEIVED = timedelta(days=7)
UNPUBLISHED = "这一年的调休还没公布，末日按周末和法定节假日推算"


@dataclass(frozen=True)
class Rules:
    """A rule book with its conditions compiled."""

    book: RuleBook
    first_match: tuple[tuple[Row, Test], ...]
    modifiers: tuple[tuple[Row, Test], ...]


@dataclass(frozen=True)
class Request:
    """Everything a decision depends on besides the rules.

    `stated` are checked facts (`read_stated`); `deadline` is the platform's own, which overrides
    a computed one; `requester` the buyer who asks, None for a trusted caller.
    """

    order: Order
    policy: Policy
    now: datetime
    stated: Mapping[str, Value] = field(default_factory=dict)
    requester: str | None = None
    deadline: datetime | None = None


def compile_rules(book: RuleBook) -> Rules:
    """Compile every `when` once."""
    table = book.table
    return Rules(
        book,
        tuple((row, compile_condition(row.condition)) for row in table.first_match),
        tuple((row, compile_condition(row.condition)) for row in table.modifiers),
    )


def decide(rules: Rules, request: Request) -> Decision:
    """The decision. Total: every checked request has one; the fallback hands over to a person."""
    facts = derive(
        rules.book, request.order, request.policy, request.stated, request.now, request.requester
    )
    row, values = match(rules, facts)
    chosen = outcome.choose_type(row, str(values["wish"]))
    reason = str(values["reason_class"]) if row.reason_class == "stated" else row.reason_class
    after = {**values, "type": chosen, "reason_class": reason, "eligible": _eligible(chosen)}
    applied = [modifier for modifier, test in rules.modifiers if test(after)]
    return _decision(rules, request, facts, row, chosen, reason, applied)


def _eligible(chosen: str) -> str:
    return "yes" if outcome.is_eligible(chosen) else "no"


def match(rules: Rules, facts: Facts) -> tuple[Row, Mapping[str, Value]]:
    """The row that ends the first two passes, and the facts it was true of.

    Lines that differ are matched each on their own: the earliest row where they agree on the
    type, else the fallback (两行冲突).
    """
    found = [(_first(rules, values), values) for values in facts.values]
    if len({row.type for row, _ in found}) > 1:
        return rules.first_match[-1][0], facts.values[0]
    return min(found, key=lambda each: each[0].order)


def _first(rules: Rules, values: Mapping[str, Value]) -> Row:
    return next(row for row, test in rules.first_match if test(values))


def _decision(
    rules: Rules,
    request: Request,
    facts: Facts,
    row: Row,
    chosen: str,
    reason: str,
    applied: list[Row],
) -> Decision:
    values, order = facts.values[0], request.order
    freight = order.freight_fen or 0
    refund_fen = outcome.refund(row, chosen, reason, facts, freight, applied)
    known = values["ownership"] == "proven" and values["order_ref"] == "known"
    return Decision(
        type=chosen,
        also_ok=outcome.others(row, chosen),
        eligible=outcome.is_eligible(chosen),
        freight_payer=outcome.freight_payer(row, chosen, reason, facts.policy.return_freight),
        evidence_required=row.evidence_required and values["evidence"] != "complete",
        reason_class=reason,
        refund_fen=refund_fen,
        needs_human=_needs_human(row, applied, refund_fen, facts.policy),
        items=facts.lines.claimed if known else (),
        window=facts.window if known else None,
        rules=tuple(RuleCited(r.id, r.text, r.source) for r in (row, *applied)),
        policy_version=policy_version(rules.book, request.policy),
        next_steps=_next_steps(rules, row, chosen, applied, facts, known),
        deadline=_deadline(row, chosen, request, facts),
    )


def _needs_human(row: Row, applied: Iterable[Row], refund_fen: int | None, policy: Policy) -> bool:
    if any("needs_human:yes" in modifier.effects for modifier in applied):
        return True
    if row.needs_human == "policy":
        return refund_fen is None or refund_fen > policy.auto_refund_max_fen
    return row.needs_human is True


def _deadline(row: Row, chosen: str, request: Request, facts: Facts) -> datetime | None:
    """The platform's deadline, or what the row promises; None where nothing runs."""
    received = facts.values[0]["received_days"]
    if row.deadline == "return_received" and isinstance(received, int):
        computed = facts.now + RETURN_RECEIVED - timedelta(days=received)
    elif outcome.is_eligible(chosen) and chosen != "cancel":
        computed = facts.now + REVIEW
    else:
        return None
    return computed if request.deadline is None else shanghai(request.deadline)


def _next_steps(
    rules: Rules, row: Row, chosen: str, applied: Iterable[Row], facts: Facts, known: bool
) -> tuple[str, ...]:
    """The rows' next steps; another way and an appeal for a refusal; the caveat for money."""
    table = rules.book.table
    steps = [step for r in (row, *applied) for step in r.steps]
    if chosen == "reject":
        steps += [row.way, table.appeal]
    if chosen in outcome.MONEY | {"price_diff"}:
        steps.append(table.advice)
    if known and facts.window and not is_published(facts.window.ends.year):
        steps.append(UNPUBLISHED)
    return tuple(dict.fromkeys(steps))
