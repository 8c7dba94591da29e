"""Send windows: how often the shop may still write to a person, by the platform's rules. Pure.

A window is opened by what the person does and holds so many sends. The last one is kept for a
result that the person waits for, since no answer may use it up.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.mail import Kind, Limits, Opening, Window

Openings = Sequence[Opening | None]
"""One place per Limits.windows; None, or missing: never opened."""


def opened(
    limits: Limits, kind: Kind, at: datetime, before: Openings
) -> tuple[Opening | None, ...]:
    """The openings after the person did something of `kind`."""
    pairs = zip(limits.windows, _padded(limits, before), strict=True)
    return tuple(Opening(at) if kind in window.opened_by else old for window, old in pairs)


def sends_left(limits: Limits, openings: Openings, now: datetime) -> int | None:
    """How many sends the open windows hold together; None: as many as we like."""
    if not limits.windows:
        return None
    lefts = [_left(window, opening) for window, opening, _ in _open(limits, openings, now)]
    return None if None in lefts else sum(left for left in lefts if left)


def may_send(limits: Limits, openings: Openings, now: datetime, unprompted: bool) -> bool:
    """Whether this letter may go out now. An answer leaves the last send to a result."""
    left = sends_left(limits, openings, now)
    if left is None:
        return True
    scarce = sum(window.sends or 0 for window in limits.windows) > 1
    return left > (0 if unprompted or not scarce else 1)


def spent(limits: Limits, now: datetime, openings: Openings) -> tuple[Opening | None, ...]:
    """The openings after one send: taken off the window that closes first."""
    usable = [
        (opening.at + window.lasts, place)
        for window, opening, place in _open(limits, openings, now)
        if _left(window, opening) != 0
    ]
    padded = _padded(limits, openings)
    if usable:
        place = min(usable)[1]
        padded[place] = _used(padded[place])
    return tuple(padded)


def _used(opening: Opening | None) -> Opening | None:
    return replace(opening, used=opening.used + 1) if opening else None


def _open(limits: Limits, openings: Openings, now: datetime) -> list[tuple[Window, Opening, int]]:
    pairs = zip(limits.windows, _padded(limits, openings), strict=True)
    return [
        (window, opening, place)
        for place, (window, opening) in enumerate(pairs)
        if opening and now < opening.at + window.lasts
    ]


def _left(window: Window, opening: Opening) -> int | None:
    return None if window.sends is None else max(0, window.sends - opening.used)


def _padded(limits: Limits, openings: Openings) -> list[Opening | None]:
    """As many places as there are windows, however many the platform had when this was stored."""
    count = len(limits.windows)
    return [*openings[:count], *[None] * (count - len(openings))]
