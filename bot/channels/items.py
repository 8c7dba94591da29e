"""Messages as official accounts, mini-programs and WeCom applications spell them. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.channels.base import Malformed, made_up_id
from bot.channels.forms import Form
from bot.mail import Kind


@dataclass(frozen=True, slots=True)
class Told:
    """What one message says, apart from who and when."""

    kind: Kind
    text: str = ""
    choice: str | None = None
    media: tuple[str, ...] = ()
    event: str = ""
    silent: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def mergeable(self) -> bool:
        return self.kind not in ("choice", "event")


Events = Mapping[str, Callable[[Form], Told]]
"""What an account makes of events, by their name in lower case."""


def read_message(form: Form, events: Events) -> Told:
    """Any message or event; one that nobody knows is `unknown`, or kept in silence."""
    kind = form.text("msgtype").lower()
    if kind == "event":
        name = form.text("event")
        return events.get(name.lower(), _quiet)(form)
    reader = _READERS.get(kind)
    return reader(form) if reader else Told("unknown", extra={"type": kind[:40]})


def message_id(form: Form) -> str:
    """The platform's id, or one from what tells messages apart where it gives none.

    Events of one batch share their second, so event and key are part of it. Raises Malformed for
    what has no sender.
    """
    if not form.text("fromusername"):
        raise Malformed
    given = form.text("msgid")
    return given if given.strip("0") else made_up_id(*(form.text(part) for part in _TOLD_APART))


_TOLD_APART: Final = (
    *("fromusername", "createtime", "msgtype", "event", "eventkey", "taskid", "content"),
    *("mediaid", "tokfaccount", "kfaccount"),
)


def _quiet(form: Form) -> Told:
    return Told("event", event=form.text("event")[:60], silent=True)


def _text(form: Form) -> Told:
    said, tapped = form.text("content"), form.text("bizmsgmenuid")
    return Told("choice", said, choice=tapped) if tapped else Told("text", said)


def _media(kind: Kind) -> Callable[[Form], Told]:
    def read(form: Form) -> Told:
        found = form.text("mediaid")
        # Official accounts with speech recognition send the words along.
        words = form.text("recognition") if kind == "voice" else form.text("filename", "title")
        url = form.text("picurl")
        media = (found,) if found else ()
        return Told(kind, words, media=media, extra={"url": url} if url else {})

    return read


def _location(form: Form) -> Told:
    where = {"latitude": form.text("location_x"), "longitude": form.text("location_y")}
    return Told("location", form.text("label"), extra={k: v for k, v in where.items() if v})


def _link(form: Form) -> Told:
    url = form.text("url")
    return Told("link", form.text("title"), extra={"url": url} if url else {})


def _card(form: Form) -> Told:
    page = form.text("pagepath")
    return Told("card", form.text("title"), extra={"page": page} if page else {})


_READERS: Final[Mapping[str, Callable[[Form], Told]]] = {
    "text": _text,
    "image": _media("image"),
    "voice": _media("voice"),
    "video": _media("video"),
    "shortvideo": _media("video"),
    "file": _media("file"),
    "location": _location,
    "link": _link,
    "miniprogrampage": _card,
}


def happens(event: str, *, silent: bool = False) -> Callable[[Form], Told]:
    """An event under our own name."""

    def read(form: Form) -> Told:
        key = form.text("eventkey", "sessionfrom")
        extra = {"key": key} if key else {}
        return Told("event", event=event, silent=silent, extra=extra)

    return read


def served(event: str) -> Callable[[Form], Told]:
    """The platform's own people take a chat, pass it on, or end it."""

    def read(form: Form) -> Told:
        person = form.text("tokfaccount", "kfaccount")
        return Told("event", event=event, silent=True, extra={"servicer": person} if person else {})

    return read


def tapped(form: Form) -> Told:
    """An item of a menu of the account."""
    key = form.text("eventkey")
    return Told("choice", choice=key or None, event="menu")
