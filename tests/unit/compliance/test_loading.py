"""The file of advertising rules: an operator adds a word; every fault is told at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.commands.checkup import content
from handlers.rules.compliance import check
from knowledge.advertising import FILE, load_advertising
from knowledge.expressions import Expression, fault_in
from knowledge.launch.book import FOLDER
from knowledge.rules.faults import ContentFaultsError

ADDED = """
- id: by_an_operator
  kind: absolute_word
  say: ['宇宙爆款']
  unless:
    before: ['科幻小说']

examples:"""

TWICE = """
- id: most
  kind: fake_goods
  say: ['(', 'a.*b', '<nobody>']
examples:"""


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    text = FILE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = folder / "advertising.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_an_operator_adds_a_word_without_touching_code(tmp_path: Path) -> None:
    rules = load_advertising(written(tmp_path, ("\nexamples:", ADDED)))
    assert [each.span for each in check("今年的宇宙爆款毛衣", rules).findings] == ["宇宙爆款"]
    assert check("科幻小说宇宙爆款", rules).verdict == "clean"


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        ("  kind: absolute_word\n", "  kind: absolut\n"),
        ("severity: high", "severity: huge"),
        ("basis: share", "basis: sharing"),
        ("  zui: 最\n", "  zui: 最好\n"),
        ("\nexamples:", TWICE),
        ("checked: 2026-11-21", "chekced: 2026-11-21"),
    )
    with pytest.raises(ContentFaultsError) as caught:
        load_advertising(file)
    told = str(caught.value)
    for fault in (
        "kind 要写", "severity 要写", "没有依据 sharing", "拼音", "编号 most 出现两次",
        "写得不对", "不限长度", "没有词类 <nobody>", "缺 checked", "不认识 chekced",
    ):  # fmt: skip
        assert fault in told


def test_every_rule_says_why_what_to_do_and_where_it_stands() -> None:
    for ban in load_advertising().bans:
        assert ban.say
        assert ban.why
        assert ban.advice
        assert ban.basis.source
        assert ban.basis.date


BROKEN = ("(", "a)", "[a", "a\\", "*a", "(?:|+a)", "a**", "a{3,1}", "a{2}{3}", "x?{2}", "a|*b")
SOUND = ("a??", "a+?b", "(?<!x)a{0,3}?", "[)]", "\\(", "[^]a]", "[]a]", "(?P<n>a)|b")


def test_what_is_looked_over_agrees_with_the_compiler() -> None:
    assert [each for each in BROKEN if not fault_in(each)] == []
    assert [each for each in SOUND if fault_in(each)] == []
    assert Expression("(?<=a+)b").search("ab") is None


def test_every_expression_of_the_file_compiles(caplog: pytest.LogCaptureFixture) -> None:
    assert load_advertising().compile() > 300
    assert caplog.records == []


def test_doctor_tells_what_only_the_compiler_sees(tmp_path: Path) -> None:
    for file in FOLDER.glob("*.yaml"):
        shutil.copy(file, tmp_path)
    path = tmp_path / "launch-categories.yaml"
    text = path.read_text(encoding="utf-8")
    broken = text.replace("words: [珠宝,", "words: ['(?<!a|bc)珠宝',", 1)
    assert broken != text
    path.write_text(broken, encoding="utf-8")
    (found,) = content(tmp_path)
    assert found.mark == "wrong"
    assert "jewellery" in found.text
    assert [each.mark for each in content(FOLDER)] == ["fine"]
