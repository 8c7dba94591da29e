"""Words that no signal knows: a fault or a matter of taste? And whoever edits the sentences."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from handlers.customer.hearing import hear
from handlers.customer.likeness import features, learn
from knowledge.complaints import Complaints, load_complaints
from knowledge.rules.faults import ContentFaultsError
from tests.unit.customer.talk import UNDERSTAND, understood

WORDS = UNDERSTAND.words
SMALL = Complaints(
    ("一直转圈进不去", "镜头起雾", "里面有水汽"), ("颜色太深", "尺寸太大", "朋友送了一个")
)


def test_the_same_sentences_always_give_the_same_weights() -> None:
    assert np.array_equal(learn(WORDS, SMALL).weights, learn(WORDS, SMALL).weights)


def test_what_was_learnt_is_told_apart() -> None:
    weights = learn(WORDS, SMALL).weights
    fault, taste = (
        [float(features(hear(WORDS, [said])) @ weights) for said in side]
        for side in (SMALL.fault, SMALL.taste)
    )
    assert min(fault) > max(taste)


@pytest.mark.parametrize("said", ["", "退货", "东西 退", "👩‍👩‍👧‍👦", "？？？"])
def test_nothing_said_is_no_fault(said: str) -> None:
    assert not UNDERSTAND.likeness.sounds_faulty(hear(WORDS, [said]))


def test_it_is_asked_only_about_goods_that_came_and_are_claimed() -> None:
    said = "镜头里一层水汽 雾蒙蒙的"
    assert understood("phone", said + " 退货").get("reason_class") == "quality"
    assert "reason_class" not in understood("phone", said)
    assert "reason_class" not in understood("lamp not sent", said + " 退货")


def test_every_slip_in_the_sentences_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "complaints.yaml"
    file.write_text("fault: [坏了, 一样]\ntaste: [一样, 7]\nmore: []\n", encoding="utf-8")
    with pytest.raises(ContentFaultsError) as caught:
        load_complaints(file)
    told = [str(fault) for fault in caught.value.faults]
    assert len(told) == 2
    assert "不认识 more" in told[0]
    file.write_text("fault: [坏了, 一样]\ntaste: [一样]\n", encoding="utf-8")
    with pytest.raises(ContentFaultsError, match="“一样”两边都有"):
        load_complaints(file)
