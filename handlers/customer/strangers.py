"""While it is not known whose order this is about, or which: questions, and what reveals nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.conversation import Outcome, Turn
from bot.messages import Choice, Reply
from handlers.customer.consulting import Consulting
from handlers.customer.outcomes import Outcomes
from handlers.customer.ports import Policies
from handlers.customer.signs import is_number
from handlers.customer.talking import Talking, talking
from handlers.customer.taps import listed
from handlers.customer.telling import Told
from handlers.customer.verdicts import ROUNDS, Verdicts
from handlers.customer.which import Found, Trouble
from handlers.rules.decide import Request
from handlers.rules.decision import Decision
from handlers.rules.order import nobodys
from knowledge.rules.vocabulary import Value

_OPEN_FACTS = frozenset({"wish", "safety", "handoff", "reason_class"})
"""Facts that may decide before anybody is proven to own an order."""

_KEYS: Mapping[Trouble, str] = {
    "which": "as_which_order", "none": "as_no_orders", "prove": "as_prove",
    "digits": "as_prove_digits", "number": "as_prove_number", "refused": "as_not_yours",
    "malformed": "as_malformed", "locked": "as_too_many_tries",
}  # fmt: skip


@dataclass(frozen=True)
class Strangers:
    """Safety and a person come before the question whose order it is."""

    verdicts: Verdicts
    policies: Policies
    consulting: Consulting

    @property
    def outcomes(self) -> Outcomes:
        return self.verdicts.outcomes

    async def __call__(self, turn: Turn, found: Found) -> Outcome:
        decision, request = await self._unowned(turn, found)
        if decision.type == "escalate":
            talk = replace(found.talking, step="order")
            return self.verdicts.escalated(turn, talk, decision, request)
        called = self._called(turn, found)
        consulted = await self._consulted(turn, found) if called is None else None
        return called or consulted or self._asked(turn, found, decision)

    async def _consulted(self, turn: Turn, found: Found) -> Outcome | None:
        """Who has nothing here, or is asked to prove an order, may ask about the rules."""
        if found.trouble not in ("none", "prove") or found.tried:
            return None
        return await self.consulting(turn, found.talking)

    def _called(self, turn: Turn, found: Found) -> Outcome | None:
        """A complaint, or too many questions in a row: a person."""
        wording, talk = self.outcomes.wording, replace(found.talking, step="order")
        number = is_number(turn.message.text)  # 12345 is a hotline, and the start of a number
        if turn.intent == "complaint_escalation" and not number:
            told, reason = Told(wording.say("learning_complaint")), turn.intent
        elif talk.rounds >= ROUNDS and found.trouble != "which":
            told, reason = Told(wording.say("handoff_asked")), "identity"
            talk = replace(talk, rounds=talk.rounds + 1)
        else:
            return None
        handed = self.outcomes.handed(turn, told, reason)
        return replace(handed, flow=talk.flow(), tried=found.tried)

    def _asked(self, turn: Turn, found: Found, decision: Decision) -> Outcome:
        got_on = found.tried or _got_on(talking(turn.conversation.flow), found.talking)
        rounds = found.talking.rounds + (0 if got_on else 1)
        talk = replace(found.talking, step="order", rounds=rounds)
        told = Told(self._said(found), self._taps(found))
        talk = talk.offering(told.choices)
        return Outcome(
            (Reply(told.text, told.choices),), "clarify", intent=talk.intent,
            flow=talk.flow(), tried=found.tried, decision=decision.to_json(),
        )  # fmt: skip

    def _said(self, found: Found) -> str:
        key, wording = _KEYS[found.trouble or "prove"], self.outcomes.wording
        if found.trouble != "which":
            return wording.say(key)
        key = "as_which_order_again" if found.talking.rounds else key
        return wording.say(key, shown=listed(self.verdicts.telling.taps.orders(found.own)))

    def _taps(self, found: Found) -> tuple[Choice, ...]:
        taps = self.verdicts.telling.taps
        return (*taps.orders(found.own), taps.human())

    async def _unowned(self, turn: Turn, found: Found) -> tuple[Decision, Request]:
        """The decision on an order nobody is shown: a stand-in, the same for every wrong number."""
        rules, stand_in = self.verdicts.rules, nobodys()
        words = dict(await rules.heard(found.talking.said, stand_in))
        stated: dict[str, Value] = {k: v for k, v in words.items() if k in _OPEN_FACTS}
        stated |= _whose(found.trouble)
        policy = await self.policies(turn.conversation.shop)
        request = Request(stand_in, policy, turn.now, stated)
        return rules.decide(request), request


def _got_on(before: Talking, now: Talking) -> bool:
    """Whether a number or digits were given that we did not have."""
    return bool(now.number or now.last4) and (now.number, now.last4) != (
        before.number,
        before.last4,
    )


def _whose(trouble: Trouble) -> dict[str, Value]:
    """A wrong number and wrong digits are told apart neither in words nor in the decision."""
    if trouble == "malformed":
        return {"order_ref": "malformed"}
    if trouble in ("refused", "locked"):
        return {"ownership": "other"}
    return {"ownership": "unproven"}
