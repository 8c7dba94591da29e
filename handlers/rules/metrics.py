"""A shop's own figures against the lines of both guides. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from knowledge.figures import Metric, Threshold

Verdict = Literal["meets", "between", "below", "no_line", "check"]
TOLD: Mapping[str, str] = {
    "meets": "达到了",
    "between": "两条线只过了一条",
    "below": "还没到",
    "no_line": "这个行业没有参考线",
    "check": "数对不上，请核对",
}


@dataclass(frozen=True)
class Line:
    """One guide's line, and whether the figure reaches it."""

    threshold: Threshold
    reached: bool


@dataclass(frozen=True)
class Finding:
    """One metric. `value`: a rate, or fen. `check`: more of a part than of the whole."""

    metric: Metric
    over: int
    under: int
    lines: tuple[Line, ...]
    verdict: Verdict

    @property
    def value(self) -> Decimal:
        """The rate (0.025 is 2.5%), or fen."""
        return Decimal(self.over) / self.under

    @property
    def measures(self) -> tuple[str, ...]:
        """What the guides advise; nothing for a figure that is fine or cannot be."""
        return self.metric.measures if self.verdict in ("between", "below") else ()

    def to_json(self) -> dict[str, Any]:
        """As POST /api/tools/metrics answers."""
        return {
            "metric": self.metric.id,
            "name": self.metric.name,
            "value": round(float(self.value), 6),
            "unit": self.metric.unit,
            "shown": shown(self.metric, self.value),
            "thresholds": [_line_json(self.metric, line) for line in self.lines],
            "verdict": self.verdict,
            "verdict_text": TOLD[self.verdict],
            "measures": list(self.measures),
        }


def diagnose(
    counts: Mapping[str, int | None], industry: str, metrics: Sequence[Metric]
) -> tuple[Finding, ...]:
    """Every metric whose two numbers are given; what lacks one is left out."""
    found = (_finding(metric, counts, industry) for metric in metrics)
    return tuple(each for each in found if each)


def _finding(metric: Metric, counts: Mapping[str, int | None], industry: str) -> Finding | None:
    over, under = counts.get(metric.over), counts.get(metric.under)
    if over is None or not under:
        return None
    value = Decimal(over) / under
    fitting = (each for each in metric.thresholds if _meant_for(each, industry))
    lines = tuple(Line(each, _reached(value, each)) for each in fitting)
    return Finding(metric, over, under, lines, _verdict(metric, value, lines))


def _verdict(metric: Metric, value: Decimal, lines: Sequence[Line]) -> Verdict:
    if metric.unit == "rate" and value > 1:
        return "check"
    if not lines:
        return "no_line"
    reached = [line.reached for line in lines]
    return "meets" if all(reached) else "between" if any(reached) else "below"


def _meant_for(threshold: Threshold, industry: str) -> bool:
    # Nobody said which trade: every line is told, with what it is meant for.
    trades = threshold.industries
    return not trades or not industry or any(word in industry for word in trades)


def _reached(value: Decimal, threshold: Threshold) -> bool:
    return value >= threshold.limit if threshold.at_least else value > threshold.limit


def shown(metric: Metric, value: Decimal) -> str:
    """`2.5%` or `86.5元`, two decimals at most."""
    amount = value * 100 if metric.unit == "rate" else value / 100
    text = f"{amount.quantize(Decimal('0.01')):f}"
    bare = text.rstrip("0").rstrip(".") if "." in text else text
    return bare + ("%" if metric.unit == "rate" else "元")


def line_text(metric: Metric, threshold: Threshold) -> str:
    """`≥8%`, `>5%`, `约200元`: the line as its guide writes it."""
    sign = "约" if threshold.about else "≥" if threshold.at_least else ">"
    return sign + shown(metric, threshold.limit)


def _line_json(metric: Metric, line: Line) -> dict[str, Any]:
    told = line.threshold
    return {
        "value": line_text(metric, told),
        "limit": float(told.limit),
        "definition": told.definition,
        "source": told.source,
        "reached": line.reached,
    }
