"""Every number and every table of the two articles is found in the pages we wrote from them.

`guide_facts.yaml` holds the articles' figures as data, taken from the articles. Here the pages are
parsed as the service parses them, and each fact is looked up in the parsed passages.
"""

import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.grounding import numbers
from knowledge.documents import Passage
from knowledge.guide import load_guide

FACTS = yaml.safe_load((Path(__file__).parent / "guide_facts.yaml").read_text(encoding="utf-8"))
PASSAGES = tuple(passage for page in load_guide() for passage in page.passages)
ARTICLES = {"甲": "《微信小店小程序怎么发布》", "乙": "《微信怎么用小程序卖东西》"}
SECTIONS = ("引言", "一", "二", "三", "四", "五", "六", "七", "八", "结语")
HAN_NUMERALS = "一二三四五六七八九十百两"


def source_of(article: str, section: str) -> str:
    """How a page names a section of an article."""
    named = section if section in ("引言", "结语") else f"第{section}节"
    return f"{ARTICLES[article]}{named}"


def normal(text: str) -> str:
    """NFKC without spaces; ranges written with - whatever the article wrote them with."""
    flat = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()
    return re.sub(r"(?<=[\d%万元天件])[~–—到至-](?=\d)", "-", flat)


def holds(text: str, fact: str) -> bool:
    """Whether `fact` stands in `text` as a whole number: 7天 is not in 3-7天, 5% not in 15%."""
    wanted = normal(fact)
    before = r"(?<!\d)(?<!\d[.\-])" if wanted[0].isdigit() else ""
    before = rf"(?<![{HAN_NUMERALS}])" if wanted[0] in HAN_NUMERALS else before
    after = r"(?!\d|[.\-]\d)" if wanted[-1].isdigit() else ""
    return re.search(before + re.escape(wanted) + after, normal(text)) is not None


def told(article: str, section: str) -> list[Passage]:
    """The passages that tell what this section of the article says; corrections left out."""
    source = source_of(article, section)
    return [p for p in PASSAGES if p.origin.source == source and p.kind != "correction"]


def finest(passages: list[Passage]) -> list[Passage]:
    return [p for p in passages if p.kind in ("sentence", "item", "cell", "row")]


def number_name(fact: dict[str, str]) -> str:
    return f"{fact['article']}{fact['section']}-{fact['near']}-{fact['value']}{fact['unit']}"


def cells(table: dict[str, Any]) -> dict[tuple[str, str], str]:
    """(row, column) → value, as the article prints it."""
    names = table["columns"][1:]
    return {
        (row[0], name): value
        for row in table["rows"]
        for name, value in zip(names, row[1:], strict=True)
    }


def parsed_cells(table: dict[str, Any]) -> dict[tuple[str, str], str]:
    """(row, column) → value of the page's table of that caption, in the right section."""
    caption = re.sub(r"^表\d+ ", "", table["caption"])
    found = [p for p in told(table["article"], table["section"]) if p.kind == "cell"]
    return {(p.row, p.column): p.value for p in found if p.table == caption}


BLANKS = [
    (table, row, column)
    for table in FACTS["tables"]
    for (row, column), value in cells(table).items()
    if not value
]


@pytest.mark.parametrize("fact", FACTS["numbers"], ids=number_name)
def test_the_number_stands_beside_its_context_word(fact: dict[str, str]) -> None:
    found = [
        p
        for p in finest(told(fact["article"], fact["section"]))
        if holds(p.text, fact["value"] + fact["unit"])
        and normal(fact["near"]) in normal(f"{p.row} {p.column} {p.text}")
    ]
    assert found, f"no sentence, item, row or cell holds {fact}"


@pytest.mark.parametrize("table", FACTS["tables"], ids=lambda t: str(t["caption"]))
def test_the_table_has_exactly_the_rows_columns_and_cells_of_the_article(
    table: dict[str, Any],
) -> None:
    wanted = {key: normal(value) for key, value in cells(table).items()}
    assert {key: normal(value) for key, value in parsed_cells(table).items()} == wanted


@pytest.mark.parametrize("table", FACTS["tables"], ids=lambda t: str(t["caption"]))
def test_a_row_repeats_its_column_names(table: dict[str, Any]) -> None:
    rows = {p.row: p.text for p in told(table["article"], table["section"]) if p.kind == "row"}
    for row in table["rows"]:
        for column, value in zip(table["columns"], row, strict=True):
            assert f"{column}：{value or '（原表空白）'}" in rows[row[0]]


@pytest.mark.parametrize(("table", "row", "column"), BLANKS, ids=lambda x: str(x)[:20])
def test_a_cell_that_the_article_leaves_blank_is_blank(
    table: dict[str, Any], row: str, column: str
) -> None:
    assert parsed_cells(table)[row, column] == ""
    assert all(
        "（原表空白）" in p.text
        for p in told(table["article"], table["section"])
        if (p.kind, p.row, p.column) == ("cell", row, column)
    )


def test_the_articles_leave_five_cells_blank() -> None:
    assert len(BLANKS) == 5


@pytest.mark.parametrize("article", ARTICLES)
@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_of_both_articles_is_recognisable_by_its_source(
    article: str, section: str
) -> None:
    found = told(article, section)
    assert finest(found), f"nothing in the pages comes from {source_of(article, section)}"
    assert {p.origin.confidence for p in found} == {"指南原文"}


@pytest.mark.parametrize("article", ARTICLES)
@pytest.mark.parametrize("section", SECTIONS)
def test_the_pages_add_no_number_to_a_section_of_the_articles(article: str, section: str) -> None:
    printed = [
        f"{fact['value']}{fact['unit']}"
        for fact in FACTS["numbers"]
        if (fact["article"], fact["section"]) == (article, section)
    ]
    known = {number for text in printed for number in numbers(text)}
    written = {n for p in finest(told(article, section)) for n in numbers(p.text)}
    assert written <= known


def test_every_passage_says_who_says_so_and_how_sure_we_are() -> None:
    told = [p.origin for p in PASSAGES if p.kind != "gap"]
    assert all(origin.source and origin.dated and origin.confidence for origin in told)


def test_readers_never_see_our_working_names_of_the_articles() -> None:
    shown = [f"{p.section} {p.text} {p.origin.source}" for p in PASSAGES]
    assert [text for text in shown if re.search(r"甲文|乙文|规则[ABCDE]|种子", text)] == []
