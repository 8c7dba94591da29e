"""What a case does when its time comes: remind, alert before it is late, close, tell the news.

Each reads the case as it stands and returns; a timer of an older version does nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.cases import CaseChange, CaseFile
from bot.conversation import Outcome, TimerDue
from bot.mail import Todo
from bot.messages import Reply
from handlers.customer.moments import until, yuan
from handlers.customer.ports import CaseShelf
from handlers.customer.progress import case_line
from handlers.rules.case import CLOCK, act, is_open
from handlers.rules.case_guard import MERCHANT
from handlers.rules.case_moves import NEGOTIATION, WAIT_RECEIPT, WAIT_RETURN
from handlers.rules.case_timers import cancelled, timers_of
from knowledge.wording import Wording

NOTHING = Outcome((), "flow", "refund_status")


def changed(before: CaseFile, after: CaseFile, now: datetime, text: str = "") -> Outcome:
    """The case moved by itself: its timers with it, and `text` for the person."""
    timers = timers_of(after, now)
    replies = (Reply(text),) if text else ()
    return Outcome(
        replies, "flow", "refund_status", case=CaseChange(before.version, after),
        timers=timers, cancels=cancelled(after, timers),
    )  # fmt: skip


def with_case(
    outcome: Outcome, before: int, case: CaseFile, now: datetime, wording: Wording
) -> Outcome:
    """`outcome` with the case that the person's own words opened or moved, its timers, and word to
    staff where it is their turn now."""
    timers = timers_of(case, now)
    gone = cancelled(case, timers)
    todos = (*outcome.todos, *to_review(wording, case))
    return replace(
        outcome, case=CaseChange(before, case), timers=timers, cancels=gone, todos=todos
    )  # fmt: skip


def to_review(wording: Wording, case: CaseFile) -> tuple[Todo, ...]:
    """Staff are told at once of a case that waits for them; what is being filed does not."""
    if case.status not in MERCHANT or case.filing in ("wanted", "filed"):
        return ()
    text = wording.say(
        "cw_todo_review", what=awaited(wording, case), order_no=case.order_no, title=named(case),
        amount=wording.say("cw_amount", yuan=yuan(case.refund_fen)) if case.refund_fen else "",
        until=until(case.deadline) if case.deadline else "",
    )  # fmt: skip
    return (Todo("case_review", todo_ref(case.id, case.version, "review"), text, urgent=True),)


def awaited(wording: Wording, case: CaseFile) -> str:
    """What staff have to do about it."""
    key = f"cw_what_{case.status}"
    if case.status == WAIT_RECEIPT and case.received_at:
        key = "cw_what_received"
    return wording.say(key if key in wording.texts else "cw_what_other")


def named(case: CaseFile) -> str:
    """What the case is about, in a few characters."""
    first = case.items[0].title if case.items else "这一单"
    more = f"等{len(case.items)}件" if len(case.items) > 1 else ""
    return first[:30] + more


def whole_line(wording: Wording, case: CaseFile) -> str:
    """Where the case stands, after an approval that still has to be filed too."""
    if case.filing == "wanted":
        return wording.say("cw_approved_filing", title=named(case))
    return wording.say("cw_news", title=named(case), line=case_line(wording, case))


@dataclass(frozen=True)
class CaseClock:
    """One method a kind of timer."""

    shelf: CaseShelf
    wording: Wording

    async def remind(self, due: TimerDue) -> Outcome:
        """Whoever has to act next is told in good time: staff by a to-do, the buyer in the chat."""
        case = await self._current(due)
        if case is None:
            return NOTHING
        if case.status in MERCHANT:
            return self._alerted(case, "remind")
        return Outcome((Reply(self._buyer_reminder(case)),), "flow", "refund_status", told=case)

    async def escalate(self, due: TimerDue) -> Outcome:
        """Hours before it is too late: said as plainly as it can be."""
        case = await self._current(due)
        return self._alerted(case, "escalate") if case else NOTHING

    async def end(self, due: TimerDue) -> Outcome:
        """The deadline itself. In 微信小店 the platform ends what the buyer let pass."""
        case = await self._current(due)
        if case is None:
            return NOTHING
        if case.status in MERCHANT:
            text = self.wording.say("cw_overdue", title=named(case))
            return Outcome(
                (Reply(text),), "flow", "refund_status", told=case,
                todos=(self._todo(case, "overdue"),),
            )  # fmt: skip
        if case.status == WAIT_RETURN and not case.platform_id:
            closed = act(case, "not_sent_back", CLOCK, due.now)
            return changed(case, closed, due.now, whole_line(self.wording, closed))
        if case.status == NEGOTIATION:
            return Outcome((), "flow", "refund_status", todos=(self._todo(case, "no_answer"),))
        return NOTHING

    async def news(self, due: TimerDue) -> Outcome:
        """What staff or the platform did, told to the buyer. The newest state counts."""
        case = await self.shelf.read(str(due.timer.data["case"]))
        if case is None:
            return NOTHING
        text = whole_line(self.wording, case)
        return Outcome((Reply(text),), "flow", "refund_status", told=case)

    async def _current(self, due: TimerDue) -> CaseFile | None:
        """The case, if it still stands as it did when the timer was set."""
        case = await self.shelf.read(str(due.timer.data["case"]))
        same = case and is_open(case) and case.version == due.timer.data["version"]
        return case if same else None

    def _alerted(self, case: CaseFile, what: str) -> Outcome:
        return Outcome((), "flow", "refund_status", todos=(self._todo(case, what),))

    def _todo(self, case: CaseFile, what: str) -> Todo:
        """Urgent, once per version of the case; gone when the case moves on."""
        limit = until(case.deadline) if case.deadline else ""
        risk = self.wording.say("cw_risk_platform" if case.platform_id else "cw_risk_own")
        text = self.wording.say(
            f"cw_todo_{what}", what=awaited(self.wording, case), order_no=case.order_no, title=named(case),
            until=limit, risk=risk,
        )  # fmt: skip
        kind = "case_due" if what == "remind" else "case_overdue"
        return Todo(kind, todo_ref(case.id, case.version, what), text, urgent=True)  # type: ignore[arg-type]

    def _buyer_reminder(self, case: CaseFile) -> str:
        key = f"cw_remind_{case.status}" + ("_platform" if case.platform_id else "")
        known = key if key in self.wording.texts else "cw_remind_other"
        limit = until(case.deadline) if case.deadline else ""
        return self.wording.say(known, title=named(case), until=limit)


def todo_ref(case_id: str, version: int, what: str) -> str:
    """The one to-do of this kind for this version; bot.case_writing ticks it off by its start."""
    return f"case:{case_id}:{version}:{what}"
