"""What a reply of the after-sales talk looks like as an Outcome, and what the talk then waits for."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, replace

from bot.cases import CaseFile
from bot.conversation import Handoff, Outcome, Turn
from bot.messages import Choice, Reply
from handlers.customer.case_clock import with_case
from handlers.customer.matter import Matter
from handlers.customer.moments import yuan
from handlers.customer.talking import Step
from handlers.customer.telling import Told
from handlers.rules.case import BUYER, CaseRefused, act
from handlers.rules.decision import Decision
from knowledge.wording import Wording

_CLOCK = re.compile(r"\d+月\d+日\d\d:\d\d")


@dataclass(frozen=True)
class Outcomes:
    """Builds outcomes; nobody is told the same thing twice in the same words."""

    wording: Wording
    human: Choice

    def handed(self, turn: Turn, told: Told, reason: str) -> Outcome:
        """A person takes over; once asked for, nobody is called a second time."""
        handoff = None if turn.conversation.handoff_id else Handoff(reason)
        return Outcome((Reply(told.text, told.choices),), "handoff", handoff=handoff)

    def verdict(
        self, turn: Turn, matter: Matter, told: Told, step: Step, before: str = ""
    ) -> Outcome:
        """A verdict, with `before` in front; one told already is only referred to."""
        if repeats(matter, told):
            told = replace(told, text=self._again(turn, matter.decision, step))
        else:
            matter = replace(matter, talk=replace(matter.talk, told=mark(told)))
        return self.tell(turn, matter, replace(told, text=before + told.text), step)

    def tell(self, turn: Turn, matter: Matter, told: Told, step: Step) -> Outcome:
        """What is told, and what we wait for now."""
        if told.text == turn.conversation.last_text:
            told = replace(told, text=self._again(turn, matter.decision, step))
        rounds = matter.talk.rounds if step == "ask" else 0
        talk = replace(matter.talk, step=step, rounds=rounds, verdict=_offered(matter, step))
        talk = talk.offering(told.choices)
        return Outcome(
            (Reply(told.text, told.choices),), "decision", intent=talk.intent, flow=talk.flow(),
            decision=matter.decision.to_json(), told=matter.case,
        )  # fmt: skip

    def say(self, matter: Matter, text: str, step: Step) -> Outcome:
        """A step of the talk that is no verdict."""
        talk = replace(matter.talk, step=step, rounds=0)
        return Outcome(
            (Reply(text, (self.human,)),), "flow", intent=talk.intent, flow=talk.flow(),
            decision=matter.decision.to_json(), told=matter.case,
        )  # fmt: skip

    def acted(
        self, turn: Turn, matter: Matter, case: CaseFile, name: str, said: str, note: str = ""
    ) -> Outcome:
        """The buyer's act on the case, by the same state machine as everybody's."""
        try:
            moved = act(case, name, BUYER, turn.now, note)
        except CaseRefused as refused:
            return self.refused(matter, refused)
        told = self.say(matter, said, "filed")
        return with_case(told, case.version, moved, turn.now, self.wording)

    def refused(self, matter: Matter, refused: CaseRefused) -> Outcome:
        """Why the case did not change."""
        return self.say(matter, self.wording.say("as_cannot_submit", why=refused.reason), "told")

    def offer_again(self, decision: Decision, asked: str = "") -> str:
        """Whether to hand in what was offered; an amount just told is not told again."""
        amount = "" if asked == "amount" else _unchanged(decision)
        return self.wording.say("as_offer_again", amount=amount)

    def _again(self, turn: Turn, decision: Decision, step: Step) -> str:
        """The same thing is not said twice in the same words, nor is its reminder."""
        if step == "offer":
            first = self.wording.say("as_again_offer", amount=_unchanged(decision))
            ways: tuple[str, ...] = (first, self.wording.say("as_again_offer_else"))
        else:
            ways = tuple(self.wording.say(key) for key in _ways(decision))
        last = turn.conversation.last_text or ""
        told = next((at for at, way in enumerate(ways) if way in last), -1)
        return ways[(told + 1) % len(ways)]


def mark(told: Told) -> str:
    """What a verdict is known by when it comes again: its words without the minutes of clocks."""
    return f"{zlib.crc32(_CLOCK.sub('', told.text).encode()):08x}"


def repeats(matter: Matter, told: Told) -> bool:
    """Whether this verdict was the last one told."""
    return matter.talk.told == mark(told)


def _offered(matter: Matter, step: Step) -> str:
    """The type that a yes would hand in; a question in between leaves what was offered."""
    if step != "offer":
        return ""
    return matter.decision.type if matter.decision.eligible else matter.talk.verdict


def _unchanged(decision: Decision) -> str:
    fen = decision.refund_fen
    return f"建议退{yuan(fen)}元没有变，" if fen is not None else ""


def _again(decision: Decision) -> str:
    """What is still missing, in other words; else that nothing has changed."""
    if decision.evidence_required:
        return "as_again_pictures"
    if decision.type == "ask":
        return "as_again_item" if decision.rules[0].id == "3a" else "as_again_wish"
    return "as_again_reject" if decision.type == "reject" else "as_again_info"


def _ways(decision: Decision) -> tuple[str, ...]:
    """The words for the same thing once more, one after the other."""
    if decision.evidence_required:
        return _again(decision), "as_again_pictures_else", "as_again_pictures_person"
    return _again(decision), "as_same"
