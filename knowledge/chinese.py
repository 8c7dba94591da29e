"""Chinese as people type it, brought into one form: simplified characters, Arabic numbers."""

import re
from functools import cache, lru_cache
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
    return _short(text) if len(text) <= REMEMBERED else str(_converter().convert(text))


@cache
def _may_change() -> frozenset[str]:
    """A character of every word that the converter knows; text without any stays as it is.

    The converter takes 80 µs a sentence, and hardly any sentence needs it.
    """
    folder = Path(opencc.__file__).parent / "dictionary"
    files = [folder / f"{name}.txt" for name in ("TSCharacters", "TSPhrases")]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    words = [line.split("\t")[0] for line in lines]
    single = {word for word in words if len(word) == 1}
    return frozenset(single | {word[-1] for word in words if word and single.isdisjoint(word)})


@lru_cache(8192)
def _short(text: str) -> str:
    # Labels of tables come up again and again.
    return str(_converter().convert(text))


REMEMBERED = 200
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

    Single digits only before a counting word, so that 一下 and 一般 stay words.
    """
    text = _LARGE.sub(lambda m: str(number_of(m[0]) or m[0]), text)
    return _COUNTED.sub(lambda m: f"{m[1]}{number_of(m[2])}", text)


_LARGE = re.compile(
    "(?<![百万])[一二两三四五六七八九][十百千万亿][零一二两三四五六七八九十百千万亿]*|"
    "十[一二三四五六七八九]?[万亿][零一二两三四五六七八九十百千万亿]*|十[一二三四五六七八九]"
)
_COUNTED = re.compile(
    "(第?)([一二两三四五六七八九十])"
    "(?=元|块|年|个月|个|天|日|号|月|件|单|人|次|位|款|份|双|筐|斤|倍|户|客|种|样|项|条|点)"
)
