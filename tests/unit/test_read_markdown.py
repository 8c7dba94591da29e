"""Markdown → blocks."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages import clean
from knowledge.blocks import Heading, Items, Note, Paragraph, Table
from knowledge.read import blocks_of, front_matter, markdown_blocks

PAGE = """\
---
title: 茶叶铺说明
checked: 2026-11-01
---

# 茶叶铺说明

## 怎么保存
> 来源：《店主手记》｜日期：2026-10｜可信度：中

绿茶要**密封**，放[冰箱](https://example.invalid)。
红茶放阴凉处。

- 密封：用铝袋
- 避光：放柜里

1. 先装袋
2. 再抽真空

表：各茶存放

| 茶 | 温度 | 期限 |
|---|---|---|
| 龙井 | 0-5度 | 12个月 |
| 普洱 |  |

> 更正：普洱不用冷藏。
> 针对：普洱
> 来源：《茶叶存放》｜日期：2026-09｜可信度：高
"""


def test_a_page_becomes_its_blocks_in_reading_order() -> None:
    _, blocks = blocks_of("tea.md", PAGE)
    assert blocks == [
        Heading(1, "茶叶铺说明"),
        Heading(2, "怎么保存"),
        Note({"来源": "《店主手记》", "日期": "2026-10", "可信度": "中"}),
        Paragraph("绿茶要密封，放冰箱。"),
        Paragraph("红茶放阴凉处。"),
        Items(("密封：用铝袋", "避光：放柜里")),
        Items(("先装袋", "再抽真空"), ordered=True),
        Table(("茶", "温度", "期限"), (("龙井", "0-5度", "12个月"), ("普洱", "", "")), "各茶存放"),
        Note(
            {
                "更正": "普洱不用冷藏。",
                "针对": "普洱",
                "来源": "《茶叶存放》",
                "日期": "2026-09",
                "可信度": "高",
            }
        ),
    ]


def test_the_head_is_read_and_is_no_part_of_the_text() -> None:
    head, blocks = blocks_of("tea.md", PAGE)
    assert head == {"title": "茶叶铺说明", "checked": "2026-11-01"}
    assert "checked" not in str(blocks)


def test_a_short_row_is_filled_with_blanks_that_stay_blank() -> None:
    (table,) = markdown_blocks("| 甲 | 乙 | 丙 |\n|---|---|---|\n| 一 | 二 |\n| | | 三 |\n")
    assert isinstance(table, Table)
    assert table.rows == (("一", "二", ""), ("", "", "三"))


def test_a_caption_without_a_table_stays_a_paragraph() -> None:
    assert markdown_blocks("表：没有下文\n\n正文。") == [
        Paragraph("表：没有下文"),
        Paragraph("正文。"),
    ]


def test_a_caption_may_carry_a_number() -> None:
    (table,) = markdown_blocks("表 2：价目\n\n| 品 | 价 |\n|---|---|\n| 茶 | 3元 |\n")
    assert isinstance(table, Table)
    assert table.caption == "价目"


def test_a_table_that_lost_its_rule_is_still_a_table() -> None:
    (table,) = markdown_blocks("品名 | 单价 | 库存 |\n龙井 | 88元 | 3罐 |\n毛峰 | 66元 | |\n")
    assert table == Table(("品名", "单价", "库存"), (("龙井", "88元", "3罐"), ("毛峰", "66元", "")))


def test_code_is_read_as_text_and_inline_markup_is_dropped() -> None:
    assert markdown_blocks("```\n报价=3元\n```\n\n`码` <b>粗</b>") == [
        Paragraph("报价=3元"),
        Paragraph("码 粗"),
    ]


def test_a_head_that_is_no_mapping_is_text() -> None:
    text = "---\n- 一\n- 二\n---\n正文"
    assert front_matter(text) == ({}, text)


def test_a_head_that_is_no_yaml_is_text() -> None:
    text = "---\ntitle: [没关\n---\n正文"
    assert front_matter(text) == ({}, text)


def test_a_page_without_a_head_is_all_text() -> None:
    assert front_matter("正文\n---\n") == ({}, "正文\n---\n")


@given(st.text())
@settings(max_examples=60, deadline=None)
def test_any_text_can_be_read_as_markdown(text: str) -> None:
    for block in markdown_blocks(clean(text)):
        if isinstance(block, Table):
            assert all(len(row) == len(block.columns) for row in block.rows)
