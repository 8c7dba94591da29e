"""What was learned: only where the rules say nothing, the same every time, and never without it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation import Vector
from handlers.merchant.heard_advertising import (
    FILE,
    GRAMS,
    Heard,
    learn,
    open_heard,
    read,
    spelled_letters,
    write,
)
from handlers.rules.compliance import check
from knowledge.advertising import KINDS, load_advertising
from knowledge.advertising_examples import FILE as EXAMPLES
from knowledge.advertising_examples import Example, load_examples
from knowledge.rules.faults import ContentFaultsError

RULES = load_advertising()


def flat(text: str) -> Vector:
    return np.zeros(384, np.float32)


HEARD = open_heard(flat, bundled=True)


def test_the_kept_weights_are_of_the_examples_as_they_are() -> None:
    weights = read(FILE)
    assert weights, "run python -m handlers.merchant.heard_advertising"
    assert weights.letters.shape == (GRAMS, 1 + len(KINDS))
    assert 0.4 < weights.bound < 1


def test_it_is_not_asked_where_the_rules_speak() -> None:
    def never(text: str) -> Vector:
        raise AssertionError(text)

    weights = read(FILE)
    assert weights
    heard = Heard(weights, never)
    for text in ("全网最好的阿胶糕", "平替面霜", "不敢说全网最好", "", "12345"):
        assert heard.check(text, RULES) == check(text, RULES)


def test_another_model_has_none() -> None:
    assert open_heard(flat, bundled=False) is None
    weights = read(FILE)
    assert weights
    small = Heard(weights, lambda text: np.zeros(3, np.float32))
    assert small.check("今天天气不错适合晒被子", RULES).verdict == "clean"


@given(st.text(max_size=60))
@settings(max_examples=60)
def test_every_text_gets_a_verdict_with_spans_of_its_own(text: str) -> None:
    assert HEARD
    for found in HEARD.check(text, RULES).findings:
        assert text[found.start : found.end] == found.span


def test_learning_tells_bad_from_harmless(tmp_path: Path) -> None:
    bad = [Example(f"吃了{n}就飞上天的神仙糖", frozenset({"false_claim"})) for n in range(30)]
    good = [Example(f"{n}号晴天去海边看书", frozenset()) for n in range(30)]
    vectors = np.random.RandomState(0).normal(size=(60, 8)).astype(np.float32)
    weights = learn([*bad, *good], vectors, RULES)
    write(weights, tmp_path / "w.npz")
    kept = read(tmp_path / "w.npz")
    assert kept
    assert np.allclose(kept.letters, weights.letters, atol=1e-2)
    found = Heard(kept, lambda text: kept.middle).check("吃了99就飞上天的神仙糖", RULES)
    assert [(each.ban.kind, each.verdict) for each in found.findings] == [
        ("false_claim", "violation")
    ]


def test_letters_have_unit_length() -> None:
    assert np.linalg.norm(spelled_letters("好吃", np.ones(GRAMS, np.float32))) == pytest.approx(1)


def test_every_fault_of_the_examples_is_told(tmp_path: Path) -> None:
    file = tmp_path / EXAMPLES.name
    lines = "".join(f"{kind}: [最好]\n" for kind in KINDS[1:])
    file.write_text(f"fine: [最好, 一, 5]\n{lines}other: []\n", encoding="utf-8")
    with pytest.raises(ContentFaultsError) as caught:
        load_examples(file)
    told = "\n".join(map(str, caught.value.faults))
    for fault in ("缺 absolute_word", "不认识 other", "应当是文字列表"):
        assert fault in told
