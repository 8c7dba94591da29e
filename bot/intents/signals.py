"""Signals: named classes of expressions, and which of them a message shows."""

import re
from collections.abc import Mapping

from bot.intents.lexicon import customer, merchant, outside, talk
from bot.intents.spelling import spelled

Signals = frozenset[str]

LEXICON: Mapping[str, str] = {
    **talk.WORDS,
    **customer.WORDS,
    **merchant.WORDS,
    **outside.WORDS,
}
"""Name of a signal → the pattern that shows it, over `spelled` text."""

_COMPILED = {name: re.compile(pattern) for name, pattern in LEXICON.items()}


def read(text: str) -> Signals:
    """The signals in a message as people typed it."""
    return signals_in(spelled(text))


def signals_in(said: str) -> Signals:
    """The signals in text that is `spelled` already."""
    return frozenset(name for name, pattern in _COMPILED.items() if pattern.search(said))
