"""Days, rest days and hours to the minute."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.decide import UNPUBLISHED
from handlers.rules.window import (
    is_published,
    is_workday,
    midnight,
    period_end,
    shanghai,
    workdays_after,
    years_later,
)
from tests.unit.rules.build import ids, item, judge, order

FRESH = item("桃子5斤", "水果", 6000, no_reason_excluded="fresh")
BAD = {"wish": "refund", "reason_class": "quality"}


@pytest.mark.parametrize(
    ("signed", "ends"),
    [
        ("2026-08-03", "2026-08-11"),  # day 7 is a Monday
        ("2026-08-08", "2026-08-18"),  # Saturday: moves to Monday
        ("2026-09-26", "2026-10-09"),  # in the National Day week
        ("2026-02-07", "2026-02-15"),  # Saturday 14 February is a make-up working day
        ("2026-02-08", "2026-02-25"),  # the first day of the Spring Festival rest
        ("2026-12-25", "2027-01-05"),  # New Year 2027, not published: statutory day, then weekend
    ],
)
def test_a_period_ends_after_a_working_day(signed: str, ends: str) -> None:
    assert period_end(date.fromisoformat(signed), 7) == midnight(date.fromisoformat(ends))


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.integers(0, 400))
def test_an_end_is_never_early_and_follows_a_working_day(signed: date, days: int) -> None:
    end = period_end(signed, days)
    last = end.date() - timedelta(days=1)
    assert end == midnight(end.date())
    assert is_workday(last)
    assert 0 <= (last - signed).days - days <= 14
    assert period_end(signed, days + 1) >= end


def test_the_calendar_beyond_its_published_years_is_weekends_and_statutory_days() -> None:
    assert is_published(2026)
    assert not is_published(2027)
    assert not is_workday(date(2027, 10, 1))
    assert not is_workday(date(2027, 5, 8))
    assert is_workday(date(2027, 5, 10))


def test_a_decision_beyond_the_calendar_says_so() -> None:
    placed = order(signed_at="2027-03-01T11:00")
    assert UNPUBLISHED in judge(placed, {"wish": "return"}, "2027-03-03T11:00").next_steps
    assert UNPUBLISHED not in judge(order(), {"wish": "return"}).next_steps


@pytest.mark.parametrize(
    ("now", "row"),
    [("08-10T23:59", "16"), ("2026-08-10T23:59:59", "16"), ("08-11T00:00", "33")],
)
def test_the_no_reason_window_closes_at_midnight(now: str, row: str) -> None:
    assert ids(judge(order(signed_at="08-03T11:00"), {"wish": "return"}, now)) == [row]


@pytest.mark.parametrize(
    ("now", "row"), [("08-07T11:00", "26"), ("08-07T11:01", "27a"), ("08-07T10:59", "26")]
)
def test_fresh_hours_run_exactly_end_included(now: str, row: str) -> None:
    assert ids(judge(order("signed", FRESH), BAD, now)) == [row]


@pytest.mark.parametrize(("now", "row"), [("08-03T09:00", "5a"), ("08-03T09:01", "6a")])
def test_ship_hours_run_exactly_end_included(now: str, row: str) -> None:
    assert ids(judge(order("paid_unshipped"), {"wish": "cancel"}, now))[0] == row


def test_a_promised_moment_of_shipping_beats_the_hours() -> None:
    placed = order("paid_unshipped", promised_ship_by="08-20T09:00")
    assert ids(judge(placed, {"wish": "cancel"}, "08-20T09:00")) == ["5a"]
    assert ids(judge(placed, {"wish": "cancel"}, "08-20T09:01"))[0] == "6a"


def test_presale_and_custom_are_not_late_without_a_promise() -> None:
    presale = order("paid_unshipped", presale=True)
    assert ids(judge(presale, {"wish": "cancel"}, "09-20T09:00")) == ["5a"]
    custom = order("paid_unshipped", item("刻字杯", "百货", 100, no_reason_excluded="custom"))
    assert ids(judge(custom, {"wish": "cancel"}, "09-20T09:00")) == ["8"]


@pytest.mark.parametrize(
    ("now", "row"), [("08-20T23:59", "35b"), ("08-21T00:00", "36c"), ("08-12T23:59", "34b")]
)
def test_seven_and_fifteen_days(now: str, row: str) -> None:
    placed = order("signed", item("冰箱", "家电", 100))
    said = {"wish": "repair", "reason_class": "quality", "fault": "performance"}
    assert ids(judge(placed, said, now)) == [row]


def test_review_deadline_is_48_hours_and_the_platforms_own_overrides_it() -> None:
    assert judge(order(), {"wish": "return"}).deadline == shanghai(datetime(2026, 8, 9, 10))
    own = judge(order(), {"wish": "return"}, deadline="08-12T18:00")
    assert own.deadline == shanghai(datetime(2026, 8, 12, 18))


def test_a_returned_parcel_is_paid_back_within_seven_days() -> None:
    said = {"wish": "progress", "case": "received", "received_days": 3}
    assert judge(order(), said).deadline == shanghai(datetime(2026, 8, 11, 10))


def test_working_days_after_a_refund() -> None:
    assert workdays_after(date(2026, 9, 30), date(2026, 10, 9)) == 2
    assert workdays_after(date(2026, 8, 7), date(2026, 8, 7)) == 0


def test_a_year_from_a_leap_day() -> None:
    assert years_later(date(2028, 2, 29), 1) == date(2029, 2, 28)


def test_moments_in_other_zones_count_as_shanghai_days() -> None:
    placed = order(signed_at="08-03T23:30")
    utc = datetime.fromisoformat("2026-08-10T15:59:59+00:00")
    assert shanghai(utc) == datetime.fromisoformat("2026-08-10T23:59:59+08:00")
    assert judge(placed, {"wish": "return"}, "2026-08-10T23:59:59").window is not None
