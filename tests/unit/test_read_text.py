"""Plain text files → blocks, tables that lost their shape among them; bytes → text."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.messages import clean
from knowledge.blocks import Heading, Items, Paragraph, Table
from knowledge.read import MAX_FILE_BYTES, blocks_of, decode, file_bytes, text_blocks

MESSY = """\
花店怎么养护鲜花(养花小抄)


鲜花到家后要尽快醒花,不同的花要求不一样。
一、醒花与换水:活得久的基础
醒花要用深水,时间按花材来定。
表1:常见花材醒花时间对比
花材 | 醒花时间 | 水深 | 换水间隔 |
---|---|---|---|
玫瑰(单头) | 4-6小时 | 20厘米 | 2天 |
绣球 | 8小时(泡头另计) | 没过花头 |
洋牡丹 | | 5厘米 | |
绣球在缺水后恢复最慢。
- 修剪：斜剪45度，剪口要快。
• 保鲜剂：每升水放1克
1. 先把下层的叶子去干净，再把花茎放进深水桶里，水面离花头一掌宽，等花头抬起来为止才算醒好
"""


def test_a_messy_table_keeps_its_rows_columns_caption_and_blanks() -> None:
    (table,) = [block for block in text_blocks(MESSY) if isinstance(block, Table)]
    assert table == Table(
        ("花材", "醒花时间", "水深", "换水间隔"),
        (
            ("玫瑰(单头)", "4-6小时", "20厘米", "2天"),
            ("绣球", "8小时(泡头另计)", "没过花头", ""),
            ("洋牡丹", "", "5厘米", ""),
        ),
        "常见花材醒花时间对比",
    )


def test_numbered_chinese_lines_are_headings() -> None:
    headings = [block for block in text_blocks(MESSY) if isinstance(block, Heading)]
    assert headings == [Heading(2, "一、醒花与换水:活得久的基础")]


def test_marked_lines_are_list_items_whatever_the_mark() -> None:
    items = [block for block in text_blocks(MESSY) if isinstance(block, Items)]
    assert items[0] == Items(("修剪：斜剪45度，剪口要快。", "保鲜剂：每升水放1克"))
    assert items[1].ordered
    assert items[1].items[0].startswith("先把下层的叶子")


def test_other_lines_are_paragraphs() -> None:
    paragraphs = [block.text for block in text_blocks(MESSY) if isinstance(block, Paragraph)]
    assert paragraphs == [
        "花店怎么养护鲜花(养花小抄)",
        "鲜花到家后要尽快醒花,不同的花要求不一样。",
        "醒花要用深水,时间按花材来定。",
        "绣球在缺水后恢复最慢。",
    ]


def test_markdown_headings_work_in_text_files_too() -> None:
    assert text_blocks("### 换水\n每天一次。") == [Heading(3, "换水"), Paragraph("每天一次。")]


def test_the_ending_of_the_name_decides_how_a_file_is_read() -> None:
    text = "---\ntitle: 题\n---\n**粗**"
    assert blocks_of("a.MD", text) == ({"title": "题"}, [Paragraph("粗")])
    assert blocks_of("a.txt", text)[0] == {}


@given(st.text())
@settings(max_examples=100, deadline=None)
def test_any_text_can_be_read_as_a_text_file(text: str) -> None:
    for block in text_blocks(clean(text)):
        if isinstance(block, Table):
            assert all(len(row) == len(block.columns) for row in block.rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_files_of_old_and_new_editors_are_read(encoding: str) -> None:
    assert decode("花.txt", "玫瑰\r\n绣球\r百合".encode(encoding)) == "玫瑰\n绣球\n百合"


def test_what_no_database_takes_is_gone_after_decoding() -> None:
    assert decode("花.txt", b"a\x00b\x07c") == "abc"


def test_a_file_that_is_no_text_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match=r"图\.txt.*编码"):
        decode("图.txt", b"\x89PNG\xff\xff\xff")


def test_a_file_that_is_too_large_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match=r"大\.txt.*20 MB"):
        decode("大.txt", b"a" * (MAX_FILE_BYTES + 1))


def test_a_file_that_cannot_be_opened_is_named_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"没有\.txt"):
        file_bytes(tmp_path / "没有.txt")


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text = decode("x.txt", data)
    except BadInput:
        return
    assert text == clean(text)
    assert "\r" not in text
