"""A text in one spelling, however it is disguised, and where each of its characters came from.

Full-width and circled signs, traditional characters, zero-width signs, symbols between characters
(“最*好”), pinyin (“zui好”) and stray letters (“国家J级”) are undone. Spans are told in code points
of the text as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from knowledge.chinese import simplified

_STOPS = frozenset("。！？；!?;\n\r\u2028\u2029")
_COMMAS = frozenset("，,：:—")
_SPACES = frozenset("/|\\、")
_KEPT = frozenset("%+&《》")
_BETWEEN_DIGITS = frozenset(".:-~")
_DANGLING = re.compile("(?:最|第|no|top|全网最|国家)$")
"""What cannot end a clause: a gap behind it parts what belongs together."""

STOP, COMMA, GAP = "。", "，", " "
_PAUSES = COMMA + GAP


@dataclass(frozen=True)
class Sign:
    """One character of the spelling and the code points of the original it stands for."""

    char: str
    start: int
    end: int


@dataclass(frozen=True)
class View:
    """One way to read the text. `joints`: places between signs where a pause was left out."""

    text: str
    signs: tuple[Sign, ...]
    joints: frozenset[int] = frozenset()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original's code points of a part of the view, end exclusive."""
        return self.signs[start].start, self.signs[end - 1].end

    def sentence(self, start: int, end: int) -> tuple[str, str]:
        """What stands before and after a part, as far as its sentence goes."""
        before = self.text[max(0, start - REACH) : start].rpartition(STOP)[2]
        return before, self.text[end : end + REACH].partition(STOP)[0]

    def told(self, start: int, end: int) -> str:
        """How the view tells the original's code points from `start` to `end`."""
        first = bisect_left(self.signs, start, key=lambda sign: sign.start)
        last = bisect_left(self.signs, end, key=lambda sign: sign.start)
        return self.text[first:last]

    def parted(self, start: int, end: int) -> bool:
        """Whether a pause inside the part separates words rather than the letters of one."""
        return any(not self._inside_word(at) for at in self.joints if start < at < end)

    def _inside_word(self, at: int) -> bool:
        alone = at in (0, 1, len(self.text) - 1) or not self.joints.isdisjoint((at - 1, at + 1))
        return alone or bool(_DANGLING.search(self.text[:at]))


REACH = 40
"""How far around a find its sentence is read."""


def views(text: str, spelling: Mapping[str, str]) -> tuple[View, ...]:
    """The ways to read `text`: with its pauses, without them, and both with pinyin undone.

    The first tells contexts best; the others are there for what only they show.
    """
    signs = _collapsed(_signs(text, spelling))
    spoken = _unspelled(signs, spelling)
    found = [_with_pauses(signs), _without(signs)]
    if spoken != signs:
        found += [_with_pauses(spoken), _without(spoken)]
    return tuple(view for view in found if view.signs)


def _with_pauses(signs: tuple[Sign, ...]) -> View:
    return View("".join(sign.char for sign in signs), signs)


def _without(signs: tuple[Sign, ...]) -> View:
    """Pauses left out, but where they stood remembered."""
    kept: list[Sign] = []
    joints = set()
    for sign in signs:
        if sign.char in _PAUSES:
            joints.add(len(kept))
        else:
            kept.append(sign)
    return View("".join(sign.char for sign in kept), tuple(kept), frozenset(joints))


def _signs(text: str, spelling: Mapping[str, str]) -> Iterator[Sign]:
    for at, char in enumerate(text):
        for one in _folded(char):
            told = _told(one, text, at)
            if told:
                told = spelling.get(told, told) if not told.isascii() else told
                yield Sign(told, at, at + 1)


@lru_cache(16_384)
def _folded(char: str) -> str:
    """NFKC, lower case, simplified; several characters where one stood for them (㎏, ①)."""
    # Chinese punctuation would become ASCII and could no longer be told from decimal points.
    normal = char if char in _STOPS | _COMMAS else unicodedata.normalize("NFKC", char).lower()
    return "".join(simplified(one) if one > "\u2e7f" else one for one in normal)


def _told(char: str, text: str, at: int) -> str:
    """How a character is told: itself, as a pause, or (symbols, quotes, invisible ones) not."""
    if char in _BETWEEN_DIGITS and _digits_around(text, at):
        return char
    if char in _STOPS:
        return STOP
    if char in _COMMAS:
        return COMMA
    if char.isspace() or char in _SPACES:
        return GAP
    # Letters that are drawn as nothing (Hangul fillers) would hide what stands around them.
    blank = char in "\u115f\u1160\u3164\uffa0\u2800"
    return char if (char.isalnum() and not blank) or char in _KEPT else ""


def _digits_around(text: str, at: int) -> bool:
    return 0 < at < len(text) - 1 and text[at - 1].isdecimal() and text[at + 1].isdecimal()


def _collapsed(signs: Iterator[Sign]) -> tuple[Sign, ...]:
    """Runs of pauses as the strongest of them."""
    kept: list[Sign] = []
    for sign in signs:
        if kept and sign.char in STRENGTH and kept[-1].char in STRENGTH:
            if STRENGTH.index(sign.char) > STRENGTH.index(kept[-1].char):
                kept[-1] = sign
        else:
            kept.append(sign)
    return tuple(kept)


STRENGTH = GAP + COMMA + STOP


def _unspelled(signs: tuple[Sign, ...], spelling: Mapping[str, str]) -> tuple[Sign, ...]:
    """Pinyin beside characters as characters; a lone letter between characters dropped."""
    text = "".join(sign.char for sign in signs)
    kept: list[Sign] = []
    last = 0
    for run in re.finditer("[a-z]{1,6}", text):
        start, end = run.span()
        if _latin(text, start - 1) or _latin(text, end):
            continue
        beside = _han(text, start - 1), _han(text, end)
        read = spelling.get(run[0], "") if any(beside) else ""
        if read or (end - start == 1 and all(beside)):
            kept += signs[last:start]
            kept += [Sign(read, signs[start].start, signs[end - 1].end)] * bool(read)
            last = end
    return (*kept, *signs[last:])


def _latin(text: str, at: int) -> bool:
    return 0 <= at < len(text) and "a" <= text[at] <= "z"


def _han(text: str, at: int) -> bool:
    return 0 <= at < len(text) and "\u4e00" <= text[at] <= "\u9fff"
