"""Back, skip, pause, resume, start over, progress, summary: each a function on the course."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.clock import in_shanghai
from handlers.merchant.launch_course import Course
from handlers.merchant.launch_state import State, skipped, undone
from handlers.rules.launch_dates import spoken
from handlers.rules.launch_pages import summary
from handlers.rules.launch_reminders import ask_about_papers


def _restart(course: Course) -> None:
    course.state = State()
    course.draft.say(course.telling.say("restarted"))
    course.ask(first=True)


def _back(course: Course) -> None:
    before = course.telling
    course.state, changed = undone(course.state, course.launch.book)
    if not changed:
        course.draft.say(course.telling.say("back_none"))
    elif facts := before.facts(changed):
        course.draft.say(course.telling.say("back", facts=facts))
    again = [course.launch.book.slots[k] for k in changed]
    course.ask(also=[slot for slot in again if slot.stage])


def _skip(course: Course) -> None:
    waiting = course.state.pending[:1]
    if not waiting:
        course.draft.say(course.telling.say("skipped_none"))
    else:
        course.state = skipped(course.state, waiting)
        course.draft.say(course.telling.say("skipped"))
    course.advise()
    course.go_on()


def _pause(course: Course) -> None:
    course.state = replace(course.state, paused=True)
    course.draft.say(course.telling.say("paused"))


def _leave(course: Course) -> None:
    """Second thoughts: people come back, and need not say it all again."""
    course.state = replace(course.state, paused=True)
    course.draft.say(course.telling.say("left"))


def _waiting(course: Course) -> None:
    course.state = replace(course.state, paused=True)
    telling = course.telling
    asked = ask_about_papers(telling.plan, course.turn.now)
    words = {"steps": telling.steps()}
    if asked:
        course.reminders.append(asked)
        course.draft.say(
            telling.say("waiting_asked", day=spoken(in_shanghai(asked.at).date()), **words)
        )
    else:
        course.draft.say(telling.say("waiting", **words))
    course.show_plan = True


def _resume(course: Course) -> None:
    course.state = replace(course.state, paused=False)
    telling = course.telling
    facts = telling.facts(list(course.launch.book.slots))
    course.draft.say(telling.say("resumed", facts=facts) if facts else telling.say("resumed_empty"))
    course.go_on()


def _progress(course: Course) -> None:
    telling = course.telling
    facts = telling.facts(list(course.launch.book.slots))
    if facts:
        course.draft.say(telling.say("progress", facts=facts))
    telling.todo(course.draft)
    course.show_plan = True


def _summary(course: Course) -> None:
    telling = course.telling
    course.draft.say(
        summary(course.launch.book, course.state.profile, telling.plan), telling.sources()
    )
    course.show_plan = True


STEERING: Mapping[str, Callable[[Course], None]] = {
    "restart": _restart,
    "back": _back,
    "skip": _skip,
    "pause": _pause,
    "leave": _leave,
    "waiting": _waiting,
    "resume": _resume,
    "progress": _progress,
    "summary": _summary,
}
"""What steers the walkthrough without telling anything new; leaving it is the visit's own."""
