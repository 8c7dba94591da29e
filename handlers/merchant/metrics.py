"""Several own figures in one sentence, each held against both guides; else the guide answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.conversation import Handler, Outcome, Topic, Turn
from bot.messages import Citation, Reply
from handlers.merchant.own_figures import own_counts, stated_values
from handlers.rules.metrics import TOLD, Finding, diagnose, line_text, shown
from knowledge.figures import Figures, Metric
from knowledge.wording import Wording

ENOUGH = 2
"""Rates told as such from which on this tool tells more than the guide's page; counts are always
worked out here."""


@dataclass(frozen=True)
class MetricsHandler:
    """Works out what the sentence has the numbers for; one told rate alone is left to `guide`."""

    figures: Figures
    wording: Wording
    guide: Handler

    async def __call__(self, turn: Turn) -> Outcome:
        counts, lone = _counts(turn.message.text)
        trade = _trade(turn.message.text, self.figures)
        worked_out = diagnose(counts, trade, self.figures.metrics)
        stated = self._stated(turn.message.text, trade, worked_out)
        if not worked_out and len(stated) < ENOUGH:
            return await self.guide(turn)
        return self._told(turn.message.text, worked_out, stated, lone)

    def _stated(self, text: str, trade: str, known: Sequence[Finding]) -> tuple[Finding, ...]:
        """Metrics told as such (“转化3%”), unless worked out from counts anyway."""
        have = {each.metric.id for each in known}
        values = stated_values(text)
        metrics = [m for m in self.figures.metrics if m.id in values and m.id not in have]
        found: list[Finding] = []
        for metric in metrics:
            counts = {metric.over: int(values[metric.id] * SHARES), metric.under: SHARES}
            found += diagnose(counts, trade, [metric])
        return tuple(found)

    def _told(
        self, text: str, worked_out: Sequence[Finding], stated: Sequence[Finding], lone: bool
    ) -> Outcome:
        lines = [self._worked_out(each, text) for each in worked_out]
        lines += [self._plainly(each) for each in stated]
        findings = (*worked_out, *stated)
        if lone:
            lines.append(self.wording.say("metrics_one_each"))
        measures = [each.measures[0] for each in findings if each.measures]
        if measures:
            lines.append(self.wording.say("metrics_measures", measures="、".join(measures)))
        lines.append(self.wording.say("metrics_caveat"))
        citations = tuple(_citation(each.metric) for each in findings)
        topic = Topic(text, text)  # “算好吗” asks on about these figures
        return Outcome((Reply("\n".join(lines), citations=citations),), "answered", topic=topic)

    def _worked_out(self, found: Finding, text: str) -> str:
        return self.wording.say(
            "metrics_worked_out",
            name=found.metric.name,
            over=_operand(found.metric, found.over, text),
            under=str(found.under),
            value=shown(found.metric, found.value),
            verdict=TOLD[found.verdict],
            lines=_lines(found),
        )

    def _plainly(self, found: Finding) -> str:
        return self.wording.say(
            "metrics_stated",
            name=found.metric.name,
            value=shown(found.metric, found.value),
            verdict=TOLD[found.verdict],
            lines=_lines(found),
        )


MYRIAD_FEN = 1_000_000
"""Ten thousand yuan."""
SHARES = 10_000
"""A stated rate as so many of so many."""


def _counts(text: str) -> tuple[dict[str, int | None], bool]:
    """The counts of a sentence; who came back without a number of buyers: one order, one buyer."""
    counts: dict[str, int | None] = {**own_counts(text)}
    lone = "repeat_buyers" in counts and "buyers" not in counts and bool(counts.get("orders"))
    if lone:
        counts["buyers"] = counts["orders"]
    return counts, lone


def _trade(text: str, figures: Figures) -> str:
    """The words of the sentence that name a trade the guides speak of."""
    lines = (line for metric in figures.metrics for line in metric.thresholds)
    words = {word for line in lines for word in line.industries}
    return " ".join(sorted(word for word in words if word in text))


def _operand(metric: Metric, number: int, text: str) -> str:
    """A count, or a sum as the person wrote it: in 万 if so (“3.6万”), in full for “三万六”."""
    if metric.unit != "fen":
        return str(number)
    myriads = shown(metric, Decimal(number) / 10_000).removesuffix("元")
    said = number >= MYRIAD_FEN and re.search(rf"(?<![\d.]){re.escape(myriads)} ?[万wW]", text)
    return f"{myriads}万元" if said else shown(metric, Decimal(number))


def _lines(found: Finding) -> str:
    told = (f"{line_text(found.metric, e.threshold)}{e.threshold.short}" for e in found.lines)
    return "，".join(told)


def _citation(metric: Metric) -> Citation:
    lines = (f"{line_text(metric, t)}，{t.definition}，{t.source}" for t in metric.thresholds)
    quote = f"{metric.name}：{'；'.join(lines)}。{'、'.join(metric.measures)}"
    return Citation("metrics", "数据指标与优化", metric.name, quote, "无发布日期")
