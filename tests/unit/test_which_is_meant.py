"""Which of several things a question names, and what a follow-up leaves to be told."""

import pytest

from bot.conversation import Topic
from handlers.merchant.asking_on import the_rest
from handlers.merchant.choosing import chosen
from handlers.merchant.compared import compared_by
from handlers.merchant.crossing import other_extreme, sibling
from handlers.merchant.labels import best_named
from handlers.merchant.lists import listed, named_items
from handlers.merchant.parts import questions_in
from knowledge.documents import Passage
from knowledge.guide import load_guide
from knowledge.synonyms import load_synonyms
from retrieval.library import Library
from retrieval.rank import Hit, fused
from retrieval.shelf import Shelf
from retrieval.vectors import Near

LIBRARY = Library(load_guide(), load_synonyms())


def passage(kind: str, part: str) -> Passage:
    """The one passage of that kind whose text begins so."""
    found = [p for p in LIBRARY.passages.values() if p.kind == kind and p.text.startswith(part)]
    assert len(found) == 1, [p.text for p in found]
    return found[0]


def topic(*told: Passage) -> Topic:
    """What is remembered of an answer that said these."""
    rows, columns = tuple(p.row for p in told), tuple(p.column for p in told)
    return Topic("问", "问", tuple(p.id for p in told), rows, columns)


def test_the_label_with_the_longest_part_of_its_own_is_meant() -> None:
    labels = ["微信域内引流有这些办法：", "外部渠道引流有这些办法："]
    assert best_named("微信以外的外部渠道", labels) == 1
    assert best_named("微信", labels) == 0
    assert best_named("天气", labels) is None


def test_items_are_named_in_peoples_own_words() -> None:
    items = [p for p in LIBRARY.section(passage("item", "自配送：")) if p.kind == "item"]
    named = named_items("自己送和叫闪送 有啥不同", items, LIBRARY)
    assert [item.row for item in named] == ["自配送", "同城配送"]


def test_the_other_list_of_a_section_is_asked_for_by_its_opening_line() -> None:
    inside = passage("item", "公众号推文：")
    outside = sibling("外面呢", topic(inside), LIBRARY)
    assert [item.row for item in outside] == ["短视频平台", "搜索引擎", "KOL软文"]


def test_the_least_after_the_most() -> None:
    most = passage("cell", "资质不符 · 占比")
    (least,) = other_extreme("最少的呢", topic(most), LIBRARY)
    assert least.row == "价格异常"


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("哪个便宜", ["1万-5万", "5万+"]),
        ("那哪种更贵", ["5万+", "1万-5万"]),
        ("哪个快", ["3-7天", "60-90天"]),
        ("哪个好看", []),
    ],
)
def test_of_things_compared_the_wanted_one_comes_first(question: str, values: list[str]) -> None:
    names = [
        f"{mode} · {about}"
        for mode in ("原生开发", "SaaS平台")
        for about in ("年均成本", "开发周期")
    ]
    told = [passage("cell", name) for name in names]
    assert [cell.value for cell in compared_by(question, told)] == values


def test_the_rest_is_what_was_not_told_yet() -> None:
    first, second = passage("cell", "资质不符 · 占比"), passage("cell", "类目错放 · 占比")
    rest = the_rest("剩下两个呢", [topic(first), topic(second)], LIBRARY)
    assert [cell.row for cell in rest] == ["图片违规", "价格异常"]
    assert the_rest("剩下的货怎么办", [topic(first)], LIBRARY) == []


@pytest.mark.parametrize(
    ("question", "column"),
    [("饭点单子一多就卡 咋整", "解决方案"), ("餐饮最头疼什么", "核心需求")],
)
def test_how_wants_the_column_that_says_what_is_done(question: str, column: str) -> None:
    hits = [Hit(passage("cell", "餐饮外卖 · 核心需求"), 0.8, 0.8, 0.8)]
    assert [p.column for p in chosen(question, hits, LIBRARY)] == [column]


def test_a_sentence_that_counts_things_up_is_a_list() -> None:
    modules = passage("sentence", "电商小程序要有六大核心模块")
    assert listed("要有哪些模块", [Hit(modules, 0.8, 0.8, 0.8)], LIBRARY) == [modules]


def test_each_of_them_wants_them_all() -> None:
    levels = passage("list", "- 一级类目")
    found = listed("三级分类每一级放什么", [Hit(levels, 0.8, 0.8, 0.8)], LIBRARY)
    assert [item.row for item in found] == ["一级类目", "二级类目", "三级类目"]


def test_a_named_column_without_a_row_is_the_whole_column() -> None:
    table = passage("table", "行业运营策略对比")
    found = listed("各行业的标杆有哪些", [Hit(table, 0.8, 0.8, 0.8)], LIBRARY)
    assert {p.column for p in found} == {"标杆案例"}
    assert len(found) == 3


def test_who_is_asking_goes_with_every_question() -> None:
    asked = questions_in("认证多少钱 商品能放几件 我是个体户")
    assert asked == ["我是个体户 认证多少钱", "我是个体户 商品能放几件"]


def test_what_is_named_first_is_no_question_of_its_own() -> None:
    assert len(questions_in("微信里边呢 有哪些拉人的招")) == 1


def test_a_passage_that_covers_the_question_counts_for_more() -> None:
    known = {"资质": 2.0, "占比": 1.0, "天气": 1.0}
    found = passage("cell", "资质不符 · 占比").id
    covered = Shelf(list(LIBRARY.documents.values())).covered([found, "elsewhere"], known)
    assert covered == {found: pytest.approx(0.75)}
    (covering,) = fused(LIBRARY, [Near(found, 0.9, "")], (), covered, 9)
    (alone,) = fused(LIBRARY, [Near(found, 0.9, "")], (), {}, 9)
    assert covering.score > alone.score
