"""A decision told in Chinese: the row, its clauses, its facts, and how the days were counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from handlers.rules.decide import UNPUBLISHED, Request, Rules, decide, match
from handlers.rules.decision import Decision, Window
from handlers.rules.facts import Facts, derive
from handlers.rules.window import is_published, is_workday
from knowledge.rules.book import RuleBook
from knowledge.rules.conditions import Term
from knowledge.rules.table import Row
from knowledge.rules.vocabulary import MISSING, Value, Vocabulary

PAYERS = {"buyer": "买家", "merchant": "商家", "none": "不涉及寄送", "policy": "按店铺政策"}
_SIGNS = {"<=": " ≤ ", "<": " < ", ">": " > ", ">=": " ≥ "}
_VERBS = {"=": "：", "!=": "不是：", "has": "里有："}


def explain(rules: Rules, request: Request) -> tuple[str, ...]:
    """The lines a merchant or operator reads next to a decision."""
    facts = derive(
        rules.book, request.order, request.policy, request.stated, request.now, request.requester
    )
    row, values = match(rules, facts)
    decision = decide(rules, request)
    return (
        *_verdict(rules.book, decision),
        *_read(rules.book, row, values),
        *_clauses(rules.book, decision),
        *_counted(facts, decision.window),
        f"规则版本：{decision.policy_version}",
    )


def _verdict(book: RuleBook, decision: Decision) -> list[str]:
    rows = "、".join(f"{rule.id} {rule.text}" for rule in decision.rules)
    name = book.vocabulary.keys["type"].values[decision.type]
    lines = [f"结论：{name}", f"规则：{rows}"]
    if decision.eligible:
        lines.append(f"运费：{PAYERS[decision.freight_payer]}")
    if decision.refund_fen is not None:
        lines.append(f"建议退款：{yuan(decision.refund_fen)}元")
    if decision.deadline:
        lines.append(f"期限：{_moment(decision.deadline)}")
    return lines


def yuan(fen: int) -> str:
    """Fen as yuan without superfluous zeros."""
    return f"{fen / 100:.2f}".rstrip("0").rstrip(".")


def _read(book: RuleBook, row: Row, values: Mapping[str, Value]) -> list[str]:
    read = dict.fromkeys(key for term in row.condition for key in term.reads)
    told = [f"{book.vocabulary.keys[k].label}：{_named(book, k, values[k])}" for k in read]
    return [f"依据的事实：{'；'.join(told)}"] if told else []


def _named(book: RuleBook, key: str, value: Value) -> str:
    names = book.vocabulary.keys[key].values
    if isinstance(value, tuple):
        return "、".join(names[name] for name in value) or "无"
    return "不知道" if value == MISSING else names.get(str(value), str(value))


def _clauses(book: RuleBook, decision: Decision) -> list[str]:
    cited = [c for rule in decision.rules for c in book.sources.cite(rule.source)[0]]
    lines = [f"《{c.name}》第{c.clause}条：{c.summary}" for c in cited if c.clause]
    return list(dict.fromkeys(lines))


def _counted(facts: Facts, window: Window | None) -> list[str]:
    """How the day was counted and where the end moved over rest days."""
    if window is None:
        return []
    signed = window.starts.date() - timedelta(days=1)
    planned = signed + timedelta(days=facts.policy.no_reason_days)
    last = window.ends.date() - timedelta(days=1)
    days = facts.policy.no_reason_days
    line = f"天数：{_day(signed)}签收是第0天，{_day(facts.now.date())}是第{window.day}天；"
    if is_workday(planned):
        line += f"第{days}天是{_day(planned)}，24点前都算"
    else:
        line += f"第{days}天{_day(planned)}是休息日，顺延到{_day(last)}，24点前都算"
    return [line] if is_published(last.year) else [line, UNPUBLISHED]


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _moment(moment: datetime) -> str:
    return f"{_day(moment)} {moment:%H:%M}"


def say_term(vocabulary: Vocabulary, term: Term) -> str:
    """One term of a `when` in Chinese."""
    key = vocabulary.keys[term.key]
    if term.op in _SIGNS:
        other = vocabulary.keys[term.bound].label if isinstance(term.bound, str) else term.bound
        return f"{key.label}{_SIGNS[term.op]}{other}"
    names = "或".join(_value_name(key.values, value) for value in term.values)
    return f"{key.label}{_VERBS[term.op]}{names}"


def _value_name(names: Mapping[str, str], value: str | int) -> str:
    return (
        "不知道" if value == MISSING and value not in names else names.get(str(value), str(value))
    )
