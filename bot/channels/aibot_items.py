"""WeCom 智能机器人: what its callbacks say, as letters. Pure (protocol notes, C1)."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.channels.base import made_up_id, moment
from bot.channels.forms import Form, read_json
from bot.mail import Incoming, Kind

KIND: Final = "aibot"
_WELCOME_WITHIN = timedelta(seconds=5)
_MENTION = re.compile(r"^@\S+\s+")
_KINDS: Mapping[str, Kind] = {
    "text": "text",
    "image": "image",
    "voice": "voice",
    "file": "file",
    "video": "video",
    "mixed": "text",
}


def message(account: str, req_id: str, body: Form, raw: str, now: datetime) -> Incoming | None:
    """Something a member said; in groups only what mentions the robot comes at all."""
    sender = body.form("from").text("userid")
    if not sender:
        return None
    kind = body.text("msgtype")
    group = body.text("chatid") if body.text("chattype") == "group" else ""
    said = _words(body, kind)
    quoted = _words(body.form("quote"), body.form("quote").text("msgtype"))
    return Incoming(
        KIND,
        account,
        body.text("msgid") or made_up_id(raw),
        sender,
        _KINDS.get(kind, "unknown"),
        moment(body.number("create_time"), now),
        text=_MENTION.sub("", said) if group else said,
        media=_media(body, kind),
        room=group,
        raw=raw.encode(errors="replace"),
        extra={"req_id": req_id} | ({"quoted": quoted} if quoted else {}),
    )


def _words(body: Form, kind: str) -> str:
    if kind != "mixed":
        return body.form(kind).text("content", "name")
    items = body.form("mixed").forms("msg_item")
    return "\n".join(filter(None, (item.form("text").text("content") for item in items)))


def _media(body: Form, kind: str) -> tuple[str, ...]:
    """Addresses that hold for five minutes; each has a key of its own in the raw body."""
    if kind == "mixed":
        items = body.form("mixed").forms("msg_item")
        found = [item.form("image").text("url") for item in items]
    else:
        found = [body.form(kind).text("url")]
    return tuple(url for url in found if url)


def key_of(raw: bytes, address: str) -> str:
    """The key that came beside this address in the frame `raw`; '' where there is none."""
    body = read_json(raw).form("body")
    items = (body, *body.form("mixed").forms("msg_item"))
    for item in items:
        for kind in ("image", "file", "video", "voice"):
            if item.form(kind).text("url") == address:
                return item.form(kind).text("aeskey", "aes_key")
    return ""


def entered(account: str, req_id: str, body: Form, raw: str, now: datetime) -> Incoming | None:
    """The first entry of the day; a welcome may be said for five seconds."""
    until = {"req_id": req_id, "welcome_until": (now + _WELCOME_WITHIN).isoformat()}
    return _event(account, body, raw, now, "enter", until)


def card_pressed(account: str, req_id: str, body: Form, raw: str, now: datetime) -> Incoming | None:
    """A button of one of our cards."""
    event = body.form("event")
    card = event.form("template_card_event") or event
    key = card.text("event_key", "eventkey")
    return _event(account, body, raw, now, "card", {"task": card.text("task_id")}, choice=key)


def feedback(account: str, req_id: str, body: Form, raw: str, now: datetime) -> Incoming | None:
    """A judgement of an answer, or what we do not know: kept in silence."""
    event = body.form("event").text("eventtype") or body.text("eventtype") or "unknown"
    return _event(account, body, raw, now, event[:60], {}, silent=True)


def _event(
    account: str,
    body: Form,
    raw: str,
    now: datetime,
    event: str,
    extra: Mapping[str, str],
    *,
    choice: str = "",
    silent: bool = False,
) -> Incoming | None:
    sender = body.form("from").text("userid")
    if not sender:
        return None
    return Incoming(
        KIND,
        account,
        body.text("msgid") or made_up_id(raw),
        sender,
        "choice" if choice else "event",
        moment(body.number("create_time"), now),
        choice=choice or None,
        event=event,
        room=body.text("chatid") if body.text("chattype") == "group" else "",
        mergeable=False,
        silent=silent,
        raw=raw.encode(errors="replace"),
        extra={name: value for name, value in extra.items() if value},
    )
