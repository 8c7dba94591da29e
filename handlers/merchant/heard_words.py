"""A merchant's short message as it was meant: words of the trade written by their sound."""

import re
from collections.abc import Callable
from dataclasses import replace

from bot.conversation import Conversation
from bot.messages import Message
from knowledge.chinese import simplified
from knowledge.sounds import Hearing

LONGEST = 60
"""A longer message gives a text to look at, which is looked at as it stands."""
_GIVEN = re.compile(r"[“”\"「」『』\n]")


def hears(hearing: Hearing) -> Callable[[Message, Conversation], Message]:
    """What the engine has every message read by; a customer's words are read elsewhere."""

    def hear(message: Message, talk: Conversation) -> Message:
        said = message.text
        if talk.audience != "merchant" or len(said) > LONGEST or _GIVEN.search(said):
            return message
        plain = simplified(said)
        meant = hearing.heard(plain)
        return message if meant == plain else replace(message, text=meant)

    return hear
