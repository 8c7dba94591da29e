"""How days and hours are counted (aftersales-facts.md §2), in Asia/Shanghai.

Day 0 is the calendar day of signing. A period of n days ends at 00:00 after day n (exclusive);
while that last day is not a working day it moves on (民法典203). Hours run exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from importlib.metadata import version

import chinese_calendar
import holidays

SHANGHAI = timezone(timedelta(hours=8))
CALENDAR_VERSION = f"chinesecalendar {version('chinesecalendar')}, holidays {version('holidays')}"


def shanghai(moment: datetime) -> datetime:
    """The moment in Asia/Shanghai; a moment without an offset is taken to be there already."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=SHANGHAI)
    return moment.astimezone(SHANGHAI)


@lru_cache(maxsize=64)
def is_published(year: int) -> bool:
    """Whether the working calendar of the year, with its make-up days, is known."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@lru_cache(maxsize=4096)
def is_workday(day: date) -> bool:
    """Whether people work that day.

    Beyond the published calendar: weekends and the statutory days `holidays` computes rest, and
    no make-up day is known; `is_published` says which it was.
    """
    if is_published(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5 and day not in _statutory(day.year)


@lru_cache(maxsize=64)
def _statutory(year: int) -> Mapping[date, str]:
    return holidays.country_holidays("CN", years=year)


@lru_cache(maxsize=4096)
def period_end(first: date, days: int) -> datetime:
    """The exclusive end of a period of `days` whose day 0 is `first`."""
    last = first + timedelta(days=days)
    while not is_workday(last):
        last += timedelta(days=1)
    return midnight(last + timedelta(days=1))


def midnight(day: date) -> datetime:
    """00:00 of the day in Asia/Shanghai."""
    return datetime.combine(day, time(), SHANGHAI)


@lru_cache(maxsize=4096)
def workdays_after(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; 0 when `end` is not later."""
    if (end - start).days > 366:  # years later the exact count tells nothing more
        return (end - start).days
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_workday(day) for day in days)


def years_later(day: date, years: int) -> date:
    """The same calendar day, years later; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
