"""Does a shown calculation hold? `200元 × 0.6%-2% = 1.2-4元`, `11月20日 + 7天 = 11月27日`. Pure."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from operator import add, mul, sub, truediv

Interval = tuple[Decimal, Decimal]

_NUMBER = r"(\d+(?:\.\d+)?)\s*(亿|万|千|百)?"
_SCALE = {"亿": 10**8, "万": 10**4, "千": 1000, "百": 100, "": 1}
# A slash divides between numbers; in 300元/年 it belongs to the unit.
_OPERATOR = re.compile(r"\s*[×*÷]\s*|\s+[+\-]\s+|(?<=\d)\s*/\s*(?=\d)")
_DAY = re.compile(r"(\d{1,2})月(\d{1,2})[日号]")
_WORK: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "×": mul, "*": mul, "÷": truediv, "/": truediv, "+": add, "-": sub,
}  # fmt: skip
CENT = Decimal("0.005")
"""Results are shown with two decimals."""


def holds(left: str, right: str) -> bool:
    """Whether `left` = `right`, ranges as intervals, percentages as such, dates as days."""
    if _DAY.search(left) and _DAY.search(right):
        return _days_hold(left, right)
    told, worked_out = _interval(right), _worked_out(left)
    if told is None or worked_out is None:
        return False
    # A result in percent or in 万 is shown with two decimals of that unit.
    near = CENT / 100 if "%" in right else CENT * (10_000 if "万" in right else 1)
    return all(abs(a - b) <= near for a, b in zip(told, worked_out, strict=True))


def _days_hold(left: str, right: str) -> bool:
    start, days, end = _DAY.search(left), re.search(r"\+\s*(\d{1,3})天", left), _DAY.search(right)
    if not start or not days or not end:
        return False
    # Without a year the sum holds if it holds in a common year or in a leap year.
    told = (int(end[1]), int(end[2]))
    return any(_moved(year, start, int(days[1])) == told for year in (2027, 2028))


def _moved(year: int, start: re.Match[str], days: int) -> tuple[int, int] | None:
    try:
        last = date(year, int(start[1]), int(start[2])) + timedelta(days=days)
    except ValueError:
        return None
    return last.month, last.day


def _worked_out(left: str) -> Interval | None:
    operators = [found.strip() for found in _OPERATOR.findall(left)]
    terms = [_interval(part) for part in _OPERATOR.split(left)]
    if not operators or len(terms) != len(operators) + 1:
        return None
    result = terms[0]
    for operator, term in zip(operators, terms[1:], strict=True):
        if result is None or term is None:
            return None
        result = _applied(result, operator, term)
    return result


def _applied(a: Interval, operator: str, b: Interval) -> Interval | None:
    if operator in "÷/" and 0 in b:
        return None
    ends = [_WORK[operator](x, y) for x in a for y in b]
    return min(ends), max(ends)


def _interval(text: str) -> Interval | None:
    """The number or range in a term; 38% is 0.38. None where there is no number."""
    found = re.search(rf"{_NUMBER}\s*[%元天件]*(?:[-~–—]\s*{_NUMBER})?\s*(%)?", text)
    if not found:
        return None
    low_unit = found[2] or ""
    low = Decimal(found[1]) * _SCALE[low_unit]
    high = Decimal(found[3]) * _SCALE[found[4] or ""] if found[3] else low
    part = Decimal(100) if "%" in found[0] else Decimal(1)
    return min(low, high) / part, max(low, high) / part
