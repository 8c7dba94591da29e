"""When people of the shop are there, and until when a person is promised an answer (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.settings import HOURS
from handlers.rules.window import shanghai

ANSWERED_WITHIN = timedelta(minutes=30)
_SHAPE = re.compile(HOURS)


@dataclass(frozen=True)
class StaffHours:
    """Every day from `opens` to `closes`; as the shop has set it (KAIDIAN_STAFF_HOURS)."""

    opens: time = time(9)
    closes: time = time(21)

    def there(self, now: datetime) -> bool:
        """Whether somebody is at work."""
        return self.opens <= shanghai(now).time() < self.closes

    def next_open(self, now: datetime) -> datetime:
        """The next moment at which work begins."""
        at = shanghai(now)
        today = datetime.combine(at.date(), self.opens, at.tzinfo)
        return today if at < today else today + timedelta(days=1)

    def answer_by(self, now: datetime) -> datetime:
        """Until when somebody answers who is told now."""
        start = shanghai(now) if self.there(now) else self.next_open(now)
        whole = start.replace(second=0, microsecond=0)
        return whole + ANSWERED_WITHIN


def read_hours(text: str) -> StaffHours:
    """`9-21`, `9:30-18:00`. Raises ValueError for anything else, and where the end comes first."""
    found = _SHAPE.fullmatch(text.strip())
    if not found:
        raise ValueError(text)
    h1, m1, h2, m2 = (int(part or 0) for part in found.groups())
    end = time(23, 59, 59) if h2 == 24 else time(h2, m2)
    if time(h1, m1) >= end:
        raise ValueError(text)
    return StaffHours(time(h1, m1), end)
