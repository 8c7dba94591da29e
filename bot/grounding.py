"""Does a draft rest on what it cites? Pure; used on every factual reply before it leaves."""

import re
from collections.abc import Iterable
from functools import lru_cache

from bot.arithmetic import holds
from bot.messages import plain
from knowledge.chinese import arabic

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_ORDINAL = re.compile(r"(?m)^\s*(?:\d{1,2}[.、)](?!\d)|[①-⑳])")


@lru_cache(4096)
def numbers(text: str) -> tuple[str, ...]:
    """Numbers as compared: NFKC, no thousands commas, list ordinals left out."""
    bare = re.sub(r"(?<=\d),(?=\d{3})", "", plain_lines(_ORDINAL.sub("", text)))
    return tuple(_canonical(found) for found in _NUMBER.findall(bare))


def plain_lines(text: str) -> str:
    """`plain` line by line."""
    return "\n".join(plain(line) for line in text.split("\n"))


def ungrounded(draft: str, sources: Iterable[str]) -> list[str]:
    """Numbers of the draft that stand in none of the sources and are no shown calculation."""
    known = {n for source in sources for n in (*numbers(source), *numbers(arabic(source)))}
    missing = []
    for clause in re.split(r"[，。；！？\n]", draft):
        results = _calculated(clause, known)
        missing += [n for n in numbers(clause) if n not in known | results]
        known |= results
    return missing


def _calculated(clause: str, known: set[str]) -> set[str]:
    """Results of “a × b = c” whose operands are known and which holds."""
    left, equals, right = clause.rpartition("=")
    if not equals or not set(numbers(left)) <= known or not holds(left, right):
        return set()
    return set(numbers(right))


def _canonical(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else (number.lstrip("0") or "0")
