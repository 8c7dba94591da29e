"""Terms told with their dates, and reminders of them: set, moved, cancelled, listed, said in time.

A reminder is a timer of the conversation, written with the turn that asked for it; the delivery
fires it, also after a restart, and sends it within the channel's window or makes a to-do of it.
Decided by rules; nothing is embedded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.clock import in_shanghai
from bot.conversation import Flow, Handler, Outcome, Timer, TimerDue, Topic, Turn
from bot.intents.claims import REMINDER
from bot.intents.spelling import spelled
from bot.messages import Choice, Reply
from handlers.merchant.reminder_reading import Asked, event_day, read_asked, told_term
from handlers.merchant.term_telling import TermTelling
from handlers.rules.terms import HOUR, NO_LEAD, Term, What, moments, term
from handlers.rules.window import SHANGHAI
from knowledge.figures import Deadlines
from knowledge.wording import Wording

KIND = "merchant_reminder"
OURS = ("own", "launch")
"""What has a text of its own: what they asked for, and what the walkthrough asks about."""
TAPPED = "remind:"
LAUNCH = "launch"
BACK = (("今天", 0), ("昨天", 1), ("前天", 2), ("三天前", 3))
LATE = timedelta(hours=3)
MOST_OF_ONE = 3
MOST = 20
"""Reminders of one conversation; more are not listed."""
NOTHING = Outcome((), "answered", "launch_walkthrough")
Pending = Callable[[str], Sequence[Timer]]


@dataclass(frozen=True)
class Reminders:
    """`pending`: the reminders that a conversation has, soonest first."""

    rules: Deadlines
    wording: Wording
    pending: Pending

    @property
    def telling(self) -> TermTelling:
        """How terms are worded."""
        return TermTelling(self.wording, self.rules)

    def first(self, handler: Handler) -> Handler:
        """That handler, unless a term or a reminder is asked for."""

        async def answered(turn: Turn) -> Outcome:
            asked = self._asked(turn)
            if asked is None:
                return await handler(turn)
            if asked.reason and asked.act == "set":
                return self._beside(await handler(turn), self._set(turn, asked))
            return await self._served(turn, asked)

        return answered

    def _asked(self, turn: Turn) -> Asked | None:
        if turn.conversation.audience != "merchant":
            return None
        choice, flow = turn.message.choice or "", turn.conversation.flow
        if choice.startswith(TAPPED):
            return _tapped(choice)
        said = spelled(turn.message.text)
        asked = read_asked(said, turn.now)
        if asked and asked.act == "set" and asked.what in (None, "own") and not asked.dated:
            asked = self._just_told(turn, asked) or asked
        if asked is None and flow and flow.name == REMINDER:
            day = event_day(said, in_shanghai(turn.now).date())
            return Asked("set", flow.data["what"], day) if day else None
        launching = flow is not None and flow.name == LAUNCH
        if asked and asked.act == "tell" and asked.what == "resubmit" and launching:
            return None  # the walkthrough remembers the day
        return asked

    def _just_told(self, turn: Turn, asked: Asked) -> Asked | None:
        """“到时候提醒我” behind an answer that told a term: of that term."""
        before = told_term(turn.conversation.last_text, in_shanghai(turn.now).date())
        return replace(asked, what=before[0], day=before[1]) if before else None

    async def _served(self, turn: Turn, asked: Asked) -> Outcome:
        if asked.act == "tell":
            return self._told(turn, asked)
        if asked.act == "set":
            return self._set(turn, asked)
        there = await asyncio.to_thread(self.pending, turn.conversation.id)
        if not there:
            return Outcome((Reply(self.wording.say("remind_none")),), "answered")
        acts = {"cancel": self._cancelled, "list": self._listed, "change": self._changed}
        return acts[asked.act](turn, asked, there)

    def _told(self, turn: Turn, asked: Asked) -> Outcome:
        assert asked.what
        assert asked.day
        found = term(asked.what, asked.day, self.rules)
        today = in_shanghai(turn.now).date()
        reply = Reply(self.telling.text(found, today), citations=self.telling.cited(found, today))
        asked_on = Topic(turn.message.text, turn.message.text)  # “要是4月28号呢”
        return Outcome((reply,), "answered", topic=asked_on)

    def _set(self, turn: Turn, asked: Asked) -> Outcome:
        if asked.what is None:
            return Outcome((Reply(self.wording.say("remind_which")),), "clarify")
        if asked.what == "own":
            return self._own(turn, asked)
        day = asked.day or _rejected_on(turn.conversation.flow, asked.what)
        return self._term(turn, asked, day) if day else self._ask_day(turn, asked.what)

    def _term(self, turn: Turn, asked: Asked, day: date) -> Outcome:
        assert asked.what
        found = term(asked.what, day, self.rules)
        times = moments(found, asked.lead, turn.now)
        today = in_shanghai(turn.now).date()
        key = "remind_set" if times else "remind_too_late"
        when = {"times": self.telling.times(times)} if times else {}
        said = f"{self.telling.text(found, today)}\n{self.wording.say(key, **when)}"
        timers = tuple(_timer(found, n, moment, times) for n, moment in enumerate(times))
        return Outcome(
            (Reply(said, citations=self.telling.cited(found, today)),), "answered",
            timers=timers, cancels=_keys(found.what), ends_flow=_asking(turn),
        )  # fmt: skip

    def _own(self, turn: Turn, asked: Asked) -> Outcome:
        at = asked.moment
        if at is None and asked.day:
            at = datetime.combine(asked.day, asked.lead.at or HOUR, SHANGHAI)
        if at is None or at <= turn.now:
            return Outcome((Reply(self.wording.say("remind_which")),), "clarify")
        data = {"what": "own", "text": asked.text or turn.message.text[:60]}
        timer = Timer(f"remind:own:{at:%Y%m%d%H%M}", KIND, at, data)
        said = self.wording.say("remind_set", times=self.telling.times((at,)))
        return Outcome((Reply(said),), "answered", timers=(timer,), ends_flow=_asking(turn))

    def _ask_day(self, turn: Turn, what: What) -> Outcome:
        today = in_shanghai(turn.now).date()
        choices = tuple(
            Choice(f"{TAPPED}{what}:{today - timedelta(days=back)}", label) for label, back in BACK
        )
        key = "remind_which_day" if what == "resubmit" else "remind_which_review"
        free = turn.conversation.flow is None or _asking(turn)
        flow = Flow(REMINDER, "day", data={"what": what}) if free else None
        return Outcome((Reply(self.wording.say(key), choices),), "clarify", flow=flow)

    def _beside(self, outcome: Outcome, ours: Outcome) -> Outcome:
        """Somebody else's answer with our reminder behind it; their flow stays."""
        if ours.status == "clarify" and outcome.replies:  # the day is asked once, and tapped for us
            *others, last = outcome.replies
            asked = replace(last, choices=ours.replies[0].choices)
            return replace(outcome, replies=(*others, asked))
        return replace(
            outcome, replies=(*outcome.replies, *ours.replies),
            timers=(*outcome.timers, *ours.timers), cancels=(*outcome.cancels, *ours.cancels),
        )  # fmt: skip

    def _cancelled(self, _turn: Turn, asked: Asked, there: Sequence[Timer]) -> Outcome:
        gone = [t for t in there if asked.what in (None, t.data["what"])] or list(there)
        said = self.wording.say("remind_cancelled", items=self._names(gone))
        return Outcome((Reply(said),), "answered", cancels=tuple(t.key for t in gone))

    def _listed(self, _turn: Turn, _asked: Asked, there: Sequence[Timer]) -> Outcome:
        items = "；".join(f"{self.telling.moment(t.due)} {self._name(t)}" for t in there[:MOST])
        said = self.wording.say("remind_list", count=str(len(there)), items=items)
        return Outcome((Reply(said),), "answered")

    def _changed(self, turn: Turn, asked: Asked, there: Sequence[Timer]) -> Outcome:
        """All of one matter move: that which is named, else the one set last."""
        what = asked.what or there[-1].data["what"]
        mine = [t for t in there if t.data["what"] == what] or list(there)
        moved = self._moved(turn, asked, mine)
        if not moved:
            return Outcome((Reply(self.wording.say("remind_which")),), "clarify")
        times = self.telling.times(tuple(t.due for t in moved))
        said = self.wording.say("remind_moved", times=times)
        gone = tuple(t.key for t in mine)
        return Outcome((Reply(said),), "answered", timers=moved, cancels=gone)

    def _moved(self, turn: Turn, asked: Asked, mine: Sequence[Timer]) -> tuple[Timer, ...]:
        data = mine[-1].data
        if data["what"] in OURS:
            old = in_shanghai(mine[-1].due)
            day, at = asked.day or old.date(), asked.lead.at or old.time()
            due = asked.moment or datetime.combine(day, at, SHANGHAI)
            new = Timer(f"remind:own:{due:%Y%m%d%H%M}", KIND, due, data)
            return (new,) if due > turn.now else ()
        found = _term_of(data)
        lead = asked.lead
        if asked.day and lead.days is None:  # “改到26号提醒”
            lead = replace(lead, days=(found.until - asked.day).days)
        times = moments(found, lead, turn.now) if lead != NO_LEAD else ()
        return tuple(_timer(found, n, moment, times) for n, moment in enumerate(times))

    def _names(self, some: Sequence[Timer]) -> str:
        return "、".join(dict.fromkeys(map(self._name, some)))

    def _name(self, timer: Timer) -> str:
        if timer.data["what"] in OURS:
            what = timer.data.get("name", timer.data["text"])
            return self.wording.say("remind_name_own", what=str(what))
        return self.telling.name(_term_of(timer.data))

    async def remind(self, due: TimerDue) -> Outcome:
        """The time has come; what is over by now, after a downtime, is said as such."""
        data, now = due.timer.data, in_shanghai(due.now)
        late = now - due.timer.due > LATE
        note = self.wording.say("remind_say_late", due=self.telling.moment(due.timer.due))
        if data["what"] == "launch":
            return replace(NOTHING, replies=(Reply(str(data["text"]) + (note if late else "")),))
        if data["what"] == "own":
            said = self.wording.say("remind_say_own", what=str(data["text"]))
            return replace(NOTHING, replies=(Reply(said + (note if late else "")),))
        found = _term_of(data)
        if not data["last"] and now.date() >= found.until:
            return NOTHING  # the last one says it
        said = self.telling.reminder(found, now.date())
        cited = self.telling.cited(found, now.date())
        return replace(NOTHING, replies=(Reply(said, citations=cited),))


def _tapped(choice: str) -> Asked | None:
    what, _, day = choice.removeprefix(TAPPED).partition(":")
    try:
        known = what in ("resubmit", "review", "filing", "yearly")
        return Asked("set", what, date.fromisoformat(day)) if known else None  # type: ignore[arg-type]
    except ValueError:
        return None


def _rejected_on(flow: Flow | None, what: What) -> date | None:
    """The day of the rejection that the walkthrough has heard of."""
    if what != "resubmit" or flow is None or flow.name != LAUNCH:
        return None
    told = flow.data.get("profile", {}).get("rejected_on")
    return date.fromisoformat(told) if told else None


def _asking(turn: Turn) -> bool:
    flow = turn.conversation.flow
    return flow is not None and flow.name == REMINDER


def _keys(what: str) -> tuple[str, ...]:
    return tuple(f"remind:{what}:{number}" for number in range(MOST_OF_ONE))


def _timer(found: Term, number: int, at: datetime, times: Sequence[datetime]) -> Timer:
    data = {
        "what": found.what, "event": found.event.isoformat(), "until": found.until.isoformat(),
        "last": at == times[-1],
    }  # fmt: skip
    return Timer(_keys(found.what)[number], KIND, at, data)


def _term_of(data: object) -> Term:
    assert isinstance(data, dict)
    event, until = (date.fromisoformat(data[key]) for key in ("event", "until"))
    return Term(data["what"], event, until)
