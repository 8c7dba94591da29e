"""What one message means for the walkthrough: steering, a rejection, or facts and questions."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.conversation import Outcome, Turn, Vector
from bot.intents.spelling import spelled
from bot.messages import Reply
from handlers.merchant.launch_answers import asked_of, is_unsure
from handlers.merchant.launch_codes import STANDARD, code_in, holds_identity, without_codes
from handlers.merchant.launch_course import Course
from handlers.merchant.launch_days import past_day
from handlers.merchant.launch_draft import HANDOFF, SUMMARY
from handlers.merchant.launch_hearing import TAPPED, hear
from handlers.merchant.launch_lexicon import (
    COMMANDS,
    CORRECTS,
    FED_UP,
    HEARD,
    QUESTION,
    REJECTED,
    asked_in,
    command_in,
)
from handlers.merchant.launch_plan_answers import answer as answer_plan
from handlers.merchant.launch_plan_answers import goal
from handlers.merchant.launch_questions import questions, why
from handlers.merchant.launch_reading import Heard, breathed
from handlers.merchant.launch_rejection import deadline, rejected
from handlers.merchant.launch_senses import BEYOND_DOUBT, USUALLY, Sure
from handlers.merchant.launch_sensing import act_on, sensed, sensed_question
from handlers.merchant.launch_state import REJECTION, State, heard
from handlers.merchant.launch_steering import STEERING
from handlers.rules.launch_rejected import causes

COMMAND_LENGTH = 24
TELLING = ("restart", "waiting", "pause")
"""Steering beside which people tell something of the shop."""
LAST = ("todo", "routes", "advice", "permit")
"""Questions answered after the new facts: the answer is the advice itself."""
FEW = 5
"""Signs beside a number that say nothing more (“那 … 呢”)."""
KEPT_REASON = 120
"""So many signs of a rejection's words are kept, to answer what to do about it later."""
_ONLY_ASKS = re.compile(
    r"(这样|这个|那|那样|这)?((还|也|都|直接)?(能|可以)(直接|接着|继续|一起|拿来)?(用|绑|接)(吗|不)|行不行|行吗|得?行嘛|能行(吗|不)|成不成|中不中|可以吗|可不可以|能不能|对吗|好吗|是吗|对不对|能用吗|可行吗|够吗|够不够|要紧吗|有问题吗|怎么样)\??"
)
"""Asks for a yes to what stands beside it."""
_REASON = re.compile(r"说|理由|原因|写|因为|提示|显示|:|(?<!也就)是(?!\d|昨|前|今|上周).{3,}")


@dataclass
class Visit:
    """One message; `begun` is the state before it, None when nothing had begun."""

    course: Course
    begun: State | None

    def __post_init__(self) -> None:
        self.said = breathed(without_codes(spelled(self.course.turn.message.text)))
        self._news_lacking = False

    async def outcome(self) -> Outcome:
        """What to answer, and where the walkthrough stands then."""
        self._papers_named()
        if (
            self.begun is None
            and self.course.draft.lines
            and not hear(self.course, self.said, self.begun is not None)
        ):
            return Outcome((self.course.draft.reply(),), "answered", "launch_walkthrough")
        if (
            self.course.draft.lines
            and len(self.said) <= FEW
            and not hear(self.course, self.said, True)
        ):
            self.course.go_on(answered=True)
            return self.course.outcome()
        command = self._command()
        if command == "exit":
            reply = Reply(self.course.telling.say("exited"))
            return Outcome((reply,), "flow", "launch_walkthrough", ends_flow=True)
        if command:
            self._steer(command)
            return self.course.outcome()
        news = hear(self.course, self.said, self.begun is not None)
        if self._is_rejection(news):
            self._rejected(news)
        else:
            self._news_lacking = bool(news.lacking)
            await self._walk(news)
        return self.course.outcome()

    def _steer(self, command: str) -> None:
        """What stands beside the steering is heard too (“重来吧 我卖帆布袋”, “那让我妈去办个体户”)."""
        before = State() if command == "restart" else self.course.state
        self.course.state = before
        news = hear(self.course, self.said, True) if command in TELLING else Heard()
        self.course.state = heard(before, news) if news.values else before
        changed = self._changed(before)
        if command == "restart" and changed:
            self.course.draft.say(self.course.telling.say("restarted"))
            self._note(before, changed)
            self.course.advise()
            self.course.go_on()
            return
        if facts := self.course.telling.facts(changed):
            self.course.draft.say(self.course.telling.say("noted", facts=facts))
        STEERING[command](self.course)

    def _command(self) -> str:
        choice = self.course.turn.message.choice or ""
        if choice.startswith(TAPPED):
            kind = choice.removeprefix(TAPPED)
            return kind if kind in COMMANDS else ""
        if self.begun is None or len(self.said) > COMMAND_LENGTH:
            return ""
        if is_unsure(self.said) and command_in(self.said) != "pause":
            return "skip"
        if REJECTED.search(self.said):
            return ""  # “昨天被打回来了” is no coming back
        return command_in(self.said)

    def _papers_named(self) -> None:
        """A registration code is checked at once; nobody has to send an identity number."""
        text = self.course.turn.message.text
        if code := code_in(text, self.course.turn.conversation.last_text):
            checked = {"code": code.normalized, "reason": code.reason}
            self.course.draft.say(self.course.telling.say("code", **checked))
            self.course.draft.citations.append(STANDARD)
        if holds_identity(text):
            self.course.draft.say(self.course.telling.say("identity"))

    def _is_rejection(self, news: Heard) -> bool:
        if news.rejected:
            return True
        if REJECTION not in self.course.state.pending:
            return False
        pasted = len(self.said) >= 6 and not QUESTION.search(self.said) and not news
        return pasted or bool(causes(self.course.launch.book, self.said)) or is_day(self.said, news)

    async def _walk(self, news: Heard) -> None:
        fresh = self.begun is None
        before = State() if fresh else self.course.state
        self.course.state = replace(heard(self.course.state, news), paused=False)
        changed = self._changed(before)
        asked = asked_of(self.course.launch.book, self.said, self.course.state.profile, news)
        if "wish" in changed:  # another road is advised anew, even one advised before
            self.course.state = replace(self.course.state, told=())
        mending = REJECTION in before.pending and not changed
        if await self._answer_guide(asked, changed):
            return
        if FED_UP.search(self.said) and not changed:
            self.course.draft.say(self.course.telling.say("fed_up"))
        for one in asked:
            if one not in LAST:
                answer_plan(self.course.telling, self.course.draft, one)
        answered = len(self.course.draft.lines)
        if fresh and not changed and not answered:
            telling = self.course.telling
            self.course.draft.say(telling.say("start"), [*telling.plan.links, *telling.filing()])
        self._note(before, changed)
        for one in {"routes", "advice"} & set(asked):
            answer_plan(self.course.telling, self.course.draft, one)
            self.course.remember(self.course.telling.advised())
        if not changed and not asked and not self.course.draft.lines:
            await self._sensed(news)
            return
        if "permit" in asked:
            answer_plan(self.course.telling, self.course.draft, "permit")
        self.course.state = replace(self.course.state, puzzled=0)
        if mending or (self._only_mends() and {"todo", "where", "resubmit"} & set(asked)):
            for one in {"todo"} & set(asked):
                answer_plan(self.course.telling, self.course.draft, one)
            self.course.state = replace(self.course.state, pending=(REJECTION,))
            return
        self.course.advise()
        if "todo" in asked and self.course.askable():
            self.course.telling.todo(self.course.draft, briefly=True)
        self.course.go_on(answered=bool(answered) and not changed)
        if 0 < answered < len(self.course.draft.lines):
            self.course.draft.lines[answered] = self.course.telling.say(
                "back_to", line=self.course.draft.lines[answered]
            )

    def _changed(self, before: State) -> list[str]:
        """Slots that this message told anew, in the order of the book."""
        old, new = before.profile, self.course.state.profile
        keys = [k for k in self.course.launch.book.slots if old.values.get(k) != new.values.get(k)]
        if old.said.get("scope") != new.said.get("scope"):
            keys.append("scope_ok")
        if old.said.get("goods") != new.said.get("goods") and "category" not in keys:
            keys.insert(0, "category")
        return [k for k in dict.fromkeys(keys) if k in new.values or k in ("scope_ok", "category")]

    def _note(self, before: State, changed: Sequence[str]) -> None:
        old, telling = before.profile, self.course.telling
        corrected = bool(CORRECTS.search(self.said)) and any(k in old.values for k in changed)
        telling.noted(self.course.draft, changed, "changed" if corrected else "noted")
        fresh_papers = (
            (self.course.state.profile.done | self.course.state.profile.held) - old.done - old.held
        )
        if fresh_papers and "licence" not in changed:
            telling.permit(self.course.draft)
        if self._news_lacking:
            telling.permit(self.course.draft)
        if set(changed) & {"scope_ok", "category", "licence"}:
            telling.warnings(self.course.draft)
        if self.course.state.profile.go_live != old.go_live:
            goal(telling, self.course.draft)

    def _only_mends(self) -> bool:
        """They came with a rejection and have told nothing else."""
        profile = self.course.state.profile
        return bool(profile.rejected_on or "rejection" in profile.said) and not profile.values

    async def _answer_guide(self, asked: Sequence[str], changed: Sequence[str]) -> bool:
        """The questions of this message that the plan does not answer, asked of the guide.

        True if the examples know it for a question of the plan after all, which is answered whole.
        """
        theirs = {"permit", "documents", "where", "resubmit"} - set(asked)
        clauses = [
            c
            for c in self.said.split(" ")
            if QUESTION.search(c)
            and not _ONLY_ASKS.fullmatch(c)
            and not (set(asked_in(c)) - theirs)
            and not FED_UP.search(c)
        ]
        if not clauses:
            return False
        if not changed and not asked and await self.asks_of_plan():
            return True
        # What told us nothing may be what the question is about.
        whole = not changed and not asked and not self.course.draft.lines
        text = self.said if whole else "，".join(clauses)
        outcome = await self.course.launch.guide(self._about(text))
        if outcome.status == "answered":
            for reply in outcome.replies:
                self.course.draft.say(reply.text)
                self.course.draft.citations += reply.citations
        elif whole and await self.asks_of_plan(USUALLY):
            return True
        elif not asked:
            unsaid = self.course.telling.say("unsaid_beside")
            self.course.draft.say(unsaid if changed else outcome.replies[0].text)
            self.course.unanswered = True
        return False

    async def asks_of_plan(self, sure: Sure = BEYOND_DOUBT) -> bool:
        """Answers what the examples know for a question of this merchant's plan."""
        sense = await sensed_question(self.course, self.said, sure)
        if sense:
            act_on(self.course, sense)
        return sense is not None

    def _about(self, text: str) -> Turn:
        """The turn as if only that had been said."""

        async def vector() -> Vector:
            return await asyncio.to_thread(self.course.launch.embed, text)

        message = replace(self.course.turn.message, text=text, choice=None)
        whole = text == self.said
        return replace(
            self.course.turn, message=message, vector=self.course.turn.vector if whole else vector
        )

    async def _sensed(self, news: Heard) -> None:
        """No rule knows what to do with it: what do people mean who speak like that?"""
        if HEARD.search(self.said):  # “好的 知道了”
            self.course.go_on(answered=True)
            return
        sense = None if news.values else await sensed(self.course, self.said)
        if sense is None:
            self._puzzled(news)
        elif sense.value == "rejected":
            self._rejected(replace(news, rejected=True))
        elif sense.value == "begin":
            self.course.go_on()
        else:
            act_on(self.course, sense)

    def _puzzled(self, news: Heard) -> None:
        known = self.course.telling.facts(list(news.values))
        if known:
            self.course.draft.say(self.course.telling.say("known", facts=known))
            self.course.go_on()
            return
        self.course.state = replace(self.course.state, puzzled=self.course.state.puzzled + 1)
        if self.course.state.puzzled > 1:
            self.course.draft.say(self.course.telling.say("puzzled_again"))
            self.course.draft.choices = (HANDOFF, SUMMARY)
            return
        open_ones = self.course.askable()
        reasons = [why(self.course.telling, slot) for slot in open_ones]
        telling = self.course.telling
        asked = telling.say("puzzled_open")
        if open_ones:
            asked = questions(telling, open_ones, "ask_again", reasons)
        self.course.draft.say(self.course.telling.say("puzzled", asked=asked))

    def _rejected(self, news: Heard) -> None:
        bare = not self.said or is_day(self.said, replace(news, rejected=False, rejected_on=None))
        asked = REJECTION in self.course.state.pending
        named = past_day(self.said, self.course.today) if bare or asked else None
        day = news.rejected_on or named
        profile = replace(
            self.course.state.profile, rejected_on=day or self.course.state.profile.rejected_on
        )
        if not bare:
            said = {**profile.said, "rejection": self.said[:KEPT_REASON]}
            profile = replace(profile, said=said)
        self.course.state = replace(self.course.state, profile=profile, paused=False)
        if bare:
            deadline(self.course.telling, self.course.draft)
            return
        given = bool(_REASON.search(self.said)) or REJECTION in self.course.state.pending
        known = rejected(self.course.telling, self.course.draft, self.said, given)
        settled = causes(self.course.launch.book, self.said) and profile.rejected_on
        self.course.state = replace(self.course.state, pending=() if settled else (REJECTION,))
        self.course.unanswered = not known


def is_day(said: str, news: Heard) -> bool:
    """A bare day, as the answer to when it was rejected."""
    return not news and len(said) <= 10 and past_day(said, date(2026, 1, 1)) is not None
