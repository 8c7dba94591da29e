"""What a 智能机器人's line is made of: events, actions, and the state between them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.mail import Incoming, Outgoing, Receipt
from knowledge.errcodes import Codes


@dataclass(frozen=True, slots=True)
class Robot:
    """Whose line it is."""

    account: str
    bot_id: str
    secret: str
    codes: Codes
    staff: frozenset[str] = frozenset()
    """Members whose words are never merged: each may be an order to do something."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The socket is connected."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The socket is gone, or never opened."""


@dataclass(frozen=True, slots=True)
class Came:
    """A text frame."""

    text: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A second has passed."""


@dataclass(frozen=True, slots=True)
class Say:
    """Send this. While `finish` is False it is the whole text so far, and more is to come."""

    letter: Outgoing
    finish: bool = True


Event = Opened | Lost | Came | Tick | Say


@dataclass(frozen=True, slots=True)
class Write:
    """Send this text frame."""

    text: str


@dataclass(frozen=True, slots=True)
class Close:
    """Close the socket; Lost will follow."""


@dataclass(frozen=True, slots=True)
class Connect:
    """Open a socket, so much later."""

    after: timedelta


@dataclass(frozen=True, slots=True)
class Deliver:
    """A genuine letter."""

    letter: Incoming


@dataclass(frozen=True, slots=True)
class Settle:
    """What became of a letter of ours."""

    key: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Warn:
    """For the operator, in Chinese."""

    text: str


Action = Write | Close | Connect | Deliver | Settle | Warn


@dataclass(frozen=True, slots=True)
class Waiting:
    """A frame of ours whose acknowledgement is due. `key` '' for subscribing and heartbeats."""

    req_id: str
    command: str
    since: datetime
    key: str = ""


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer that grows: its callback's req_id, and when its first frame went out."""

    key: str
    req_id: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """The state. `live`: subscribed. `slow`: evicted or refused; come back slowly."""

    robot: Robot
    open: bool = False
    live: bool = False
    slow: bool = False
    failures: int = 0
    number: int = 0
    beat_at: datetime | None = None
    missed: int = 0
    waiting: tuple[Waiting, ...] = ()
    streams: tuple[Stream, ...] = ()
    answered: tuple[str, ...] = ()
    """Callbacks that had their answer; what else is to be said to them is pushed."""
