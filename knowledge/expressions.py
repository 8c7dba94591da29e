"""Expressions that operators write: looked over at load, compiled when first asked.

Compiling the advertising rules takes half a second, which no start should wait for. Brackets,
repeats and the names of classes are looked over at once; what only the compiler sees (a look-behind
without a fixed width) is told by `server.py doctor`, and logged when the expression is first used,
which then matches nothing.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

_log = logging.getLogger(__name__)
_NEVER = re.compile("(?!)")
_ANY_SIGN = re.compile(r"[\\\[\]()|*+?{]")
_ONE_SIGN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]")
"""What stands for one character: an escape, a set."""
_OPENING = re.compile(r"\(\?(?:[:=!>]|<[=!]|P<\w+>)")
_REPEAT = r"(?:[*+?]|\{\d+,?\d*\}|\{,\d+\})"
_NOTHING_TO_REPEAT = re.compile(rf"(?:^|[(|]|{_REPEAT}[?+]){_REPEAT}|{_REPEAT}(?:[*]|\{{\d)")
_REVERSED = re.compile(r"\{(\d+),(\d+)\}")


@dataclass(frozen=True)
class Expression:
    """A pattern as written, and how it is written out; compiled when first used."""

    written: str
    write_out: Callable[[str], str] = str
    """From what the operator wrote to a regular expression."""

    @property
    def fault(self) -> str:
        """What the compiler says is wrong with it, else ''."""
        try:
            re.compile(self.write_out(self.written))
        except re.error as error:
            return str(error)
        return ""

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The compiled pattern; one that never matches (and a line in the log) if it is broken."""
        try:
            return re.compile(self.write_out(self.written))
        except re.error as error:
            _log.error("“%s”写得不对，没有用上：%s", self.written, error)
            return _NEVER

    def search(self, text: str) -> re.Match[str] | None:
        """The first find anywhere in `text`."""
        return self.regex.search(text)

    def match(self, text: str) -> re.Match[str] | None:
        """A find at the beginning of `text`."""
        return self.regex.match(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """All finds in `text`, one behind the other."""
        return self.regex.finditer(text)


def fault_in(pattern: str) -> str:
    """What is wrong with the brackets or repeats of a pattern, else ''. Compiles nothing."""
    if not _ANY_SIGN.search(pattern):
        return ""
    plain = _OPENING.sub("(", _ONE_SIGN.sub("字", pattern))
    if "[" in plain or "\\" in plain:
        return "方括号或反斜杠没有写完"
    if not _paired(plain):
        return "圆括号不成对"
    if found := _NOTHING_TO_REPEAT.search(plain):
        return f"“{found[0]}”里没有可重复的字"
    turned = (each for each in _REVERSED.finditer(plain) if int(each[1]) > int(each[2]))
    return next((f"“{each[0]}”前大后小" for each in turned), "")


def _paired(plain: str) -> bool:
    depth = 0
    for sign in re.findall("[()]", plain):
        depth += 1 if sign == "(" else -1
        if depth < 0:
            return False
    return depth == 0
