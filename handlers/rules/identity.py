"""Whose order is it? Pure: numbers as people write them, proofs, and how often one may try.

A vouched buyer sees own orders. Everybody else proves an order with its number and the last four
digits of the receiver's phone. A wrong number and wrong digits are one and the same failure, so
that nobody learns whether somebody else's order exists.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from handlers.rules.order import Order

TRIES = 5
"""Failed proofs that one visitor, or one order number, may have within PERIOD."""

PERIOD = timedelta(hours=1)
LONGEST = 64

_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe00-\ufe0f]")
_DASHES = re.compile("[\u2010-\u2015\u2212\uff0d\u30fc_]")
_LABEL = r"(?:订单编?号码?|订单|单号|编号)"
_SAID = re.compile(
    rf"{_LABEL}(?:后面)?[是为:：#\s]*([^\s,，。;；、!！?？()（）\u4e00-\u9fff]{{3,80}})"
)
_TOKEN = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{2,63}")
_NUMBER = re.compile(r"(?=.*[0-9])[0-9A-Za-z][0-9A-Za-z-]{2,63}")
_LONG = re.compile(r"(?<![0-9A-Za-z-])[0-9]{8,32}(?![0-9A-Za-z-])")
_PHONE = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?(\d{4})(?!\d)")
_LAST4 = re.compile(r"(?:手机|电话|尾号|尾数|后四位|后4位|末四位|末4位)[^\d]{0,8}(\d{4})(?!\d)")
_BARE4 = re.compile(r"(?<![0-9A-Za-z.:-])(\d{4})(?![0-9A-Za-z.:-])")

Shape = Literal["none", "malformed", "good"]


@dataclass(frozen=True)
class Claim:
    """What somebody says about their order: a number (normalised), phone digits, or neither.

    `shape` tells a malformed number by its looks only; no order was looked up for it.
    """

    number: str = ""
    shape: Shape = "none"
    last4: str = ""


def tidy(text: str) -> str:
    """Full-width, styled and other scripts' digits become 0–9; what cannot be seen is dropped."""
    seen = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    seen = _DASHES.sub("-", seen)
    return "".join(_digit(ch) for ch in seen)


def _digit(ch: str) -> str:
    value = unicodedata.digit(ch, None) if not ch.isascii() else None
    return ch if value is None else str(value)


def normal_number(text: str) -> str | None:
    """The order number in its one spelling, or None when it has another shape.

    A letter of another alphabet that looks like ours is refused, never guessed.
    """
    number = tidy(text).strip("'\"`#*“”‘’<>《》【】[]").upper()
    return number if _NUMBER.fullmatch(number) else None


def same_number(one: str, other: str) -> bool:
    """Whether two spellings mean one order."""
    return normal_number(one) is not None and normal_number(one) == normal_number(other)


def numbers_in(text: str) -> list[str]:
    """Everything in a text that could be an order number, normalised."""
    tokens = (normal_number(token) for token in _TOKEN.findall(tidy(text)))
    return [token for token in tokens if token]


def read_claim(text: str, asked: bool = False) -> Claim:
    """The number and digits in a message. `asked`: we just asked for them, so bare ones count."""
    seen = tidy(text)
    last4, rest = _digits_said(seen)
    number, shape = _number_said(rest, asked)
    if not last4 and asked:
        found = _BARE4.search(rest.replace(number, " ") if number else rest)
        last4 = found[1] if found else ""
        number, shape = ("", "none") if number == last4 else (number, shape)
    return Claim(number, shape, last4)


def _digits_said(seen: str) -> tuple[str, str]:
    """The phone's last four, and the text without them (a phone is no order number)."""
    for pattern in (_PHONE, _LAST4):
        if found := pattern.search(seen):
            return found[1], seen[: found.start()] + " " + seen[found.end() :]
    return "", seen


def _number_said(seen: str, asked: bool) -> tuple[str, Shape]:
    if found := _LONG.search(seen):
        return found[0], "good"
    said = _SAID.search(seen)
    if said and any(ch.isdigit() for ch in said[1]):
        number = normal_number(said[1])
        return (number, "good") if number else ("", "malformed")
    if asked:
        lone = [token for token in numbers_in(seen) if not re.fullmatch(r"\d{4}", token)]
        if lone:
            return max(lone, key=len), "good"
        if re.search(r"\d", seen) and re.search(r"[^\W\d_]", _without_chinese(seen)):
            return "", "malformed"
    return "", "none"


def _without_chinese(text: str) -> str:
    return re.sub("[\u4e00-\u9fff]", "", text)


def proves(order: Order | None, buyer: str | None, last4: str) -> bool:
    """Whether this person may hear of the order. Takes as long for a wrong one as for a right."""
    if order is not None and buyer is not None:
        return order.buyer is not None and hmac.compare_digest(_b(order.buyer), _b(buyer))
    known = (order.receiver_phone_last4 if order else None) or "----"
    right = hmac.compare_digest(_b(known), _b(last4))
    return right and order is not None and re.fullmatch(r"[0-9]{4}", last4) is not None


def _b(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def try_keys(shop: str, visitor: str, number: str) -> tuple[str, str]:
    """Under which a failed proof counts: the visitor, and the number, whether it exists or not."""
    return f"visitor:{shop}:{visitor}"[:200], f"order:{shop}:{number}"[:200]


def may_try(failed: dict[str, int]) -> bool:
    """Whether another proof may be looked at. Refused before looking, so a lock tells nothing."""
    return all(count < TRIES for count in failed.values())
