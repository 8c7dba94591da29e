"""What the walkthrough does with a message that only the examples understand (launch_senses)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from handlers.merchant.launch_answers import expected
from handlers.merchant.launch_course import Course
from handlers.merchant.launch_plan_answers import answer as answer_plan
from handlers.merchant.launch_questions import why
from handlers.merchant.launch_reading import Heard
from handlers.merchant.launch_senses import BEYOND_DOUBT, USUALLY, Sure
from handlers.merchant.launch_state import REJECTION, heard, skipped
from handlers.merchant.launch_steering import STEERING
from handlers.rules.launch import open_questions
from handlers.rules.launch_profile import facts_of
from knowledge.launch.senses import Sense

LONGEST = 40
"""A longer message is no answer to a question of ours."""
_DENIES = re.compile("[没不无未别]")
_COUNTS = re.compile(r"\d|[二三四五六七八九十百千万]{2}")
"""Numbers are for the rules to read."""
_OF_MONEY = re.compile("钱(?!够)|款|到账|提现|结算|打给我")
"""“钱多久到” asks for the settlement, not for the opening."""
UNCOOKED = Sense("answers", "selfmade=yes")
"""Told in denials, too (“没加工”)."""
TELLS = ("subject", "licence", "selfmade")
"""Slots of which one answer settles what is asked under another name."""
THEIRS = ("category", "subject", "scope_ok", "form")
"""What nobody else can decide."""


async def sensed(course: Course, said: str) -> Sense | None:
    """The sense of a message that no rule understood; None if it is not clear."""
    return await _meant(course, said, _fitting(course), USUALLY)


async def sensed_question(course: Course, said: str, sure: Sure = BEYOND_DOUBT) -> Sense | None:
    """A question of the plan that the guide would answer in general; None unless that is sure."""
    if _COUNTS.search(said):
        return None
    steers = ("decide", "why", *(("summary", "progress") if sure == USUALLY else ()))
    asked = [s for s in _fitting(course) if s.kind == "asks" or s.value in steers]
    return await _meant(course, said, asked, sure)


async def _meant(course: Course, said: str, fitting: Sequence[Sense], sure: Sure) -> Sense | None:
    senses = course.launch.senses
    if senses is None or not fitting or len(said) > LONGEST:
        return None
    found = senses.meant(said, await course.turn.vector(), fitting, sure)
    affirms = found is not None and found.value.endswith("=yes") and found != UNCOOKED
    other = found is not None and found.value == "time" and _OF_MONEY.search(said)
    return None if other or (affirms and _DENIES.search(said)) else found


def _known(course: Course) -> Sequence[Sense]:
    return course.launch.senses.known[1:] if course.launch.senses else ()


def _fitting(course: Course) -> list[Sense]:
    """Every question and every way; of the answers those to what is open, asked or not."""
    book, profile = course.launch.book, course.state.profile
    opened = [slot.name for slot in open_questions(book, profile, facts_of(book, profile))]
    slots = {*expected(book, profile, course.state.pending), *opened, *TELLS} - set(profile.values)
    rejected = profile.rejected_on or REJECTION in course.state.pending
    return [
        s
        for s in _known(course)
        if (s.kind != "answers" or s.value.split("=")[0] in slots)
        and (rejected or s.value != "resubmit")
    ]


def act_on(course: Course, sense: Sense) -> None:
    """Does what that sense wants."""
    if sense.kind == "answers":
        _take(course, *sense.value.split("="))
    elif sense.kind == "asks":
        _answer(course, sense.value)
    elif sense.value in STEERING:
        STEERING[sense.value](course)
    elif sense.value == "why":
        _tell_why(course)
    else:
        _decide(course)


def _answer(course: Course, asked: str) -> None:
    if asked == "todo" and course.askable():
        course.telling.todo(course.draft, briefly=True)  # what is lacking is asked right after
    else:
        answer_plan(course.telling, course.draft, asked)
    course.go_on(answered=True)


def _take(course: Course, slot: str, value: str) -> None:
    """An answer that was understood by its likeness is said back as such."""
    news = Heard({slot: value}, assumed=frozenset((slot,)))
    course.state = replace(heard(course.state, news), puzzled=0, paused=False)
    keys = [slot, "category"] if slot in ("form", "selfmade") else [slot]
    course.telling.noted(course.draft, keys, key="understood")
    course.advise()
    course.go_on()


def _tell_why(course: Course) -> None:
    slots = [
        course.launch.book.slots[k] for k in course.state.pending if k in course.launch.book.slots
    ]
    reasons = [f"{slot.label}：{why(course.telling, slot)}" for slot in slots]
    if reasons:
        course.draft.say(course.telling.say("why", reasons="；".join(reasons)))
    course.go_on(answered=True)


def _decide(course: Course) -> None:
    """“你定吧”: our advice as far as it goes; what they leave to us is not asked again."""
    left = tuple(
        k for k in course.state.pending if k in course.launch.book.slots and k not in THEIRS
    )
    if left:
        course.state = skipped(course.state, left)
    answer_plan(course.telling, course.draft, "advice")
    course.remember(course.telling.advised())
    course.go_on()
