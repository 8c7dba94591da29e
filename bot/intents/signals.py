"""Signals: named classes of expressions, and which of them a message shows."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from bot.intents.lexicon import (
    cases,
    facts,
    figures,
    goods,
    harm,
    launch,
    outside,
    parcels,
    talk,
    terms,
    texts,
    wishes,
)
from bot.intents.spelling import spelled

Signals = frozenset[str]

_MODULES = (
    talk,
    wishes,
    goods,
    terms,
    parcels,
    cases,
    harm,
    launch,
    texts,
    figures,
    facts,
    outside,
)
LEXICON: Mapping[str, str] = {
    name: pattern for module in _MODULES for name, pattern in module.WORDS.items()
}
"""Name of a signal → the pattern that shows it, over `spelled` text."""


@cache
def _compiled() -> Mapping[str, re.Pattern[str]]:
    # A third of a second: left to the first message (or to the warming-up of the server).
    return {name: re.compile(pattern) for name, pattern in LEXICON.items()}


def read(text: str) -> Signals:
    """The signals in a message as people typed it."""
    return signals_in(spelled(text))


@lru_cache(512)
def signals_in(said: str) -> Signals:
    """The signals in text that is `spelled` already. Asked of one message again and again."""
    return frozenset(name for name, pattern in _compiled().items() if pattern.search(said))
