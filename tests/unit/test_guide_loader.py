"""The guide is loaded whole and checked whole: one round of mending must be enough."""

from pathlib import Path

import pytest

from bot.errors import Faults
from knowledge.documents import GUIDE, Passage
from knowledge.guide import load_guide, qualified_by

GOOD = """\
---
title: 茶叶铺
checked: 2026-11-01
---

# 茶叶铺

## 价格
> 来源：《手记》｜日期：2026-10｜可信度：中

龙井论罐卖。

| 品 | 单价 | 库存 |
|---|---|---|
| 龙井 | 88元 |  |
| 毛峰 | 66元 | 3罐 |

- 运费：满百包邮

> 更正：龙井已经涨价。
> 针对：龙井、88元
> 来源：公告｜日期：2026-11｜可信度：高
"""

QUESTIONS = """\
- {section: 价格, row: 龙井, column: 单价, ask: [龙井多少钱, 龙井咋卖, 龙井多少钱]}
- {section: 价格, row: 毛峰, ask: [毛峰怎么样]}
- {section: 价格, text: 论罐卖, ask: [散装卖吗]}
- {section: 价格, text: 已经涨价, ask: [涨价没]}
- {section: 价格, row: 运费, ask: [包邮吗]}
- {section: 价格, table: 价格, ask: [价目表]}
- {section: 价格, list: 满百包邮, ask: [有啥好处]}
- {section: 价格, ask: [价格都有啥]}
"""


def folder_with(tmp_path: Path, **files: str) -> Path:
    """A guide folder; `tea_md` becomes `tea.md`, `tea_questions_yaml` the file beside it."""
    for name, text in files.items():
        (tmp_path / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return tmp_path


def faults(folder: Path) -> str:
    with pytest.raises(Faults) as caught:
        load_guide(folder)
    assert len(caught.value.details) == len(set(caught.value.details))
    return "\n".join(caught.value.details)


def by_text(passages: tuple[Passage, ...], text: str) -> Passage:
    (found,) = [p for p in passages if p.kind != "section" and p.text == text]
    return found


def test_a_good_page_is_loaded_with_its_questions_at_their_passages(tmp_path: Path) -> None:
    (page,) = load_guide(folder_with(tmp_path, tea_md=GOOD, tea_questions_yaml=QUESTIONS))
    assert (page.shop, page.id, page.title) == (GUIDE, "guide/tea.md", "茶叶铺")
    assert by_text(page.passages, "龙井 · 单价：88元").asks == ("龙井多少钱", "龙井咋卖")
    assert by_text(page.passages, "品：毛峰；单价：66元；库存：3罐").asks == ("毛峰怎么样",)
    assert by_text(page.passages, "龙井论罐卖。").asks == ("散装卖吗",)
    assert by_text(page.passages, "龙井已经涨价。").asks == ("涨价没",)
    assert by_text(page.passages, "运费：满百包邮").asks == ("包邮吗",)
    kinds = {p.kind: p.asks for p in page.passages if p.kind in ("table", "list", "section")}
    assert kinds == {"table": ("价目表",), "list": ("有啥好处",), "section": ("价格都有啥",)}


def test_changed_questions_change_the_digest(tmp_path: Path) -> None:
    (bare,) = load_guide(folder_with(tmp_path, tea_md=GOOD))
    (asked,) = load_guide(folder_with(tmp_path, tea_questions_yaml=QUESTIONS))
    assert bare.digest != asked.digest
    assert [p.id for p in bare.passages] == [p.id for p in asked.passages]


def test_a_correction_goes_with_the_words_it_names_and_with_no_others(tmp_path: Path) -> None:
    (page,) = load_guide(folder_with(tmp_path, tea_md=GOOD))
    hit = {p.text for p in page.passages if qualified_by(p, "龙井")}
    assert hit == {"龙井论罐卖。", "龙井 · 单价：88元", "龙井 · 库存：（原表空白）"}


def test_every_fault_of_every_page_is_told_at_once(tmp_path: Path) -> None:
    told = faults(
        folder_with(
            tmp_path,
            a_md="# 没有头\n\n## 一\n正文。\n",
            b_md=GOOD.replace("可信度：中", "可信度：大概"),
            c_md=GOOD.replace("针对：龙井、88元", "针对：乌龙"),
            d_md=GOOD.replace("> 针对：龙井、88元\n", ""),
            e_md=GOOD.replace("｜日期：2026-10", ""),
        )
    )
    assert "a.md: the head lacks `title:`" in told
    assert "a.md: the head lacks `checked:`" in told
    assert "a.md: “一” lacks `来源：`" in told
    assert "b.md: “价格”: 可信度 must be one of" in told
    assert "c.md: “价格”: nothing in the section holds the `针对` word “乌龙”" in told
    assert "d.md: “价格”: the correction “龙井已经涨价。…” lacks `针对：`" in told
    assert "e.md: “价格” lacks `日期：`" in told


def test_every_fault_of_the_questions_is_told_at_once(tmp_path: Path) -> None:
    wrong = """\
- {section: 价格, row: 乌龙, column: 单价, ask: [乌龙多少钱]}
- {section: 运费, ask: [运费呢]}
- {section: 价格, ask: []}
- {section: 价格, column: 单价, ask: [单价]}
- 只是一句话
- {section: 价格, text: 罐, ask: [几罐]}
- {section: 价格, text: 龙井, ask: [龙井]}
"""
    told = faults(folder_with(tmp_path, tea_md=GOOD, tea_questions_yaml=wrong))
    for number, reason in {
        1: "fits 0 passages",
        2: "fits 0 passages",
        3: "needs `section` and a list `ask`",
        4: "name the passage by",
        5: "needs `section` and a list `ask`",
        7: "fits 2 passages",
    }.items():
        assert f"tea.questions.yaml entry {number}: {reason}" in told
    assert "entry 6" not in told


@pytest.mark.parametrize(
    ("text", "told"), [("- {ask: [", "not YAML"), ("section: 价格", "must be a list")]
)
def test_a_question_file_that_is_no_list_is_a_fault(tmp_path: Path, text: str, told: str) -> None:
    assert told in faults(folder_with(tmp_path, tea_md=GOOD, tea_questions_yaml=text))


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    assert "no *.md pages" in faults(tmp_path)


def test_the_shipped_guide_has_no_fault_and_questions_beside_every_page() -> None:
    pages = load_guide()
    assert all(page.passages for page in pages)
    assert all(any(p.asks for p in page.passages) for page in pages)
