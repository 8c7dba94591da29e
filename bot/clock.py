"""Time is always passed in, so that days can be counted in a test as in a shop."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Returns the moment now, with its offset."""

SHANGHAI = ZoneInfo("Asia/Shanghai")


def wall_clock() -> datetime:
    """The machine's time, in Shanghai, where all our shops keep their books."""
    return datetime.now(SHANGHAI)


def in_shanghai(moment: datetime) -> datetime:
    """`moment` with an offset; where none was given, it was meant as Shanghai time."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=SHANGHAI)
    try:
        return moment.astimezone(SHANGHAI)
    except OverflowError:  # the first and last day of the calendar
        return moment.replace(tzinfo=SHANGHAI)


class SettableClock:
    """The sandbox's clock: runs like the wall clock until somebody sets it."""

    def __init__(self, base: Clock = wall_clock) -> None:
        self._base = base
        self._set: datetime | None = None

    def __call__(self) -> datetime:
        return self._set or self._base()

    def set(self, moment: datetime | None) -> None:
        self._set = in_shanghai(moment) if moment else None
