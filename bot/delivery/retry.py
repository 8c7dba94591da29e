"""What to do after a send that failed, by the kind of trouble. Pure."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.mail import Receipt, Trouble

LONGEST = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Patience:
    """The first wait, which doubles with every try up to LONGEST, and how many tries we make.

    Tries are counted, not hours: a clock that jumps must not make us give up.
    """

    first: timedelta
    tries: int


PATIENCE: dict[Trouble, Patience] = {
    "retry": Patience(timedelta(seconds=1), 45),  # six hours
    "rate_limited": Patience(timedelta(seconds=5), 150),  # a day
    "credentials": Patience(timedelta(seconds=5), 20),  # two hours
}
"""Of the others no waiting helps: the person must write first, or somebody must look at it."""


def again_at(receipt: Receipt, tries: int, key: str, now: datetime) -> datetime | None:
    """When to try again after `tries` earlier failures; None: give up."""
    patience = PATIENCE.get(receipt.trouble) if receipt.trouble else None
    if patience is None or tries + 1 >= patience.tries:
        return None
    wait = patience.first * (1 << min(tries, 12)) * _jitter(key, tries)
    return now + min(max(wait, receipt.retry_after or timedelta(0)), LONGEST)


def turn_again_at(tries: int, key: str, now: datetime) -> datetime:
    """When to try a turn again whose handler failed: a second, two, four … at most one minute."""
    wait = timedelta(seconds=1) * (1 << min(tries, 6)) * _jitter(key, tries)
    return now + min(wait, timedelta(minutes=1))


def _jitter(key: str, tries: int) -> float:
    """0.75 to 1.25, the same for the same try, so that many letters do not come back at once."""
    return 0.75 + hashlib.sha256(f"{key}:{tries}".encode()).digest()[0] / 510
