"""Messages that no text can be taken from, and which words answer them."""

from collections.abc import Mapping
from typing import Final

from bot.mail import Incoming, Kind

_KEYS: Final[Mapping[Kind, str]] = {
    "image": "unread_image",
    "voice": "unread_voice",
    "video": "unread_video",
    "file": "unread_file",
    "location": "unread_location",
    "link": "unread_link",
    "card": "unread_card",
    "unknown": "unread_unknown",
}


def unread_key(letter: Incoming) -> str | None:
    """The wording that says kindly what to send instead; None where there is something to read.

    A transcript is text, an order card names its order, and a picture is evidence; one that could
    not be fetched has lost its media.
    """
    if letter.silent or letter.order_no or letter.choice:
        return None
    if letter.kind == "image" and letter.media:
        return None
    if letter.text and letter.kind not in ("file", "link", "location"):
        return None
    return _KEYS.get(letter.kind)
