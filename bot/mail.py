"""Letters: what a channel brings in and what it is asked to send, free of any platform.

A channel proves that a callback is genuine, parses it into `Incoming` and later sends `Outgoing`;
everything between (order, merging, retries, quotas) is `bot.delivery`'s.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol, runtime_checkable

from bot.errors import NotFound
from bot.messages import Choice, Entrance, Reply

Kind = Literal[
    "text", "choice", "image", "voice", "video", "file", "location", "link", "card", "event",
    "unknown",
]  # fmt: skip
"""What a person sent. `choice`: a tapped menu item. `event`: entered the chat, followed, …"""

ROOM = "#room"
"""How the visitor id of somebody in a group ends: others read along there."""

Trouble = Literal["retry", "rate_limited", "credentials", "window_closed", "refused"]
"""Why a send failed, by what helps: another try · a later try · fresh credentials, then another
try · the person must write first · nothing, a person of the shop must look at it."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One genuine message of one person. `id` is the platform's: a repeat has the same one.

    `sender` is the platform's name for the person, `room` the group it was said in (or '').
    `sent_at` is the platform's clock. `raw` is the verified body, kept as it came.
    `mergeable`: rapid fragments of this kind may become one turn (never a tap, an event, or
    anything that a passive reply must answer). `silent`: keep it, answer nothing (old history,
    a chat that a person has).
    """

    channel: str
    account: str
    id: str
    sender: str
    kind: Kind
    sent_at: datetime
    text: str = ""
    choice: str | None = None
    media: tuple[str, ...] = ()
    order_no: str | None = None
    event: str = ""
    room: str = ""
    mergeable: bool = True
    silent: bool = False
    raw: bytes = b""
    extra: Mapping[str, str] = field(default_factory=dict)
    """What the channel itself needs to answer (a response url, a card id); plain text only."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One piece of a reply to one person, within the channel's limits.

    `key` stays the same over retries: a channel whose platform takes an idempotency key passes it
    on. `tries` counts earlier attempts. `extra` is that of the message being answered.
    """

    key: str
    channel: str
    account: str
    to: str
    text: str
    choices: tuple[Choice, ...] = ()
    room: str = ""
    tries: int = 0
    extra: Mapping[str, str] = field(default_factory=dict)


CARD: Final = "card"
"""In `extra` of a letter that is a card: `order:3700001` or `product:10001`. Its text says the same
for platforms without such cards."""


@dataclass(frozen=True, slots=True)
class Card:
    """An order or a product of the shop, shown as the platform shows them."""

    kind: Literal["order", "product"]
    id: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a send. `trouble` None: delivered, and `platform_id` is its id there."""

    trouble: Trouble | None = None
    platform_id: str = ""
    retry_after: timedelta | None = None
    detail: str = ""
    """For operators: the platform's code and what to do, in Chinese."""


@dataclass(frozen=True, slots=True)
class Window:
    """For how long, and how often, the shop may write after the person did something."""

    opened_by: tuple[Kind, ...]
    lasts: timedelta
    sends: int | None = None
    """None: as many as it likes."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many sends to one person, or into one room, within `per`; what is more, a platform may
    throw away unsaid."""

    sends: int
    per: timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform lets us send. No window: always. `idempotent`: it knows our key again."""

    text_bytes: int
    windows: tuple[Window, ...] = ()
    choices: int = 0
    idempotent: bool = False
    rates: tuple[Rate, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """The person opened a Window at this moment, and so many sends were used since."""

    at: datetime
    used: int = 0


class Channel(Protocol):
    """One account on one platform, as the delivery sees it."""

    @property
    def kind(self) -> str: ...

    @property
    def account(self) -> str: ...

    @property
    def limits(self) -> Limits: ...

    async def send(self, letter: Outgoing) -> Receipt:
        """Never raises for what a platform may answer: that is a Receipt."""


@runtime_checkable
class BringsMedia(Protocol):
    """A channel whose messages name files that its platform keeps for a few days or minutes."""

    async def fetch(self, letter: Incoming, name: str, most: int) -> bytes | Receipt:
        """The file `name` (one of `letter.media`) if it has at most `most` bytes, else what is
        wrong. Never raises for what a platform may answer."""


@runtime_checkable
class Types(Protocol):
    """A channel that can show that somebody is typing."""

    async def typing(self, person: str, on: bool = True) -> Receipt:
        """Never raises for what a platform may answer."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """Which account on which platform stands at which entrance; that decides shop and audience."""

    entrances: Mapping[tuple[str, str], Entrance] = field(default_factory=dict)

    def entrance(self, channel: str, account: str) -> Entrance:
        """Raises NotFound for an account that nobody configured."""
        try:
            return self.entrances[channel, account]
        except KeyError as error:
            raise NotFound("没有配置这个渠道账号，请检查 KAIDIAN_ACCOUNTS 文件") from error


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message is ours now. `repeat`: it had been before this call."""

    conversation_id: str
    repeat: bool = False


Accept = Callable[[Incoming], Awaitable[Accepted]]
"""What a channel hands a message to. Once it returns, the platform may have its acknowledgement.
Raises NotFound (unknown account) and StorageLost (nothing was kept: the platform must repeat)."""


@dataclass(frozen=True, slots=True)
class Letter:
    """An Outgoing for the outbox. `unprompted`: no answer to a message but the result of something
    the person waits for; the last send of a window is kept for such."""

    outgoing: Outgoing
    unprompted: bool = False


@dataclass(frozen=True, slots=True)
class Todo:
    """Something a person of the shop must look at. The same `ref` makes one to-do, not two."""

    kind: Literal[
        "undelivered", "unanswered", "case_review", "case_due", "case_overdue", "filing",
        "handoff", "said",
    ]  # fmt: skip
    """`case_review`: a case waits for a decision. `said`: a person wrote to whoever has the chat on
    the phone; told to that member alone."""
    ref: str
    text: str
    urgent: bool = False
    """Told at once, over the shop's alert webhook where it has one."""


@dataclass(frozen=True, slots=True)
class Lease:
    """`holder` alone may work on what it took, until the lease runs out."""

    holder: str
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class Post:
    """What a turn leaves in the queue, written in the turn's own transaction.

    `contact` is whose queue it is. `answers` are the inbox rows that this turn answers. `offered`
    are choices the person may take by number. Empty: a turn of the web chat.
    """

    contact: str = ""
    answers: tuple[int, ...] = ()
    letters: tuple[Letter, ...] = ()
    offered: tuple[Choice, ...] = ()
    todos: tuple[Todo, ...] = ()


class Way(Protocol):
    """How a turn's replies go back to where its message came from."""

    def post(self, turn_id: str, replies: Sequence[Reply], cards: Sequence[Card] = ()) -> Post: ...


class Webhook(Protocol):
    """Where people of a shop hear of what cannot wait."""

    async def tell(self, text: str, facts: Mapping[str, str]) -> Receipt:
        """Never raises for what the other side may answer: that is a Receipt."""
