"""What every channel shares: a callback as it came, what was in it, and why it is refused."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol, runtime_checkable

from bot.channels.desk import Desk
from bot.clock import SHANGHAI
from bot.errors import KaidianError
from bot.mail import Channel, Incoming, Kind, Outgoing, Rate, Receipt

FRESH = timedelta(minutes=5)
"""A signed callback older than this is a replay (no platform publishes a limit of its own)."""

BODY_BYTES = 256 * 1024
"""More than any callback needs: they carry text and ids, never media."""

SAID: tuple[Kind, ...] = (
    *("text", "image", "voice", "video", "file", "location", "link", "card"),
    "unknown",
)
"""Everything that a person does by hand, as windows for answering count it. Whether a tap counts
too differs: for an official account it is a menu click, good for one minute."""


WECOM_RATES = (Rate(30, timedelta(minutes=1)), Rate(1000, timedelta(hours=1)))
"""To one member; excess is discarded in silence (D p/90236). So with a robot's conversations, of
which a room is one, however many talk there."""


@dataclass(frozen=True, slots=True)
class Callback:
    """An HTTP request of a platform, as it came. `at`: when, by our clock."""

    method: str
    query: Mapping[str, str]
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back on the same connection. `told` wants to know whether it was written there."""

    body: bytes = b""
    media_type: str = "text/plain"
    told: Callable[[bool], None] | None = None


@dataclass(frozen=True, slots=True)
class Doorbell:
    """Something waits at the platform for `account`; `token` makes fetching it cheap."""

    account: str
    token: str


@dataclass(frozen=True, slots=True)
class Passive:
    """How to answer within the callback. `only`: this account cannot answer in any other way, so
    what is sent comes to `desk`.

    `speak` makes the answer from text; `hand_over` gives the chat to the platform's own people,
    or is None where the platform knows no such answer.
    """

    speak: Callable[[str], Answer]
    hand_over: Callable[[], Answer] | None
    desk: Desk
    only: bool


@dataclass(frozen=True, slots=True)
class Received:
    """What a genuine callback held. `answer` is due when everything else is stored."""

    letters: tuple[Incoming, ...] = ()
    answer: Answer = Answer()
    doorbell: Doorbell | None = None
    passive: Passive | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """A call that a platform did not carry out. `code`: its own number, 0 where it gave none."""

    receipt: Receipt
    code: int = 0


class Receiver(Protocol):
    """A channel that platforms call over HTTP."""

    @property
    def kind(self) -> str: ...

    @property
    def account(self) -> str: ...

    def receive(self, callback: Callback) -> Received:
        """Verify and parse; touches nothing. Raises NotGenuine."""


@runtime_checkable
class HandsOver(Protocol):
    """A channel whose platform has people of its own to give a chat to."""

    async def hand_over(self, letter: Outgoing) -> Receipt:
        """Give the chat of `letter.to` to a person."""


@runtime_checkable
class Listens(Protocol):
    """A channel that may have to answer within a callback, or over a line, which is open at one
    process only."""

    def listens(self, person: str) -> bool:
        """Whether something can be said to this person from here and now."""


class HttpChannel(Channel, Receiver, Protocol):
    """Both directions."""


class NotGenuine(KaidianError):
    """A callback that is not stored. `reason` is the label it is counted under."""

    code = "not_genuine"
    status = 403
    reason = "signature"

    def __init__(self, message: str = "签名校验未通过，请核对 Token 与 EncodingAESKey") -> None:
        super().__init__(message)


class WrongReceiver(NotGenuine):
    """Sealed for another company, shop or app."""

    reason = "receiver"


class Stale(NotGenuine):
    """Signed more than five minutes ago, or that far in the future."""

    code, reason = "stale_callback", "stale"

    def __init__(self) -> None:
        super().__init__("回调时间与服务器相差超过五分钟：可能是重放，也可能是服务器时钟不准")


class UnknownAccount(NotGenuine):
    """No such account here."""

    code, status, reason = "not_found", 404, "account"

    def __init__(self) -> None:
        super().__init__("没有这个渠道账号，请核对回调地址")


class Malformed(NotGenuine):
    """Cut off, not XML or JSON, or without what every message has."""

    code, status, reason = "malformed_callback", 400, "malformed"

    def __init__(self) -> None:
        super().__init__("回调内容读不懂：格式不完整或含有不允许的声明")


class Oversized(NotGenuine):
    """Larger than any genuine callback."""

    code, status, reason = "too_large", 413, "oversized"

    def __init__(self) -> None:
        super().__init__(f"回调超过 {BODY_BYTES // 1024} KB")


REASONS = ("signature", "receiver", "stale", "account", "malformed", "oversized")


def check_size(callback: Callback) -> None:
    """Raises Oversized."""
    if len(callback.body) > BODY_BYTES:
        raise Oversized


def check_fresh(timestamp: str, at: datetime) -> None:
    """Raises Stale unless `timestamp` (seconds) lies within five minutes of `at`."""
    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise Malformed
    if abs(at.timestamp() - int(timestamp)) > FRESH.total_seconds():
        raise Stale


def moment(seconds: int, otherwise: datetime) -> datetime:
    """A platform's time; `otherwise` for what cannot be one (absent, or not in our century)."""
    if not 946_684_800 <= seconds < 4_102_444_800:  # 2000 to 2099
        return otherwise
    return datetime.fromtimestamp(seconds, SHANGHAI)


def made_up_id(*parts: str | bytes) -> str:
    """An id for what the platform sends without one: the same content, the same id."""
    digest = sha256()
    for part in parts:
        digest.update((part.encode() if isinstance(part, str) else part) + b"\0")
    return f"made-{digest.hexdigest()[:40]}"


def platform_key(key: str) -> str:
    """`key` as every platform takes it: at most 32 of [0-9a-zA-Z_-], the same one every time."""
    if re.fullmatch(r"[0-9a-zA-Z_-]{1,32}", key):
        return key
    return sha256(key.encode()).hexdigest()[:32]
