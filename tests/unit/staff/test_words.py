"""Commands of staff: read exactly, or left to the guide."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.staff_words import ACTS, Command, read_command, tap


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("待办", Command("list")),
        ("还有谁在等？", Command("list")),
        ("哪些快到期", Command("due")),
        ("快超时", Command("due")),
        ("接手12", Command("take", 12)),
        ("接手 １２号", Command("take", 12)),
        ("接手", Command("take")),
        ("看 #12", Command("show", 12)),
        ("交还", Command("release")),
        ("交还 12号。", Command("release", 12)),
        ("同意 12", Command("approve", 12)),
        ("拒绝 12 吊牌 剪了", Command("reject", 12, "吊牌 剪了")),
        ("不同意12，吊牌剪了", Command("reject", 12, "吊牌剪了")),
        ("拒绝 12", Command("reject", 12)),
        ("拒绝 12。", Command("reject", 12)),
        ("拒绝 12 SF0001 没到", Command("reject", 12, "SF0001 没到")),
        ("打款 12", Command("refund", 12)),
        ("收到退货 12", Command("confirm_receipt", 12)),
        ("办完12", Command("close", 12)),
        ("补凭证 12 拍一下吊牌", Command("request_evidence", 12, "拍一下吊牌")),
        ("回复 好的", Command("reply", None, "好的")),
        ("回复：12点前发货", Command("reply", None, "12点前发货")),
        ("回复 12 点前发货", Command("reply", None, "12 点前发货")),
        ("回复 12号 马上发", Command("reply", 12, "马上发")),
        ("回复12号：马上发\n别急", Command("reply", 12, "马上发\n别急")),
        ("回复 #12 马上发", Command("reply", 12, "马上发")),
        ("店员帮助", Command("help")),
    ],
)
def test_what_staff_write(text: str, command: Command) -> None:
    assert read_command(text) == command


@pytest.mark.parametrize(
    "text",
    [
        *("", "1", "同意", "拒绝", "拒绝了怎么办", "不同意退货可以吗", "退款 7天内到账吗", "12号"),
        *("回复", "回复率多少合适", "看看规则", "看 12 个类目", "接手别人的店", "同意 12 个条件吗"),
        *("待办怎么用", "快到期的食品能卖吗", "关闭 店铺", "打款多久", "我接手 12", "帮助"),
    ],
)
def test_what_is_for_the_guide(text: str) -> None:
    assert read_command(text) is None


@given(
    st.sampled_from([*ACTS, "take", "over", "show", "release", "no"]),
    st.integers(1, 10**9 - 1),
    st.lists(st.integers(0, 10**9 - 1), max_size=2),
)
@settings(max_examples=50)
def test_a_button_is_read_back(verb: str, number: int, more: list[int]) -> None:
    key = tap("按钮", verb, number, *more).id  # type: ignore[arg-type]
    found = read_command("", key)
    assert found
    assert (found.verb, found.number) == (verb, number)
    assert [each for each in (found.version, found.fen) if each is not None] == more
    assert len(key) < 64


@given(st.text(max_size=40))
@settings(max_examples=100)
def test_any_text_and_tap_is_read_or_left(text: str) -> None:
    for found in (read_command(text), read_command(text, f"st:{text}"), read_command("", text)):
        assert found is None or found.verb
