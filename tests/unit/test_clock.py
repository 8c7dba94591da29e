"""Time is passed in; where no offset is given it is Shanghai time."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SHANGHAI, SettableClock, in_shanghai, wall_clock

NOON = datetime(2026, 11, 21, 12, tzinfo=SHANGHAI)
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=OFFSETS)


@given(MOMENTS)
def test_a_moment_with_an_offset_stays_that_moment(moment: datetime) -> None:
    there = in_shanghai(moment)
    assert there == moment
    assert there.utcoffset() == timedelta(hours=8)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))
def test_a_moment_without_an_offset_is_meant_in_shanghai(moment: datetime) -> None:
    there = in_shanghai(moment)
    assert there.replace(tzinfo=None) == moment
    assert there.utcoffset() == timedelta(hours=8)


def test_the_wall_clock_carries_shanghais_offset() -> None:
    assert wall_clock().utcoffset() == timedelta(hours=8)


def test_a_clock_that_nobody_set_runs_with_its_base() -> None:
    ticks = iter([NOON, NOON + timedelta(seconds=1)])
    clock = SettableClock(lambda: next(ticks))
    assert clock() == NOON
    assert clock() == NOON + timedelta(seconds=1)


def test_a_set_clock_stands_still_until_it_is_let_go() -> None:
    clock = SettableClock(lambda: NOON)
    clock.set(datetime(2026, 12, 1, 8, tzinfo=UTC))
    assert clock() == datetime(2026, 12, 1, 16, tzinfo=SHANGHAI)
    assert clock().utcoffset() == timedelta(hours=8)
    clock.set(datetime(2026, 12, 2, 9))
    assert clock() == datetime(2026, 12, 2, 9, tzinfo=SHANGHAI)
    clock.set(None)
    assert clock() == NOON


@pytest.mark.parametrize(
    "moment",
    [
        datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12))),
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
    ],
)
def test_a_moment_at_the_end_of_the_calendar_is_taken(moment: datetime) -> None:
    assert in_shanghai(moment).utcoffset() is not None
