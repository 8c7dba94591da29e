"""Deadlines that a merchant may be reminded of, and when to remind. Pure.

A rejection has seven calendar days (the guide's own figure); reviews and filings take working days;
a certification holds for a year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from handlers.rules.deadlines import resubmission, workday_after
from handlers.rules.window import SHANGHAI, years_later
from knowledge.figures import Deadlines

What = Literal["resubmit", "review", "filing", "yearly", "own"]
WHATS: tuple[What, ...] = ("resubmit", "review", "filing", "yearly", "own")
HOUR = time(9, 30)
FILING = (20, 30)
"""Working days to be allowed for a filing (aftersales-rules.md C)."""
BEFORE = {"resubmit": (1, 0), "review": (0,), "filing": (0,), "yearly": (30, 7, 0), "own": (0,)}
"""So many days before the last one the reminders come."""


@dataclass(frozen=True)
class Term:
    """`until` is the last day, `event` the day it counts from, `early` when it may be over."""

    what: What
    event: date
    until: date
    early: tuple[date, ...] = ()


def term(what: What, event: date, rules: Deadlines) -> Term:
    """The term of an event on that day."""
    if what == "resubmit":
        return Term(what, event, resubmission(event, event, rules).by)
    if what == "review":
        usual = tuple(workday_after(event, days) for days in rules.usual)
        return Term(what, event, workday_after(event, rules.longest), usual)
    if what == "filing":
        first, last = (workday_after(event, days) for days in FILING)
        return Term(what, event, last, (first,))
    return Term(what, event, years_later(event, 1) if what == "yearly" else event)


@dataclass(frozen=True)
class Lead:
    """How the person wants it: so many days before, at what time; None where they said nothing."""

    days: int | None = None
    at: time | None = None


NO_LEAD = Lead()


def moments(found: Term, lead: Lead, now: datetime) -> tuple[datetime, ...]:
    """When to remind, soonest first, only what is still to come: in good time and on the last day.

    Who says how long before gets that one, unless it is over.
    """
    hour = lead.at or HOUR
    wanted = (BEFORE[found.what],) if lead.days is None else ((lead.days,), BEFORE[found.what])
    for some in wanted:
        days = (found.until - timedelta(days=ahead) for ahead in some)
        times = sorted(datetime.combine(day, hour, SHANGHAI) for day in days)
        if coming := tuple(moment for moment in times if moment > now):
            return coming
    return ()
