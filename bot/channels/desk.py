"""Callbacks that are still open, waiting for what is to be answered on them.

Accounts without the right to write can only answer on the callback itself, within five seconds.
For them, sending means: put the text on the desk of the callback that waits.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from bot.mail import Receipt

_REMEMBERED = 1000
_LAST_TRY = 3
"""The platforms repeat three times; from this try on we close politely instead of waiting."""

HOLD, POLITELY = timedelta(seconds=6), timedelta(seconds=4.5)
"""Five seconds are all that the platform waits. While it will try again, its patience may run out:
an early “success” would end the repeats, and with them the last way to answer."""

ANSWERABLE = timedelta(seconds=4.8)
"""After that the platform may have hung up, so an answer would be said to nobody: it waits for the
platform's repeat instead."""


class Desk:
    """The open callbacks of one account, at most one per person: a repeat replaces the first."""

    def __init__(self, hold: timedelta = HOLD, politely: timedelta = POLITELY) -> None:
        self._hold, self._politely = hold, politely
        self._waiting: dict[str, asyncio.Future[str]] = {}
        self._tries: OrderedDict[str, int] = OrderedDict()
        self._said: OrderedDict[str, str] = OrderedDict()

    @contextmanager
    def place(self, person: str) -> Iterator["asyncio.Future[str]"]:
        """Somewhere for this person's answer. Take it before the message is handed on."""
        mine: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting[person] = mine
        closing = mine.get_loop().call_later(
            ANSWERABLE.total_seconds(), self._withdraw, person, mine
        )
        try:
            yield mine
        finally:
            closing.cancel()
            self._withdraw(person, mine)

    def _withdraw(self, person: str, place: "asyncio.Future[str]") -> None:
        if self._waiting.get(person) is place:
            del self._waiting[person]

    def put(self, person: str, text: str) -> Receipt:
        """Hand the text over. Where nobody waits now, the platform's next repeat may come soon."""
        waiting = self._waiting.pop(person, None)
        if waiting is None or waiting.done():
            detail = "对方的这次请求已经结束；此账号只能当场回复，等平台重试或对方再发一句"
            return Receipt("retry", retry_after=timedelta(seconds=1), detail=detail)
        waiting.set_result(text)
        return Receipt()

    def said(self, message_id: str) -> str:
        """What was answered to this message; '' if nothing was. The platform brings it again only
        when it did not hear that: it may have hung up while we spoke."""
        return self._said.get(message_id, "")

    def says(self, message_id: str, text: str) -> None:
        """`text` goes out as the answer to this message."""
        self._said[message_id] = text
        _forget(self._said)

    def patience(self, message_id: str) -> timedelta:
        """How long this try of the platform may be kept waiting."""
        tries = self._tries.pop(message_id, 0) + 1
        self._tries[message_id] = tries
        _forget(self._tries)
        return self._hold if tries < _LAST_TRY else self._politely


def _forget(known: "OrderedDict[str, Any]") -> None:
    while len(known) > _REMEMBERED:
        known.popitem(last=False)


async def awaited(place: "asyncio.Future[str]", within: timedelta) -> str | None:
    """The answer, or None when it did not come in time."""
    try:
        return await asyncio.wait_for(place, within.total_seconds())
    except TimeoutError:
        return None
