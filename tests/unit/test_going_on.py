"""What a message goes on with: the reaction before it, the answer it goes back to, what stands
behind that, and for whom it is meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import Topic
from bot.intents.claims import put_right
from bot.intents.reactions import asked_after
from handlers.merchant.asking_on import cautions
from handlers.merchant.compared import rather
from handlers.merchant.crossing import named_by_place, same_aspect
from handlers.merchant.going_back import meant_last, without_way_back
from handlers.merchant.of_self import meant_for, of_self
from handlers.merchant.unsaid import lacks_who
from handlers.merchant.vouched import behind, doubt_in, vouched
from knowledge.wording import load_wording
from tests.unit.test_which_is_meant import LIBRARY, passage, topic

MODES = "开发模式核心指标对比"


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("晕 这么贵 有便宜点的吗", "有便宜点的吗"),
        ("OK 最后问下 材料要法人的啥", "材料要法人的啥"),
        ("好的那自提呢", "那自提呢"),
        ("卖水果 运费谁出", "卖水果 运费谁出"),
        ("谢谢", "谢谢"),
        ("好几天了 还没过", "好几天了 还没过"),
    ],
)
def test_a_reaction_is_no_part_of_the_question(said: str, left: str) -> None:
    assert asked_after(said) == left


@given(st.text("好嗯谢 ，那费率呢300", max_size=20))
def test_what_is_asked_after_a_reaction_was_said(said: str) -> None:
    assert asked_after(said) in said
    assert bool(asked_after(said)) == bool(said)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("不是这个 我说复购", "复购"),
        ("不是问这个，我问的是备案", "备案"),
        ("打错了 我问的是原生", "原生"),
        ("我说复购", ""),
    ],
)
def test_a_question_is_put_right(said: str, meant: str) -> None:
    assert put_right(said) == meant


@pytest.mark.parametrize("said", ["依据是啥", "这是哪个法写的", "你这两个数哪来的", "官方的？"])
def test_a_source_is_asked_for(said: str) -> None:
    assert doubt_in(said) == "source"


@pytest.mark.parametrize("said", ["在哪查", "怎么写", "谁办", "官方最长几天", "从哪天开始算"])
def test_other_questions_ask_for_no_source(said: str) -> None:
    assert doubt_in(said) == ""


def test_a_source_is_told_with_its_clause_in_what_is_cited() -> None:
    found = behind([passage("item", "情节严重：")], LIBRARY)
    assert "第66条" in found[0].text
    assert vouched("source", found, load_wording(), "").startswith("依据是《个人信息保护法》第66条")


def test_what_was_corrected_is_vouched_for_by_its_correction() -> None:
    found = behind([passage("item", "数据泄露：")], LIBRARY)
    said = vouched("sure", found, load_wording(), "")
    assert "情节严重" in said
    assert "《个人信息保护法》第66条" in said


def test_a_message_that_goes_back_goes_on_with_what_it_names() -> None:
    plugin = topic(passage("cell", "公众号插件 · 年均成本"))
    lists = topic(passage("item", "KOL软文："))
    assert meant_last("回到刚才那个插件，限多少商品", [plugin, lists], LIBRARY)[-1] is plugin
    assert meant_last("插件限多少商品", [plugin, lists], LIBRARY)[-1] is lists
    assert without_way_back("回到刚才那个插件 限多少商品") == "插件 限多少商品"


def test_the_second_may_be_asked_something_of_its_own() -> None:
    second = passage("cell", "SaaS平台 · 开发周期")
    assert named_by_place("第二个一年得花多少", second) == "SaaS平台 一年得花多少"
    assert named_by_place("那第二个呢", second) == ""
    first = passage("cell", "原生开发 · 开发周期")
    cost = topic(passage("cell", "SaaS平台 · 年均成本"))
    assert same_aspect(first, cost, LIBRARY) == [passage("cell", "原生开发 · 年均成本")]


def test_something_cheaper_is_what_costs_less() -> None:
    dear = passage("cell", "原生开发 · 年均成本")
    cheaper = rather("有便宜点的吗", dear, LIBRARY)
    assert [cell.value for cell in cheaper] == ["免费", "1万-5万"]
    assert rather("有便宜点的吗", passage("cell", "公众号插件 · 年均成本"), LIBRARY) == []
    assert rather("有快点的吗", dear, LIBRARY)[0].value == "3-7天"


def test_what_somebody_is_picks_the_answer_that_is_for_them() -> None:
    assert of_self("我做女装的") == "女装"
    assert of_self("我想开店") == of_self("我卖什么好呢") == ""
    firm = topic(passage("cell", "企业号 · 认证费用"))
    mine = meant_for(of_self("我是个体户"), [firm], [], [], LIBRARY)
    assert mine == [passage("cell", "个人号（个体户） · 认证费用")]


def test_who_would_copy_a_story_is_told_what_speaks_against_it() -> None:
    told = Topic("问", "问", (passage("sentence", "这家美妆小程序的新客转化率").id,))
    (note,) = cautions("这玩法我能照搬吗", told, LIBRARY)
    assert "滥用分享" in note.text


def test_who_sees_to_it_is_not_answered_with_what_is_needed() -> None:
    assert lacks_who("找谁办", "散装食品的通常要件：食品经营许可证。")
    assert not lacks_who("去哪办", "去当地市场监督管理局办。")
    assert not lacks_who("办什么证", "食品经营许可证。")
