"""Small readings of a talk: places, yes, what a question asks about, questions before buying."""

import pytest

from handlers.customer.asides import facet_of
from handlers.customer.consulting import before_buying, topics_of
from handlers.customer.picking import picked
from handlers.customer.signs import is_yes, waybill_sent


@pytest.mark.parametrize(
    ("said", "shown", "place"),
    [
        ("第二个", 2, 1), ("下面那个", 2, 1), ("最后一件", 3, 2), ("上面那件", 3, 0),
        ("中间那个", 3, 1), ("②", 3, 1), ("2", 2, 1), ("选1", 2, 0), ("第三件 用不上", 3, 2),
    ],
)  # fmt: skip
def test_a_place_among_what_was_shown(said: str, shown: int, place: int) -> None:
    assert picked(said, shown) == place


@pytest.mark.parametrize(
    "said", ["第二天就坏了", "退两个", "12345", "第九个", "鞋子", "", "第一次买"]
)
def test_what_names_no_place(said: str) -> None:
    assert picked(said, 3) is None


@pytest.mark.parametrize("said", ["2", "第二个", "下面那个"])
def test_nothing_shown_nothing_picked(said: str) -> None:
    assert picked(said, 0) is None


@pytest.mark.parametrize("said", ["确认撤", "对 撤销", "撤吧", "嗯 取消掉", "是的"])
def test_a_yes_to_an_offered_withdrawal(said: str) -> None:
    assert is_yes(said, "withdraw")


@pytest.mark.parametrize("said", ["先别撤", "撤了还能再申请吗", "不撤", "撤回全额退款"])
def test_no_yes_to_an_offered_withdrawal(said: str) -> None:
    assert not is_yes(said, "withdraw")


def test_to_withdraw_is_no_yes_to_an_offer() -> None:
    assert not is_yes("撤销", "offer")


def test_a_number_is_a_waybill_only_when_something_was_sent() -> None:
    assert waybill_sent("寄了 单号SF1234567890") == "SF1234567890"
    assert waybill_sent("SF1234567890") == ""


@pytest.mark.parametrize(
    ("said", "facet"),
    [
        ("运费你们出还是我出", "freight"),
        ("钱几天能到", "when"),
        ("能退多少", "amount"),
        ("怎么弄", ""),
    ],
)
def test_what_a_question_asks_about(said: str, facet: str) -> None:
    assert facet_of(said) == facet


@pytest.mark.parametrize("said", ["还没买 先问问", "下单前想问下", "打算买一件", "没下单呢"])
def test_before_buying(said: str) -> None:
    assert before_buying(said)


@pytest.mark.parametrize(
    "said", ["买大了", "前天买的", "还没买到手就降价", "我买了两件", "收到了 想重新下单"]
)
def test_not_before_buying(said: str) -> None:
    assert not before_buying(said)


def test_the_particular_before_the_general() -> None:
    keys = [topic.key for topic in topics_of("内裤拆了几天内能退 运费谁出")]
    assert keys == ["as_consult_hygiene", "as_consult_days", "as_consult_freight"]
