"""Identity numbers, recognised and masked before a text is stored or logged. Pure."""

import re
import unicodedata
from datetime import date

_REGION = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
"""The first two digits: the province."""

_GAP = r"[\s\u200b-\u200f\u2060\ufeff.·_-]{0,2}"
_RUN = re.compile(rf"(?<![\dA-Za-z])\d(?:{_GAP}\d){{13,16}}{_GAP}[\dXxＸｘ](?![\dA-Za-z])")
_IDENTITY = re.compile("身份|证件|证号|法人")
_HEAD, _TAIL = 3, 2
"""Signs left readable at either end, enough to tell two numbers apart."""


def mask_identity(text: str) -> str:
    """`text` with every identity number as `110*************29`; its length stays the same.

    A number counts by its shape (region, date of birth), not by its check character: one that was
    mistyped is as private as one that was not. Fifteen digits (before 1999) may as well be a
    waybill: they count where the text speaks of identity.
    """
    spoken = bool(_IDENTITY.search(text))
    return _RUN.sub(lambda found: _masked(found[0], spoken), text)


_NUMBER = re.compile(r"\d(?:[ -]?\d){5}")
"""Order numbers, telephones, waybills and pick-up codes have at least six digits."""

_DATE = re.compile(r"\d{4}\s?[-./年]\s?\d{1,2}\s?[-./月]\s?\d{1,2}|\d{1,2}[:：]\d{2}")


def private(text: str) -> bool:
    """Whether `text` names an order, a parcel or a telephone by its number."""
    return bool(_NUMBER.search(_DATE.sub("，", text)))


def mask_body(body: bytes) -> bytes:
    """A platform's body with identity numbers masked; what is no UTF-8 stays as it is."""
    try:
        return mask_identity(body.decode()).encode()
    except UnicodeDecodeError:
        return body


def is_identity(number: str) -> bool:
    """Whether 18 signs (or the 15 of before 1999) have the shape of an identity number."""
    if not _REGION.match(number) or not number[:-1].isdecimal():
        return False
    if len(number) == 18:
        return _is_day(number[6:14])
    return len(number) == 15 and number.isdecimal() and _is_day("19" + number[6:12])


def _is_day(digits: str) -> bool:
    try:
        return 1900 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year <= 2099
    except ValueError:
        return False


def _masked(written: str, spoken: bool) -> str:
    normal = unicodedata.normalize("NFKC", written).upper()
    signs = [at for at, sign in enumerate(written) if _counts(sign)]
    number = "".join(sign for sign in normal if sign.isdecimal() or sign == "X")
    if not is_identity(number) or (len(number) == 15 and not spoken):
        return written
    hidden = set(signs[_HEAD:-_TAIL])
    return "".join("*" if at in hidden else sign for at, sign in enumerate(written))


def _counts(sign: str) -> bool:
    return sign.isdecimal() or sign in "XxＸｘ"
