"""Every stand that was taken, in order of place (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from handlers.customer.hearing import Heard
from knowledge.customer_words import Stand

MONEY = frozenset({"cancel", "refund", "return", "refund_only"})
CLAIMS = MONEY | {"exchange", "reship", "repair", "price_diff"}
ACTS = frozenset({"withdraw", "dispute", "change_address", "human"})
# Their expressions hold a 不 of their own.
_UNDENIED = ACTS | {"refund_only"}
_COVER = "\0"
# One message is read several times over: for its intent, its facts, what stood before it.
_REMEMBERED = 64


@dataclass(frozen=True)
class Taken:
    """One stand: which expression took it, the wish, where it stands and how it was worded."""

    name: str
    wish: str
    at: int
    words: str

    def means(self, wish: str) -> Taken:
        """The same expression, meaning something else here."""
        return replace(self, wish=wish)


@lru_cache(_REMEMBERED)
def stands(heard: Heard) -> tuple[Taken, ...]:
    """What was wished, oldest first.

    An expression that stands earlier in words.yaml covers its own words, so that 取消退货 is a
    withdrawal and no return.
    """
    found: list[Taken] = []
    for stand in heard.words.stands:
        taken = list(_taken(heard, stand))
        heard = _covered(heard, taken) if taken else heard
        found += [each for each in taken if each.wish]
    return tuple(sorted(found, key=lambda each: each.at))


def mentions(heard: Heard, name: str) -> bool:
    """Whether an expression shows that takes no stand, like 寄回去的那件."""
    stand = next(each for each in heard.words.stands if each.name == name)
    return stand.pattern.search(heard.text) is not None


def _taken(heard: Heard, stand: Stand) -> Iterator[Taken]:
    for match in stand.pattern.finditer(heard.text):
        if not match[0] or _COVER in match[0]:
            continue
        denied = stand.wish not in _UNDENIED and heard.refused(match)
        yield Taken(stand.name, "" if denied else stand.wish, match.start(), match[0])


def _covered(heard: Heard, taken: list[Taken]) -> Heard:
    text = heard.text
    for each in taken:
        end = each.at + len(each.words)
        text = text[: each.at] + _COVER * len(each.words) + text[end:]
    return replace(heard, text=text)
