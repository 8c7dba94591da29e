"""Example sentences by intent, as operators keep them."""

from collections import Counter
from pathlib import Path

import pytest

from bot.errors import Faults
from knowledge.intents import INTENTS, load_examples


def written(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_examples_are_sentence_and_intent(tmp_path: Path) -> None:
    folder = written(tmp_path, a="greeting: [在吗, ' 你好 ']\n", b="thanks_bye:\n- 谢了\n")
    assert set(load_examples(folder)) == {
        ("在吗", "greeting"),
        ("你好", "greeting"),
        ("谢了", "thanks_bye"),
    }


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    folder = written(
        tmp_path, a="greeting: [在吗]\nhugging: [抱抱]\n", b="thanks_bye: [在吗]\ncooking: [炒菜]\n"
    )
    with pytest.raises(Faults) as caught:
        load_examples(folder)
    told = "\n".join(caught.value.details)
    assert "a.yaml: `hugging` is no intent" in told
    assert "b.yaml: “在吗” stands under greeting too" in told
    assert "b.yaml: `cooking` is no intent" in told
    assert len(caught.value.details) == 3


def test_an_empty_file_or_intent_is_no_fault(tmp_path: Path) -> None:
    assert load_examples(written(tmp_path, a="", b="greeting:\n")) == ()


@pytest.mark.parametrize(
    "text", ["greeting: [", "- 在吗\n", "greeting: 在吗\n", "greeting: ['']\n"]
)
def test_a_file_of_the_wrong_shape_is_a_fault_with_its_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(Faults, match=r"a\.yaml"):
        load_examples(written(tmp_path, a=text))


def test_the_shipped_examples_know_every_intent() -> None:
    counts = Counter(intent for _, intent in load_examples())
    assert set(INTENTS) == set(counts)
    assert all(count >= 5 for count in counts.values())
