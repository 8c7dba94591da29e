"""Reading and splitting lose nothing: whatever a file says stands in some passage.

Hypothesis writes the files; every word, sentence, item and cell is then looked up in what came out.
"""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages import clean
from knowledge.documents import Document, Passage
from knowledge.read import blocks_of
from knowledge.split import make_document, sentences

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
# No numerals: “三、花” is a heading by right.
SHOP_TALK = st.sampled_from("茶花店铺货款退换单价运费员顾客发票包裹快递收藏推荐上新冷热红绿大小")
WORD = st.text(SHOP_TALK, min_size=2, max_size=8)
SENTENCE = st.builds("{}，{}。".format, WORD, WORD)
CELL = st.one_of(WORD, st.just(""), st.integers(0, 9999).map("{}元".format))
WIDTH = 3
ROW = st.tuples(WORD, *[CELL] * (WIDTH - 1))


def markdown_table(rows: list[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|---|---|---|", *lines[1:]])


def messy_table(rows: list[tuple[str, ...]]) -> str:
    """As it looks after a copy from a web page: no opening bar, the rule a bar too long."""
    lines = [" | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "---|---|---|---|", *lines[1:]])


def document(name: str, text: str) -> Document:
    head, blocks = blocks_of(name, text)
    return make_document("shop", name, head, blocks, text)


def words(text: str) -> set[str]:
    """Runs of letters and digits."""
    return set(re.findall(r"[^\W_]+", text))


def everything(passages: tuple[Passage, ...]) -> str:
    return "\n".join(f"{p.title} {p.section} {p.table} {p.column} {p.text}" for p in passages)


TABLES = st.lists(ROW, min_size=2, max_size=5, unique_by=lambda row: row[0])


def assert_every_cell_is_found(found: Document, rows: list[tuple[str, ...]]) -> None:
    columns = rows[0]
    cells = [(p.row, p.column, p.value) for p in found.passages if p.kind == "cell"]
    assert cells == [(row[0], columns[i], row[i]) for row in rows[1:] for i in range(1, WIDTH)]


@given(TABLES)
@settings(max_examples=60, deadline=None)
def test_every_cell_of_a_markdown_table_is_a_passage(rows: list[tuple[str, ...]]) -> None:
    rows[0] = tuple(f"{name}栏{i}" for i, name in enumerate(rows[0]))
    assert_every_cell_is_found(document("a.md", markdown_table(rows)), rows)


@given(TABLES)
@settings(max_examples=60, deadline=None)
def test_every_cell_of_a_table_that_lost_its_shape_is_a_passage(
    rows: list[tuple[str, ...]],
) -> None:
    rows[0] = tuple(f"{name}栏{i}" for i, name in enumerate(rows[0]))
    assert_every_cell_is_found(document("a.txt", messy_table(rows)), rows)


@given(st.lists(SENTENCE, min_size=1, max_size=30), st.sampled_from(["a.md", "a.txt"]))
@settings(max_examples=60, deadline=None)
def test_every_sentence_is_a_passage(told: list[str], name: str) -> None:
    found = [p.text for p in document(name, "".join(told)).passages if p.kind == "sentence"]
    assert found == told


@given(st.lists(SENTENCE, min_size=1, max_size=30), st.sampled_from(["a.md", "a.txt"]))
@settings(max_examples=60, deadline=None)
def test_every_item_is_a_passage(items: list[str], name: str) -> None:
    found = document(name, "\n".join(f"- {item}" for item in items)).passages
    assert [p.text for p in found if p.kind == "item"] == items


@given(st.lists(st.tuples(WORD, SENTENCE, TABLES), min_size=1, max_size=4))
@settings(max_examples=30, deadline=None)
def test_a_page_of_sections_keeps_every_word(
    parts: list[tuple[str, str, list[tuple[str, ...]]]],
) -> None:
    text = "\n\n".join(f"## {h}\n\n{s}\n\n{markdown_table(rows)}" for h, s, rows in parts)
    assert words(text) <= words(everything(document("a.md", text).passages))


@given(st.text(st.one_of(HAN, st.sampled_from("，。！？；“”（）\n 。"))))
@settings(max_examples=200, deadline=None)
def test_sentences_joined_are_the_text(text: str) -> None:
    assert re.sub(r"\s", "", "".join(sentences(text))) == re.sub(r"\s", "", text)


@given(st.text(), st.sampled_from(["a.md", "a.txt"]))
@settings(max_examples=150, deadline=None)
def test_ids_are_unique_and_the_same_every_time(text: str, name: str) -> None:
    once, again = document(name, clean(text)), document(name, clean(text))
    assert once == again
    assert len({p.id for p in once.passages}) == len(once.passages)


PLAIN = st.text(st.one_of(HAN, st.sampled_from("，。abc019 元%")), min_size=1, max_size=60)


@given(st.lists(PLAIN.map("说明{}。".format), min_size=1, max_size=12))
@settings(max_examples=100, deadline=None)
def test_lines_of_prose_keep_every_word(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert words(text) <= words(everything(document("a.txt", text).passages))


def lost(name: str, text: str) -> set[str]:
    """Words of a file that stand in no passage."""
    return words(text) - words(everything(document(name, text).passages))


MARKS = {"div", "1", "2", "3", "一", "二"}
"""Tags and list numbers: these alone may go."""

HOURS = "营业时间如下。\n1. 周一到周五 9点开门\n2. 周末 10点开门\n3. 电话 12345678"
UNUSUAL: dict[str, tuple[str, str]] = {
    "numbered lines without a full stop": ("a.txt", HOURS),
    "a last heading over nothing": ("a.txt", "一、地址\n人民路8号。\n二、周一公休"),
    "a last Markdown heading over nothing": ("a.md", "## 价格\n正文。\n## 春节不打烊"),
    "a second title": ("a.md", "# 店规\n正文。\n# 附录\n另一段。"),
    "one line with bars": ("a.txt", "| 仓库 | 人民路8号 | 周一公休 |"),
    "a quotation that says a key twice": (
        "a.md",
        "> 问：能退吗\n> 答：七天\n> 问：能换吗",
    ),
    "a quotation of prose and a key": ("a.md", "> 老板的话在此。\n> 电话：12345678"),
    "a block of HTML": ("a.md", "<div>\n地址在人民路\n</div>"),
    "a list in a list": ("a.md", "- 外层\n  - 里层一\n  - 里层二\n"),
    "a row cut short": ("a.txt", "品名 | 单价 |\n---|---|\n龙井 | 88元 |\n毛峰 |"),
}


@pytest.mark.parametrize(
    ("name", "text"),
    [pytest.param(name, text, id=key) for key, (name, text) in UNUSUAL.items()],
)
def test_no_word_of_an_unusual_file_is_lost(name: str, text: str) -> None:
    assert lost(name, text) <= MARKS
