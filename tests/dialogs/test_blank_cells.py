"""Where the guide's own table is blank, we say so and invent nothing."""

import re

import pytest

from bot.http.parts import Parts
from tests.dialogs.talk import ask

BLANK = "原表这格是空的"
CASES = "典型案例"


@pytest.mark.parametrize(
    ("question", "row", "column"),
    [
        ("企业号商品数量上限是多少", "企业号", "商品数量上限"),
        ("资质不符的典型案例是什么", "资质不符", CASES),
        ("类目错放的典型案例有吗", "类目错放", CASES),
        ("图片违规的典型案例是啥", "图片违规", CASES),
        ("价格异常有什么典型案例", "价格异常", CASES),
    ],
)
def test_a_blank_cell_is_told_as_blank_with_a_way_on(
    house: Parts, question: str, row: str, column: str
) -> None:
    answer = ask(house, question)
    assert BLANK in answer.text
    assert row in answer.text
    assert column in answer.text
    assert re.findall(r"\d", answer.text) == []
    assert "转人工" in answer.choices


def test_the_neighbour_of_a_blank_cell_is_answered(house: Parts) -> None:
    answer = ask(house, "个体户商品数量上限是多少")
    assert answer.says("500件")
    assert BLANK not in answer.text


def test_a_blank_cell_cites_the_table_it_stands_in(house: Parts) -> None:
    answer = ask(house, "企业号商品数量上限是多少")
    assert answer.sources[0] == ("guide/registration.md", "主体类型与权限怎么选")
