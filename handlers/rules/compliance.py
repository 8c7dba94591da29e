"""Titles, descriptions and promotions against the rules of advertising. Pure.

A find is an expression in a context: “首次” of a first purchase is harmless, “第一品牌” is not.
What only a person can judge (a patent, an intangible heritage, a sales figure with its source) is
told as `review`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from handlers.rules.disguise import View, views
from knowledge.advertising import Advertising, Ban

Verdict = Literal["violation", "review", "clean"]
EXCUSED = "excused"


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
    told = tuple(_sifted([each for each in found if each.verdict != EXCUSED]))
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
        if not any(each.start < other.end and other.start < each.end for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda each: each.start)


def _rank(each: Finding) -> tuple[bool, int, int]:
    return each.verdict == "review", each.start - each.end, each.start
