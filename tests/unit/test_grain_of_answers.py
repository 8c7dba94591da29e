"""Which grain answers: cells for a comparison, a whole story for a why, the list below a lead."""

from datetime import date

import pytest

from handlers.merchant.answer import Answer
from handlers.merchant.compose import compose
from handlers.merchant.figures import calculated
from handlers.merchant.lists import listed, named_items
from handlers.merchant.parts import questions_in
from handlers.merchant.tables import names_several
from knowledge.documents import Passage
from knowledge.guide import load_guide
from knowledge.synonyms import load_synonyms
from retrieval.library import Library
from retrieval.rank import Hit

LIBRARY = Library(load_guide(), load_synonyms())


def passage(kind: str, part: str) -> Passage:
    """The one passage of that kind whose text begins so."""
    found = [p for p in LIBRARY.passages.values() if p.kind == kind and p.text.startswith(part)]
    assert len(found) == 1, [p.text for p in found]
    return found[0]


def hits(*found: tuple[str, str, float]) -> list[Hit]:
    """Hits at these scores, best first."""
    return [Hit(passage(kind, part), score, score, score) for kind, part, score in found]


def answer(question: str, *found: tuple[str, str, float]) -> Answer:
    told = compose(question, hits(*found), LIBRARY, known=True)
    assert told
    return told


OVERVIEW = ("item", "模式取舍：", 0.8)
COSTS = ("cell", "SaaS平台 · 年均成本", 0.6)


@pytest.mark.parametrize("question", ["SaaS和原生差在哪", "有赞跟定制开发有啥区别"])
def test_what_sets_two_things_apart_is_told_by_their_cells(question: str) -> None:
    told = answer(question, OVERVIEW, COSTS)
    assert "开发周期：原生开发60-90天，SaaS平台3-7天。" in told.text
    assert "插件" not in told.text


def test_what_is_good_or_bad_about_them_is_told_by_a_sentence() -> None:
    told = answer("SaaS和原生各有什么短板", OVERVIEW, COSTS)
    assert told.text.startswith("模式取舍")


def test_an_aspect_that_is_named_is_the_only_one() -> None:
    told = answer("个人号和企业号收款渠道一样不", ("cell", "企业号 · 支付权限", 0.7))
    assert "500件" not in told.text
    assert "仅微信支付" in told.text


def test_two_named_things_of_a_near_table_are_an_answer() -> None:
    near = hits(("cell", "SaaS平台 · 开发周期", 0.5))
    assert names_several("有赞跟自己写代码 工期哪个短", near, LIBRARY)
    assert not names_several("有赞跟自己写代码 哪个更容易被同行抄走", near, LIBRARY)
    assert not names_several("有赞跟微盟 工期哪个短", near, LIBRARY)


def test_two_items_that_a_sentence_counts_up() -> None:
    told = answer("自己送和发快递 区别在哪", ("sentence", "小程序支持三种物流模式", 0.8))
    assert [p.row for p in told.passages] == ["自配送", "第三方快递"]


def test_what_a_sentence_is_set_against_stands_beside_it() -> None:
    told = answer(
        "小老板和大品牌一般各选哪种",
        ("sentence", "中小型商家多半", 0.7),
        ("sentence", "品牌方更偏好", 0.56),
    )
    assert "SaaS平台" in told.text
    assert "原生开发" in told.text


def test_why_it_ended_so_is_the_whole_story() -> None:
    told = answer("那家保健品的店为啥被封", ("sentence", "这家保健品小程序因此封禁", 0.8))
    assert "治愈率99%" in told.text
    assert "封禁7天" in told.text


def test_how_beside_an_opening_sentence_is_the_list_below_it() -> None:
    near = hits(("sentence", "新店引流要把", 0.6), ("list", "微信域内引流有这些办法", 0.59))
    found = listed("在微信里面怎么拉客", near, LIBRARY)
    assert [item.row for item in found] == ["公众号推文", "社群裂变海报", "朋友圈广告"]


def test_one_of_the_things_counted_up_is_told_by_its_own_item() -> None:
    near = hits(("sentence", "电商小程序要有六大核心模块", 0.8))
    assert [p.row for p in listed("营销那块有哪些花样", near, LIBRARY)] == ["营销工具"]


def test_what_the_heading_says_names_no_item() -> None:
    items = [p for p in LIBRARY.section(passage("item", "结算账户：")) if p.kind == "item"]
    assert named_items("支付配置有哪几步", items, LIBRARY) == []
    assert [p.row for p in named_items("虚拟支付要什么", items, LIBRARY)] == ["虚拟支付"]
    money = [p for p in LIBRARY.section(passage("item", "保证金：")) if p.kind == "item"]
    assert [p.row for p in named_items("保证金在哪查", money, LIBRARY)] == ["保证金"]


def test_a_ranking_is_told_with_its_figures() -> None:
    near = hits(("table", "商品审核驳回原因分布", 0.8))
    assert [p.value for p in listed("驳回原因排个名", near, LIBRARY)] == [
        "38%",
        "27%",
        "19%",
        "16%",
    ]


def test_what_to_do_is_told_though_the_effect_is_named() -> None:
    told = answer("拼团怎么做才有效果", ("cell", "拼团活动 · 转化提升幅度", 0.8))
    assert "高频低价" in told.text


def test_a_bare_share_tells_nobody_how() -> None:
    told = answer(
        "怎么做才能少被打回",
        ("sentence", "建议建一套内部质检流程", 0.7),
        ("cell", "资质不符 · 占比", 0.68),
    )
    assert "38%" not in told.text


@pytest.mark.parametrize(
    ("question", "result"),
    [
        ("拉一个新客8块 拉500个要多少", "4000元"),
        ("母婴那个拉一个新人成本多少", None),
        ("母婴的案例 一个月拉新总共花了多少钱", "9.6万元"),
    ],
)
def test_a_price_a_head_times_the_heads_that_are_asked_for(
    question: str, result: str | None
) -> None:
    near = hits(
        ("sentence", "这家母婴小程序的获客成本", 0.8), ("sentence", "这家母婴小程序用1个月", 0.7)
    )
    found = calculated(question, near, LIBRARY, date(2026, 11, 22))
    assert (found is None) if result is None else (found is not None and result in found.text)


def test_a_short_question_behind_another_stands_for_itself() -> None:
    assert questions_in("被驳回几天内重交 超了呢") == ["被驳回几天内重交", "超了呢"]
