"""微信客服: what `sync_msg` hands over, as letters. Pure (protocol notes, B)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import unquote

from bot.channels.api import explained
from bot.channels.base import Malformed, made_up_id, moment
from bot.channels.forms import Form
from bot.mail import Incoming, Kind
from knowledge.errcodes import Codes

KIND: Final = "kf"
WELCOME_WITHIN = timedelta(seconds=20)
OLD = timedelta(minutes=10)
"""In the history that a first reading brings, nothing older than this is answered."""

_CUSTOMER, _SERVICER = 3, 5
_SESSION = {1: "person_took", 2: "person_changed", 3: "session_ended", 4: "session_reopened"}


@dataclass(frozen=True, slots=True)
class Reading:
    """For whom and when items are read. `history`: the first reading ever, of up to three days."""

    account: str
    now: datetime
    history: bool
    failures: Codes
    """Meanings of `fail_type`."""


def letter(item: Form, raw: bytes, reading: Reading) -> Incoming | None:
    """One item; None for what names no customer (a servicer came or went)."""
    origin = item.number("origin")
    inner = item.form("event") if item.text("msgtype") == "event" else item
    sender = inner.text("external_userid") or item.text("external_userid")
    if not sender:
        return None
    at = moment(item.number("send_time"), reading.now)
    old = reading.history and reading.now - at > OLD
    told = _read(item, inner, at, reading)
    by_servicer = {"by": "servicer", "servicer": item.text("servicer_userid")}
    return Incoming(
        KIND,
        reading.account,
        item.text("msgid") or made_up_id(raw),
        sender,
        told.kind,
        at,
        text=told.text,
        choice=told.choice,
        media=told.media,
        order_no=told.order_no,
        event=told.event,
        mergeable=told.kind not in ("choice", "event"),
        silent=old or told.silent or (origin != _CUSTOMER and told.kind != "event"),
        raw=raw,
        extra=told.extra | (by_servicer if origin == _SERVICER else {}),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    kind: Kind
    text: str = ""
    choice: str | None = None
    media: tuple[str, ...] = ()
    order_no: str | None = None
    event: str = ""
    silent: bool = False
    extra: dict[str, str] = field(default_factory=dict)


def _read(item: Form, inner: Form, at: datetime, reading: Reading) -> _Told:
    kind = item.text("msgtype")
    if kind == "event":
        return _event(inner, at, reading)
    reader = _READERS.get(kind)
    return reader(item.form(kind)) if reader else _Told("unknown", extra={"type": kind[:40]})


def _text(body: Form) -> _Told:
    tapped = body.text("menu_id")
    said = body.text("content")
    return _Told("choice", said, choice=tapped) if tapped else _Told("text", said)


def _media(kind: Kind) -> Callable[[Form], _Told]:
    def read(body: Form) -> _Told:
        found = body.text("media_id")
        return _Told(kind, media=(found,) if found else ())

    return read


def _titled(kind: Kind) -> Callable[[Form], _Told]:
    def read(body: Form) -> _Told:
        url = body.text("url")
        return _Told(kind, body.text("title", "name", "desc"), extra={"url": url} if url else {})

    return read


def _order(body: Form) -> _Told:
    return _Told("card", body.text("product_titles", "title"), order_no=body.text("order_id"))


def _product(body: Form) -> _Told:
    product = body.text("product_id")
    return _Told("card", body.text("title"), extra={"product": product} if product else {})


_READERS: Mapping[str, Callable[[Form], _Told]] = {
    "text": _text,
    "image": _media("image"),
    "voice": _media("voice"),
    "video": _media("video"),
    "file": _media("file"),
    "location": _titled("location"),
    "link": _titled("link"),
    "miniprogram": _titled("card"),
    "business_card": lambda _: _Told("card"),
    "channels": _titled("card"),
    "channels_shop_product": _product,
    "channels_shop_order": _order,
}


def _event(event: Form, at: datetime, reading: Reading) -> _Told:
    reader = _EVENTS.get(event.text("event_type"))
    if reader is None:
        return _Told("event", event=event.text("event_type")[:60], silent=True)
    return reader(event, at, reading)


def _entered(event: Form, at: datetime, reading: Reading) -> _Told:
    """Only a welcome may be said now, only with a code, and only for twenty seconds."""
    code, place = event.text("welcome_code"), unquote(event.text("scene_param"))
    known = {"scene": event.text("scene"), "scene_param": place}
    extra = {name: value for name, value in known.items() if value} | _for_now(code, at)
    late = reading.now > at + WELCOME_WITHIN
    order = place.removeprefix("order=") if place.startswith("order=") else None
    return _Told("event", event="enter", order_no=order, silent=late or not code, extra=extra)


def _not_arrived(event: Form, _at: datetime, reading: Reading) -> _Told:
    kind = event.number("fail_type")
    receipt = explained(kind, "msg_send_fail", reading.failures).receipt
    extra = {
        "failed_id": event.text("fail_msgid"),
        "trouble": receipt.trouble or "refused",
        "detail": receipt.detail,
    }
    return _Told("event", event="send_failed", silent=True, extra=extra)


def _session(event: Form, at: datetime, reading: Reading) -> _Told:
    """Who has the chat now. When a person has ended it, the bot may say so for twenty seconds."""
    change = _SESSION.get(event.number("change_type"), "session_changed")
    servicer = event.text("new_servicer_userid")
    extra = {"servicer": servicer} if servicer else {}
    code = event.text("msg_code") if change == "session_ended" else ""
    late = not code or reading.now > at + WELCOME_WITHIN
    return _Told("event", event=change, silent=late, extra=extra | _for_now(code, at))


def _for_now(code: str, at: datetime) -> dict[str, str]:
    """What lets the channel speak on this event, once and for twenty seconds."""
    if not code:
        return {}
    return {"event_code": code, "event_until": (at + WELCOME_WITHIN).isoformat()}


def _recalled(event: Form, _at: datetime, _reading: Reading) -> _Told:
    extra = {"recalled_id": event.text("recall_msgid")}
    return _Told("event", event="recalled", silent=True, extra=extra)


def _switched(event: Form, _at: datetime, _reading: Reading) -> _Told:
    refused = event.number("reject_switch") == 1
    return _Told("event", event="refuses" if refused else "accepts", silent=True)


_EVENTS: Mapping[str, Callable[[Form, datetime, Reading], _Told]] = {
    "enter_session": _entered,
    "msg_send_fail": _not_arrived,
    "session_status_change": _session,
    "user_recall_msg": _recalled,
    "reject_customer_msg_switch_change": _switched,
}


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far an account has been read. `history`: still within the first reading ever."""

    at: str = ""
    history: bool = True

    def dumps(self) -> str:
        """As it is kept; '' before anything was read."""
        return f"{'history' if self.history else 'read'}:{self.at}" if self.at else ""

    @classmethod
    def loads(cls, kept: str) -> "Cursor":
        """Raises Malformed for what `dumps` has not written."""
        state, mark, at = kept.partition(":")
        if not kept:
            return cls()
        if not mark or state not in ("history", "read"):
            raise Malformed
        return cls(at, state == "history")
