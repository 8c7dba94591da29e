"""A person is one sentence away; and somebody watches that the person comes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.conversation import Called, Conversation, Handoff, Outcome, Timer, TimerDue, Turn
from bot.mail import Todo
from bot.messages import Message, Reply
from handlers.rules.staff_hours import StaffHours
from handlers.rules.window import shanghai
from knowledge.wording import Wording

AGAIN = timedelta(minutes=30)
MOST_ALERTS = 6
USUAL = StaffHours()
NOTHING = Outcome((), "handoff", "human_handoff")


class CallBook(Protocol):
    """Hand-overs. Read only."""

    async def call(self, conversation_id: str) -> Called | None:
        """The hand-over that is not finished, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """The person wants a human. At once, without talking them out of it."""

    wording: Wording

    async def __call__(self, turn: Turn) -> Outcome:
        if turn.conversation.handoff_id:
            return Outcome((Reply(self.wording.say("handoff_waiting")),), "handoff")
        reply = Reply(self.wording.say("handoff_asked"))
        return Outcome((reply,), "handoff", handoff=Handoff("human_handoff"))


@dataclass(frozen=True, slots=True)
class Calling:
    """`bot.engine.Callers`. `on_phone`: whether whoever has a conversation reads it on the phone,
    so that what the person writes must be passed on."""

    wording: Wording
    on_phone: Callable[[str], bool] = lambda _who: False

    def called(self, turn: Turn, reason: str, number: str, until: datetime) -> tuple[Todo, ...]:
        text = self.wording.say(
            "ho_todo_called", reason=told_reason(self.wording, reason),
            said=_quoted(turn.message.text), until=f"{moment(until)}前",
        )  # fmt: skip
        return (Todo("handoff", f"handoff:{number}:called", text, urgent=True),)

    def said(self, talk: Conversation, message: Message) -> tuple[Todo, ...]:
        if not talk.taken_by or not self.on_phone(talk.taken_by):
            return ()
        said = message.text[:600] or self.wording.say("ho_said_nothing")
        text = self.wording.say("ho_todo_said", said=said)
        ref = f"said:{talk.id}:{message.id}"[:200]
        return (Todo("said", ref, text, urgent=True),)


def told_reason(wording: Wording, reason: str) -> str:
    """Why a person was called, for staff."""
    key = f"ho_reason_{reason}"
    return wording.say(key if key in wording.texts else "ho_reason_other")


def moment(at: datetime) -> str:
    """11月19日18:30."""
    here = shanghai(at)
    return f"{here.month}月{here.day}日{here:%H:%M}"


@dataclass(frozen=True, slots=True)
class Watching:
    """Over hand-overs: nobody takes one, or whoever took it leaves the person without an answer.

    Staff are alerted, again and again while they are at work; the person is told once when
    somebody will be there.
    """

    calls: CallBook
    wording: Wording
    hours: StaffHours = USUAL

    async def waiting(self, due: TimerDue) -> Outcome:
        """Timer `handoff_waiting`; `round` counts alerts."""
        talk, number = due.conversation, str(due.timer.data["handoff"])
        if talk.handoff_id != number or talk.taken_by:
            return NOTHING
        call = await self.calls.call(talk.id)
        if call is None or call.id != number:
            return NOTHING
        times = int(due.timer.data.get("round", 0))
        text = self.wording.say(
            "ho_todo_waiting", minutes=_minutes(call.at, due.now),
            reason=told_reason(self.wording, call.reason), said=_quoted(call.said),
        )  # fmt: skip
        told = () if times else (Reply(self._promise(due.now)),)
        return replace(self._alerted(due, f"handoff:{number}:{times}", text), replies=told)

    async def unheard(self, due: TimerDue) -> Outcome:
        """Timer `taken_waiting`: the bot is silent, so nobody else would notice."""
        talk = due.conversation
        if not talk.taken_by or talk.waiting_since is None or not talk.handoff_id:
            return NOTHING
        times = int(due.timer.data.get("round", 0))
        text = self.wording.say(
            "ho_todo_silent", who=talk.taken_by, minutes=_minutes(talk.waiting_since, due.now)
        )
        return self._alerted(due, f"silent:{talk.handoff_id}:{times}", text)

    def _alerted(self, due: TimerDue, ref: str, text: str) -> Outcome:
        times = int(due.timer.data.get("round", 0)) + 1
        again = replace(due.timer, due=self._next(due.now), data=_counted(due.timer, times))
        timers = (again,) if times < MOST_ALERTS else ()
        todo = Todo("handoff", ref, text, urgent=True)
        return Outcome((), "handoff", "human_handoff", todos=(todo,), timers=timers)

    def _next(self, now: datetime) -> datetime:
        """In half an hour, or when work begins: at night one alert is enough."""
        later = now + AGAIN
        return later if self.hours.there(later) else self.hours.next_open(now)

    def _promise(self, now: datetime) -> str:
        if self.hours.there(now):
            limit = self.hours.answer_by(now)
            return self.wording.say("ho_nobody_yet", until=f"{limit:%H:%M}前")
        opens = self.hours.next_open(now)
        day = "今天" if opens.date() == shanghai(now).date() else "明天"
        return self.wording.say("ho_closed_now", at=f"{day}{opens:%H:%M}")


def _counted(timer: Timer, times: int) -> Mapping[str, object]:
    return {**timer.data, "round": times}


def _minutes(since: datetime, now: datetime) -> str:
    return str(max(1, int((now - since).total_seconds() // 60)))


def _quoted(said: str) -> str:
    return f"“{said[:100]}”" if said else "（没有文字）"
