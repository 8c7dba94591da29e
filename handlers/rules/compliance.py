"""Titles, descriptions and promotions against the rules of advertising. Pure.

A find is an expression in a context: “首次” of a first purchase is harmless, “第一品牌” is not.
What only a person can judge (a patent, an intangible heritage, a sales figure with its source) is
told as `review`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from handlers.rules.disguise import View, views
from knowledge.advertising import Advertising, Ban

Verdict = Literal["violation", "review", "clean"]
EXCUSED = "excused"
CLAIMS = ("induced_share", "false_claim", "medical_claim")
CLAUSE = 14
"""Signs of a clause that is told whole."""
_PAUSE = re.compile(r"[^\w%％.+\-~]")


@dataclass(frozen=True)
class Finding:
    """One expression. `start` and `end`: code points of the text, end exclusive."""

    ban: Ban
    span: str
    start: int
    end: int
    verdict: str

    @property
    def severity(self) -> str:
        """How bad; `review` where a person must judge."""
        return "review" if self.verdict == "review" else self.ban.severity

    def to_json(self) -> dict[str, Any]:
        """As the HTTP contract wants it; `verdict`, `source` and `date` are ours."""
        basis = self.ban.basis
        return {
            "kind": self.ban.kind,
            "span": self.span,
            "start": self.start,
            "end": self.end,
            "severity": self.severity,
            "rule": f"{basis.text}（{basis.source}，{basis.date}）",
            "suggestion": f"{self.ban.why}：{self.ban.advice}",
            "verdict": self.verdict,
            "source": basis.source,
            "date": basis.date,
        }


@dataclass(frozen=True)
class Checked:
    """The verdict on a text, with all that was found, in the order of the text."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    excused: bool = False
    """Something was found that its context excuses."""

    def to_json(self) -> dict[str, Any]:
        """The answer of POST /api/compliance/check."""
        return {"verdict": self.verdict, "violations": [f.to_json() for f in self.findings]}


def check(text: str, advertising: Advertising) -> Checked:
    """What the rules say about `text`. Every text gets a verdict."""
    ways = views(text, advertising.spelling)
    found = [
        each
        for view in ways
        for ban in advertising.bans
        for each in _found(ban, view, text, advertising)
        if view is ways[0] or _hidden(each, view, ways[0])
    ]
    told = tuple(_whole(_sifted([each for each in found if each.verdict != EXCUSED]), text))
    if any(each.verdict == "violation" for each in told):
        return Checked("violation", told)
    return Checked("review" if told else "clean", told, excused=len(found) > len(told))


def _found(ban: Ban, view: View, text: str, advertising: Advertising) -> Iterator[Finding]:
    for pattern in ban.say:
        for match in pattern.finditer(view.text):
            start, end = match.span()
            if start == end or view.parted(start, end):
                continue
            verdict = _judged(ban, advertising, match[0], *view.sentence(start, end))
            first, last = view.span(start, end)
            yield Finding(ban, text[first:last], first, last, verdict)


def _judged(ban: Ban, advertising: Advertising, found: str, before: str, after: str) -> str:
    if _excused(ban, advertising, before, found, after):
        return EXCUSED
    return "review" if ban.review.fits(before, found, after) else ban.verdict


def _hidden(found: Finding, view: View, plainest: View) -> bool:
    """Whether only `view` shows it; what the plainest view tells as well is judged there."""
    return view.told(found.start, found.end) != plainest.told(found.start, found.end)


def _excused(ban: Ban, advertising: Advertising, before: str, found: str, after: str) -> bool:
    if ban.unless.fits(before, found, after):
        return True
    return not ban.firm and advertising.denials.fits(before, found, after)


def _sifted(found: Sequence[Finding]) -> list[Finding]:
    """Where finds overlap, one of them: what is certain before what is not, then the longest."""
    kept: list[Finding] = []
    for each in sorted(found, key=_rank):
        over = [n for n, other in enumerate(kept) if _overlap(each, other)]
        if not over:
            kept.append(each)
        for n in over:
            if _of_health(each, kept[n]):
                kept[n] = replace(kept[n], ban=each.ban)
    return sorted(kept, key=lambda each: each.start)


def _overlap(one: Finding, other: Finding) -> bool:
    return one.start < other.end and other.start < one.end


def _of_health(inner: Finding, outer: Finding) -> bool:
    """A promise about an illness (“100%治愈率”) is a claim about health, however it is promised."""
    kinds = (inner.ban.kind, outer.ban.kind)
    return kinds == ("medical_claim", "false_claim") and inner.verdict == outer.verdict


def _whole(found: Sequence[Finding], text: str) -> list[Finding]:
    """Claims and calls with the clause that they are made in: what counts is not their keyword."""
    ends = [0, *(each.end for each in found)]
    starts = [*(each.start for each in found), len(text)]
    return [
        _widened(each, text, ends[n], starts[n + 1]) if each.ban.kind in CLAIMS else each
        for n, each in enumerate(found)
    ]


def _widened(found: Finding, text: str, least: int, most: int) -> Finding:
    """As far as the clause goes, unless it is long or another find stands in it."""
    before = _PAUSE.split(text[least : found.start])[-1]
    after = _PAUSE.split(text[found.end : most])[0]
    start, end = found.start - len(before), found.end + len(after)
    if end - start > CLAUSE:
        return found
    return replace(found, span=text[start:end], start=start, end=end)


def _rank(each: Finding) -> tuple[bool, int, int]:
    return each.verdict == "review", each.start - each.end, each.start
