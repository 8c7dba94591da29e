"""When what can be ready: working days by the Chinese calendar, calendar days, deadlines. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.rules.window import is_published, is_workday
from knowledge.launch.shapes import Span, Step


@dataclass(frozen=True)
class Stretch:
    """A step's time: it starts on `start` and ends between `soonest` and `latest`.

    `latest` None: how long it takes stands nowhere, so nothing is guessed.
    """

    step: str
    start: date
    soonest: date
    latest: date | None


def after(day: date, count: int, unit: str) -> date:
    """The day `count` days after `day`; day 1 is the next one (of work, if unit is work)."""
    if unit == "calendar":
        return day + timedelta(days=count)
    for _ in range(count):
        day += timedelta(days=1)
        while not is_workday(day):
            day += timedelta(days=1)
    return day


def stretches(steps: Sequence[Step], done: set[str], today: date) -> tuple[Stretch, ...]:
    """Each step that takes time, in order; a step starts when all before it have ended.

    Steps of unknown length hold nobody up in this reckoning: dates are “if the papers were there
    today”, and say so by their `latest` None.
    """
    ends: dict[str, tuple[date, date]] = {}
    found = []
    for step in _in_order(steps):
        starts = [ends[before] for before in step.after if before in ends]
        soon = max((s for s, _ in starts), default=today)
        late = max((e for _, e in starts), default=today)
        if step.id in done:
            ends[step.id] = (today, today)
            continue
        ends[step.id] = _end(soon, step.days, False), _end(late, step.days, True)
        if step.days:
            found.append(Stretch(step.id, soon, *ends[step.id]))
        elif not step.fees and step.id in PAPERS:
            found.append(Stretch(step.id, soon, soon, None))
    return tuple(found)


PAPERS = ("licence", "scope", "permit")
"""Steps at offices whose time the sources do not tell."""


def _end(start: date, days: Span | None, latest: bool) -> date:
    return after(start, days.most if latest else days.least, days.unit) if days else start


def _in_order(steps: Sequence[Step]) -> list[Step]:
    """Predecessors first, otherwise as they stand."""
    waiting: Mapping[str, Step] = {step.id: step for step in steps}
    ordered: list[Step] = []
    while waiting:
        free = [s for s in waiting.values() if not any(b in waiting for b in s.after)]
        ordered += free
        waiting = {i: s for i, s in waiting.items() if s not in free}
    return ordered


def calendar_known(day: date | None) -> bool:
    """Whether the published working calendar, with its make-up days, reaches that day."""
    return day is None or is_published(day.year)


@dataclass(frozen=True)
class Resubmit:
    """Until when a rejected submission may come again; `left` is negative once it is over."""

    rejected_on: date
    until: date
    left: int


def resubmit(rejected_on: date, today: date, days: int) -> Resubmit:
    """Calendar days, day 1 is the next one, not extended (the guide's own figure)."""
    until = rejected_on + timedelta(days=days)
    return Resubmit(rejected_on, until, (until - today).days)


def spoken(day: date) -> str:
    """11月19日."""
    return f"{day.month}月{day.day}日"
