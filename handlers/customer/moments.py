"""Moments and money as people read them."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.rules.explain import yuan
from handlers.rules.window import shanghai

__all__ = ["day", "moment", "until", "yuan"]


def day(at: datetime) -> str:
    """11月19日."""
    here = shanghai(at)
    return f"{here.month}月{here.day}日"


def moment(at: datetime) -> str:
    """11月19日18:30."""
    return f"{day(at)}{shanghai(at):%H:%M}"


def until(at: datetime) -> str:
    """A limit: midnight belongs to the day before, 11月19日24点前; 23:59 means the same."""
    here = shanghai(at)
    if (here.hour, here.minute) in ((0, 0), (23, 59)):
        return f"{day(here - timedelta(minutes=1))}24点前"
    return f"{moment(here)}前"
