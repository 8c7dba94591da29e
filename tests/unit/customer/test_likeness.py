"""What words sound like when no rule is sure; and whoever edits the sentences."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from handlers.customer.hearing import Heard, hear
from handlers.customer.likeness import learn
from knowledge.complaints import Complaints, load_complaints
from knowledge.rules.faults import ContentFaultsError
from knowledge.wishes import load_wishes
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


def test_the_same_sentences_always_give_the_same_weights() -> None:
    once, again = (learn(WORDS, SMALL, WISHES) for _ in range(2))
    assert np.array_equal(once.told, again.told)
    assert np.array_equal(once.grounds.weights, again.grounds.weights)
    assert np.array_equal(once.wishes.weights, again.wishes.weights)


def test_what_was_learnt_is_told_apart() -> None:
    small = learn(WORDS, SMALL, WISHES)
    for ground, sentences in SMALL.grounds.items():
        assert {small.ground(heard(said), ground) for said in sentences} == {ground}
    assert {small.ground(heard(said), None) for said in SMALL.taste} == {None}
    assert small.wish(heard("几时能到"), None) == "track"
    assert small.wish(heard("想退掉"), None) == "return"


def test_which_way_money_is_asked_back_stays_with_the_rules() -> None:
    small = learn(WORDS, SMALL, WISHES)
    assert small.wish(heard("想退掉"), "refund_only") == "refund_only"


@pytest.mark.parametrize("said", ["", "退货", "东西 退", "👩‍👩‍👧‍👦", "？？？"])
def test_nothing_said_is_no_ground(said: str) -> None:
    assert UNDERSTAND.likeness.ground(heard(said), None) is None


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
        load_wishes(("return", "track"), file)
    assert [fault.where for fault in caught.value.faults] == ["wishes.yaml", "wishes.yaml track"]
