"""The coverage test's own matching: it must not find 7天 in 3-7天."""

import pytest

from tests.unit.test_guide_coverage import holds


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("开发周期：3~7天", "3-7天"),
        ("开发周期：3 至 7天", "3-7天"),
        ("约2到3个月", "2-3个月"),
        ("费率０．６％～２％", "0.6%-2%"),
        ("转化率≥8%。", "≥8%"),
        ("分成六大核心模块", "六大核心模块"),
    ],
)
def test_a_number_is_found_however_it_is_written(text: str, fact: str) -> None:
    assert holds(text, fact)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("开发周期：3-7天", "7天"),
        ("17天", "7天"),
        ("增长15%", "5%"),
        ("2000人", "200"),
        ("0.6%", "6%"),
        ("1.25万", "1.2"),
        ("十三大风险", "三大风险"),
    ],
)
def test_a_part_of_a_number_is_not_that_number(text: str, fact: str) -> None:
    assert not holds(text, fact)
