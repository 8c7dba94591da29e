"""Which timers a case has after each change, so that no deadline passes unseen (pure).

Their keys are the case's, so a newer version's take the older one's place, whoever changed it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from bot.cases import CaseFile
from bot.conversation import Timer
from handlers.rules.case_guard import guard
from handlers.rules.window import shanghai

Kind = Literal["case_remind", "case_escalate", "case_end", "case_file", "case_news"]
KINDS: tuple[Kind, ...] = ("case_remind", "case_escalate", "case_end", "case_file", "case_news")


def key_of(case_id: str, kind: Kind) -> str:
    """The timer's name among its conversation's."""
    return f"{kind}:{case_id}"


def timer(case: CaseFile, kind: Kind, due: datetime, **more: int) -> Timer:
    """One timer of this version of the case."""
    data = {"case": case.id, "version": case.version, **more}
    return Timer(key_of(case.id, kind), kind, due, data)


def timers_of(case: CaseFile, now: datetime, news: bool = False) -> tuple[Timer, ...]:
    """Reminder, escalation, end of the deadline; filing at once where it is wanted; `news`: the
    person is to be told (of what they did themselves they know)."""
    at = shanghai(now)
    watch = guard(case, now)
    found = []
    if watch:
        found = [timer(case, "case_remind", watch.remind_at)]
        if watch.escalate_at:
            found.append(timer(case, "case_escalate", watch.escalate_at))
        found.append(timer(case, "case_end", max(at, watch.deadline)))
    if case.filing == "wanted":
        found.append(timer(case, "case_file", at))
    return (*found, timer(case, "case_news", at)) if news else tuple(found)


def cancelled(case: CaseFile, new: tuple[Timer, ...]) -> tuple[str, ...]:
    """Keys of the case's timers that this version has no more."""
    kept = {each.key for each in new}
    return tuple(key for kind in KINDS if (key := key_of(case.id, kind)) not in kept)
