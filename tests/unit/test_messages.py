"""What people type, made fit for databases and for comparing."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import clean, plain

ANYTHING = st.text(st.characters(codec=None))  # lone surrogates too


@given(ANYTHING)
def test_clean_text_can_be_stored_and_sent_anywhere(text: str) -> None:
    cleaned = clean(text)
    assert "\x00" not in cleaned
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned


@given(ANYTHING)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(ANYTHING)
def test_cleaning_only_ever_takes_away(text: str) -> None:
    rest = iter(text)
    assert all(ch in rest for ch in clean(text))


def test_cleaning_leaves_people_their_lines_emoji_and_scripts() -> None:
    kept = "第一行\n\t第二行 👩‍👩‍👧‍👦 ñ 日本語 العربية ①"
    assert clean(kept) == kept


@pytest.mark.parametrize(
    "unsafe", ["\x00", "\x1b", "\x7f", "\x85", chr(0xD800), chr(0xDFFF), "\u202e"]
)
def test_controls_surrogates_and_direction_overrides_go(unsafe: str) -> None:
    assert clean(f"退{unsafe}款") == "退款"


@given(ANYTHING)
def test_plain_text_has_single_spaces_and_no_edges(text: str) -> None:
    compared = plain(text)
    assert compared == compared.strip()
    assert "  " not in compared
    assert "\n" not in compared


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("ＳａａＳ　平台", "saas 平台"),
        ("０．６％～２％", "0.6%~2%"),
        ("转\u200b人\u2060工", "转人工"),
        ("  多少\n\n 钱 ", "多少 钱"),
        ("①", "1"),
        ("\ufeff在吗", "在吗"),
    ],
)
def test_text_is_compared_whatever_the_width_case_and_invisible_signs(
    typed: str, compared: str
) -> None:
    assert plain(typed) == compared


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x9FFF)))
def test_two_spellings_of_one_text_compare_alike(text: str) -> None:
    assert plain(unicodedata.normalize("NFD", text)) == plain(unicodedata.normalize("NFC", text))
