"""Callbacks of the platforms: `GET|POST /channels/{kind}/{account}`."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from fastapi import APIRouter, Request, Response
from starlette.background import BackgroundTask

from bot.channels.account_fields import KINDS
from bot.channels.base import (
    BODY_BYTES,
    REASONS,
    Answer,
    Callback,
    Doorbell,
    Malformed,
    NotGenuine,
    Oversized,
    Passive,
    Received,
    Receiver,
    UnknownAccount,
)
from bot.channels.desk import Place, awaited, first
from bot.channels.media import bounded
from bot.clock import Clock, wall_clock
from bot.mail import Incoming

Accept = Callable[[Incoming], Awaitable[object]]
"""Keeps a letter. Raises StorageLost: then the platform gets a 503 and repeats."""

Ring = Callable[[str, Doorbell], None]
"""Something waits to be fetched for this kind of channel. Returns at once."""

Taken = Callable[[Incoming], Awaitable[bool]]
"""Whether this person's chat has been given to the platform's own people."""


Gave = Callable[[Incoming], Awaitable[bool]]
"""Whether the turn that this message got has called for a person; waits a little for the turn."""

Recall = Callable[[Incoming], Awaitable[str]]
"""What was answered on an earlier call with this message, '' if nothing was. Then what waits for
its sender is sent at once: somebody listens now."""


LOOK_AGAIN = 0.4
"""Seconds between two looks into the store for an answer that another process has."""


async def nobody(_letter: Incoming) -> bool:
    """No chat has."""
    return False


async def nothing(_letter: Incoming) -> str:
    """Nothing was answered."""
    return ""


@dataclass(frozen=True, slots=True)
class Doors:
    """The accounts of this process, and where what they bring goes.

    `clock` is the wall clock even in the sandbox: platforms sign real time. `refused` counts by
    kind and reason; of callbacks that are not genuine nothing else is kept.
    """

    channels: Mapping[tuple[str, str], Receiver]
    accept: Accept
    ring: Ring
    taken: Taken = nobody
    gave: Gave = nobody
    recall: Recall = nothing
    clock: Clock = wall_clock
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)

    async def answer(self, kind: str, account: str, callback: Callback) -> Answer:
        """What the platform gets. Raises NotGenuine and what `accept` raises."""
        try:
            channel = self.channels.get((kind, account))
            if channel is None:
                raise UnknownAccount
            received = channel.receive(callback)
        except NotGenuine as refusal:
            self.count(kind, refusal)
            raise
        return await self._kept(kind, received)

    def count(self, kind: str, refusal: NotGenuine) -> None:
        """One more. The names a stranger makes up are not counted one by one."""
        known = kind if kind in KINDS else "other"
        assert refusal.reason in REASONS
        self.refused[known, refusal.reason] += 1

    async def _kept(self, kind: str, received: Received) -> Answer:
        passive = received.passive
        with ExitStack() as open_places:
            place = None
            if passive and passive.only and received.letters:
                first = received.letters[0]
                place = open_places.enter_context(passive.desk.place(first.sender, first.id))
            away = await self._away(received)
            for letter in received.letters:
                await self.accept(replace(letter, silent=True) if away else letter)
            if received.doorbell:
                self.ring(kind, received.doorbell)
            if not passive or not received.letters:
                return received.answer
            # The platform gives a chat away only in answer to a message: to this one or the next.
            if passive.hand_over and (away or await self.gave(received.letters[0])):
                return passive.hand_over()
            spoken = place and await self._spoken(passive, received.letters[0], place)
            return spoken or received.answer

    async def _spoken(self, passive: Passive, letter: Incoming, place: Place) -> Answer | None:
        """What was said to this message before; else what comes while the platform listens."""
        desk = passive.desk
        said = (
            desk.said(letter.id)
            or await self.recall(letter)
            or await self._elsewhere(letter, place, desk.patience(letter.id))
        )
        if said:
            return passive.speak(said)
        text = await awaited(place.text, timedelta(0))
        if not text:
            return None
        place.spoken = True
        return replace(passive.speak(text), told=partial(desk.settle, place))

    async def _elsewhere(self, letter: Incoming, place: Place, patience: timedelta) -> str:
        """What another process says to this message meanwhile; '' as soon as there are words in
        `place`, or time is up. Every look also brings the letter back that another process could
        not say, having no open callback."""
        end = asyncio.get_running_loop().time() + patience.total_seconds()
        while (left := end - asyncio.get_running_loop().time()) > 0:
            if await first(place.text, timedelta(seconds=min(left, LOOK_AGAIN))):
                return ""
            said = await self.recall(letter)
            if said:
                return "" if place.text.done() else said
        return ""

    async def _away(self, received: Received) -> bool:
        """Whether this goes to the platform's own people: then we keep it, and stay silent."""
        if not (received.passive and received.passive.hand_over and received.letters):
            return False
        return await self.taken(received.letters[0])


def channel_router(doors: Doors) -> APIRouter:
    """The routes over these accounts."""
    router = APIRouter(tags=["channels"])

    async def called(kind: str, account: str, request: Request) -> Response:
        """A platform's address check (GET) or callback (POST), signed by the platform."""
        try:
            callback = await read_callback(request, doors.clock)
        except NotGenuine as refusal:
            doors.count(kind, refusal)
            raise
        answer = await doors.answer(kind, account, callback)
        if answer.told and await request.is_disconnected():
            answer.told(False)  # to a platform that has hung up nothing is said
        written = BackgroundTask(_written, answer) if answer.told else None
        return Response(answer.body, media_type=answer.media_type, background=written)

    path = "/channels/{kind}/{account}"
    router.add_api_route(path, called, methods=["GET"], name="channel_check")
    router.add_api_route(path, called, methods=["POST"], name="channel_callback")
    return router


async def _written(answer: Answer) -> None:
    if answer.told:
        answer.told(True)


async def read_callback(request: Request, clock: Clock) -> Callback:
    """The request as channels read it. Raises NotGenuine: too large, or ambiguous."""
    pairs = request.query_params.multi_items()
    query = dict(pairs)
    # Of two signatures we would check one and somebody else the other.
    if len(query) != len(pairs):
        raise Malformed
    return Callback(request.method, query, await _body(request), clock())


async def _body(request: Request) -> bytes:
    body = await bounded(request.stream(), BODY_BYTES)
    if body is None:
        raise Oversized
    return body
