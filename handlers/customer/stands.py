"""Every stand that was taken, in order of place (pure)."""

from __future__ import annotations

import re
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
# A message that takes a stand and nothing more is short, and has only such letters beside it.
_SHORT = 16
_FILLERS = re.compile(
    "(?:那|就|直接|还是|算|我|要|想|能|可以|请|帮|给|你们?|吧|了|的|啊|呗|行|好|不|吗|\\?|货|款|钱|办|东西|个|一|下|新|来|掉|到|[ ])*"
)
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


def without_wishes(heard: Heard) -> Heard:
    """The same without messages that only take a stand (算了不换了 退货退钱): why it is wished
    was told in others, and stays told. All of it where nothing else was said."""
    lines = heard.text.split("\n")
    if len(lines) != len(heard.said) or len(lines) < 2:
        return heard
    telling = [at for at, line in enumerate(lines) if not _only_wishes(heard, line)]
    if not telling or len(telling) == len(lines):
        return heard
    text = "\n".join(lines[at] for at in telling)
    return replace(heard, text=text, said=tuple(heard.said[at] for at in telling))


def _only_wishes(heard: Heard, line: str) -> bool:
    if len(line) > _SHORT:
        return False
    alone = replace(heard, text=line, said=(line,))
    covered = list(line)
    for each in stands(alone):
        covered[each.at : each.at + len(each.words)] = " " * len(each.words)
    return bool(_FILLERS.fullmatch("".join(covered))) and "".join(covered) != line


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
