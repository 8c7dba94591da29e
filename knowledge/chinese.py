"""Chinese as people type it, brought into one form: simplified characters, Arabic numbers."""

import re
from functools import cache
from pathlib import Path

import opencc
from opencc import OpenCC


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def simplified(text: str) -> str:
    """Traditional characters as simplified ones; everything else as it stands."""
    if _may_change().isdisjoint(text):
        return text
    # The converter takes 80 µs a sentence, and does more than this only where a phrase stands.
    whole = _phrases().search(text)
    return str(_converter().convert(text)) if whole else text.translate(_signs())


@cache
def _may_change() -> frozenset[str]:
    """A character of every word that is written otherwise; hardly any sentence has one."""
    single = {chr(sign) for sign in _signs()}
    phrases = {old[-1] for old, _ in _dictionary("TSPhrases") if single.isdisjoint(old)}
    return frozenset(single | phrases)


@cache
def _signs() -> dict[int, str]:
    return {ord(old): new for old, new in _dictionary("TSCharacters") if old != new}


@cache
def _phrases() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(old) for old, _ in _dictionary("TSPhrases")))


def _dictionary(name: str) -> list[tuple[str, str]]:
    """Each word and the first of its forms."""
    text = (Path(opencc.__file__).parent / "dictionary" / f"{name}.txt").read_text(encoding="utf-8")
    return [(old, new.split(" ")[0]) for old, new in (r.split("\t") for r in text.splitlines())]


LONGEST = 12
"""Signs of a numeral; a longer run of them is no number that anybody means."""

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_TENS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}


def number_of(numeral: str) -> int | None:
    """`三千六` → 3600, `两万` → 20000, `十五` → 15; None for what is no number."""
    if len(numeral) > LONGEST:
        return None
    total = section = digit = 0
    last = 1
    for char in numeral:
        if char in _DIGITS:
            digit = _DIGITS[char]
            continue
        unit = _TENS.get(char)
        if unit is None:
            return None
        if unit >= 10_000:
            total, section = (total + section + digit) * unit, 0
        else:
            section += (digit or 1) * unit
        digit, last = 0, unit
    # `三千六` means 3600: a bare last digit stands one place below the unit before it.
    bare = last // 10 if last >= 100 and numeral[-2:-1] not in "零〇" else 1
    return total + section + digit * max(bare, 1)


def arabic(text: str) -> str:
    """Chinese numerals that count something, as Arabic numbers: `三年` → `3年`, `流水两万` → 20000.

    59块9 is 59.9元. Single digits only before a counting word, so that 一下 and 一般 stay words.
    """
    text = _LARGE.sub(lambda m: str(number_of(m[0]) or m[0]), text)
    text = _COUNTED.sub(lambda m: f"{m[1]}{number_of(m[2])}", text)
    return _TENTHS.sub(lambda m: f"{m[1]}.{number_of(m[2]) or m[2]}元", text)


_TENTHS = re.compile(
    r"(?<![\d.])(\d+)[块元]([\d一二三四五六七八九])(?:毛|角)?(?=$|[\s，,。的手微扣平要付收])"
)
"""59块9 is 59.9元."""
_LARGE = re.compile(
    "(?<![百万])[一二两三四五六七八九][十百千万亿][零一二两三四五六七八九十百千万亿]*|"
    "十[一二三四五六七八九]?[万亿][零一二两三四五六七八九十百千万亿]*|十[一二三四五六七八九]"
)
_COUNTED = re.compile(
    "(第?)([一二两三四五六七八九十])"
    "(?=元|块|年|个月|个|天|日|号|月|件|单|人|次|位|款|份|双|筐|斤|倍|户|客|种|样|项|条|点)"
)
