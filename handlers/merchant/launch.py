"""The launch walkthrough: takes facts in any order, answers in between, and comes back.

What was said lives in Flow.data; everything else follows from it (handlers.rules.launch). A turn that
only tells, steers or asks the plan embeds nothing; another question goes to the guide.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from bot.clock import in_shanghai
from bot.conversation import Conversation, Flow, Handler, Outcome, Turn, Vector
from bot.intents.spelling import spelled
from bot.messages import Message, Reply
from handlers.merchant.launch_amounts import amounts
from handlers.merchant.launch_answers import answer, is_unsure
from handlers.merchant.launch_days import past_day
from handlers.merchant.launch_lexicon import (
    ALL_DONE,
    COMMANDS,
    CORRECTS,
    QUESTION,
    WANTS_SHOP,
    asked_in,
    command_in,
)
from handlers.merchant.launch_reading import Heard, read
from handlers.merchant.launch_state import (
    NAME,
    REJECTION,
    State,
    data_of,
    heard,
    skipped,
    state_of,
    undone,
)
from handlers.merchant.launch_telling import (
    ASKED_AT_ONCE,
    HANDOFF,
    SUMMARY,
    WAIT,
    Draft,
    Telling,
)
from handlers.merchant.launch_topics import prepare
from handlers.rules.launch import open_questions, plan
from handlers.rules.launch_dates import PAPERS
from handlers.rules.launch_pages import summary
from handlers.rules.launch_profile import facts_of
from handlers.rules.launch_rejected import causes
from knowledge.launch.shapes import LaunchBook, Slot
from knowledge.wording import Wording

Claim = Literal["surely", "maybe", ""]
TAPPED = "launch:"
REMEMBERED = 12
"""Sentences that are not said a second time."""
PATIENCE = 3
"""So often one thing is asked at most."""
LAST = ("todo", "routes")
"""Questions answered after the new facts: the answer is the advice itself."""
COMMAND_LENGTH = 24
TELLING = 4
"""Who tells so much about the shop to be, wants it led."""
_TOLD_WHY = re.compile(r"(?<!听)(?<!据)说|提示|显示|写|(理由|原因) ?(是|:)|因为")
_MEND = re.compile(r"怎么(办|改|弄|处理|搞)|如何(改|处理)|该怎么")
_REASON = re.compile(r"说|理由|原因|写|因为|提示|显示|:|是.{3,}")


@dataclass(frozen=True)
class Launch:
    """Leads a merchant to an open shop. `link` makes the address of the plan page."""

    book: LaunchBook
    wording: Wording
    guide: Handler
    embed: Callable[[str], Vector]
    link: Callable[[Turn], str]

    def __post_init__(self) -> None:
        prepare(self.book.slots.values())

    async def __call__(self, turn: Turn) -> Outcome:
        visit = Visit(self, turn, state_of(turn.conversation.flow, self.book))
        return await visit.outcome()

    def claims(self, message: Message, talk: Conversation) -> Claim:
        """Is this message for the walkthrough? Rules only, nothing is embedded.

        `surely`: it answers or steers what is under way. `maybe`: it tells about the shop to be, so
        that only a clear wish for something else goes before it.
        """
        if talk.audience != "merchant":
            return ""
        if (message.choice or "").startswith(TAPPED):
            return "surely"
        said = spelled(message.text)
        news = read(self.book, said, in_shanghai(message.at).date())
        state = state_of(talk.flow, self.book)
        if state is None:
            return introduces(news, said)
        return self._in_flow(said, news, state)

    def _in_flow(self, said: str, news: Heard, state: State) -> Claim:
        if len(said) <= COMMAND_LENGTH and command_in(said):
            return "surely"
        if is_unsure(said) or ALL_DONE.search(said):
            return "surely"
        if answer(self.book, said, self._expected(state), news) != news:
            return "surely"
        if REJECTION in state.pending and (causes(self.book, said) or _is_day(said, news)):
            return "surely"
        if asked_in(said) and not any(True for _ in amounts(said)):
            return "surely"
        return "maybe" if news or asked_in(said) or command_in(said) else ""

    def _expected(self, state: State) -> tuple[str, ...]:
        """Slots that a bare word may be about: those asked, then the others that are open."""
        found = open_questions(self.book, state.profile, facts_of(self.book, state.profile))
        return tuple(dict.fromkeys((*state.pending, *(s.name for s in found if s.number))))

    def coming_back(self, handler: Handler) -> Handler:
        """That handler; a question asked during the walkthrough leads back to it in the same reply."""

        async def answered(turn: Turn) -> Outcome:
            outcome = await handler(turn)
            state = state_of(turn.conversation.flow, self.book)
            if (
                state is None
                or state.paused
                or outcome.status not in ("answered", "declined", "clarify")
            ):
                return outcome
            return Visit(self, turn, state).resumed(outcome)

        return answered


def introduces(news: Heard, said: str) -> Claim:
    """Whether somebody says who they are and what they sell, or for what they were rejected."""
    if news.rejected:
        asks = bool(QUESTION.search(_MEND.sub("", said)))
        return "maybe" if _TOLD_WHY.search(said) and not asks else ""
    if WANTS_SHOP.search(said) and (not QUESTION.search(said) or "todo" in asked_in(said)):
        return "maybe"
    if not {"subject", "licence"} & set(news.values) or "category" not in news.values:
        return ""
    return "surely" if len(news.values) >= TELLING else "maybe"


@dataclass
class Visit:
    """One message within the walkthrough. `state` moves on while it is worked through."""

    launch: Launch
    turn: Turn
    begun: State | None

    def __post_init__(self) -> None:
        self.state = self.begun or State()
        self.said = spelled(self.turn.message.text)
        self.today = in_shanghai(self.turn.now).date()
        self.draft = Draft()
        self.show_plan = False
        self.unanswered = False
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

    async def outcome(self) -> Outcome:
        command = self._command()
        if command:
            ended = self._steer(command)
            return ended or self._flow_outcome()
        news = self._news()
        if self._is_rejection(news):
            self._rejected(news)
        else:
            await self._walk(news)
        return self._flow_outcome()

    # -- what was meant

    def _command(self) -> str:
        choice = self.turn.message.choice or ""
        if choice.startswith(TAPPED):
            kind = choice.removeprefix(TAPPED)
            return kind if kind in COMMANDS else ""
        if self.begun is None or len(self.said) > COMMAND_LENGTH:
            return ""
        if is_unsure(self.said):
            return "skip"
        return command_in(self.said)

    def _news(self) -> Heard:
        tapped = self._tapped()
        if tapped:
            return tapped
        news = read(self.launch.book, self.said, self.today)
        news = answer(self.launch.book, self.said, self.launch._expected(self.state), news)
        done = self._papers_done()
        licensed = {"licence": "yes"} if "licence" in done else {}
        return replace(news, values={**news.values, **licensed}, done=news.done | done)

    def _papers_done(self) -> frozenset[str]:
        """“办好了”: the papers that were to be got now, all of them if they say 都."""
        if self.begun is None or not ALL_DONE.search(self.said):
            return frozenset()
        states = ("next", "blocked", "later") if "都" in self.said[:6] else ("next",)
        papers = [s for s in self.telling.plan.steps if s.step.id in PAPERS and s.state in states]
        return frozenset(s.step.id for s in papers)

    def _tapped(self) -> Heard | None:
        _, _, told = (self.turn.message.choice or "").partition(TAPPED)
        kind, _, rest = told.partition(":")
        if kind == "rejected" and rest.isdigit():
            day = self.today - timedelta(days=min(int(rest), 30))
            return Heard(rejected=True, rejected_on=day)
        key, _, value = rest.partition("=")
        slot = self.launch.book.slots.get(key)
        if (
            kind != "set"
            or slot is None
            or not any(_sets(s, key, value) for s in self.launch.book.slots.values())
        ):
            return None
        return Heard({key: int(value) if slot.number else value})

    def _is_rejection(self, news: Heard) -> bool:
        if news.rejected:
            return True
        if REJECTION not in self.state.pending:
            return False
        pasted = len(self.said) >= 6 and not QUESTION.search(self.said) and not news
        return pasted or bool(causes(self.launch.book, self.said)) or _is_day(self.said, news)

    # -- steering

    def _steer(self, command: str) -> Outcome | None:
        """Does what was asked; an outcome of its own only where the flow ends."""
        if command == "exit":
            return Outcome(
                (Reply(self.telling.say("exited")),), "flow", "launch_walkthrough", ends_flow=True
            )
        getattr(self, f"_do_{command}", self._do_resume)()
        return None

    def _do_restart(self) -> None:
        self.state = State()
        self.draft.say(self.telling.say("restarted"))
        self._ask(first=True)

    def _do_back(self) -> None:
        before = self.telling
        self.state, changed = undone(self.state, self.launch.book)
        if not changed:
            self.draft.say(self.telling.say("back_none"))
        elif facts := before.facts(changed):
            self.draft.say(self.telling.say("back", facts=facts))
        again = [self.launch.book.slots[k] for k in changed]
        self._ask(also=[slot for slot in again if slot.stage])

    def _do_skip(self) -> None:
        waiting = self.state.pending[:1]
        if not waiting:
            self.draft.say(self.telling.say("skipped_none"))
        else:
            self.state = skipped(self.state, waiting)
            self.draft.say(self.telling.say("skipped"))
        self._advise()
        self._go_on()

    def _do_pause(self) -> None:
        self.state = replace(self.state, paused=True)
        self.draft.say(self.telling.say("paused"))

    def _do_waiting(self) -> None:
        self.state = replace(self.state, paused=True)
        self.draft.say(self.telling.say("waiting", steps=self.telling.steps()))
        self.show_plan = True

    def _do_resume(self) -> None:
        self.state = replace(self.state, paused=False)
        telling = self.telling
        facts = telling.facts(list(self.launch.book.slots))
        self.draft.say(
            telling.say("resumed", facts=facts) if facts else telling.say("resumed_empty")
        )
        self._go_on()

    def _do_progress(self) -> None:
        telling = self.telling
        facts = telling.facts(list(self.launch.book.slots))
        if facts:
            self.draft.say(telling.say("progress", facts=facts))
        telling.todo(self.draft)
        self.show_plan = True

    def _do_summary(self) -> None:
        telling = self.telling
        self.draft.say(
            summary(self.launch.book, self.state.profile, telling.plan), telling.plan.links
        )
        self.show_plan = True

    # -- facts and questions

    async def _walk(self, news: Heard) -> None:
        before, fresh = self.state, self.begun is None
        self.state = replace(heard(self.state, news), paused=False)
        changed = self._changed(before)
        asked = asked_in(self.said)
        await self._answer_guide()
        for one in asked:
            if one not in LAST:
                self.telling.answer(self.draft, one)
        answered = len(self.draft.lines)
        if fresh and not changed and not answered:
            self.draft.say(self.telling.say("start"), self.telling.plan.links)
        self._note(before, changed)
        if "routes" in asked:
            self.telling.answer(self.draft, "routes")
            self._remember(self.telling.advised())
        if not changed and not asked and not self.draft.lines:
            self._puzzled(news)
            return
        self.state = replace(self.state, puzzled=0)
        self._advise()
        if "todo" in asked and self._askable():
            self.telling.todo(self.draft, briefly=True)
        self._go_on()
        if 0 < answered < len(self.draft.lines):
            self.draft.lines[answered] = self.telling.say(
                "back_to", line=self.draft.lines[answered]
            )

    def _changed(self, before: State) -> list[str]:
        """Slots that this message told anew, in the order of the book."""
        old, new = before.profile, self.state.profile
        keys = [k for k in self.launch.book.slots if old.values.get(k) != new.values.get(k)]
        if old.said.get("scope") != new.said.get("scope"):
            keys.append("scope_ok")
        if old.said.get("goods") != new.said.get("goods") and "category" not in keys:
            keys.insert(0, "category")
        return [k for k in dict.fromkeys(keys) if k in new.values or k in ("scope_ok", "category")]

    def _note(self, before: State, changed: Sequence[str]) -> None:
        old, telling = before.profile, self.telling
        corrected = bool(CORRECTS.search(self.said)) and any(k in old.values for k in changed)
        telling.noted(self.draft, changed, corrected)
        fresh_papers = (self.state.profile.done | self.state.profile.held) - old.done - old.held
        if fresh_papers and "licence" not in changed:
            telling._permit(self.draft)
        if set(changed) & {"scope_ok", "category", "licence"}:
            telling.warnings(self.draft)
        if self.state.profile.go_live != old.go_live:
            telling.goal(self.draft)

    async def _answer_guide(self) -> None:
        """The questions of this message that the plan does not answer, asked of the guide."""
        clauses = [c for c in self.said.split(" ") if QUESTION.search(c) and not asked_in(c)]
        if not clauses:
            return
        outcome = await self.launch.guide(self._about("，".join(clauses)))
        if outcome.status == "answered":
            for reply in outcome.replies:
                self.draft.say(reply.text)
                self.draft.citations += reply.citations
        elif not asked_in(self.said):
            self.draft.say(outcome.replies[0].text)
            self.unanswered = True

    def _about(self, text: str) -> Turn:
        """The turn as if only that had been said."""

        async def vector() -> Vector:
            return await asyncio.to_thread(self.launch.embed, text)

        message = replace(self.turn.message, text=text, choice=None)
        whole = text == self.said
        return replace(self.turn, message=message, vector=self.turn.vector if whole else vector)

    def _puzzled(self, news: Heard) -> None:
        known = self.telling.facts(list(news.values))
        if known:
            self.draft.say(self.telling.say("known", facts=known))
            self._go_on()
            return
        self.state = replace(self.state, puzzled=self.state.puzzled + 1)
        if self.state.puzzled > 1:
            self.draft.say(self.telling.say("puzzled_again"))
            self.draft.choices = (HANDOFF, SUMMARY)
            return
        open_ones = self._askable()
        asked = self.telling.questions(open_ones, "ask_again") if open_ones else ""
        self.draft.say(self.telling.say("puzzled", asked=asked))

    def _rejected(self, news: Heard) -> None:
        bare = not self.said or _is_day(self.said, replace(news, rejected=False, rejected_on=None))
        day = news.rejected_on or (past_day(self.said, self.today) if bare else None)
        profile = replace(self.state.profile, rejected_on=day or self.state.profile.rejected_on)
        self.state = replace(self.state, profile=profile, paused=False)
        if bare:
            self.telling.deadline(self.draft)
            return
        given = bool(_REASON.search(self.said)) or REJECTION in self.state.pending
        known = self.telling.rejected(self.draft, self.said, given)
        settled = causes(self.launch.book, self.said) and profile.rejected_on
        self.state = replace(self.state, pending=() if settled else (REJECTION,))
        self.unanswered = not known

    # -- where it goes on

    def _advise(self) -> None:
        telling = self.telling
        enough = "category" in self.state.profile.values or len(self.state.profile.values) > 1
        advice = telling.advice(self.state.told) if enough else ""
        if advice:
            self.draft.say(advice, telling.plan.links)
            self._remember(telling.advised())

    def _remember(self, told: Sequence[str]) -> None:
        kept = [one for one in self.state.told if one not in told]
        self.state = replace(self.state, told=(*kept, *told)[-REMEMBERED:])

    def _askable(self, stage: str = "first") -> list[Slot]:
        """What may still be asked: it matters, was not said, and was not asked too often."""
        asked = self.state.asked
        slots = [s for s in self.telling.plan.open_questions if s.stage == stage]
        return [s for s in slots if asked.get(s.name, 0) < PATIENCE][:ASKED_AT_ONCE]

    def _go_on(self) -> None:
        if self.state.profile.rejected_on and not self.state.profile.values:
            return  # they came to mend one thing
        if self._askable():
            self._ask()
            return
        things = "、".join(self.telling.plan.missing)
        self.telling.todo(self.draft, briefly=things in self.state.told)
        self._remember([things])
        self.show_plan = True
        self.draft.choices = (WAIT, SUMMARY)
        later = self._askable("later")[:1]
        if later and not self.state.asked.get(later[0].name):
            self.draft.say(self.telling.say("later", question=self.telling.question(later[0], "")))
            self._pend(later)
        else:
            self.state = replace(self.state, pending=())

    def _ask(self, first: bool = False, also: Sequence[Slot] = ()) -> None:
        slots = list(dict.fromkeys([s.name for s in (*also, *self._askable())]))[:ASKED_AT_ONCE]
        asked = [self.launch.book.slots[name] for name in slots]
        known = bool(self.state.profile.values)
        self.telling.ask(self.draft, asked, "ask" if known and not first else "ask_first")
        self._pend(asked)

    def _pend(self, slots: Sequence[Slot]) -> None:
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
            self.telling.ask(asked, waiting)
            self.draft.say(self.telling.say("ask_back", asked=asked.lines[0]))
            self.draft.choices = asked.choices
            self._pend(waiting)
        *others, last = outcome.replies
        back = Reply(
            f"{last.text}\n{self.draft.lines[0]}",
            (*last.choices, *self.draft.choices),
            last.citations,
        )
        return replace(outcome, replies=(*others, back), flow=self._flow())

    # -- out

    def _flow_outcome(self) -> Outcome:
        return Outcome(
            (self.draft.reply(),), "flow", "launch_walkthrough", flow=self._flow(),
            unanswered=self.unanswered, plan_url=self.launch.link(self.turn) if self.show_plan else None,
        )  # fmt: skip

    def _flow(self) -> Flow:
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


def _is_day(said: str, news: Heard) -> bool:
    """A bare day, as the answer to when it was rejected."""
    return not news and len(said) <= 10 and past_day(said, date(2026, 1, 1)) is not None


def _sets(slot: Slot, key: str, value: str) -> bool:
    return any((tap.key, tap.value) == (key, value) for tap in slot.taps)
