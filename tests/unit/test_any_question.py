"""Whatever anybody types, a question gets an answer or a no, never an exception."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation import Topic
from bot.grounding import ungrounded
from handlers.merchant.compose import compose
from handlers.merchant.crossing import counted_off, sibling, swapped
from handlers.merchant.figures import calculated
from handlers.merchant.left_out import (
    changed_figures,
    is_short,
    points_back,
    readings,
    says_nothing,
    wants_figures,
)
from handlers.merchant.parts import MOST, questions_in
from knowledge.chinese import arabic, simplified
from knowledge.guide import load_guide
from knowledge.synonyms import load_synonyms
from retrieval.library import Library
from retrieval.rank import Hit

LIBRARY = Library(load_guide(), load_synonyms())
PASSAGES = sorted(LIBRARY.passages.values(), key=lambda p: p.id)
WORDS = [
    *("企业号", "认证", "多少钱", "那", "呢", "第二个", "为什么", "哪个最贵", "有哪些", "三种"),
    *(
        "卖100块",
        "手续费",
        "两千",
        "亿亿亿",
        "12月31号驳回",
        "9999年12月31日驳回",
        "除了",
        "加起来",
    ),
    *(
        "1000个人看",
        "20个下单",
        "GMV",
        "0",
        "99999999999999999",
        "到手",
        "十倍",
        "假货",
        "食品",
        "\n",
    ),
    *("SaaS和原生", "差在哪", "还有", "？", "，", " ", "%", "²", "①", "１０００", "三年", "五十"),
]
questions = st.one_of(
    st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=9).map("".join)
)
hits = st.lists(
    st.builds(
        Hit,
        st.sampled_from(PASSAGES),
        *[st.floats(0, 1, width=16) for _ in range(3)],
    ),
    max_size=8,
).map(lambda found: sorted(found, key=lambda hit: -hit.score))
topics = st.builds(
    Topic, questions, questions, st.lists(st.sampled_from(PASSAGES).map(lambda p: p.id)).map(tuple)
)


@settings(max_examples=300, deadline=None)
@given(questions, hits)
def test_a_question_is_answered_with_grounded_numbers_or_not_at_all(
    question: str, found: list[Hit]
) -> None:
    answer = compose(question, found, LIBRARY)
    if answer is not None:
        quotes = [f"{p.table}：{p.text}" for p in answer.passages]
        assert answer.passages
        assert not ungrounded(answer.text, [question, *quotes])


@settings(max_examples=300, deadline=None)
@given(questions, hits)
def test_a_calculation_rests_on_the_question_and_its_passages(
    question: str, found: list[Hit]
) -> None:
    result = calculated(question, found, LIBRARY, date(2026, 11, 22))
    if result is not None:
        quotes = [f"{p.table}：{p.text}" for p in result.passages]
        assert not ungrounded(result.text, [question, *quotes])


@settings(max_examples=200, deadline=None)
@given(questions, topics, hits)
def test_a_follow_up_of_any_kind_is_read_without_breaking(
    question: str, topic: Topic, found: list[Hit]
) -> None:
    assert 1 <= len(readings(question, topic)) <= 3
    assert {points_back(question), is_short(question), says_nothing(question)} <= {True, False}
    assert wants_figures(question) in (True, False)
    assert isinstance(changed_figures(question, topic), str)
    for passage in (counted_off(question, [topic], LIBRARY),):
        assert passage is None or passage.id in topic.passages
    beside = [*swapped(question, topic, found, LIBRARY), *sibling(question, topic, LIBRARY)]
    assert all(passage.id in LIBRARY.passages for passage in beside)


@given(st.text(max_size=300))
def test_a_message_holds_one_to_four_questions(text: str) -> None:
    assert 1 <= len(questions_in(text)) <= MOST


@pytest.mark.parametrize("text", ["亿" * 4000, "九" * 4000, "9" * 4000, "万亿" * 2000, "十" * 4000])
def test_runs_of_numerals_are_no_numbers(text: str) -> None:
    assert len(arabic(simplified(text))) <= 2 * len(text)
    assert calculated(f"卖{text}元 手续费多少", (), LIBRARY, date(2026, 11, 22)) is None


@pytest.mark.parametrize(
    "question", ["SaaS110年多少钱", "SaaS1.10年多少钱", "1110年SaaS平台多少钱"]
)
def test_a_number_is_read_whole_or_not_at_all(question: str) -> None:
    yearly = next(p for p in PASSAGES if p.value == "1万-5万")
    found = [Hit(yearly, 1.0, 1.0, 1.0)]
    assert calculated(question, found, LIBRARY, date(2026, 11, 22)) is None
