"""The vocabulary of a turn: what a handler is given, and what it gives back."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from bot.cases import CaseChange, CaseFile
from bot.mail import Todo
from bot.messages import Audience, Message, Reply

Status = Literal["answered", "clarify", "declined", "flow", "decision", "handoff", "smalltalk"]
Vector = NDArray[np.float32]
"""An embedding, of unit length."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What an answer was about, so that “那企业呢” can be understood.

    `question` is what was asked last; `subject` the last question that could stand alone.
    `passages` are passage ids, best first; `rows` and `columns` name table rows and columns.
    `parts`: what else the same message asked before it, in order (“第一个，失败了退吗”).
    """

    question: str
    subject: str = ""
    passages: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    parts: tuple["Topic", ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """A guided piece of work in progress; `data` is the handler's own, plain JSON."""

    name: str
    step: str
    done: int = 0
    total: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Handoff:
    """A person must take over, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Called:
    """A hand-over that is not finished: why, since when, the person's last words, who took it."""

    id: str
    reason: str
    at: datetime
    said: str = ""
    taken_by: str | None = None
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """One person at one entrance. `version` grows by one with every turn and operator's act.

    `handoff_id`: a person was called and has not finished. `taken_by`: that person has the
    conversation, so the bot is silent; `waiting_since`: the first message not answered then.
    """

    id: str
    version: int
    shop: str
    audience: Audience
    entrance: str
    visitor_id: str
    buyer_id: str | None = None
    topics: tuple[Topic, ...] = ()
    flow: Flow | None = None
    handoff_id: str | None = None
    misses: int = 0
    last_text: str = ""
    taken_by: str | None = None
    waiting_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """What a handler reads. `vector()` embeds the message at most once, however often asked."""

    message: Message
    conversation: Conversation
    intent: str
    now: datetime
    vector: Callable[[], Awaitable[Vector]]


@dataclass(frozen=True, slots=True)
class Timer:
    """Something to be done at `due`, once. `kind` names who does it; `data` is plain JSON.

    Of one conversation's timers a new one with the same `key` takes the old one's place.
    """

    key: str
    kind: str
    due: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TimerDue:
    """What a timer's handler reads. `now` may be long after `timer.due`: after a downtime, say."""

    timer: Timer
    conversation: Conversation
    now: datetime


@dataclass(frozen=True, slots=True)
class Passing:
    """A one-time code by which a person goes on in another channel; only its `digest` is kept.

    `until`: it is given here, and good so long. `talk`: it was said here, so whoever spoke here
    goes on in that conversation; this one is over.
    """

    digest: str
    until: datetime | None = None
    talk: str = ""


@dataclass(frozen=True, slots=True)
class Led:
    """The talk behind a one-time code, and what we said there, newest first."""

    talk: str
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a handler decided. Handlers write nothing; the engine writes this, in one go.

    `flow` replaces the flow in progress; None leaves it alone unless `ends_flow`.
    `unanswered` puts the question on the operator's list of gaps in the knowledge.
    `plan_url` is where the plan that this is about can be seen and forwarded.
    `timers` are set; `cancels` are the keys of timers that must not fire any more.
    `decision` is the Decision of the contract; `case` is opened or changed; `told` is the case the
    reply speaks of (the changed one unless named). `tried` are keys of failed proofs, to count.
    `todos` are what a person of the shop must look at.
    """

    replies: tuple[Reply, ...]
    status: Status
    intent: str = ""
    topic: Topic | None = None
    flow: Flow | None = None
    ends_flow: bool = False
    handoff: Handoff | None = None
    unanswered: bool = False
    plan_url: str | None = None
    timers: tuple[Timer, ...] = ()
    cancels: tuple[str, ...] = ()
    decision: Mapping[str, Any] | None = None
    case: CaseChange | None = None
    told: CaseFile | None = None
    tried: tuple[str, ...] = ()
    todos: tuple[Todo, ...] = ()
    passing: Passing | None = None


Handler = Callable[[Turn], Awaitable[Outcome]]
"""One thing we do for a person. Reads and returns; writes nothing."""

TimerHandler = Callable[[TimerDue], Awaitable[Outcome]]
"""What happens when a timer of one kind is due. Reads and returns, as a Handler does."""
