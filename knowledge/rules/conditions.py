"""The language of the table's `when` column (aftersales-facts.md §1): parse and evaluate.

    terms joined by " & ", all true
    key=a|b    one of              key!=a|b     none of
    key has a|b   the list holds one of
    key<=n  key<n  key>n  key>=n   n is a number or another number key
    always
A comparison with a missing value is false; = and != see it as the value `missing`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from knowledge.rules.vocabulary import MISSING, Key, Value, Vocabulary

_TERM = re.compile(r"^([a-z][a-z0-9_]*)\s*(!=|<=|>=|=|<|>| has )\s*(.+)$")
ORDER: Mapping[str, Callable[[int, int], bool]] = {
    "<=": operator.le,
    "<": operator.lt,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Term:
    """One comparison. `values` for =, != and has; `bound` (a number or a key) for an order."""

    key: str
    op: str
    values: tuple[str | int, ...] = ()
    bound: int | str = 0

    @property
    def reads(self) -> tuple[str, ...]:
        """The keys this term looks at."""
        return (self.key, self.bound) if isinstance(self.bound, str) else (self.key,)


Condition = tuple[Term, ...]


def parse(text: str, vocabulary: Vocabulary, problems: list[str]) -> Condition:
    """The terms of `text`; empty for `always`. What is wrong is appended to `problems`."""
    if text.strip() == "always":
        return ()
    terms = [_term(part.strip(), vocabulary, problems) for part in text.split("&")]
    return tuple(term for term in terms if term is not None)


def _term(text: str, vocabulary: Vocabulary, problems: list[str]) -> Term | None:
    match = _TERM.match(text)
    if match is None:
        problems.append(f"看不懂条件“{text}”")
        return None
    name, op, right = match[1], match[2].strip(), match[3].strip()
    key = vocabulary.keys.get(name)
    if key is None:
        problems.append(f"不认识事实 {name}")
        return None
    if op in ORDER:
        return _order(key, op, right, vocabulary, problems)
    return _membership(key, op, right, problems)


def _order(
    key: Key, op: str, right: str, vocabulary: Vocabulary, problems: list[str]
) -> Term | None:
    if key.kind != "number":
        problems.append(f"{key.name} 不是数，不能用 {op}")
        return None
    if re.fullmatch(r"-?\d+", right):
        return Term(key.name, op, bound=int(right))
    other = vocabulary.keys.get(right)
    if other is None or other.kind != "number":
        problems.append(f"{op} 右边的 {right} 既不是数，也不是数值事实")
        return None
    return Term(key.name, op, bound=right)


def _membership(key: Key, op: str, right: str, problems: list[str]) -> Term | None:
    if (op == "has") != (key.kind == "list"):
        problems.append(f"{key.name} 要用{' has' if key.kind == 'list' else ' = 或 !='}")
        return None
    values = [_value(key, part.strip()) for part in right.split("|")]
    unknown = [p for p, v in zip(right.split("|"), values, strict=True) if v is None]
    if unknown:
        problems.append(f"{key.name} 没有值 {'、'.join(unknown)}")
        return None
    return Term(key.name, op, values=tuple(v for v in values if v is not None))


def _value(key: Key, text: str) -> str | int | None:
    if key.kind == "number" and re.fullmatch(r"-?\d+", text):
        return int(text)
    if text in key.values:
        return text
    return MISSING if text == MISSING and key.default == MISSING else None


def holds(term: Term, facts: Mapping[str, Value]) -> bool:
    """Whether the term is true of the facts, every key of which must be present."""
    value = facts[term.key]
    if term.op in ORDER:
        bound = facts[term.bound] if isinstance(term.bound, str) else term.bound
        known = isinstance(value, int) and isinstance(bound, int)
        return known and ORDER[term.op](value, bound)  # type: ignore[arg-type]
    if term.op == "has":
        return isinstance(value, tuple) and not set(term.values).isdisjoint(value)
    return (value in term.values) == (term.op == "=")


def all_hold(condition: Condition, facts: Mapping[str, Value]) -> bool:
    """Whether every term is true of the facts."""
    return all(holds(term, facts) for term in condition)
