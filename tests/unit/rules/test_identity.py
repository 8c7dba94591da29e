"""Order numbers as people write them, proofs, and what nobody may learn."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.rules.identity import (
    TRIES,
    Claim,
    may_try,
    normal_number,
    proves,
    read_claim,
    same_number,
    tidy,
    try_keys,
)
from tests.unit.rules.build import LAMP, order

NUMBER = "3726100000103"


@pytest.mark.parametrize(
    "written",
    [
        NUMBER,
        "３７２６１００００0103",
        "3726100\u200b000103",
        "\ufeff3726100000103\u2060",
        "𝟑𝟕𝟐𝟔𝟏𝟎𝟎𝟎𝟎𝟎𝟏𝟎𝟑",
        "٣٧٢٦١٠٠٠٠٠١٠٣",
        "“3726100000103”",
    ],
)
def test_one_number_in_many_spellings(written: str) -> None:
    assert same_number(written, NUMBER)
    assert read_claim(f"订单号{written}").number == NUMBER


@pytest.mark.parametrize("alike", ["372б100000103", "З726100000103", "3726100000l03О", "Ⅲ7261➀"])
def test_letters_that_only_look_alike_never_become_the_number(alike: str) -> None:
    assert normal_number(alike) != NUMBER


@pytest.mark.parametrize(
    ("text", "asked", "claim"),
    [
        ("订单号 3726100000103 尾号6608", False, Claim(NUMBER, "good", "6608")),
        ("3726100000103，手机13800006608", False, Claim(NUMBER, "good", "6608")),
        ("3726100000103 6608", True, Claim(NUMBER, "good", "6608")),
        ("6608", True, Claim("", "none", "6608")),
        ("6608", False, Claim()),
        ("手机后四位是6608", False, Claim("", "none", "6608")),
        ("订单号K-1001A", False, Claim("K-1001A", "good", "")),
        ("k1001", True, Claim("K1001", "good", "")),
        ("订单号是 #%&12", False, Claim("", "malformed", "")),
        ("订单号 372б1", False, Claim("", "malformed", "")),
        ("衣服2件都小了，要退", False, Claim()),
        ("138 0000 6608", True, Claim("", "none", "6608")),
        ("我想退货", True, Claim()),
    ],
)
def test_what_is_claimed(text: str, asked: bool, claim: Claim) -> None:
    assert read_claim(text, asked) == claim


def test_a_proof_is_the_buyer_or_the_right_digits() -> None:
    mine = order("signed", LAMP, receiver_phone_last4="6608")
    assert proves(mine, "b1", "")
    assert proves(mine, None, "6608")
    assert not proves(mine, "b2", "6608")
    assert not proves(mine, None, "6609")
    assert not proves(mine, None, "")
    assert not proves(None, None, "6608")
    assert not proves(None, "b1", "6608")


@pytest.mark.parametrize("claimed", ["", "----", "0000", "*"])
def test_an_order_without_phone_is_proven_by_no_digits(claimed: str) -> None:
    assert not proves(order("signed", LAMP), None, claimed)


def test_tries_are_limited_by_visitor_and_by_order() -> None:
    visitor, number = try_keys("tea", "v1", NUMBER)
    assert may_try({visitor: TRIES - 1, number: 0})
    assert not may_try({visitor: TRIES, number: 0})
    assert not may_try({visitor: 0, number: TRIES})


@given(st.text(max_size=120), st.booleans())
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_and_numbers_are_plain(text: str, asked: bool) -> None:
    claim = read_claim(text, asked)
    assert claim.number.isascii()
    assert claim.last4 == "" or (len(claim.last4) == 4 and claim.last4.isascii())
    assert tidy(tidy(text)) == tidy(text) or not tidy(text).isascii()
