"""The table of rules: how it is read, that it is whole, and what it decides in bulk."""

import json
import string
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intents.customer_rules import ALWAYS, CUSTOMER_RULES
from bot.intents.learned import HEARD
from bot.intents.merchant_rules import MERCHANT_RULES
from bot.intents.recognise import by_rule, rule_for
from bot.intents.rules import Rule, decide, faults_of, table
from bot.intents.signals import LEXICON, read
from bot.messages import Audience
from knowledge.guide import load_guide
from knowledge.intents import guide_questions, load_examples

SETS = Path(__file__).parents[2] / "evals" / "sets"


def test_the_shipped_rules_name_signals_and_intents_that_exist() -> None:
    assert faults_of((*ALWAYS, *CUSTOMER_RULES), LEXICON, HEARD["customer"]) == []
    assert faults_of((*ALWAYS, *MERCHANT_RULES), LEXICON, HEARD["merchant"]) == []


def test_every_signal_serves_a_rule() -> None:
    rules = (*ALWAYS, *CUSTOMER_RULES, *MERCHANT_RULES)
    used = {one.removeprefix("!") for rule in rules for term in rule.terms for one in term}
    assert set(LEXICON) - used == set()


def test_faults_of_rules_are_all_told() -> None:
    rules = (Rule("one", "greets nope|!nada", "hugging"), Rule("one", "greets", "greeting"))
    assert faults_of(rules, {"greets"}, {"greeting"}) == [
        "one: no signal `nope`", "one: no signal `nada`", "one: no intent `hugging`",
        "one: stands twice",
    ]  # fmt: skip


def test_a_table_of_rules_is_read_line_by_line() -> None:
    read_rules = table("# remark\n\n  greeting | a b|!c | why\n  + not\n thanks_bye | d\n + | so")
    assert read_rules == (Rule("why not", "a b|!c", "greeting"), Rule("so", "d", "thanks_bye"))
    with pytest.raises(ValueError, match="not enough values"):
        table("greeting | a")


names = st.sampled_from(string.ascii_lowercase[:5])
terms = st.lists(st.tuples(st.booleans(), names), min_size=1, max_size=3)


@given(st.lists(terms, min_size=1, max_size=4), st.frozensets(names))
def test_a_rule_holds_when_each_term_has_one_that_holds(
    wanted: list[list[tuple[bool, str]]], shown: frozenset[str]
) -> None:
    when = " ".join("|".join(f"{'' if is_there else '!'}{n}" for is_there, n in t) for t in wanted)
    holds = all(any((n in shown) == is_there for is_there, n in term) for term in wanted)
    assert Rule("r", when, "greeting").holds(shown) == holds


def test_the_first_rule_that_holds_decides() -> None:
    rules = table("greeting | a | first\nthanks_bye | a|b | second")
    assert [getattr(decide(rules, frozenset(x)), "name", None) for x in ("ab", "b", "c")] == [
        "first", "second", None,
    ]  # fmt: skip


def test_rules_agree_with_the_examples_wherever_they_decide() -> None:
    decided: Counter[bool] = Counter()
    for said, intent in load_examples():
        audience: Audience = "customer" if intent in HEARD["customer"] else "merchant"
        found = rule_for(read(said), audience)
        if found and not found.guess:
            decided[found.intent == intent] += 1
    assert decided[True] / decided.total() >= 0.93


def test_questions_beside_the_guide_never_become_a_buyers_wish_or_small_talk() -> None:
    asked = [ask for ask, _ in guide_questions(load_guide(), most=10_000)]
    lost = HEARD["merchant"] & HEARD["customer"]
    wrong = [ask for ask in asked if by_rule(ask, "merchant") in lost]
    assert len(wrong) / len(asked) <= 0.01, wrong


def test_the_tuning_half_of_the_intents_stays_recognised_by_rules() -> None:
    lines = (SETS / "intents.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["half"] == "tune"]
    found = [(by_rule(row["message"], row["audience"]), row) for row in rows]
    right = [i in (row["intent"], *row["also_ok"]) for i, row in found if i]
    assert sum(right) / len(right) >= 0.95
    assert len(right) / len(rows) >= 0.85
