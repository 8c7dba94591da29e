"""A month of after-sales with slow staff, on a clock that jumps: `python -m tests.month`.

The real state machine, timers and timer handlers, over an in-memory shelf. Staff take up to four
days for what they owe, buyers up to ten; some never come. What is counted: deadlines of the shop
that passed before anybody acted, and those of them that no alert had come before.
"""

from __future__ import annotations

import asyncio
import heapq
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.cases import CaseChange, CaseFile
from bot.conversation import Conversation, Outcome, Timer, TimerDue, TimerHandler
from handlers.customer.case_clock import CaseClock
from handlers.rules.case import BUYER, By, CaseRefused, act, is_open
from handlers.rules.case_guard import MERCHANT
from handlers.rules.case_moves import NEGOTIATION, OPEN, REVIEW, WAIT_RECEIPT, WAIT_RETURN
from handlers.rules.case_timers import cancelled, timers_of
from knowledge.wording import load_wording
from tests.unit.rules.build import at
from tests.unit.rules.cases import CHEAP, REFUND, opened

CLERK = By("operator", "operator:clerk@tea")
START = at("08-07T10:00")
DAYS = 31
SETTLED = 60


@dataclass
class Shelf:
    """Cases by id."""

    cases: dict[str, CaseFile] = field(default_factory=dict)

    async def read(self, case_id: str) -> CaseFile | None:
        return self.cases.get(case_id)

    async def of_platform(self, shop: str, number: str, order_no: str) -> CaseFile | None:
        return None

    async def of_order(self, shop: str, order_no: str) -> Sequence[CaseFile]:
        return [case for case in self.cases.values() if case.order_no == order_no]


@dataclass
class Month:
    """One run. `alerts`: (case, version) → when staff first heard of that deadline."""

    seed: int = 7
    cases: int = 2000
    shelf: Shelf = field(default_factory=Shelf)
    timers: dict[str, Timer] = field(default_factory=dict)
    queue: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    alerts: dict[tuple[str, int], datetime] = field(default_factory=dict)
    overdue: list[tuple[str, int, datetime]] = field(default_factory=list)
    said: int = 0
    numbers: int = 0

    def run(self) -> Month:
        """Until everything is settled."""
        chance, clock = random.Random(self.seed), CaseClock(self.shelf, load_wording())
        self.chance = chance
        self.handlers: Mapping[str, TimerHandler] = {
            "case_remind": clock.remind, "case_escalate": clock.escalate, "case_end": clock.end,
            "case_news": clock.news,
        }  # fmt: skip
        kinds: list[dict[str, Any]] = [{}, {"policy": CHEAP, **REFUND}, {"wish": "exchange"}]
        whole = [opened(**kind) for kind in kinds]
        for number in range(self.cases):
            when = START + timedelta(minutes=chance.randrange(DAYS * 24 * 60))
            self._later(when, self._opens(f"c{number}", chance.choice(whole)))
        end = START + timedelta(days=DAYS + SETTLED)
        with asyncio.Runner() as self.runner:
            while self.queue and self.queue[0][0] <= end:
                when, _, step = heapq.heappop(self.queue)
                step(when)
        return self

    def unseen(self) -> list[tuple[str, int, datetime]]:
        """Deadlines that passed without an earlier alert."""
        return [
            (case, version, deadline)
            for case, version, deadline in self.overdue
            if self.alerts.get((case, version), deadline) >= deadline
        ]

    def _later(self, when: datetime, step: Callable[[datetime], None]) -> None:
        self.numbers += 1
        heapq.heappush(self.queue, (when, self.numbers, step))

    def _opens(self, number: str, plain: CaseFile) -> Callable[[datetime], None]:
        def step(now: datetime) -> None:
            first = replace(plain.history[0], at=now)
            case = replace(
                plain, id=number, order_no=number, history=(first,),
                deadline=now + timedelta(hours=48),
            )  # fmt: skip
            self._keep(CaseChange(0, case), timers_of(case, now), now)

        return step

    def _keep(self, change: CaseChange, timers: tuple[Timer, ...], now: datetime) -> None:
        case = change.after
        before = self.shelf.cases.get(case.id)
        if before and before.deadline and before.status in MERCHANT and now > before.deadline:
            self.overdue.append((before.id, before.version, before.deadline))
        self.shelf.cases[case.id] = case
        for key in cancelled(case, timers):
            self.timers.pop(key, None)
        self._set(timers)
        if is_open(case):
            self._somebody_acts(case, now)

    def _set(self, timers: Sequence[Timer]) -> None:
        for timer in timers:
            self.timers[timer.key] = timer
            self._later(timer.due, lambda now, t=timer: self._fire(t, now))  # type: ignore[misc]

    def _fire(self, timer: Timer, now: datetime) -> None:
        if self.timers.get(timer.key) is not timer:
            return
        del self.timers[timer.key]
        talk = Conversation("talk", 0, "tea", "customer", "tea-customer", "v")
        outcome: Outcome = self.runner.run(self._handled(timer, talk, now))
        self.said += len(outcome.replies)
        if outcome.todos:
            key = (str(timer.data["case"]), int(timer.data["version"]))
            self.alerts.setdefault(key, now)
        self._set(outcome.timers)
        if outcome.case:
            self._keep(outcome.case, outcome.timers, now)

    async def _handled(self, timer: Timer, talk: Conversation, now: datetime) -> Outcome:
        return await self.handlers[timer.kind](TimerDue(timer, talk, now))

    def _somebody_acts(self, case: CaseFile, now: datetime) -> None:
        """The next act, whoever's turn it is, after a wait that may be far too long."""
        name, by, longest = self._act(case)
        wait = timedelta(minutes=self.chance.randrange(10, longest * 60))

        def step(at_: datetime) -> None:
            current = self.shelf.cases[case.id]
            if current.version == case.version and is_open(current):
                self._try(current, name, by, at_)

        self._later(now + wait, step)

    def _try(self, case: CaseFile, name: str, by: By, now: datetime) -> None:
        try:
            moved = act(case, name, by, now, "单号 SF12345678")
        except CaseRefused:
            return
        timers = timers_of(moved, now, news=by is CLERK)
        self._keep(CaseChange(case.version, moved), timers, now)

    def _act(self, case: CaseFile) -> tuple[str, By, int]:
        """Who does what next, and the longest they take, in hours."""
        if case.status == REVIEW:
            return (
                self.chance.choice(["approve", "approve", "reject", "request_evidence"]),
                CLERK,
                96,
            )
        if case.status == NEGOTIATION:
            return "add_evidence", BUYER, 240
        if case.status == WAIT_RETURN:
            return "send_back", BUYER, 240
        if case.status == WAIT_RECEIPT and case.received_at is None:
            return "confirm_receipt", CLERK, 300
        if case.status == OPEN or case.type == "exchange":
            return "close", CLERK, 240
        return "refund", CLERK, 240


if __name__ == "__main__":
    month = Month().run()
    print(
        f"{len(month.shelf.cases)} cases, {len(month.overdue)} deadlines of the shop overdue, "
        f"{len(month.unseen())} of them without an earlier alert; "
        f"{len(month.alerts)} alerted, {month.said} messages to buyers"
    )
