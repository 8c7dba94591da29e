"""Parts of a message that nothing answers, and questions that go on with the last answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import Topic
from bot.grounding import numbers
from handlers.merchant.asking_on import spoken_of, the_rest
from handlers.merchant.parts import NAMED, short, stands
from handlers.merchant.stray import asked_of_others
from tests.unit.test_which_is_meant import LIBRARY, passage, topic


def test_a_part_that_names_nothing_is_not_missed() -> None:
    assert stands("审核加急多少钱")
    assert not stands("怎么样呢")


@given(st.text("审核要0123456789. 天", max_size=40))
def test_a_named_part_is_short_and_holds_no_half_number(part: str) -> None:
    named = short(part)
    assert len(named) <= NAMED
    assert set(numbers(named)) <= set(numbers(part))


def test_what_was_asked_of_another_platform_is_asked_of_ours() -> None:
    asked = asked_of_others("抖音小店保证金多少")
    assert asked == Topic("", "小店保证金多少")
    assert spoken_of([asked], "那微信小店呢") == [asked]
    assert spoken_of([asked], "那佣金呢") == []
    assert asked_of_others("今天天气怎么样") is None


@pytest.mark.parametrize("question", ["还有别的玩法吗", "还有啥办法", "还有吗", "别的渠道呢"])
def test_more_of_a_list_is_what_was_not_told_yet(question: str) -> None:
    first = passage("item", "公众号推文：")
    rest = the_rest(question, [topic(first)], LIBRARY)
    assert rest
    assert first not in rest
    assert {item.section for item in rest} == {first.section}


def test_more_behind_one_value_is_no_neighbours_value() -> None:
    fee = passage("cell", "企业认证 · 费用")
    assert the_rest("还有吗", [topic(fee)], LIBRARY) == []
