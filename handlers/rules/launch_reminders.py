"""What a plan wants to be reminded of, and when. Pure.

A rejection's last day is not here: merchants ask for that reminder (handlers.merchant.reminders).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from handlers.rules.launch import Plan
from handlers.rules.launch_dates import PAPERS, after, spoken
from handlers.rules.launch_profile import Profile
from handlers.rules.window import SHANGHAI

HOUR = time(9, 30)
PAPERS_AFTER = 3
"""Working days after which somebody who went to get papers is asked how it stands."""
GOAL_BEFORE = timedelta(days=7)


@dataclass(frozen=True)
class Reminder:
    """To be said once at `at`, in `words`; a newer one of the same `key` replaces an older one."""

    key: str
    at: datetime
    words: Mapping[str, str]


def ask_about_papers(plan: Plan, now: datetime) -> Reminder | None:
    """After some working days; None where no office is waited for."""
    papers = [s.short for s in plan.steps if s.step.id in PAPERS and s.state == "next"]
    if not papers:
        return None
    day = after(now.astimezone(SHANGHAI).date(), PAPERS_AFTER, "work")
    return Reminder("papers", _at(day), {"papers": "、".join(papers)})


def before_goal(profile: Profile, now: datetime) -> Reminder | None:
    """A week before the day they want to be open; None where that is over."""
    if not profile.go_live:
        return None
    found = Reminder("goal", _at(profile.go_live - GOAL_BEFORE), {"goal": spoken(profile.go_live)})
    return found if found.at > now else None


def _at(day: date) -> datetime:
    return datetime.combine(day, HOUR, SHANGHAI)
