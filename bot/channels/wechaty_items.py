"""What a wechaty gateway hands over, as letters. Pure.

In rooms only what mentions us is ours to read: people there did not choose to talk to a shop.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.channels.base import moment
from bot.mail import Incoming, Kind

KIND: Final = "wechaty"
OLD = timedelta(minutes=10)
"""What a gateway brings up from before its log-in is kept, not answered."""

OFFICIAL: Final = 2
"""The contact type of official accounts, which would be talked to for ever."""

_NOBODY = ("weixin", "filehelper", "fmessage", "newsapp", "medianote", "floatbottle")
"""WeChat's own names for its services."""

_TEXT, _IMAGE, _RECALLED = 7, 6, 13
_KINDS: Final[Mapping[int, Kind]] = {
    1: "file",
    2: "voice",
    3: "card",
    _IMAGE: "image",
    _TEXT: "text",
    8: "location",
    9: "card",
    14: "link",
    15: "video",
    16: "card",
}
"""By the numbers of npm's wechaty-puppet, which its gateway sends although the oldest stubs name
other things by them (S). Stickers, notes, transfers and red packets have no kind of their own."""


@dataclass(frozen=True, slots=True)
class Person:
    """A contact. `kind`: 1 a person, 2 an official account, 3 a company."""

    id: str
    name: str = ""
    kind: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """One message as the gateway tells it. `at`: milliseconds."""

    id: str
    by: str
    room: str
    kind: int
    text: str
    at: int
    mentions: tuple[str, ...] = ()


def letter(account: str, said: Said, by: Person, us: Person, now: datetime) -> Incoming | None:
    """The message as a letter; None for what is not meant for us."""
    if said.by == us.id or not said.by or by.kind == OFFICIAL or said.by in _NOBODY:
        return None
    if said.room and not mentioned(said, us):
        return None
    kind: Kind = "event" if said.kind == _RECALLED else _KINDS.get(said.kind, "unknown")
    at = moment(said.at // 1000, now)
    text = said.text if kind == "text" else ""
    return Incoming(
        KIND,
        account,
        said.id,
        said.by,
        kind,
        at,
        text=without_mention(text, us) if said.room else text,
        media=(said.id,) if kind == "image" else (),
        event="recalled" if kind == "event" else "",
        room=said.room,
        mergeable=kind != "event",
        silent=kind == "event" or now - at > OLD,
        extra={} if kind != "unknown" else {"type": str(said.kind)},
    )


def mentioned(said: Said, us: Person) -> bool:
    """By id, or by name where a gateway knows no ids."""
    by_name = bool(us.name) and bool(re.search(_at(us), said.text))
    return us.id in said.mentions or (not said.mentions and by_name)


def without_mention(text: str, us: Person) -> str:
    """What is said to us, without our name."""
    named = re.sub(_at(us), "", text) if us.name else text
    return re.sub(r"^@\S+[\s\u2005]+", "", named).strip()


def _at(us: Person) -> str:
    return rf"@{re.escape(us.name)}(?=[\s\u2005，,：:]|$)[\s\u2005]*"
