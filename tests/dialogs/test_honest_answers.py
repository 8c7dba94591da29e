"""Answers rest on what they cite; out-of-date advice comes with its correction; no guessing."""

import pytest

from bot.grounding import ungrounded
from bot.http.parts import Parts
from knowledge.guide import load_guide
from tests.dialogs.talk import ask, talk
from tests.dialogs.test_sixteen_sections import FIRST_ARTICLE, SECOND_ARTICLE

QUESTIONS = [question for question, *_ in FIRST_ARTICLE + SECOND_ARTICLE]
PASSAGES = {p.text for page in load_guide() for p in page.passages}


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_number_of_an_answer_stands_in_its_citations(house: Parts, question: str) -> None:
    answer = ask(house, question)
    assert ungrounded(answer.text, [*answer.quotes, question]) == []


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_citation_names_a_page_a_section_a_source_and_a_date(
    house: Parts, question: str
) -> None:
    cited = ask(house, question).result["replies"][0]["citations"]
    assert cited
    for one in cited:
        assert one["document"].startswith("guide/")
        assert "《" in one["title"] or "资料" in one["title"] or "规" in one["title"]
        assert one["section"]
        assert one["quote"]
        assert "2026-11-21核对" in one["as_of"]


@pytest.mark.parametrize(
    ("question", "guide", "correction"),
    [
        ("小程序审核要几天", "1-3个工作日", "7个工作日"),
        ("转化率多少算理想", "≥8%", ">5%"),
        ("可以用公众号插件开店吗", "公众号插件", "下线"),
        ("卖假货要赔多少倍", "十倍", "三倍"),
    ],
)
def test_out_of_date_or_disputed_advice_comes_with_its_correction(
    house: Parts, question: str, guide: str, correction: str
) -> None:
    answer = ask(house, question)
    assert answer.says(guide)
    assert answer.says(correction)


@pytest.mark.parametrize(
    "question",
    [
        "企业号和个人号的办公室要多大面积",
        "小程序主播要考什么证",
        "开店要不要买社保",
        "微信总部电话多少",
    ],
)
def test_what_the_guide_does_not_say_is_not_made_up(house: Parts, question: str) -> None:
    answer = ask(house, question)
    assert ungrounded(answer.text, [*answer.quotes, question]) == []
    if answer.status == "answered":
        assert answer.sources
    else:
        assert answer.status in ("declined", "clarify", "handoff")
        assert answer.result["handoff"] or answer.choices or "可以问我" in answer.text


def test_a_question_without_an_answer_is_kept_for_the_operator(house: Parts) -> None:
    question = "小程序页面的主色调法律规定用什么颜色编码"
    answer = ask(house, question)
    assert answer.status == "declined"
    kept = {row["text"] for row in house.store.unanswered("demo", 100)}
    assert (question in kept) == (answer.result["intent"] != "out_of_scope")


def test_a_second_question_without_an_answer_is_met_with_other_words(house: Parts) -> None:
    first, second = talk(house, "微信总部的电话号码", "腾讯大厦的电话号码")
    assert first.text != second.text or first.status == "answered"


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>认证费多少",
        "认证费多少'; DROP TABLE messages; --",
        "认证费多少{row}{0}%s",
        "认" * 4000,
        "企业号认证费" * 600,
    ],
    ids=["markup", "SQL", "blanks", "one letter", "long"],
)
def test_hostile_text_gets_a_bounded_answer_without_markup(house: Parts, hostile: str) -> None:
    answer = ask(house, hostile)
    assert 0 < len(answer.text) <= 1000
    assert "<script" not in answer.text
    assert "DROP TABLE" not in answer.text
