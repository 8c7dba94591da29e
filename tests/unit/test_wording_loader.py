"""Reply templates: a template with an unknown blank is refused at load."""

from pathlib import Path
from string import Formatter

import pytest

from bot.errors import Faults
from knowledge.wording import load_wording


def written(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_template_is_said_with_its_blanks_filled(tmp_path: Path) -> None:
    text = "hello: 您好\nleft: {text: '还差{count}样，{{别急}}', blanks: [count]}\n"
    wording = load_wording(written(tmp_path, a=text))
    assert wording.say("hello") == "您好"
    assert wording.say("left", count="3") == "还差3样，{别急}"


def test_what_a_person_typed_is_never_read_as_a_template(tmp_path: Path) -> None:
    wording = load_wording(written(tmp_path, a="told: {text: '您说{what}', blanks: [what]}\n"))
    assert wording.say("told", what="{what.__class__}") == "您说{what.__class__}"


def test_every_fault_is_told_at_once_with_file_and_key(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        a="one: 您好{name}\ntwo: ''\nthree: {text: '{a}{b}', blanks: [a]}\nfour: '开{'\n",
        b="one: 再来\nfive: [不是, 文字]\nsix: '{a.b}'\n",
        c="- 不是表\n",
        d="seven: [\n",
    )
    with pytest.raises(Faults) as caught:
        load_wording(folder)
    told = "\n".join(caught.value.details)
    assert "a.yaml: `one` has the unknown blank {name}" in told
    assert "a.yaml: `two` has no text" in told
    assert "a.yaml: `three` has the unknown blank {b}; known: ['a']" in told
    assert "a.yaml: `four`: " in told
    assert "b.yaml: `one` stands twice" in told
    assert "b.yaml: `five` has no text" in told
    assert "b.yaml: `six` has the unknown blank {a.b}" in told
    assert "c.yaml: must map keys to texts" in told
    assert "d.yaml: not YAML" in told
    assert len(caught.value.details) == 9


def test_the_shipped_wording_speaks_as_wording_md_asks() -> None:
    texts = load_wording().texts
    assert texts["greeting_merchant"].startswith("您好，我是AI客服")
    assert texts["greeting_customer"].startswith("您好，我是AI客服")
    assert [
        t for t in texts.values() if any(w in t for w in ("亲，", "理解您的心情", "耐心等待"))
    ] == []
    # Merchants and their staff may be told more than customers (wording.md, rule 10).
    ours = ("launch_", "st_")
    assert all(len(text) <= (150 if key.startswith(ours) else 80) for key, text in texts.items())


def test_every_blank_of_the_shipped_wording_can_be_filled() -> None:
    for key, text in load_wording().texts.items():
        blanks = {name: "值" for _, name, _, _ in Formatter().parse(text) if name}
        assert "{" not in load_wording().say(key, **blanks)
