"""What helps against which trouble."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.retry import LONGEST, PATIENCE, again_at, turn_again_at
from bot.mail import Receipt, Trouble
from tests.mail import NOW


@pytest.mark.parametrize("trouble", ["window_closed", "refused"])
def test_where_waiting_does_not_help_a_person_gets_it_at_once(trouble: Trouble) -> None:
    assert again_at(Receipt(trouble), 0, "key", NOW) is None


@pytest.mark.parametrize("trouble", list(PATIENCE))
def test_waits_grow_and_end(trouble: Trouble) -> None:
    waits, tries = [], 0
    while (again := again_at(Receipt(trouble), tries, "key", NOW)) is not None:
        waits.append(again - NOW)
        tries += 1
    assert waits[0] >= PATIENCE[trouble].first * 0.75
    assert waits[0] < waits[3] <= waits[-1] <= LONGEST
    assert timedelta(hours=1) < sum(waits, timedelta(0)) < timedelta(hours=36)


def test_a_platform_that_says_how_long_is_obeyed_within_reason() -> None:
    asked = Receipt("rate_limited", retry_after=timedelta(seconds=90))
    assert again_at(asked, 0, "key", NOW) == NOW + timedelta(seconds=90)
    absurd = Receipt("rate_limited", retry_after=timedelta(days=30))
    assert again_at(absurd, 0, "key", NOW) == NOW + LONGEST


def test_two_letters_do_not_come_back_at_the_same_moment() -> None:
    assert len({again_at(Receipt("retry"), 3, f"key{n}", NOW) for n in range(50)}) > 25


@given(st.integers(0, 10_000), st.text(max_size=20))
def test_a_turn_is_tried_again_within_a_minute(tries: int, key: str) -> None:
    assert timedelta(0) < turn_again_at(tries, key, NOW) - NOW <= timedelta(minutes=1)
