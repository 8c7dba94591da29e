"""Callbacks that are still open, waiting for what is to be answered on them.

Accounts without the right to write can only answer on the callback itself, within five seconds.
For them, sending means: put the text on the desk of the callback that waits. It is sent when it was
written to the platform, not before: a process that dies in between still has the letter to send.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from bot.mail import Receipt

T = TypeVar("T")

_REMEMBERED = 1000
_LAST_TRY = 3
"""The platforms repeat three times; from this try on we close politely instead of waiting."""

HOLD, POLITELY = timedelta(seconds=6), timedelta(seconds=4.5)
"""Five seconds are all that the platform waits. While it will try again, its patience may run out:
an early “success” would end the repeats, and with them the last way to answer."""

ANSWERABLE, HEARD = timedelta(seconds=4.2), timedelta(seconds=4.5)
"""After that the platform may have hung up, so an answer would be said to nobody: it waits for the
platform's repeat instead. What was written later than HEARD counts as not said: the platform, whose
five seconds began before ours, may not have read it."""

WRITING = timedelta(seconds=10)
"""An answer that was not written to the platform by then never will be."""


@dataclass(eq=False)
class Place:
    """One open callback. `text`: what is to be said on it. `heard`: whether that was written to the
    platform. `since`: the loop's time when it opened. `spoken`: somebody is about to write it, and
    will tell."""

    message_id: str
    since: float
    text: asyncio.Future[str]
    heard: asyncio.Future[bool]
    spoken: bool = False


class Desk:
    """The open callbacks of one account, at most one per person: a repeat replaces the first."""

    def __init__(self, hold: timedelta = HOLD, politely: timedelta = POLITELY) -> None:
        self._hold, self._politely = hold, politely
        self._waiting: dict[str, Place] = {}
        self._tries: OrderedDict[str, int] = OrderedDict()
        self._said: OrderedDict[str, str] = OrderedDict()

    @contextmanager
    def place(self, person: str, message_id: str) -> Iterator[Place]:
        """Somewhere for this person's answer. Take it before the message is handed on."""
        loop = asyncio.get_running_loop()
        mine = Place(message_id, loop.time(), loop.create_future(), loop.create_future())
        self._waiting[person] = mine
        closing = loop.call_later(ANSWERABLE.total_seconds(), self._withdraw, person, mine)
        try:
            yield mine
        finally:
            closing.cancel()
            self._withdraw(person, mine)
            if not mine.spoken:
                self.settle(mine, heard=False)

    def _withdraw(self, person: str, place: Place) -> None:
        if self._waiting.get(person) is place:
            del self._waiting[person]

    def listens(self, person: str) -> bool:
        """Whether a callback of this person waits for words."""
        place = self._waiting.get(person)
        return place is not None and not place.text.done()

    async def put(self, person: str, text: str) -> Receipt:
        """Hand the text over and wait until it was written to the platform; the receipt names the
        message it was said to. Where nobody waits, the platform's next repeat may come soon."""
        place = self._waiting.pop(person, None)
        if place and not place.text.done():
            place.text.set_result(text)
            if await awaited(place.heard, WRITING):
                return Receipt(platform_id=place.message_id)
        detail = "对方的这次请求已经结束；此账号只能当场回复，等平台重试或对方再发一句"
        return Receipt("retry", retry_after=timedelta(seconds=1), detail=detail)

    def settle(self, place: Place, heard: bool) -> None:
        """What was put in `place` has been written to the platform; or it never will be."""
        if place.heard.done():
            return
        in_time = asyncio.get_running_loop().time() - place.since < HEARD.total_seconds()
        place.heard.set_result(heard and in_time)
        if heard and in_time:
            self._said[place.message_id] = place.text.result()
            _forget(self._said)

    def said(self, message_id: str) -> str:
        """What this process answered to this message, also before that is in the store; '' if
        nothing was. The platform brings it again only when it did not hear that."""
        return self._said.get(message_id, "")

    def patience(self, message_id: str) -> timedelta:
        """How long this try of the platform may be kept waiting."""
        tries = self._tries.pop(message_id, 0) + 1
        self._tries[message_id] = tries
        _forget(self._tries)
        return self._hold if tries < _LAST_TRY else self._politely


def _forget(known: "OrderedDict[str, Any]") -> None:
    while len(known) > _REMEMBERED:
        known.popitem(last=False)


async def first(coming: "asyncio.Future[T]", within: timedelta) -> T | None:
    """What comes, or None so far; unlike `awaited`, it may still come later."""
    await asyncio.wait((coming,), timeout=within.total_seconds())
    return coming.result() if coming.done() and not coming.cancelled() else None


async def awaited(coming: "asyncio.Future[T]", within: timedelta) -> T | None:
    """What comes, or None when it did not come in time."""
    try:
        return await asyncio.wait_for(coming, within.total_seconds())
    except TimeoutError:
        return None
