"""The deadline guard: when staff are reminded, and when a case is escalated, as moments (pure).

Both come before the deadline, whatever it is: a reminder a day early and in working hours where
there is time for it, the escalation four hours early, so that no refund becomes due unseen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.cases import CaseFile
from handlers.rules.case import is_open
from handlers.rules.case_moves import OPEN, PAYING, REVIEW, WAIT_RECEIPT
from handlers.rules.window import is_workday, shanghai

REMIND_BEFORE = timedelta(hours=24)
ESCALATE_BEFORE = timedelta(hours=4)
OPENS, CLOSES = time(9), time(21)
MERCHANT = frozenset({REVIEW, OPEN, WAIT_RECEIPT, PAYING, "PLATFORM_REFUND_FAIL"})
"""Statuses whose deadline is the merchant's."""


@dataclass(frozen=True)
class Guard:
    """When to remind and when to escalate; `who` must act until `deadline`."""

    who: str
    remind_at: datetime
    escalate_at: datetime | None
    deadline: datetime


def guard(case: CaseFile, now: datetime) -> Guard | None:
    """The moments still worth having; None where no deadline runs. Past ones become `now`."""
    if case.deadline is None or not is_open(case):
        return None
    at, deadline = shanghai(now), shanghai(case.deadline)
    remind = max(at, min(in_hours(deadline - REMIND_BEFORE), deadline - ESCALATE_BEFORE))
    if case.status not in MERCHANT:
        return Guard("buyer", remind, None, deadline)
    return Guard("merchant", remind, max(at, deadline - ESCALATE_BEFORE), deadline)


def in_hours(moment: datetime) -> datetime:
    """The last moment not after this one at which somebody is at work."""
    day = moment.date()
    if moment.time() >= CLOSES and is_workday(day):
        return datetime.combine(day, CLOSES, moment.tzinfo) - timedelta(minutes=1)
    if moment.time() >= OPENS and is_workday(day):
        return moment
    day -= timedelta(days=1)
    while not is_workday(day):
        day -= timedelta(days=1)
    return datetime.combine(day, CLOSES, moment.tzinfo) - timedelta(minutes=1)
