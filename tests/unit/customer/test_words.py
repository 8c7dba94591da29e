"""Whoever edits the words learns of every slip at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.customer.build import SIGNALS, understanding
from knowledge.customer_words import FILE, load_customer_words
from knowledge.rules.faults import ContentFaultsError
from tests.unit.rules.build import BOOK

SMALL = """
spelling: {唔要: 不要}
classes: {very: 太 好}
signals:
  big: <very>大 大了
stands:
  asks:
    wish: return
    any: 退…货 能退_吗
"""


def load(folder: Path, text: str, needed: tuple[str, ...] = ("big",)) -> str:
    """What the loader says of a file; '' when it is content."""
    file = folder / "words.yaml"
    file.write_text(text, encoding="utf-8")
    try:
        load_customer_words(needed, ("return",), file)
    except ContentFaultsError as error:
        return "\n".join(map(str, error.faults))
    return ""


def test_the_committed_words_are_sound() -> None:
    assert understanding(BOOK).words.signals.keys() == set(SIGNALS)


def test_every_signal_is_read_somewhere() -> None:
    folder = Path(__file__).parents[3] / "handlers" / "customer"
    code = "".join(file.read_text() for file in folder.glob("*.py") if file.name != "build.py")
    assert [name for name in SIGNALS if f'"{name}"' not in code] == []


def test_signs_are_written_as_the_file_explains(tmp_path: Path) -> None:
    assert load(tmp_path, SMALL) == ""
    words = load_customer_words(("big",), ("return",), tmp_path / "words.yaml")
    assert words.signals["big"].search("裙子好大")
    asks = words.stands[0].pattern
    assert asks.search("退这个货")
    assert asks.search("能退 吗")
    assert not asks.search("退 货")
    assert not asks.search("退这七个字太远了货")


@pytest.mark.parametrize(
    ("was", "now", "fault"),
    [
        ("<very>大", "<vary>大", "没有词类 <vary>"),
        ("大了", "大(了", "signals.big：写法不成立"),
        ("wish: return", "wish: retrun", "没有诉求 retrun"),
        ("  big: <very>大 大了", "  other: 大", "缺 big"),
        ("  big:", "  bigger: 大\n  big:", "不认识 bigger"),
        ("any: 退…货 能退_吗", "any: ''", "应当是用空格隔开的说法"),
        ("classes:", "klasses:", "缺 classes"),
    ],
)
def test_a_slip_is_named_with_its_place(tmp_path: Path, was: str, now: str, fault: str) -> None:
    assert was in SMALL
    assert fault in load(tmp_path, SMALL.replace(was, now))


def test_every_slip_is_told_at_once(tmp_path: Path) -> None:
    text = SMALL.replace("<very>大", "<vary>大").replace("wish: return", "wish: retrun")
    assert load(tmp_path, text).count("\n") == 1


def test_classes_that_stand_in_each_other_are_refused(tmp_path: Path) -> None:
    told = load(tmp_path, SMALL.replace("very: 太 好", "very: <very>太"))
    assert "没有词类 <very>" in told


def test_the_file_stands_where_operators_look() -> None:
    assert FILE.parent.name == "rules"
