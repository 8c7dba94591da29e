"""Bot.reply: the one path from a message to an outcome.

Load without a lock → recognise → handler → one transaction that checks the conversation's
version. Within a process, a conversation's messages wait in line; between processes the loser of
a race finds its version changed and starts again, by which time a repeat finds the finished turn.
"""

import asyncio
import hashlib
import json
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.conversation import (
    Conversation,
    Handler,
    Outcome,
    Timer,
    TimerDue,
    TimerHandler,
    Topic,
    Turn,
    Vector,
)
from bot.errors import Conflict, NotFound, StorageLost
from bot.mail import Post, Todo, Way
from bot.messages import Message
from bot.store import Store
from bot.turn_writing import CompletedTurn, DoneTurn, VersionChanged

WAITING, UNHEARD = "handoff_waiting", "taken_waiting"
"""Kinds of the timers that watch over a hand-over: nobody has taken it; whoever has is silent."""

PATIENCE = timedelta(minutes=5)
"""How long a person may be waited for before somebody is alerted."""

ATTEMPTS = 20
"""Races lost before we give up; each loss means that another message of this person was served."""


class Callers(Protocol):
    """Who lets staff know, in the very turn in which a person is needed."""

    def called(self, turn: Turn, reason: str, number: str, until: datetime) -> tuple[Todo, ...]:
        """A person was called, hand-over `number`; `until`: then somebody is alerted again."""

    def said(self, talk: Conversation, message: Message) -> tuple[Todo, ...]:
        """A person wrote to whoever has the conversation."""


class Recogniser(Protocol):
    """Which intent does this message have? Asks for the vector only if rules do not decide."""

    async def __call__(
        self, message: Message, talk: Conversation, vector: Callable[[], Awaitable[Vector]]
    ) -> str: ...


Hear = Callable[[Message, Conversation], Message]
"""A message as it was meant, where it is misspelled; what was written is what is kept."""


def as_written(message: Message, _talk: Conversation) -> Message:
    """Nobody reads it otherwise."""
    return message


@dataclass(slots=True)
class Timings:
    """Milliseconds of one turn, for people who watch."""

    total: float = 0.0
    embed: float = 0.0


@dataclass(frozen=True, slots=True)
class Answered:
    """A finished turn. `replayed`: it had been finished before this call."""

    result: Mapping[str, Any]
    replayed: bool = False
    timings: Timings = field(default_factory=Timings)


class Bot:
    """Takes messages, one after the other per conversation, and answers each exactly once."""

    def __init__(
        self,
        store: Store,
        recognise: Recogniser,
        handlers: Mapping[str, Handler],
        embed: Callable[[str], Vector],
        timers: Mapping[str, TimerHandler] | None = None,
        patience: timedelta = PATIENCE,
        callers: Callers | None = None,
        hear: Hear = as_written,
    ) -> None:
        self._store = store
        self._recognise = recognise
        self._handlers = handlers
        self._embed = embed
        self._timers = timers or {}
        self._patience = patience
        self._callers = callers
        self._hear = hear
        self._lanes = Lanes()

    @property
    def timer_kinds(self) -> frozenset[str]:
        """The kinds of timer that `fire` knows."""
        return frozenset(self._timers)

    async def reply(self, message: Message, way: Way | None = None) -> Answered:
        """The turn of this message, made now or found made. `way`: how its replies go back,
        where the caller does not carry them itself.

        Raises NotFound (no such conversation), Conflict (same id, other content), StorageLost, and
        AlreadyDone (another turn has answered what `way` wants answered).
        """
        return await self._reply(message, way, self._decide)

    async def settle(self, message: Message, outcome: Outcome, way: Way | None = None) -> Answered:
        """As `reply`, but the outcome is known: nothing to answer, or no handler could."""

        async def decided(message: Message, talk: Conversation, timings: Timings) -> Decided:
            if talk.taken_by and outcome.replies:
                return self._with_a_person(message, talk)
            return _plain_turn(message, talk, outcome.intent), outcome

        return await self._reply(message, way, decided)

    async def fire(
        self, seq: int, talk_id: str, timer: Timer, now: datetime, way: Way | None = None
    ) -> Mapping[str, Any]:
        """The turn of timer number `seq`; its replies go by `way`, else only into the history.

        Raises NotFound (no such conversation), AlreadyDone (fired or cancelled meanwhile),
        VersionChanged (the person wrote meanwhile: try again) and StorageLost.
        """
        async with self._lanes.lane(talk_id):
            talk = await asyncio.to_thread(self._store.conversation, talk_id)
            if talk is None:
                raise NotFound("没有这个会话")
            found = await self._timers[timer.kind](TimerDue(timer, talk, now))
            message = Message(f"timer:{seq}", talk.id, "", now)
            outcome = _not_between(talk, message, found)
            turn = _plain_turn(message, talk, outcome.intent or timer.kind)
            told = way if outcome.replies else None
            written = replace(self._completed(turn, outcome, told), fired=seq)
            await asyncio.to_thread(self._store.complete_turn, written)
        return written.result

    async def _reply(self, message: Message, way: Way | None, decide: "Decide") -> Answered:
        started = time.perf_counter()
        async with self._lanes.lane(message.conversation_id):
            answered = await self._until_written(message, way, decide)
        answered.timings.total = (time.perf_counter() - started) * 1000
        return answered

    async def _until_written(self, message: Message, way: Way | None, decide: "Decide") -> Answered:
        for _ in range(ATTEMPTS):
            talk, done = await asyncio.to_thread(
                self._store.open_turn, message.conversation_id, message.id
            )
            if talk is None:
                raise NotFound("没有这个会话，请重新打开聊天窗口")
            if done:
                return _repeated(message, done)
            try:
                return await self._turn(message, talk, way, decide)
            except VersionChanged:
                continue
        raise StorageLost("这个会话太忙，请稍后再发一次，不会重复处理")

    async def _turn(
        self, message: Message, talk: Conversation, way: Way | None, decide: "Decide"
    ) -> Answered:
        timings = Timings()
        turn, outcome = await decide(message, talk, timings)
        written = self._completed(turn, outcome, way)
        await asyncio.to_thread(self._store.complete_turn, written)
        return Answered(written.result, timings=timings)

    def _completed(self, turn: Turn, outcome: Outcome, way: Way | None) -> CompletedTurn:
        """With a watch over the hand-over, where somebody fires it."""
        written = completed(turn, outcome, way)
        if written.handoff is None or WAITING not in self._timers:
            return written
        (number, reason), due = written.handoff, turn.now + self._patience
        watch = Timer(f"handoff:{number}", WAITING, due, {"handoff": number})
        told = self._callers.called(turn, reason, number, due) if self._callers else ()
        post = replace(written.post, todos=(*written.post.todos, *told))
        return replace(written, timers=(*written.timers, watch), post=post)

    def _with_a_person(self, message: Message, talk: Conversation) -> "Decided":
        """A person has the conversation: what is said is kept for them, and the bot is silent."""
        watch = Timer("taken", UNHEARD, message.at + self._patience)
        first = talk.waiting_since is None and UNHEARD in self._timers
        waiting = replace(talk, waiting_since=talk.waiting_since or message.at)
        told = self._callers.said(talk, message) if self._callers else ()
        timers = (watch,) if first else ()
        silent = Outcome((), "handoff", "human_handoff", timers=timers, todos=told)
        return _plain_turn(message, waiting, "human_handoff"), silent

    async def _decide(self, message: Message, talk: Conversation, timings: Timings) -> "Decided":
        if talk.taken_by:
            return self._with_a_person(message, talk)
        heard = self._hear(message, talk)
        vector = _once(self._embed, heard.text, timings)
        intent = await self._recognise(heard, talk, vector)
        turn = Turn(heard, talk, intent, message.at, vector)
        outcome = await self._handlers[intent](turn)
        return replace(turn, message=message), outcome


Decided = tuple[Turn, Outcome]
Decide = Callable[[Message, Conversation, Timings], Awaitable[Decided]]


def _plain_turn(message: Message, talk: Conversation, intent: str) -> Turn:
    """A turn that nobody needs an embedding for."""

    async def vector() -> Vector:
        raise LookupError("a turn without handler has no vector")

    return Turn(message, talk, intent, message.at, vector)


def completed(turn: Turn, outcome: Outcome, way: Way | None = None) -> CompletedTurn:
    """What the store must write for this outcome."""
    handoff = (uuid.uuid4().hex, outcome.handoff.reason) if outcome.handoff else None
    return CompletedTurn(
        before=turn.conversation,
        after=_moved_on(turn, outcome, handoff[0] if handoff else None),
        message_id=turn.message.id,
        digest=content_digest(turn.message),
        text=turn.message.text,
        attachments=turn.message.attachments,
        choice=turn.message.choice,
        at=turn.now,
        reply_text="\n\n".join(reply.text for reply in outcome.replies),
        result=turn_result(turn, outcome, handoff),
        handoff=handoff,
        unanswered=outcome.unanswered,
        post=_post(turn, outcome, way),
        timers=outcome.timers,
        cancels=outcome.cancels,
        case=outcome.case,
        tried=outcome.tried,
        passing=outcome.passing,
    )


def _post(turn: Turn, outcome: Outcome, way: Way | None) -> Post:
    post = way.post(turn.message.id, outcome.replies) if way else Post()
    return replace(post, todos=(*post.todos, *outcome.todos))


def _not_between(talk: Conversation, message: Message, outcome: Outcome) -> Outcome:
    """Nobody speaks into a person's conversation: whoever has it passes on what was due."""
    if not talk.taken_by or not outcome.replies:
        return outcome
    said = "；".join(reply.text for reply in outcome.replies)
    todo = Todo("handoff", f"untold:{talk.id}:{message.id}", f"请转告客户：{said}")
    return replace(outcome, replies=(), todos=(*outcome.todos, todo))


def _moved_on(turn: Turn, outcome: Outcome, handoff_id: str | None) -> Conversation:
    talk = turn.conversation
    missed = outcome.status in ("declined", "clarify")
    return replace(
        talk,
        topics=_with_topic(talk, outcome.topic),
        flow=outcome.flow or (None if outcome.ends_flow else talk.flow),
        handoff_id=handoff_id or talk.handoff_id,
        misses=talk.misses + 1 if missed else 0,
        last_text=outcome.replies[-1].text if outcome.replies else talk.last_text,
    )


def _with_topic(talk: Conversation, topic: Topic | None) -> tuple[Topic, ...]:
    return (*talk.topics, topic) if topic else talk.topics


def turn_result(turn: Turn, outcome: Outcome, handoff: tuple[str, str] | None) -> dict[str, Any]:
    """The TurnResult of the HTTP contract (api.md)."""
    flow = outcome.flow or (None if outcome.ends_flow else turn.conversation.flow)
    case = outcome.case.after if outcome.case else outcome.told
    return {
        "message_id": turn.message.id,
        "replies": [asdict(reply) for reply in outcome.replies],
        "intent": outcome.intent or turn.intent,
        "status": outcome.status,
        "flow": {"name": flow.name, "step": flow.step, "done": flow.done, "total": flow.total}
        if flow
        else None,
        "decision": outcome.decision,
        "case": case.to_json() if case else None,
        "handoff": {"id": handoff[0], "reason": handoff[1]} if handoff else None,
        "plan_url": outcome.plan_url,
    }


def content_digest(message: Message) -> str:
    """What must be the same when a message id comes again."""
    content = [message.text, message.choice, sorted(message.attachments)]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def _repeated(message: Message, done: DoneTurn) -> Answered:
    if done.digest != content_digest(message):
        raise Conflict("这个 message_id 已用于另一条内容，请换一个新的 id 再发")
    return Answered(done.result, replayed=True)


def _once(
    embed: Callable[[str], Vector], text: str, timings: Timings
) -> Callable[[], Awaitable[Vector]]:
    """An embedding on demand, made at most once, off the event loop."""
    made: list[asyncio.Task[Vector]] = []

    async def compute() -> Vector:
        started = time.perf_counter()
        vector = await asyncio.to_thread(embed, text)
        timings.embed = (time.perf_counter() - started) * 1000
        return vector

    async def vector() -> Vector:
        if not made:
            made.append(asyncio.create_task(compute()))
        return await made[0]

    return vector


class Lanes:
    """First come, first served, per conversation; a lane exists only while somebody is in it."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._waiting: dict[str, int] = {}

    @asynccontextmanager
    async def lane(self, key: str) -> AsyncIterator[None]:
        lock = self._locks.setdefault(key, asyncio.Lock())
        self._waiting[key] = self._waiting.get(key, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key], self._locks[key]
