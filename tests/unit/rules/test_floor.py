"""The legal floor is proven over the whole space of facts, and every lawful policy passes."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.rules.floor import SHOP, Comparison, accept_policy, harsher_values
from handlers.rules.when import compile_condition
from knowledge.policies import read_policy
from knowledge.rules.conditions import all_hold, parse
from knowledge.rules.faults import ContentFaultsError
from knowledge.rules.space import build
from tests.unit.rules.build import BOOK, DEFAULT, RULES, ids, judge, order
from tests.unit.rules.strategies import facts, values

LAW = BOOK.policy.floor


def told(raw: dict[str, Any]) -> str:
    with pytest.raises(ContentFaultsError) as caught:
        accept_policy(BOOK, raw)
    return "\n".join(str(fault) for fault in caught.value.faults)


def test_the_default_policy_is_lawful() -> None:
    assert accept_policy(BOOK, {}) == DEFAULT


def test_a_shorter_window_is_refused_with_the_input_that_shows_it() -> None:
    found = told({"no_reason_days": 6})
    assert "policy.no_reason_days：比法律严（无理由天数 6）" in found
    for part in ("day=7", "in_window=no/yes", "stage=received", "（33）", "“退货退款”"):
        assert part in found


def test_slower_shipping_is_refused_with_the_input_that_shows_it() -> None:
    found = told({"ship_hours": 49})
    for part in ("policy.ship_hours", "late=no/yes", "stage=unshipped", "“仅退款”（6a）"):
        assert part in found


def test_every_harsh_value_is_named_at_once() -> None:
    found = told({"no_reason_days": 0, "ship_hours": 72, "fresh_hours": 24})
    assert "policy.no_reason_days" in found
    assert "policy.ship_hours" in found
    assert "fresh_hours" not in found


@settings(max_examples=12, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "no_reason_days": st.integers(7, 90),
            "return_freight": st.sampled_from(["buyer", "merchant"]),
            "exchange_support": st.booleans(),
            "fresh_hours": st.integers(0, 240),
            "refund_only_max_fen": st.integers(0, 10**6),
            "review_above_fen": st.integers(0, 10**6),
            "price_protection_days": st.integers(0, 60),
            "ship_hours": st.integers(0, 48),
            "missing_claims_review": st.integers(1, 9),
            "deduct_outbound_freight": st.booleans(),
        },
    )
)
def test_every_policy_at_or_above_the_floor_is_accepted(raw: dict[str, Any]) -> None:
    assert harsher_values(BOOK, read_policy(BOOK.policy, raw)) == []


def test_unknown_and_wrong_values_are_listed_together() -> None:
    raw = {"no_reason_days": "7", "colour": 1, "return_freight": "nobody", "promises": [{"x": 1}]}
    found = told(raw)
    for part in ("no_reason_days：", "policy：有 1 项不认识", "return_freight：", "缺 text"):
        assert part in found
    assert "promises[0]：有 1 项不认识，可以写的是 no_reason_days" in found
    assert "colour" not in found  # errors never echo what was sent


def with_row(when: str, order_at: int) -> Any:
    """The committed rules with one more refusal in them."""
    problems: list[str] = []
    condition = parse(when, BOOK.vocabulary, problems)
    assert not problems
    model = next(row for row in BOOK.table.rows if row.id == "33")
    row = replace(model, id="99", order=order_at, when=when, condition=condition)
    rows = tuple(sorted((*BOOK.table.rows, row), key=lambda each: each.order))
    return replace(BOOK, table=replace(BOOK.table, rows=rows))


def test_a_row_that_turns_a_kind_value_harsh_is_found() -> None:
    book = with_row("price_protected=yes & wish=return & stage=received", 455)
    raw = {"price_protection_days": 30}
    (fault,) = harsher_values(book, read_policy(book.policy, raw))
    assert fault.where == "policy.price_protection_days"
    assert "price_protected=yes/no" in fault.problem


def test_two_values_that_are_harsh_only_together_are_named_together() -> None:
    both = "exchange_support=yes & deduct_outbound_freight=no & wish=return & stage=received"
    book = with_row(both, 455)
    (fault,) = harsher_values(book, read_policy(book.policy, {}))
    assert "exchange_support" in fault.where
    assert "deduct_outbound_freight" in fault.where
    alone = read_policy(book.policy, {"deduct_outbound_freight": True})
    assert harsher_values(book, alone) == []


def test_search_agrees_with_trying_every_combination() -> None:
    """On a space small enough to enumerate, the solver finds exactly what exists."""
    texts = (
        "repairs>=2 & lacking=unit",
        "repairs<1 & fault=other",
        "condition has used|washed & lacking=accessory",
        "condition has opened & repairs<=2",
        "fault!=performance & redeemed=yes",
    )
    conditions = [parse(text, BOOK.vocabulary, []) for text in texts]
    space = build(BOOK.vocabulary, conditions)
    every = [
        {key: value for one in choice for key, value in one[SHOP].items()}
        for choice in product(*(variable.classes for variable in space.variables))
    ]
    for wanted in product((True, False), repeat=len(conditions)):
        true = [space.clause(c) for c, yes in zip(conditions, wanted, strict=True) if yes]
        false = [space.clause(c) for c, yes in zip(conditions, wanted, strict=True) if not yes]
        exists = any(
            all(all_hold(c, one) == yes for c, yes in zip(conditions, wanted, strict=True))
            for one in every
        )
        cube = space.solve(true, false)
        assert (cube is not None) == exists
        if cube is not None:
            example = space.example(cube)
            assert [all_hold(c, example) for c in conditions] == list(wanted)


def test_the_comparison_sees_each_policy_its_own_way() -> None:
    shop = replace(LAW, no_reason_days=15, ship_hours=24)
    space = Comparison(BOOK, shop, LAW).space
    readings = {
        (ours["in_window"], law["in_window"])
        for variable in space.variables
        if "in_window" in variable.keys
        for ours, law in variable.classes
    }
    kinder, harsher = ("yes", "no"), ("no", "yes")
    assert kinder in readings
    assert harsher not in readings


@settings(max_examples=150, deadline=None)
@given(facts(), st.data())
def test_compiled_conditions_mean_what_the_language_says(
    stated: dict[str, Any], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(BOOK.vocabulary.stated)))
    known = {**BOOK.vocabulary.defaults, **DEFAULT.facts(), "discount_fen": 0}
    known |= stated | {name: data.draw(values(BOOK.vocabulary.keys[name]))}
    known |= {"type": "reject", "eligible": "no"}
    for row in BOOK.table.rows:
        assert compile_condition(row.condition)(known) == all_hold(row.condition, known)


def test_a_policy_under_the_law_would_still_decide_by_the_law() -> None:
    policy = {"no_reason_days": 3, "ship_hours": 500}
    assert ids(judge(order(), {"wish": "return"}, "08-11T10:00", RULES, policy=policy)) == ["16"]
