"""How a term is told: the last day first, then how it was counted. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.clock import in_shanghai
from bot.messages import Citation
from handlers.rules.deadlines import calendar_note, resubmission, review
from handlers.rules.terms import FILING, Term
from knowledge.figures import Deadlines
from knowledge.wording import Wording


@dataclass(frozen=True)
class TermTelling:
    """Terms and moments as people read them."""

    wording: Wording
    rules: Deadlines

    def text(self, found: Term, today: date) -> str:
        """The answer to “什么时候到期”."""
        until, event = _day(found.until, today), _day(found.event, today)
        blanks = {"until": until, "event": event}
        if found.what == "resubmit":
            over = found.until < today
            more = {} if over else {"left": self._left(found.until, today)}
            return self.wording.say(
                "term_resubmit_over" if over else "term_resubmit", **blanks, **more
            )
        early = [_day(day, today) for day in found.early]
        if found.what == "review":
            note = calendar_note(found.until)
            first, second = early
            return self.wording.say(
                "term_review", **blanks, first=first, second=second, calendar=note
            )
        if found.what == "filing":
            note = calendar_note(found.until)
            return self.wording.say("term_filing", **blanks, first=early[0], calendar=note)
        return self.wording.say("term_yearly", **blanks)

    def reminder(self, found: Term, today: date) -> str:
        """What is said when the time has come."""
        if found.what == "resubmit" and found.until < today:
            return self.text(found, today)
        blanks = {"until": _day(found.until, today), "event": _day(found.event, today)}
        if found.what in ("resubmit", "yearly"):
            left = self._left(found.until, today)
            del blanks["event"]
            return self.wording.say(f"remind_say_{found.what}", **blanks, left=left)
        return self.wording.say(f"remind_say_{found.what}", **blanks)

    def name(self, found: Term) -> str:
        """A reminder's matter in a list."""
        return self.wording.say(f"remind_name_{found.what}", until=_day(found.until, found.until))

    def times(self, some: Sequence[datetime]) -> str:
        """`11月26日9:30和11月27日9:30`."""
        return "和".join(map(self.moment, some))

    def moment(self, at: datetime) -> str:
        """`11月26日9:30`."""
        there = in_shanghai(at)
        return f"{there.month}月{there.day}日{there.hour}:{there.minute:02}"

    def cited(self, found: Term, today: date) -> tuple[Citation, ...]:
        """Where the term stands and how it was counted, with every date that is told."""
        ends = "、".join(_day(day, today) for day in (*found.early, found.until))
        left = max((found.until - today).days, 0)
        days = f"从{_day(found.event, today)}数到{ends}24点，还有{left}天"
        return (
            Citation(
                "deadlines", "审核与期限", "期限", f"{self._basis(found)}；{days}", "无发布日期"
            ),
        )

    def _basis(self, found: Term) -> str:
        if found.what == "resubmit":
            return resubmission(found.event, found.event, self.rules).basis
        if found.what == "review":
            return review(found.event, self.rules).basis
        if found.what == "filing":
            low, high = FILING
            return f"备案预留{low}-{high}个工作日（{self.rules.longest_source}）"
        return f"认证按次收审核费，有效一年须年审（{self.rules.longest_source}）"

    def _left(self, until: date, today: date) -> str:
        days = (until - today).days
        if days <= 0:
            return self.wording.say("term_left_today")
        return self.wording.say("term_left", days=str(days))


def _day(day: date, today: date) -> str:
    """`11月27日`, with the year where it is another one."""
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"
