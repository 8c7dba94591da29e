"""A decision on an order as the answer to the customer: offered, refused, asked, told, handed over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.cases import CaseFile
from bot.conversation import Outcome, Turn
from handlers.customer.asides import facet_of
from handlers.customer.evaluate import AfterSales
from handlers.customer.matter import Matter, Matters
from handlers.customer.outcomes import Outcomes, repeats
from handlers.customer.pictures import needed
from handlers.customer.signs import (
    commands,
    has_no_picture,
    hesitates,
    is_upset,
    later_pictures,
    tired_of_pictures,
    to_withdraw,
)
from handlers.customer.stands import CLAIMS
from handlers.customer.talking import Step, Talking
from handlers.customer.telling import Telling, Told
from handlers.rules.case_filing import can_be_filed
from handlers.rules.decide import Request
from handlers.rules.decision import Decision
from handlers.rules.order import Order
from knowledge.wording import Wording

OUR_FAULT = frozenset({"quality", "wrong_item", "missing_item", "damaged_in_transit", "late"})
ROUNDS = 3
"""Questions in a row without getting on; then a person."""

BARE_CALL = 8
"""Letters: a message that calls for a person (转人工, 找真人) and tells nothing else."""

_WAITS = ("track", "unsaid")
_OF_OFFERS = ("freight", "when", "amount", "stock")


@dataclass(frozen=True)
class Verdicts:
    """Answers by the type of the decision."""

    matters: Matters
    outcomes: Outcomes
    on_platform: Callable[[Order], bool]
    files: Callable[[Order], bool]

    @property
    def rules(self) -> AfterSales:
        return self.matters.rules

    @property
    def wording(self) -> Wording:
        return self.outcomes.wording

    @property
    def telling(self) -> Telling:
        return Telling(self.wording, self.rules.book)

    async def __call__(self, turn: Turn, matter: Matter) -> Outcome:
        decision, request = matter.decision, matter.request
        if decision.type == "escalate":
            return self.escalated(turn, matter.talk, decision, request, matter.case)
        if decision.type == "ask":
            return self._asked(turn, matter)
        if decision.eligible:
            return self._offered(turn, matter)
        if decision.type == "reject":
            return self._rejected(turn, matter)
        return await self._informed(turn, matter)

    def _rejected(self, turn: Turn, matter: Matter) -> Outcome:
        """The refusal; who asks why, or what now, once it was told is answered."""
        told = self.telling.reject(matter.decision, matter.request)
        asked = facet_of(turn.message.text)
        more = self.telling.refused(matter.decision, asked) if repeats(matter, told) else ""
        if more:
            return self.outcomes.tell(turn, matter, replace(told, text=more), "told")
        return self.outcomes.verdict(turn, matter, told, "told")

    def _asked(self, turn: Turn, matter: Matter) -> Outcome:
        rounds = matter.talk.rounds + 1
        matter = replace(matter, talk=replace(matter.talk, rounds=rounds))
        if rounds > ROUNDS:
            told = Told(self.wording.say("handoff_asked"))
            return replace(
                self.outcomes.handed(turn, told, "failed_turns"),
                flow=replace(matter.talk, step="told").flow(),
                decision=matter.decision.to_json(),
            )
        told = self.telling.ask(matter.decision, matter.request)
        return replace(self.outcomes.verdict(turn, matter, told, "ask"), status="clarify")

    def _offered(self, turn: Turn, matter: Matter) -> Outcome:
        """The verdict; once told, a command changes nothing and is told so."""
        platform = self.on_platform(matter.order) or self._tapped_there(matter)
        told = self.telling.eligible(matter.request, matter.decision, platform)
        waits = matter.decision.evidence_required
        step: Step = "ask" if waits or platform else "offer"
        if matter.talk.step == "offer" and commands(turn.message.text):
            fixed = Told(self.wording.say("as_fixed"), told.choices)
            return self.outcomes.tell(turn, matter, fixed, step)
        aside = self._aside(turn, matter, step) if repeats(matter, told) else ""
        aside = (self._shown(turn, matter) if waits else "") or aside
        if aside:
            return self.outcomes.tell(turn, matter, replace(told, text=aside), step)
        told = replace(told, text=told.text + self._when(turn, matter, told))
        before = self._pictures(matter) if turn.message.attachments else ""
        if not matter.talk.told and matter.decision.reason_class in OUR_FAULT:
            before += self.wording.say("as_upset") if is_upset(turn.message.text) else ""
        return self.outcomes.verdict(turn, matter, told, step, before)

    def _when(self, turn: Turn, matter: Matter, told: Told) -> str:
        """When the money comes, for who asks for it together with the claim."""
        asked = facet_of(turn.message.text) == "when" and "到账" not in told.text
        return self.telling.facet(matter.decision, matter.request, "when") if asked else ""

    def _aside(self, turn: Turn, matter: Matter, step: Step) -> str:
        """What was asked between a verdict and the yes to it, or time that was asked for."""
        text, decision = turn.message.text, matter.decision
        asked = facet_of(text)
        if asked in _OF_OFFERS:
            again = self.outcomes.offer_again(decision, asked) if step == "offer" else ""
            return self.telling.facet(decision, matter.request, asked) + again
        return self.telling.no_hurry(matter.request, decision) if hesitates(text) else ""

    def _shown(self, turn: Turn, matter: Matter) -> str:
        """Pictures that do not suffice, are promised, or cannot be had."""
        text, decision = turn.message.text, matter.decision
        if turn.message.attachments:
            return self._pictures(matter) + self.telling.says.shots(decision)
        if has_no_picture(text):
            return self.wording.say("as_pictures_gone")
        if matter.talk.told and tired_of_pictures(text):
            return self.wording.say("as_again_pictures_person")
        later = later_pictures(text) or hesitates(text)
        return self.telling.later_pictures(matter.request, decision) if later else ""

    def _tapped_there(self, matter: Matter) -> bool:
        """Of a shop whose after-sales we file, what the platform's API does not take."""
        decision, many = matter.decision, len(matter.decision.items)
        takes = can_be_filed(decision.type, decision.refund_fen, many)
        return self.files(matter.order) and not takes

    def _pictures(self, matter: Matter) -> str:
        have = len(matter.talk.pictures)
        left = needed(self.rules.book, matter.order, matter.decision) - have
        if matter.decision.evidence_required and left > 0:
            return self.wording.say("as_pictures_more", n=str(have), left=str(left))
        return self.wording.say("as_pictures_got", n=str(have))

    async def _informed(self, turn: Turn, matter: Matter) -> Outcome:
        """What was asked for. An answered question is done with; the claims before it stand."""
        text, wish = turn.message.text, matter.request.stated.get("wish")
        asked = wish in ("question", "progress") and matter.open_case is None
        again = asked and matter.talk.said[1:]
        standing = await self.matters.standing(matter) if again else None
        done = matter if _stays(matter) else matter.answered(text)
        if standing and standing.eligible:
            return self._answered(turn, replace(done, decision=standing), standing)
        return self._told(turn, matter, done)

    def _answered(self, turn: Turn, matter: Matter, standing: Decision) -> Outcome:
        """A question about the verdict that stands: its answer, then the verdict's own question."""
        said = self.telling.facet(standing, matter.request, facet_of(turn.message.text))
        taps = self.telling.taps
        if matter.talk.step != "offer":
            return self.outcomes.tell(turn, matter, Told(said, (taps.human(),)), "ask")
        said += self.outcomes.offer_again(standing)
        offered = replace(matter, talk=replace(matter.talk, verdict=standing.type))
        return self.outcomes.tell(turn, offered, Told(said, taps.submit()), "offer")

    def _told(self, turn: Turn, matter: Matter, done: Matter) -> Outcome:
        told = self.telling.info(matter.request, matter.decision, matter.case)
        wish = matter.request.stated.get("wish")
        if wish == "question":
            told = replace(told, text=told.text + self._hypothetical(matter))
        if matter.open_case and matter.open_case.platform_id:
            told = replace(told, text=self.wording.say("as_platform_clock"))
        elif matter.open_case and facet_of(turn.message.text) == "when":
            told = replace(told, text=told.text + self.telling.when(matter.open_case.type))
        step: Step = "withdraw" if wish == "withdraw" and matter.open_case else "told"
        stays = wish == "withdraw" and not matter.open_case  # the claims before it are taken back
        before = ""
        if stays and to_withdraw(turn.message.text):
            before = self.wording.say("as_nothing_to_withdraw")
        return self.outcomes.verdict(turn, matter if stays else done, told, step, before)

    def _hypothetical(self, matter: Matter) -> str:
        stated = {**matter.request.stated, "wish": "return"}
        return self.telling.would_be(self.rules.decide(replace(matter.request, stated=stated)))

    def escalated(
        self,
        turn: Turn,
        talk: Talking,
        decision: Decision,
        request: Request,
        case: CaseFile | None = None,
    ) -> Outcome:
        """Once is enough: who has been handed over is told that somebody is coming."""
        row = decision.rules[0].id
        told = self.telling.escalate(request, decision)
        if turn.conversation.handoff_id and talk.escalated == row:
            without = has_no_picture(turn.message.text)
            told = Told(self.wording.say("as_waiting_no_picture" if without else "as_waiting"))
        called = request.stated.get("wish") == "human" or "handoff" in request.stated
        bare = called and len(turn.message.text.strip()) <= BARE_CALL
        said = talk.said[:-1] if bare else talk.said
        talk = replace(talk, step="told", rounds=0, escalated=row, said=said)
        handed = self.outcomes.handed(turn, told, turn.intent)
        return replace(handed, flow=talk.flow(), decision=decision.to_json(), told=case)


def _stays(matter: Matter) -> bool:
    """Whether what was answered with news is a claim, or tells a ground: later words build on it
    (刚买就降价了 / 差一百呢; 八天没动静了 / 不等了退钱)."""
    stated = matter.request.stated
    wish = stated.get("wish", "unsaid")
    told = wish in _WAITS and ("reason_class" in stated or "parcel" in stated)
    return matter.open_case is None and (wish in CLAIMS or told)
