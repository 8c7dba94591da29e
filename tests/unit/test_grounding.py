"""Numbers of a draft must stand in what it cites, or be a calculation that is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grounding import numbers, ungrounded


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("认证费300元一年", ["300"]),
        ("费率0.6%-2%", ["0.6", "2"]),
        ("0.6%起", ["0.6"]),
        ("1.5天到账\n2.5天发货", ["1.5", "2.5"]),
        ("共１，２００．５０元", ["1200.5"]),
        ("1,234,567件", ["1234567"]),
        ("007号 与 0 件", ["7", "0"]),
        ("3-7天", ["3", "7"]),
        ("1. 先备案\n2、再审核\n③ 等7天", ["7"]),
        ("没有数", []),
        ("", []),
    ],
)
def test_numbers_are_compared_however_they_are_written(text: str, found: list[str]) -> None:
    assert list(numbers(text)) == found


def test_a_draft_that_only_says_what_its_sources_say_is_grounded() -> None:
    assert ungrounded("企业号认证300元/年，上限500件。", ["认证费用：300元/年", "500件"]) == []


def test_a_number_of_no_source_is_named() -> None:
    assert ungrounded("审核要5天，费用300元", ["费用300元"]) == ["5"]


def test_a_part_of_a_number_grounds_nothing() -> None:
    assert ungrounded("500件", ["1500件", "50元"]) == ["500"]


def test_the_order_of_steps_needs_no_source() -> None:
    assert ungrounded("1. 先备案\n2. 再审核7天", ["审核7天"]) == []


def test_a_shown_calculation_is_grounded_when_its_operands_are() -> None:
    sources = ["费率0.6%–2%", "卖200元"]
    assert ungrounded("200 元 × 0.6%–2% = 1.2–4 元", sources) == []
    assert ungrounded("200 元 × 3% = 6 元", sources) == ["3", "6"]


def test_the_result_of_a_shown_calculation_may_be_used_afterwards() -> None:
    assert ungrounded("100 × 0.6% = 0.6 元。一共扣0.6元。", ["100", "费率0.6%"]) == []


def test_a_result_without_its_calculation_is_not_grounded() -> None:
    assert ungrounded("一共扣1.2元", ["200元", "0.6%"]) == ["1.2"]


@pytest.mark.parametrize("draft", ["100 × 0.6% = 99 元", "3-7天 = 5天"])
def test_a_wrong_calculation_is_not_grounded(draft: str) -> None:
    assert ungrounded(draft, ["100元", "0.6%", "3-7天"]) != []


@given(st.text())
def test_a_text_is_grounded_in_itself(text: str) -> None:
    assert ungrounded(f"说{text}", [f"说{text}"]) == []


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=5), st.integers(10**10, 10**11))
def test_whatever_is_added_is_found_out(known: list[int], added: int) -> None:
    source = "，".join(f"共{number}件" for number in known)
    assert ungrounded(f"{source}，共{added}件", [source]) == [str(added)]
