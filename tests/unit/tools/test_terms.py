"""Terms and when to remind: weekends, make-up workdays, holidays, the year's end."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.rules.terms import NO_LEAD, WHATS, Lead, What, moments, term
from handlers.rules.window import SHANGHAI, is_workday
from knowledge.figures import load_figures

RULES = load_figures().deadlines
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), SHANGHAI)


@pytest.mark.parametrize(
    ("what", "event", "until"),
    [
        # Calendar days: no weekend, holiday or year's end moves them.
        ("resubmit", date(2026, 11, 20), date(2026, 11, 27)),
        ("resubmit", date(2026, 9, 25), date(2026, 10, 2)),
        ("resubmit", date(2026, 12, 28), date(2027, 1, 4)),
        ("resubmit", date(2028, 2, 25), date(2028, 3, 3)),
        # Working days: over a weekend, the May holiday, National Day with its make-up Saturday
        # (10 October 2026), New Year with a calendar that is not published yet.
        ("review", date(2026, 11, 20), date(2026, 12, 1)),
        ("review", date(2026, 4, 30), date(2026, 5, 13)),
        ("review", date(2026, 9, 28), date(2026, 10, 13)),
        ("review", date(2026, 12, 30), date(2027, 1, 11)),
        ("review", date(2026, 2, 13), date(2026, 3, 2)),  # Spring Festival: 14, 28 are worked
        ("filing", date(2026, 11, 18), date(2026, 12, 30)),
        ("yearly", date(2025, 12, 1), date(2026, 12, 1)),
        ("yearly", date(2024, 2, 29), date(2025, 2, 28)),
    ],
)
def test_the_last_day(what: What, event: date, until: date) -> None:
    assert term(what, event, RULES).until == until


@given(st.sampled_from([what for what in WHATS if what != "own"]), DAYS)
@settings(max_examples=60)
def test_a_term_ends_after_it_began_and_working_days_are_worked(what: What, event: date) -> None:
    found = term(what, event, RULES)
    assert event < found.until
    assert list(found.early) == sorted(found.early)
    if what in ("review", "filing"):
        assert all(map(is_workday, (*found.early, found.until)))


@given(
    st.sampled_from(WHATS), DAYS, st.integers(-10, 60), st.none() | st.integers(0, 40),
    st.none() | st.times(),
)  # fmt: skip
@settings(max_examples=60)
def test_reminders_come_in_time_or_not_at_all(
    what: What, event: date, later: int, days: int | None, at: time | None
) -> None:
    found, now = term(what, event, RULES), noon(event + timedelta(days=later))
    times = moments(found, Lead(days, at), now)
    assert list(times) == sorted(set(times))
    assert all(now < moment and moment.date() <= found.until for moment in times)
    if now.date() < found.until:
        assert times, "there was still time"


def test_a_rejection_is_told_the_day_before_and_on_the_day() -> None:
    found = term("resubmit", date(2026, 11, 20), RULES)
    times = moments(found, NO_LEAD, noon(date(2026, 11, 22)))
    assert [f"{moment:%m-%d %H:%M}" for moment in times] == ["11-26 09:30", "11-27 09:30"]


def test_who_says_how_long_before_gets_that() -> None:
    found = term("resubmit", date(2026, 11, 20), RULES)
    now = noon(date(2026, 11, 22))
    assert [f"{m:%m-%d %H:%M}" for m in moments(found, Lead(2, time(8)), now)] == ["11-25 08:00"]
    over = moments(found, Lead(6, time(8)), now)  # 21 November is over: the usual ones
    assert [f"{m:%m-%d}" for m in over] == ["11-26", "11-27"]
