"""Which reminders a plan wants, and when. Pure: whoever keeps timers asks this after each turn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from handlers.rules.launch import Plan
from handlers.rules.launch_dates import after, resubmit, spoken
from handlers.rules.launch_profile import Profile
from handlers.rules.window import SHANGHAI

HOUR = time(9, 30)
PAPERS_AFTER = timedelta(days=3)
LAST_CALL = timedelta(days=1)


@dataclass(frozen=True)
class Reminder:
    """To be said once at `at`; a newer one of the same `key` replaces an older one."""

    key: str
    at: datetime
    text: str


def reminders(
    plan: Plan, profile: Profile, now: datetime, resubmit_days: int
) -> tuple[Reminder, ...]:
    """What is still to come, soonest first."""
    found = [
        *_rejected(profile, now.date(), resubmit_days),
        *_papers(plan, now.date()),
        *_goal(profile),
    ]
    return tuple(sorted((r for r in found if r.at > now), key=lambda r: r.at))


def _rejected(profile: Profile, today: date, days: int) -> list[Reminder]:
    if not profile.rejected_on:
        return []
    last = resubmit(profile.rejected_on, today, days).until
    text = f"指南说驳回后要在{spoken(last)}24点前改好重交（指南的数，以后台通知为准）。改好了吗？"
    return [
        Reminder("resubmit_soon", _at(last - LAST_CALL), text),
        Reminder("resubmit_last", _at(last), text),
    ]


def _papers(plan: Plan, today: date) -> list[Reminder]:
    waiting = [
        s.short
        for s in plan.steps
        if s.step.id in ("licence", "scope", "permit") and s.state == "next"
    ]
    if not waiting:
        return []
    text = f"{'、'.join(waiting)}办得怎么样了？办好说一声，接着开店。"
    return [Reminder("papers", _at(after(today + PAPERS_AFTER, 1, "work")), text)]


def _goal(profile: Profile) -> list[Reminder]:
    if not profile.go_live:
        return []
    text = f"离您想上线的{spoken(profile.go_live)}还有7天，看看还差什么？说“进度”就行。"
    return [Reminder("goal", _at(profile.go_live - timedelta(days=7)), text)]


def _at(day: date) -> datetime:
    return datetime.combine(day, HOUR, SHANGHAI)
