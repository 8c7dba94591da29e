"""What counts as said on an open callback."""

import asyncio

import pytest

from bot.channels.desk import Desk
from bot.mail import Receipt


def written_after(seconds: float) -> tuple[Receipt, str]:
    """The receipt of an answer that was written so long after the callback opened, and what a
    repeat is told was said."""
    desk = Desk()

    async def story() -> Receipt:
        with desk.place("小林", "m1") as place:
            putting = asyncio.create_task(desk.put("小林", "好的"))
            await place.text
            place.spoken, place.since = True, place.since - seconds
            desk.settle(place, heard=True)
            return await putting

    return asyncio.run(story()), desk.said("m1")


@pytest.mark.parametrize("seconds", [0, 4])
def test_what_was_written_in_time_was_said(seconds: float) -> None:
    receipt, said = written_after(seconds)
    assert (receipt.trouble, receipt.platform_id, said) == (None, "m1", "好的")


@pytest.mark.parametrize("seconds", [4.6, 60])
def test_what_was_written_too_late_waits_for_the_platforms_repeat(seconds: float) -> None:
    receipt, said = written_after(seconds)
    assert (receipt.trouble, said) == ("retry", "")
