"""Days that count: the guide's term after a rejection, a review's working days. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from handlers.rules.window import is_published, is_workday
from knowledge.figures import Deadlines


@dataclass(frozen=True)
class Resubmission:
    """The last day to hand in again; `days_left` from today, negative when it is over."""

    by: date
    days_left: int
    basis: str

    def to_json(self) -> dict[str, Any]:
        """As GET /api/tools/deadline answers."""
        return {
            "resubmit_by": self.by.isoformat(),
            "days_left": self.days_left,
            "basis": self.basis,
        }


@dataclass(frozen=True)
class Review:
    """When a review usually ends, from–to, and at the latest; `basis` says how it was counted."""

    usual: tuple[date, date]
    latest: date
    basis: str

    def to_json(self) -> dict[str, Any]:
        """The `review` of GET /api/tools/deadline."""
        return {
            "usual_from": self.usual[0].isoformat(),
            "usual_to": self.usual[1].isoformat(),
            "latest": self.latest.isoformat(),
            "basis": self.basis,
        }


def resubmission(rejected_on: date, today: date, terms: Deadlines) -> Resubmission:
    """Calendar days, day 1 is the next day; holidays do not move the end."""
    last = rejected_on + timedelta(days=terms.resubmit_days)
    basis = (
        f"指南自己写的期限：驳回后{terms.resubmit_days}天，驳回次日算第1天，"
        f"按自然日，遇节假日不顺延；未见官方佐证，以后台驳回通知为准（{terms.resubmit_source}）"
    )
    return Resubmission(last, (last - today).days, basis)


def review(submitted_on: date, terms: Deadlines) -> Review:
    """Working days after the day of submission."""
    first, second = (workday_after(submitted_on, days) for days in terms.usual)
    last = workday_after(submitted_on, terms.longest)
    basis = (
        f"指南写{terms.usual[0]}-{terms.usual[1]}个工作日（{terms.usual_source}），"
        f"官方上限{terms.longest}个工作日（{terms.longest_source}）；{calendar_note(last)}"
    )
    return Review((first, second), last, basis)


def workday_after(start: date, count: int) -> date:
    """The `count`-th working day after `start`."""
    day = start
    while count:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day


def calendar_note(last: date) -> str:
    """How working days up to `last` were known."""
    if is_published(last.year):
        return "按国务院公布的放假和调休安排数工作日"
    return f"{last.year}年的调休还没公布，先按周末和法定节日推算，可能差几天"
