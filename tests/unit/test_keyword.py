"""The Chinese keyword index: shares of the best score a text could reach."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.keyword import KeywordIndex, tokens

TEXTS = st.lists(st.text(max_size=40), max_size=12)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("认证费用", ["认证", "证费", "费用"]),
        ("SaaS平台 0.6%", ["saas", "平台", "0.6"]),
        ("ＳａａＳ", ["saas"]),
        ("認證費用", ["认证", "证费", "费用"]),
        ("货", ["货"]),
        ("多少", []),
        ("，。！", []),
        ("", []),
    ],
)
def test_terms_are_pairs_of_characters_and_words(text: str, terms: list[str]) -> None:
    assert list(tokens(text)) == terms


def test_the_entry_that_shares_most_scores_best() -> None:
    index = KeywordIndex(["企业号认证费用三百元", "个人号材料清单", "快递几天到"])
    assert int(index.scores("企业号认证费要多少").argmax()) == 0
    assert int(index.scores("快递要几天").argmax()) == 2


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    index = KeywordIndex(["认证费用", "认证材料", "认证时间", "虚拟商品"])
    assert index.idf("虚拟") > index.idf("认证")
    assert index.idf("没见过") >= index.idf("虚拟")


def test_a_question_without_any_known_word_scores_nothing() -> None:
    index = KeywordIndex(["企业号认证费用"])
    assert not index.scores("天气预报").any()
    assert not index.scores("").any()
    assert not index.scores("你呢").any()


def test_an_index_over_nothing_gives_no_scores() -> None:
    assert KeywordIndex([]).scores("认证").shape == (0,)


@given(TEXTS, st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_scores_are_shares_between_none_and_all(texts: list[str], asked: str) -> None:
    scores = KeywordIndex(texts).scores(asked)
    assert scores.shape == (len(texts),)
    assert bool(np.all((scores >= 0) & (scores <= 1.0001)))


@given(TEXTS.filter(bool), st.text("认证费用企业号快递", min_size=2, max_size=20))
@settings(max_examples=100, deadline=None)
def test_an_entry_of_the_very_words_beats_every_entry_without_them(
    others: list[str], asked: str
) -> None:
    strangers = [text for text in others if not set(tokens(text)) & set(tokens(asked))]
    scores = KeywordIndex([asked, *strangers]).scores(asked)
    assert scores[0] > 0
    assert not scores[1:].any()
