"""What stands beside a question, what a part leans on, and what nobody wrote."""

from dataclasses import replace

import pytest

from bot.intents.recognise import rule_for
from bot.intents.signals import read
from handlers.merchant.asking_on import way_of
from handlers.merchant.parts import core_of, questions_in
from handlers.merchant.unsaid import other_act
from knowledge.documents import Passage
from retrieval.answerability import answerable
from retrieval.rank import Hit, in_both
from tests.unit.test_which_is_meant import LIBRARY, passage, topic


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("店审核过了 现在怎么拉人", "现在怎么拉人"),
        ("老板让我查一下 转化率多少算好", "转化率多少算好"),
        ("我是个体户 要多少钱", ""),  # says nothing alone
        ("个体户 认证多少钱", ""),  # tells nothing of the asker
        ("审核几天 认证多少钱", ""),  # two questions
    ],
)
def test_what_is_told_beside_a_question_is_no_part_of_it(text: str, core: str) -> None:
    assert core_of(text) == core


def test_a_law_that_is_asked_about_goes_on_with_the_question_before() -> None:
    text = "短信一个月能发几条 个保法咋规定的"
    assert questions_in(text) == [text]


def test_best_is_what_lies_near_in_both_readings() -> None:
    one, other, gap = (Hit(p, 0.0, 0.0, 0.0) for p in _three())
    whole = [one.moved_to(0.6), other.moved_to(0.5), replace(gap, meaning=0.8).moved_to(0.7)]
    alone = [other.moved_to(0.7), one.moved_to(0.2), replace(gap, meaning=0.4).moved_to(0.1)]
    both = in_both(whole, alone)
    assert both[0].passage == other.passage
    assert next(hit for hit in both if hit.passage == gap.passage).meaning == pytest.approx(0.6)


def _three() -> tuple[Passage, ...]:
    some = [p for p in LIBRARY.passages.values() if p.kind == "item"][:2]
    return (*some, next(p for p in LIBRARY.passages.values() if p.kind == "gap"))


def test_shared_words_alone_answer_nothing() -> None:
    far = Hit(passage("cell", "复购率 · 计算公式"), 0.46, 0.28, 0.43, covered=1.0)
    assert not answerable([far])


def test_what_to_do_where_a_figure_is_not_reached() -> None:
    told = way_of("不达标咋办", topic(passage("cell", "转化率 · 健康阈值")), LIBRARY)
    assert [cell.column for cell in told] == ["优化手段"]


def test_what_nobody_says_is_done_is_not_told_with_what_lies_near() -> None:
    yearly = [passage("item", "有效期：认证一次有效一年")]
    assert other_act("你们满一年返还认证费 怎么申请", yearly)
    assert not other_act("认证一年多少钱", yearly)


def test_two_counts_are_heard_with_the_words_before_them() -> None:
    rule = rule_for(read("上礼拜进店的有2400个，真掏钱的96个，算好还是差"), "merchant")
    assert rule is not None
    assert rule.intent == "metrics_diagnosis"
