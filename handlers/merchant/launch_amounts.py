"""Numbers as people say them: 三十来个, 一百多, 七八个, 几千, 两三万, 1.5万, 3k, 廿几. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.chinese import number_of

_DIGIT = "一二两三四五六七八九"
_NUMERAL = "零〇一二两俩三四五六七八九十百千万廿卅"
_SCALE = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "w": 10_000, "k": 1000, "": 1}
_VAGUE = "多来几好余把"
_NO_NUMBER = "一[共般些直起定下切旦致律向再旁会儿]|万一|(?<=万)一"

_AMOUNT = re.compile(
    rf"""
    (?P<many>好?几)(?P<many_unit>[十百千万]+)
    | (?P<up>上|(?<![改换变])成|近|小)(?P<up_one>一)?(?P<up_unit>[十百千万])(?![{_NUMERAL}])
    | (?P<tens>[一二三四五六七八九]?十)[几好]几?(?![千万百])
    | (?P<arabic>\d+(?:\.\d+)?)\s?(?P<to>[-~到至—]\s?\d+(?:\.\d+)?)?\s?(?P<unit>[千万wk](?![a-z]))?(?:[{_VAGUE}]*|出头|开外|往上|挂零)
    | (?P<pair>[{_DIGIT}]{{2}})(?P<pair_unit>[十百千万]+)
    | (?P<some>[一二三四五六七八九两]?[百千万])(?P<more>八十|十来|把)
    | (?!{_NO_NUMBER})(?P<numeral>[{_NUMERAL}]+)(?:[{_VAGUE}]+(?P<tail>[十百千万]*)|出头|开外|往上|挂零)?
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Amount:
    """What a numeral means: nominal `value`, the range it leaves open, where it stands."""

    value: int
    low: int
    high: int
    start: int
    end: int
    said: str


def amounts(said: str) -> Iterator[Amount]:
    """Every number in spelled text, in order."""
    for found in _AMOUNT.finditer(said):
        meant = _meant(found)
        if meant:
            low, value, high = meant
            yield Amount(value, low, high, found.start(), found.end(), found[0].strip())


def _meant(found: re.Match[str]) -> tuple[int, int, int] | None:
    if found["many"]:
        unit = _unit(found["many_unit"])
        return 2 * unit, 5 * unit, 10 * unit - 1
    if found["up"]:
        unit = _unit(found["up_unit"])
        return unit, unit, 2 * unit
    if found["tens"]:
        ten = number_of(found["tens"]) or 10
        return ten, ten, ten + 9
    if found["arabic"]:
        return _arabic(found)
    if found["pair"]:
        return _pair(found["pair"], _unit(found["pair_unit"]))
    if found["some"]:
        base = number_of(found["some"]) or _unit(found["some"][-1])
        return base, base, base
    return _numeral(found["numeral"], found["tail"] or "")


def _arabic(found: re.Match[str]) -> tuple[int, int, int]:
    scale = _SCALE[found["unit"] or ""]
    low = round(float(found["arabic"]) * scale)
    if not found["to"]:
        return low, low, low
    high = round(float(re.sub(r"[^\d.]", "", found["to"])) * scale)
    return min(low, high), max(low, high), max(low, high)


def _pair(pair: str, unit: int) -> tuple[int, int, int] | None:
    """两三万 is two to three; 一二 has to be counted up, else it is no pair."""
    low, high = (number_of(char) or 0 for char in pair)
    return (low * unit, high * unit, high * unit) if low < high else None


def _numeral(numeral: str, tail: str) -> tuple[int, int, int] | None:
    both = re.fullmatch(rf"(.*十)?([{_DIGIT}])([{_DIGIT}])", numeral)
    if both and _DIGIT.index(both[2]) < _DIGIT.index(both[3]):
        base = number_of(both[1]) or 0 if both[1] else 0
        low, high = (base + (number_of(d) or 0) for d in (both[2], both[3]))
        return low, high, high
    if short := re.fullmatch(rf"(.*([百千万]))([{_DIGIT}])", numeral):  # 一百五
        value = (number_of(short[1]) or 0) + (number_of(short[3]) or 0) * _SCALE[short[2]] // 10
        return value, value, value
    read = numeral.replace("廿", "二十").replace("卅", "三十").replace("俩", "两")
    counted = number_of(read) or (_unit(read) if read in _SCALE else None)
    if not counted:
        return None
    value = counted * (_unit(tail) if tail else 1)
    return value, value, value


def _unit(signs: str) -> int:
    product = 1
    for sign in signs:
        product *= _SCALE[sign]
    return product
