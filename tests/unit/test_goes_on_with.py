"""What a question behind an answer goes on with: its bound, its thing, one part of a message."""

import pytest

from bot.conversation import Topic
from handlers.merchant.asking_on import bound_of
from handlers.merchant.compared import compared_by
from handlers.merchant.crossing import counted_off, same_thing
from handlers.merchant.going_back import part_meant
from handlers.merchant.measures import of_unit
from handlers.merchant.unsaid import lacks_who
from tests.unit.test_which_is_meant import LIBRARY, passage, topic


def test_the_least_is_that_of_what_was_told() -> None:
    told = passage("item", "一般商品：")
    assert bound_of("最低赔多少", topic(told), LIBRARY) == [told]
    assert bound_of("那最多呢", topic(told), LIBRARY) == []
    assert bound_of("最低的认证费是多少", topic(told), LIBRARY) == []


def test_a_question_that_names_nothing_is_about_the_thing_told_of_last() -> None:
    cost, grows = passage("cell", "SaaS平台 · 年均成本"), passage("cell", "原生开发 · 功能扩展性")
    mine = passage("cell", "SaaS平台 · 功能扩展性")
    assert same_thing("以后加功能方便不", [grows], topic(cost), LIBRARY) == [mine]
    assert same_thing("自己写代码的 以后加功能方便不", [grows], topic(cost), LIBRARY) == []
    assert same_thing("哪个更好加功能", [grows], topic(cost), LIBRARY) == []


def test_levels_are_compared_as_figures_are() -> None:
    cells = [passage("cell", f"{one} · 功能扩展性") for one in ("SaaS平台", "原生开发")]
    assert compared_by("扩展性谁强", cells) == cells[::-1]


def test_the_nth_level_is_named_by_its_number() -> None:
    first = passage("item", "一级类目：")
    told = topic(passage("item", "二级类目："))
    assert counted_off("第一级是啥", [told], LIBRARY) == first


@pytest.mark.parametrize(
    ("said", "asked", "last"),
    [
        ("第一个，失败了退吗", "失败了退吗", "认证费多少"),
        ("第二个 超时了咋办", "超时了咋办", "审核几天"),
        ("第三个 要钱吗", "第三个 要钱吗", "审核几天"),
        ("第一个呢", "第一个呢", "审核几天"),
    ],
)
def test_a_part_of_a_message_is_pointed_to(said: str, asked: str, last: str) -> None:
    parts = (Topic("认证费多少", "认证费多少"),)
    question, topics = part_meant(said, [Topic("审核几天", "审核几天", parts=parts)])
    assert (question, topics[-1].question) == (asked, last)


def test_what_is_compared_by_its_unit() -> None:
    aspects = ["开发周期", "年均成本", "功能扩展性"]
    assert of_unit("SaaS跟原生一年差几万块", aspects) == ["年均成本"]
    assert of_unit("有赞和自己写 哪个快", aspects) == ["开发周期"]
    assert of_unit("哪个又快又便宜", aspects) == []


def test_who_is_asked_for_is_told_where_no_office_is_meant() -> None:
    assert not lacks_who("同城送找谁", "同城配送可以接入达达、美团配送。")
    assert not lacks_who("结算的卡跟谁的名字一样", "结算账户须与法人账户一致。")
    assert lacks_who("食品证找谁办", "自制食品的通常要件：食品经营许可证。")
