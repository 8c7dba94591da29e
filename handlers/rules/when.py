"""Conditions compiled once at load into plain closures; same meaning as `conditions.holds`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from knowledge.rules.conditions import ORDER, Condition, Term
from knowledge.rules.vocabulary import Value

Facts = Mapping[str, Value]
Test = Callable[[Facts], bool]


def compile_condition(condition: Condition) -> Test:
    """A function from facts to whether every term is true."""
    tests = tuple(_compile(term) for term in condition)
    if len(tests) == 1:
        return tests[0]

    def test(facts: Facts) -> bool:
        for one in tests:  # noqa: SIM110 - a generator costs more than the comparisons
            if not one(facts):
                return False
        return True

    return test


def _compile(term: Term) -> Test:
    key, values = term.key, frozenset(term.values)
    if term.op in ORDER:
        return _comparison(term)
    if term.op == "has":
        return lambda facts: not values.isdisjoint(facts[key])  # type: ignore[arg-type]
    if term.op == "=":
        return lambda facts: facts[key] in values
    return lambda facts: facts[key] not in values


def _comparison(term: Term) -> Test:
    key, compare, bound = term.key, ORDER[term.op], term.bound

    def test(facts: Facts) -> bool:
        left = facts[key]
        right = facts[bound] if isinstance(bound, str) else bound
        return isinstance(left, int) and isinstance(right, int) and compare(left, right)

    return test
