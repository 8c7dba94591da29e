"""What was told in one message and what others leave of it; goods called by their last letter."""

from __future__ import annotations

import pytest

from handlers.customer.which import naming
from tests.unit.customer.counter import RULES
from tests.unit.customer.talk import understood
from tests.unit.rules.build import item, order

WORDS = RULES.understand.words
BAG = order("signed", item("帆布包", "箱包", 8900), order_no="3726100000041")
POT = order("signed", item("保温壶", "厨具", 12900), order_no="3726100000042")
KETTLE = order("signed", item("电水壶", "小家电", 15900), order_no="3726100000043")


def test_an_order_is_called_by_the_last_letter_of_its_goods() -> None:
    assert naming(WORDS, "带不锈钢内胆的那个 倒水那个壶", (BAG, POT)) == (POT,)


@pytest.mark.parametrize("said", ["包邮的那单", "包裹到了", "壶"])
def test_a_letter_that_calls_nothing(said: str) -> None:
    assert naming(WORDS, said, (BAG, POT)) == ()


def test_a_letter_that_ends_two_names_calls_neither() -> None:
    assert naming(WORDS, "倒水那个壶", (POT, KETTLE)) == ()


def test_a_condition_on_a_claim_drops_nothing() -> None:
    assert understood("dress", "能换大一号不 不换的话我就不退了")["wish"] == "exchange"
    assert understood("dress", "想退", "要运费的话就不退了")["wish"] == "withdraw"


def test_a_fault_stands_beside_messages_that_say_nothing_of_it() -> None:
    told = ("你们给我发成单人的了 我买1.8米的", "不换了 来不及", "退吧")
    assert understood("dress", *told)["reason_class"] == "wrong_item"


def test_naming_the_goods_again_tells_of_no_fault() -> None:
    said = ("裙子不想要 其它都留", "就是碎花连衣裙", "退")
    assert "reason_class" not in understood("dress and scarf", *said)


def test_a_message_without_a_chinese_word_wishes_nothing() -> None:
    assert "wish" not in understood("lamp", "' OR 1=1; SELECT * FROM orders --")
