"""What a customer does in a talk: 提交, 撤销, a waybill, more pictures, news from 微信小店."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.cases import CaseFile
from bot.conversation import Outcome, Turn
from handlers.customer.case_clock import with_case
from handlers.customer.matter import Matter
from handlers.customer.moments import until
from handlers.customer.outcomes import Outcomes
from handlers.customer.progress import case_line
from handlers.customer.signs import has_applied, is_yes, waybill_sent
from handlers.customer.talking import talking
from handlers.rules.case import Application, CaseRefused, open_case
from handlers.rules.case_filing import FILED_TYPES, planned
from handlers.rules.case_moves import NEGOTIATION, OPEN, REVIEW, WAIT_RETURN
from handlers.rules.order import Order
from handlers.rules.replay import record


@dataclass(frozen=True)
class Commands:
    """Acts of the buyer. None means: it was none, so the matter itself is answered."""

    outcomes: Outcomes
    on_platform: Callable[[Order], bool]
    files: Callable[[Order], bool]
    new_id: Callable[[], str] = lambda: uuid.uuid4().hex

    def __call__(self, turn: Turn, matter: Matter) -> Outcome | None:
        choice, step = turn.message.choice or "", matter.talk.step
        yes = is_yes(turn.message.text, step, matter.talk.verdict)
        if choice == "as:submit" or (step == "offer" and yes):
            return self._submitted(turn, matter)
        if matter.open_case and _hands_in_again(turn):
            return self._in_already(matter.unheard, matter.open_case)
        if choice == "as:withdraw" or (step == "withdraw" and yes):
            return self._withdrawn(turn, matter)
        if choice == "as:keep":
            return self._say(matter, "thanks")
        if self.on_platform(matter.order):
            return self._platform_news(turn, matter)
        if matter.open_case:
            return self._sent_back(turn, matter, matter.open_case) or self._more_evidence(
                turn, matter, matter.open_case
            )
        return None

    def _say(self, matter: Matter, key: str) -> Outcome:
        return self.outcomes.say(matter, self.outcomes.wording.say(key), "told")

    def _platform_news(self, turn: Turn, matter: Matter) -> Outcome | None:
        """What was done in 微信小店 itself: seen only once the platform has told us."""
        if waybill_sent(turn.message.text):
            return self._say(matter.unheard, "as_sent_back_platform")
        if has_applied(turn.message.text):
            key = "as_platform_clock" if matter.open_case else "as_platform_not_seen"
            return self._say(matter.unheard, key)
        return None

    def _submitted(self, turn: Turn, matter: Matter) -> Outcome | None:
        """Open the case of the decision as it is now, if it can be opened."""
        decision, talk = matter.decision, matter.talk
        if talk.step != "offer" or not decision.eligible or decision.evidence_required:
            return None if matter.open_case else self._say(matter, "as_nothing_to_submit")
        application = Application(
            self.new_id(), turn.conversation.shop, matter.order.order_no, matter.order.buyer,
            turn.conversation.id, decision, record(matter.request, decision), talk.pictures,
        )  # fmt: skip
        try:
            case = open_case(application, matter.earlier, turn.now)
        except CaseRefused as refused:
            return self.outcomes.refused(matter, refused)
        if self.files(matter.order):
            case = planned(case, turn.now, decision.window.ends if decision.window else None)
        told = self.outcomes.say(matter, self._filed(case), "filed")
        return with_case(told, 0, case, turn.now, self.outcomes.wording)

    def _in_already(self, matter: Matter, case: CaseFile) -> Outcome:
        """Handed in once is enough: the case and its decision stand."""
        wording = self.outcomes.wording
        told = wording.say("as_already_in") + case_line(wording, case)
        return replace(self.outcomes.say(matter, told, "filed"), decision=dict(case.decision))

    def _filed(self, case: CaseFile) -> str:
        wording, limit = self.outcomes.wording, until(case.deadline) if case.deadline else ""
        if case.filing == "planned":
            kind = wording.say(f"cw_kind_{FILED_TYPES[case.type]}")
            return wording.say("cw_planned", until=limit, kind=kind)
        if case.filing == "wanted":
            return wording.say("cw_being_filed")
        if len(case.history) > 1:
            key = "as_at_USER_WAIT_RETURN"
            back = wording.say(key, until=limit) if case.status == WAIT_RETURN else ""
            return wording.say("as_submitted_rule", next=back)
        money = case.type in ("refund_only", "return_refund", "cancel", "price_diff")
        key = "as_submitted_ticket" if case.status == OPEN else "as_submitted"
        key = key if money or case.status == OPEN else "as_submitted_goods"
        return wording.say(key, until=limit)

    def _withdrawn(self, turn: Turn, matter: Matter) -> Outcome:
        if matter.open_case is None:
            return self._say(matter, "as_kept")
        if matter.open_case.platform_id or matter.open_case.filing in ("wanted", "filed"):
            return self._say(matter, "cw_withdraw_there")
        said = self.outcomes.wording.say("as_withdrawn")
        return self.outcomes.acted(turn, matter, matter.open_case, "withdraw", said)

    def _sent_back(self, turn: Turn, matter: Matter, case: CaseFile) -> Outcome | None:
        """A waybill told in chat; on the platform only its own form counts."""
        waybill = waybill_sent(turn.message.text)
        if not waybill:
            return None
        if case.platform_id:
            return self._say(matter.unheard, "as_sent_back_platform")
        if case.status != WAIT_RETURN:
            return None
        said = self.outcomes.wording.say("as_sent_back", waybill=waybill)
        return self.outcomes.acted(turn, matter, case, "send_back", said, waybill)

    def _more_evidence(self, turn: Turn, matter: Matter, case: CaseFile) -> Outcome | None:
        count = len(turn.message.attachments)
        if not count or case.status not in (REVIEW, NEGOTIATION, OPEN):
            return None
        if case.status == OPEN and case.type == "escalate":
            return None
        said = self.outcomes.wording.say("as_evidence_added", n=str(count))
        shown = tuple(dict.fromkeys((*case.evidence, *matter.talk.pictures)))
        grown = replace(case, evidence=shown)
        return self.outcomes.acted(turn, matter, grown, "add_evidence", said)


def _hands_in_again(turn: Turn) -> bool:
    """`提交` once more, right after it was handed in."""
    filed = talking(turn.conversation.flow).step == "filed"
    return filed and "提交" in turn.message.text and is_yes(turn.message.text, "offer")
