"""What the platforms remember: tokens, who wrote when, what was sent, and planned trouble."""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock, wall_clock

WINDOW = timedelta(hours=48)
SENDS = 5

Body = dict[str, Any]


@dataclass(frozen=True)
class Sent:
    """One thing that arrived on somebody's phone."""

    app: str
    to: str
    path: str
    body: Body
    id: str

    @property
    def text(self) -> str:
        """Its words, of whatever kind it is."""
        kind = self.body.get("msgtype") or self.body.get("msg_type") or ""
        inner = self.body.get(kind) or {}
        if kind == "template_card":
            parts = [inner.get("main_title", {}).get("title"), inner.get("sub_title_text")]
            return "\n".join(str(part) for part in parts if part)
        told = (inner.get(name) for name in ("content", "head_content", "tail_content"))
        return "".join(str(part) for part in told if part)

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """(key, label) of a card's buttons."""
        card = self.body.get("template_card") or {}
        return [(each["key"], each["text"]) for each in card.get("button_list", [])]


@dataclass
class Turnstile:
    """How often an account may still write to one person."""

    until: datetime
    left: int


@dataclass
class Customer:
    """One customer at one kf account. `state`: who has the chat (0 new … 4 ended)."""

    state: int = 4
    servicer: str = ""
    fails: int | None = None
    """Set: what is sent is taken, and later reported as failed with this `fail_type`."""


@dataclass
class World:
    """One platform's whole memory. `secrets`: app or corp id to the secrets it accepts."""

    clock: Clock = wall_clock
    secrets: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    token_life: timedelta = timedelta(hours=2)
    token_told: timedelta = timedelta(hours=2)
    """What `expires_in` says; a platform may end a token earlier than it said."""
    tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    token_calls: int = 0
    sent: list[Sent] = field(default_factory=list)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    doors: dict[tuple[str, str], Turnstile] = field(default_factory=dict)
    items: dict[str, list[Body]] = field(default_factory=lambda: defaultdict(list))
    """What `sync_msg` hands over, by open_kfid."""
    customers: dict[tuple[str, str], Customer] = field(
        default_factory=lambda: defaultdict(Customer)
    )
    codes: dict[str, tuple[str, str, datetime]] = field(default_factory=dict)
    """Codes for event messages: kfid, person, until when."""
    files: dict[str, bytes] = field(default_factory=dict)
    """What people sent besides words, by media id."""
    agents: set[str] = field(default_factory=lambda: {"1000002"})
    kf_accounts: dict[str, bool] = field(default_factory=lambda: {"wkStandIn": True})
    """Customer-service accounts, and whether they were handed to the API."""
    tapped: dict[str, tuple[str, str, bool]] = field(default_factory=dict)
    """Response codes: app, task, and whether the card was changed with it."""
    changed: dict[tuple[str, str], str] = field(default_factory=dict)
    """What a card says since it was changed, by app and task."""
    empty_pages: int = 0
    """So many pages come empty with has_more."""
    planned: dict[str, deque[Body | int]] = field(default_factory=lambda: defaultdict(deque))

    def issue(self, app: str, secret: str, otherwise: int) -> Body:
        """A token for the right secret, else the error `otherwise`."""
        self.token_calls += 1
        if secret not in self.secrets[app]:
            return error(otherwise, "invalid secret")
        token = f"token-{self.token_calls}-{app}"
        self.tokens[token] = (app, self.clock() + self.token_life)
        return ok(access_token=token, expires_in=int(self.token_told.total_seconds()))

    def app_of(self, token: str) -> str | Body:
        """Whose token it is, or the error."""
        found = self.tokens.get(token)
        if found is None:
            return error(40014, "invalid access_token")
        return found[0] if self.clock() < found[1] else error(42001, "access_token expired")

    def revoke_tokens(self) -> None:
        """All tokens end now, whatever was told."""
        self.tokens.clear()

    def wrote(self, app: str, person: str) -> None:
        """A person's message opens the window."""
        self.doors[app, person] = Turnstile(self.clock() + WINDOW, SENDS)

    def may_write(self, app: str, person: str) -> Body | None:
        """Counts one send, or says why not."""
        door = self.doors.get((app, person))
        if door is None or door.until <= self.clock():
            return error(45015, "response out of time limit or subscription is canceled")
        if door.left <= 0:
            return error(45047, "out of response count limit")
        door.left -= 1
        return None

    def deliver(self, app: str, to: str, path: str, body: Body, id_: str = "") -> str:
        """It arrives."""
        made = id_ or f"sent-{len(self.sent) + 1}"
        self.sent.append(Sent(app, to, path, body, made))
        return made

    def plan(self, path: str, *answers: Body | int) -> None:
        """The next calls of `path` get these answers: a body, or an HTTP status."""
        self.planned[path].extend(answers)

    def texts_to(self, person: str) -> list[str]:
        """Everything that reached one person, in order."""
        return [sent.text for sent in self.sent if sent.to == person]


Route = Callable[[str, Body], Body]
"""(app, request) → answer. The token has been checked."""


def ok(**more: Any) -> Body:
    return {"errcode": 0, "errmsg": "ok", **more}


def error(code: int, said: str) -> Body:
    return {"errcode": code, "errmsg": said}
