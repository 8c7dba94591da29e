"""What people say and what we say back, free of any channel."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Literal

Audience = Literal["merchant", "customer"]

TEXT_LIMIT = 4000
"""Longest message a person may send, in code points (api.md)."""

# C0/C1 controls but tab and line feed; lone surrogates; direction overrides, which can make a
# reply read otherwise than it was written. PostgreSQL refuses NUL, SQLite refuses surrogates.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\ufe00-\ufe0f]")


@dataclass(frozen=True, slots=True)
class Entrance:
    """A door: it decides shop and audience; what a person claims to be does not."""

    name: str
    shop: str
    audience: Audience


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a person. `id` is the sender's, unique within the conversation.

    `in_room`: said in a group, where everybody reads the answer.
    """

    id: str
    conversation_id: str
    text: str
    at: datetime
    choice: str | None = None
    attachments: tuple[str, ...] = ()
    in_room: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a fact stands: `quote` holds every number that the reply took from it."""

    document: str
    title: str
    section: str
    quote: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to tap instead of typing."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One bubble: plain text without its citations."""

    text: str
    choices: tuple[Choice, ...] = ()
    citations: tuple[Citation, ...] = field(default=())


def clean(text: str) -> str:
    """`text` without what no database or reader should get (NUL, controls, lone surrogates)."""
    return _UNSAFE.sub("", text)


@lru_cache(4096)
def plain(text: str) -> str:
    """`text` as we compare it: NFKC, lower case, nothing invisible, single spaces."""
    normal = unicodedata.normalize("NFKC", _INVISIBLE.sub("", clean(text))).lower()
    return re.sub(r"\s+", " ", normal).strip()
