"""Texts and promotions checked in chat: what to change, what to prove, and how it could be said."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.conversation import Flow, Outcome, Topic, Turn
from bot.messages import Citation, Reply
from handlers.merchant.asked_text import agrees, asked_text
from handlers.merchant.heard_advertising import Heard
from handlers.rules.compliance import Checked, Finding, check
from knowledge.advertising import Advertising, Basis
from knowledge.wording import Wording

FLOW = "compliance"
SHOWN = 4
"""Findings told one by one; a merchant's reply stays near 150 characters."""
QUOTED = 40
NUMERALS = "零一两三四五六七八九十"
_SUM = re.compile(r"(\d+(?:\.\d+)?)\s*(?:元|块)")


@dataclass(frozen=True)
class ComplianceHandler:
    """Checks the text of a message; remembers it, because a revised one usually follows.

    What is no text but a question does not come here (`CheckOrAnswer`).
    """

    advertising: Advertising
    wording: Wording
    heard: Heard | None = None
    """What was learned for texts of which the rules say nothing."""

    async def __call__(self, turn: Turn) -> Outcome:
        before = self._before(turn)
        text = self._text(turn.message.text, before)
        if not text:
            return self._asked_for_text(turn)
        checked = await self._checked(text)
        if not checked.findings:
            said = self.wording.say("compliance_clean", text=_short(text))
            return Outcome((Reply(said),), "answered", ends_flow=self._ours(turn))
        return self._told(turn, text, checked, before)

    async def _checked(self, text: str) -> Checked:
        if self.heard is None:
            return check(text, self.advertising)
        return await asyncio.to_thread(self.heard.check, text, self.advertising)

    def _before(self, turn: Turn) -> dict[str, Any]:
        flow = turn.conversation.flow
        return dict(flow.data) if flow and flow.name == FLOW else {}

    def _ours(self, turn: Turn) -> bool:
        """Another piece of work in progress (a launch) is not ours to replace or end."""
        flow = turn.conversation.flow
        return flow is None or flow.name == FLOW

    def _text(self, message: str, before: dict[str, Any]) -> str:
        if before.get("text") and agrees(message):
            return str(before.get("proposed") or before["text"])
        return asked_text(message)

    def _asked_for_text(self, turn: Turn) -> Outcome:
        flow = Flow(FLOW, "text") if self._ours(turn) else None
        return Outcome((Reply(self.wording.say("compliance_send_text")),), "clarify", flow=flow)

    def _told(self, turn: Turn, text: str, checked: Checked, before: dict[str, Any]) -> Outcome:
        proposed = proposal(text, checked, self.advertising)
        bad = [each for each in checked.findings if each.verdict == "violation"]
        again = before.get("text") and len(bad) == 1 == len(checked.findings)
        said = self._again(bad[0], before, proposed) if again else self._list(checked)
        kinds = sorted({*before.get("kinds", ()), *(each.ban.kind for each in bad)})
        data = {"text": text, "proposed": proposed, "kinds": kinds}
        flow = Flow(FLOW, "revise", data=data) if self._ours(turn) else None
        reply = Reply(said, citations=cited(checked.findings))
        asked = turn.message.text
        return Outcome((reply,), "answered", flow=flow, topic=Topic(asked, asked))

    def _again(self, found: Finding, before: dict[str, Any], proposed: str) -> str:
        """One thing is still wrong with a revised text."""
        ban = found.ban
        if ban.kind in before.get("kinds", ()):
            label = self.advertising.labels[ban.kind]
            said = self.wording.say("compliance_still_same", span=found.span, label=label)
        else:
            said = self.wording.say(
                "compliance_still_other", span=found.span, why=ban.why, advice=advice(found)
            )
        return said + (self.wording.say("compliance_instead", text=proposed) if proposed else "")

    def _list(self, checked: Checked) -> str:
        ordered = sorted(checked.findings, key=lambda each: (each.verdict == "review", each.start))
        lines = [self._head(checked), *map(self._line, ordered[:SHOWN])]
        if len(ordered) > SHOWN:
            count = counted(len(ordered) - SHOWN)
            lines.append(self.wording.say("compliance_more", count=count))
        lines.append(self.wording.say("compliance_rules", rules=rule_line(ordered)))
        return "\n".join(lines)

    def _head(self, checked: Checked) -> str:
        bad = sum(each.verdict == "violation" for each in checked.findings)
        doubtful = len(checked.findings) - bad
        blanks = {"bad": counted(bad), "doubtful": counted(doubtful)}
        if bad and doubtful:
            return self.wording.say("compliance_head_both", **blanks)
        if bad == 1:  # mostly a question (“…可以吗”): the answer comes first
            label = self.advertising.labels[checked.findings[0].ban.kind]
            return self.wording.say("compliance_head_one", label=label)
        key = "bad" if bad else "doubtful"
        return self.wording.say(f"compliance_head_{key}", **{key: blanks[key]})

    def _line(self, found: Finding) -> str:
        span = _short(found.span)
        if found.verdict == "review":
            return self.wording.say("compliance_doubtful", span=span, advice=advice(found))
        return self.wording.say(
            "compliance_bad", span=span, why=found.ban.why, advice=advice(found)
        )


def counted(number: int) -> str:
    """`三` of three; digits above ten."""
    return "一" if number == 1 else NUMERALS[number] if number <= 10 else str(number)


def advice(found: Finding) -> str:
    """What to do; a promotion keeps the sum that it named (“改‘进店领5元券’”)."""
    if found.ban.kind == "induced_share" and found.verdict == "violation":
        money = _SUM.search(found.span)
        return f"改“进店领{money[1]}元券”" if money else found.ban.advice
    if found.verdict == "review" and found.ban.verdict == "violation":
        return "有出处和依据可写，写明来源，没有就删"
    return found.ban.advice


def rule_line(findings: Sequence[Finding]) -> str:
    """`广告法9、55条；运营规范5.1`: each law once, its articles in order."""
    laws: dict[str, list[int]] = {}
    for found in findings:
        short = found.ban.basis.short
        article = re.fullmatch(r"(\D+?)(\d+)条", short)
        laws.setdefault(article[1] if article else short, [])
        if article:
            laws[article[1]].append(int(article[2]))
    return "；".join(_law(name, articles) for name, articles in laws.items())


def _law(name: str, articles: Sequence[int]) -> str:
    return f"{name}{'、'.join(map(str, sorted(set(articles))))}条" if articles else name


def cited(findings: Sequence[Finding]) -> tuple[Citation, ...]:
    """Every rule once, with where it stands."""
    return tuple(_citation(basis) for basis in dict.fromkeys(each.ban.basis for each in findings))


def _citation(basis: Basis) -> Citation:
    quote = f"{basis.source}（{basis.short}）：{basis.text}"
    return Citation("compliance", "广告与推广规则", basis.source, quote, basis.date)


def proposal(text: str, checked: Checked, advertising: Advertising) -> str:
    """The text without what is wrong with it, as a fact; empty where little or too much is left."""
    left = text
    for found in reversed(checked.findings):
        left = left[: found.start] + left[found.end :]
    left = re.sub(r"[\s，,、。!！]+", " ", left).strip(" 的")
    if not 2 <= len(left) <= 12 or " " in left or check(left, advertising).findings:
        return ""
    fact = _fact(left, advertising)
    return "" if fact and check(fact + left, advertising).findings else fact + left


def _fact(goods: str, advertising: Advertising) -> str:
    fitting = (each.say for each in advertising.examples if any(w in goods for w in each.goods))
    return next(fitting, "")


def _short(text: str) -> str:
    return text if len(text) <= QUOTED else text[: QUOTED - 1] + "…"
