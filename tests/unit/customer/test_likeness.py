"""What words sound like when no rule is sure; and whoever edits the sentences."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from handlers.customer.hearing import Heard, hear
from handlers.customer.likeness import Lessons, Likeness, Sense, Vector, learn
from knowledge.complaints import Complaints, load_complaints
from knowledge.rules.faults import ContentFaultsError
from knowledge.sentences import load_sentences
from tests.unit.customer.talk import UNDERSTAND, understood

WORDS = UNDERSTAND.words
SMALL = Complaints(
    {
        "quality": ("一直转圈进不去", "镜头起雾", "里面有水汽"),
        "missing_item": ("翻遍了也没见着盖子", "少一颗"),
    },
    ("不像样子",),
    ("颜色太深", "尺寸太大", "朋友送了一个"),
)
WISHES = {"return": ("想退掉", "退了吧"), "track": ("走到哪里了", "几时能到"), "unsaid": ("你好",)}


def heard(said: str) -> Heard:
    return hear(WORDS, [said])


def sense(said: str) -> Vector:
    """A stand-in for the model: what is said of waiting lies to one side, all else to the other."""
    waits = any(word in said for word in ("几时", "什么时候", "哪里", "多咱", "猴年马月"))
    return np.array([1, 0] if waits else [0, 1], np.float32)


LESSONS = Lessons(SMALL, WISHES, {"fire": ("冒烟了", "烧着了"), "none": ("吓一跳",)})
SENSED = {said: sense(said) for said in LESSONS.sentences()}


def small(with_sense: Sense | None = None) -> Likeness:
    return replace(learn(WORDS, LESSONS, SENSED), sense=with_sense)


def test_the_same_sentences_always_give_the_same_weights() -> None:
    once, again = small(), small()
    for mine, theirs in ((once.bare, again.bare), (once.sensing, again.sensing)):
        assert np.array_equal(mine.wishes.weights, theirs.wishes.weights)
    assert np.array_equal(once.examples.bare, again.examples.bare)
    assert np.array_equal(once.examples.sensing, again.examples.sensing)


@pytest.mark.parametrize("with_sense", [None, sense])
def test_what_was_learnt_is_told_apart(with_sense: Sense | None) -> None:
    likeness = small(with_sense)
    for ground, said in ((g, s) for g, some in SMALL.grounds.items() for s in some):
        assert likeness.of(heard(said)).ground(ground) == ground
    assert {likeness.of(heard(said)).ground(None) for said in SMALL.taste} == {None}
    assert likeness.of(heard("几时能到")).wish(None) == "track"
    assert likeness.of(heard("想退掉")).wish(None) == "return"


def test_words_that_no_sentence_has_are_known_by_their_sense() -> None:
    said = heard("猴年马月")
    assert small().of(said).wish(None) is None
    assert small(sense).of(said).wish(None) == "track"


def test_what_is_plain_is_not_sensed() -> None:
    """A wish that the rules found and the words bear out, of a plain fault and no harm."""

    def asked(_: str) -> Vector:
        raise AssertionError("the sense was asked for")

    often = tuple(f"一直转圈进不去 退了吧{end}" for end in ("", "啊", "呢", "呀", "哦", "嘛"))
    grounds = {**SMALL.grounds, "quality": often}
    taught = replace(LESSONS, complaints=replace(SMALL, grounds=grounds))
    sensed = {said: sense(said) for said in taught.sentences()}
    likeness = replace(learn(WORDS, taught, sensed), sense=asked)
    assert likeness.of(heard("一直转圈进不去 退了吧"), "return").wish("return") == "return"


def test_what_no_rule_found_is_sensed() -> None:
    asked: list[str] = []

    def noting(said: str) -> Vector:
        asked.append(said)
        return sense(said)

    small(noting).of(heard("一直转圈进不去 退了吧"), None)
    assert asked == ["一直转圈进不去 退了吧"]


def test_which_way_money_is_asked_back_stays_with_the_rules() -> None:
    assert small().of(heard("想退掉")).wish("refund_only") == "refund_only"


@pytest.mark.parametrize("said", ["", "退货", "东西 退", "👩‍👩‍👧‍👦", "？？？"])
def test_nothing_said_is_no_ground(said: str) -> None:
    assert UNDERSTAND.likeness.of(heard(said)).ground(None) is None


def test_grounds_are_weighed_only_for_goods_that_came() -> None:
    said = "屏幕上一片水汽 雾蒙蒙的看不清"
    assert understood("phone", said + " 退货").get("reason_class") == "quality"
    assert "reason_class" not in understood("lamp not sent", said + " 退货")


def test_every_slip_in_the_sentences_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "complaints.yaml"
    grounds = "".join(
        f"{name}: []\n"
        for name in ("damaged_in_transit", "wrong_item", "missing_item", "not_received")
    )
    file.write_text(f"{grounds}quality: []\nfault: [坏了]\ntaste: [一样, 7]\nmore: []\n")
    with pytest.raises(ContentFaultsError) as caught:
        load_complaints(file)
    told = "\n".join(map(str, caught.value.faults))
    assert "不认识 more" in told
    assert "缺 counterfeit" in told
    assert "complaints.yaml taste" in told
    file.write_text(f"{grounds}counterfeit: []\nquality: [一样]\nfault: []\ntaste: [一样]\n")
    with pytest.raises(ContentFaultsError, match="“一样”两边都有"):
        load_complaints(file)


def test_wishes_that_nobody_knows_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "wishes.yaml"
    file.write_text("return: [退]\nfly: [飞]\ntrack: 7\n")
    with pytest.raises(ContentFaultsError) as caught:
        load_sentences(file, ("return", "track"))
    assert [fault.where for fault in caught.value.faults] == ["wishes.yaml", "wishes.yaml track"]


def test_harm_that_no_rule_found_is_learned_only_with_the_sense() -> None:
    assert small(sense).of(heard("东西冒烟了")).harm("electric") == "electric"
    assert small().of(heard("烧着了")).harm(None) is None
    assert small(sense).of(heard("烧着了")).harm(None) == "fire"
    assert small(sense).of(heard("颜色太深")).harm(None) is None


def test_harms_that_nobody_knows_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "harms.yaml"
    file.write_text("fire: [着火]\nflood: [淹]\nnone: 7\n")
    with pytest.raises(ContentFaultsError) as caught:
        load_sentences(file, ("fire", "none"))
    assert [fault.where for fault in caught.value.faults] == ["harms.yaml", "harms.yaml none"]
