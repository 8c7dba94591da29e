"""Where the walkthrough stands within one message: its state, its draft, and how it goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.clock import in_shanghai
from bot.conversation import Flow, Handler, Outcome, Timer, Turn, Vector
from bot.messages import Reply
from handlers.merchant.launch_draft import SUMMARY, WAIT, Draft
from handlers.merchant.launch_questions import ROOM, ask, question, why
from handlers.merchant.launch_senses import Senses
from handlers.merchant.launch_state import NAME, State, data_of
from handlers.merchant.launch_telling import Telling
from handlers.merchant.reminders import KIND
from handlers.rules.launch import plan
from handlers.rules.launch_reminders import Reminder, before_goal
from knowledge.launch.shapes import LaunchBook, Slot
from knowledge.wording import Wording

ASKED_AT_ONCE = 3
REMEMBERED = 24
"""Sentences that are not said a second time."""
BRIEF = 60
"""Signs that several questions take; behind a long answer only one is asked."""
PATIENCE = 3
"""So often one thing is asked at most."""


@dataclass(frozen=True)
class LaunchParts:
    """What the walkthrough works with. `link` makes the address of the plan page; `senses` tell
    what no rule understands.
    """

    book: LaunchBook
    wording: Wording
    guide: Handler
    embed: Callable[[str], Vector]
    link: Callable[[Turn], str]
    senses: Senses | None = None


@dataclass
class Course:
    """One message within the walkthrough. `state` moves on while it is worked through."""

    launch: LaunchParts
    turn: Turn
    state: State

    def __post_init__(self) -> None:
        self.today = in_shanghai(self.turn.now).date()
        self.draft = Draft()
        self.show_plan = False
        self.unanswered = False
        self.reminders: list[Reminder] = []
        self._begun = self.state
        self._told_of: Telling | None = None

    @property
    def telling(self) -> Telling:
        """Words for the profile as it is now; made again only when it has changed."""
        profile = self.state.profile
        if self._told_of is None or self._told_of.profile is not profile:
            found = plan(self.launch.book, profile, self.today)
            self._told_of = Telling(
                self.launch.book, self.launch.wording, profile, found, self.today
            )
        return self._told_of

    def advise(self) -> None:
        telling = self.telling
        enough = "category" in self.state.profile.values or len(self.state.profile.values) > 1
        advice = telling.advice(self.state.told) if enough else ""
        if advice:
            self.draft.say(advice, telling.plan.links)
            self.remember(telling.advised())

    def remember(self, told: Sequence[str]) -> None:
        kept = [one for one in self.state.told if one not in told]
        self.state = replace(self.state, told=(*kept, *told)[-REMEMBERED:])

    def askable(self, stage: str = "first") -> list[Slot]:
        """What may still be asked: it matters, was not said, and was not asked too often."""
        asked = self.state.asked
        slots = [s for s in self.telling.plan.open_questions if s.stage == stage]
        return [s for s in slots if asked.get(s.name, 0) < PATIENCE][:ASKED_AT_ONCE]

    def go_on(self, answered: bool = False) -> None:
        """The next questions, else what to do. `answered`: after a question in between, briefly."""
        if self.state.profile.rejected_on and not self.state.profile.values:
            return  # they came to mend one thing
        if self.askable():
            self.ask(briefly=answered)
            return
        things = "、".join(self.telling.plan.missing)
        self.telling.todo(self.draft, briefly=answered or things in self.state.told)
        if not answered:
            self.remember([things])
        self.show_plan = True
        self.draft.choices = (WAIT, SUMMARY)
        later = self.askable("later")[:1]
        short = self.draft.length < ROOM - len(later[0].asks[0].text) if later else False
        if short and not self.state.asked.get(later[0].name):
            self.draft.say(self.telling.say("later", question=question(self.telling, later[0])))
            self.pend(later)
        else:
            self.state = replace(self.state, pending=())

    def ask(self, first: bool = False, also: Sequence[Slot] = (), briefly: bool = False) -> None:
        slots = list(dict.fromkeys([s.name for s in (*also, *self.askable())]))[:ASKED_AT_ONCE]
        if briefly and self.draft.length > ROOM - BRIEF:
            slots = slots[:1]
        asked = [self.launch.book.slots[name] for name in slots]
        known = bool(self.state.profile.values)
        key = "ask" if known and not first else "ask_first"
        known_reasons = [why(self.telling, s) for s in asked] if briefly else self.state.told
        ask(self.telling, self.draft, asked, key, known_reasons)
        self.remember_reasons(asked)
        self.pend(asked)

    def remember_reasons(self, slots: Sequence[Slot]) -> None:
        """Reasons that stand in the draft now; nobody needs them twice."""
        told = "\n".join(self.draft.lines)
        self.remember([text for s in slots if (text := why(self.telling, s)) in told])

    def pend(self, slots: Sequence[Slot]) -> None:
        names = tuple(slot.name for slot in slots)
        first = names[:1]  # the others only stand beside it
        counts = {**self.state.asked, **{n: self.state.asked.get(n, 0) + 1 for n in first}}
        self.state = replace(self.state, pending=names, asked=counts)

    def resumed(self, outcome: Outcome) -> Outcome:
        """The other handler's reply, then back to where the walkthrough was."""
        waiting = [
            self.launch.book.slots[k] for k in self.state.pending if k in self.launch.book.slots
        ]
        if not waiting:
            return outcome
        if self.state.asked.get(waiting[0].name, 0) >= PATIENCE:
            self.draft.say(self.telling.say("back_short"))
        else:
            asked = Draft()
            reasons = [why(self.telling, slot) for slot in waiting]
            ask(self.telling, asked, waiting, told=reasons)
            self.draft.say(self.telling.say("ask_back", asked=asked.lines[0]))
            self.draft.choices = asked.choices
            self.pend(waiting)
        *others, last = outcome.replies
        back = Reply(
            f"{last.text}\n{self.draft.lines[0]}",
            (*last.choices, *self.draft.choices),
            last.citations,
        )
        return replace(outcome, replies=(*others, back), flow=self.flow())

    def outcome(self) -> Outcome:
        return Outcome(
            (self.draft.reply(),), "flow", "launch_walkthrough", flow=self.flow(),
            unanswered=self.unanswered, plan_url=self.launch.link(self.turn) if self.show_plan else None,
            timers=tuple(map(self._timer, self._due())), cancels=self._over(),
        )  # fmt: skip

    def _due(self) -> list[Reminder]:
        """What this message gave cause to remind of."""
        wanted = self.state.profile.go_live
        fresh = wanted and wanted != self._begun.profile.go_live
        goal = before_goal(self.state.profile, self.turn.now) if fresh else None
        return [*self.reminders, *([goal] if goal else [])]

    def _over(self) -> tuple[str, ...]:
        """Reminders that this message makes needless: they are back, or want no day any more."""
        back = self._begun.paused and not self.state.paused
        undated = self._begun.profile.go_live and not self.state.profile.go_live
        return (*((key("papers"),) if back else ()), *((key("goal"),) if undated else ()))

    def _timer(self, one: Reminder) -> Timer:
        text = self.telling.say(f"remind_{one.key}", **one.words)
        name = self.telling.say(f"remind_{one.key}_name", **one.words)
        data = {"what": "launch", "text": text, "name": name}
        return Timer(key(one.key), KIND, one.at, data)

    def flow(self) -> Flow:
        found = self.telling.plan
        waiting = [s for s in found.open_questions if s.stage == "first"]
        main = [s for s in found.steps if s.step.main]
        done = len(self.state.profile.values) + sum(s.state in ("done", "skipped") for s in main)
        step = (
            self.state.pending[0]
            if self.state.pending
            else next((s.step.id for s in found.next_steps), "done")
        )
        total = len(self.state.profile.values) + len(waiting) + len(main)
        return Flow(NAME, step, done, total, data_of(self.state))


def key(reminder: str) -> str:
    """A conversation has one reminder of each sort."""
    return f"launch:{reminder}"
