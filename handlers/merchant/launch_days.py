"""Days as people say them: 昨天, 上周五, 11月20号, 11.20, 双十二, 三天前. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from knowledge.chinese import number_of

_N = r"(\d{1,2}|[一二两三四五六七八九十廿]{1,3})"
_WEEKDAYS = "一二三四五六日"
_NAMED = {"双十一": (11, 11), "双11": (11, 11), "双十二": (12, 12), "双12": (12, 12),
          "618": (6, 18), "元旦": (1, 1), "圣诞": (12, 25), "国庆": (10, 1)}  # fmt: skip
_AGO = {"今天": 0, "刚刚": 0, "刚才": 0, "昨天": 1, "昨晚": 1, "前天": 2, "大前天": 3}


def past_day(said: str, today: date) -> date | None:
    """The day on which something happened; None if none is named."""
    return _first(said, today, (_ago, _days_ago, _on_before, _week))


def coming_day(said: str, today: date) -> date | None:
    """The day by which something is wanted."""
    return _first(said, today, (_on_after, _named))


def _first(
    said: str, today: date, ways: tuple[Callable[[str, date], date | None], ...]
) -> date | None:
    return next((day for way in ways if (day := way(said, today))), None)


def _ago(said: str, today: date) -> date | None:
    words = sorted((w for w in _AGO if w in said), key=len, reverse=True)
    return today - timedelta(days=_AGO[words[0]]) if words else None


def _days_ago(said: str, today: date) -> date | None:
    found = re.search(rf"{_N}天(之|以)?前|过(去)?了?{_N}天", said)
    count = _number(found[1] or found[4]) if found else None
    return today - timedelta(days=count) if count is not None else None


def _week(said: str, today: date) -> date | None:
    found = re.search(r"(上上|上|这|本)?(个)?(周|星期)([一二三四五六日天])", said)
    if not found:
        return None
    back = {"上上": 2, "上": 1}.get(found[1] or "", 0)
    weekday = _WEEKDAYS.index(found[4].replace("天", "日"))
    day = today - timedelta(days=today.weekday() - weekday + 7 * back)
    return day - timedelta(days=7) if day > today else day


def _on_before(said: str, today: date) -> date | None:
    return _on(said, today, lambda day: day <= today, (0, -1))


def _on_after(said: str, today: date) -> date | None:
    return _on(said, today, lambda day: day >= today, (0, 1))


def _on(
    said: str, today: date, fits: Callable[[date], bool], years: tuple[int, ...]
) -> date | None:
    found = re.search(rf"{_N}月{_N}(日|号)?|(?<![\d.])(\d{{1,2}})[./-](\d{{1,2}})(?![\d.])", said)
    if found:
        month, day = _number(found[1] or found[4]), _number(found[2] or found[5])
        return _dated(today, month, day, fits, years)
    only = re.search(rf"(?<!月){_N}号", said)
    return _dated(today, today.month, _number(only[1]), fits, years) if only else None


def _named(said: str, today: date) -> date | None:
    name = next(
        (n for n in _NAMED if re.search(rf"{n}(?![^ ]{{0,2}}(?:饰|礼|树|帽|装|品|用品))", said)), ""
    )
    return _dated(today, *_NAMED[name], lambda day: day >= today, (0, 1)) if name else None


def _dated(
    today: date,
    month: int | None,
    day: int | None,
    fits: Callable[[date], bool],
    years: tuple[int, ...],
) -> date | None:
    for year in years:
        try:
            found = date(today.year + year, month or 0, day or 0)
        except ValueError:
            continue
        if fits(found):
            return found
    return None


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else number_of(text.replace("廿", "二十"))
