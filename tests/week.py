"""A week of after-sales over one channel, with slow staff and people who write much or never again:
`python -m tests.week`.

The real cases, timers, queues and send windows, on a clock that jumps. The platform counts for
itself, by the published limits and not by ours: what it refuses or throws away is written down.
"""

from __future__ import annotations

import asyncio
import heapq
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.case_operations import Asked, CaseDesk, NotPossibleNow
from bot.case_store import CaseRows
from bot.channels import aibot, commkf, kf, official, wechaty, wecom
from bot.channels.twin import Delivered, Shelf
from bot.clock import Clock
from bot.conversation import Outcome, Turn
from bot.database import open_engine
from bot.delivery.worker import Equipment, Worker
from bot.mail import Kind, Limits, Outgoing, Receipt
from bot.messages import Choice, Reply
from bot.outbox_store import Todos
from bot.store import Store
from handlers.customer.case_clock import CaseClock, whole_line, with_case
from handlers.rules.case import BUYER, CaseRefused, act, is_open
from handlers.rules.case_moves import NEGOTIATION, OPEN, REVIEW, WAIT_RECEIPT, WAIT_RETURN
from tests.mail import AT_ONCE, NOW, WORDING, Hands, accounts, echoing, incoming, said
from tests.unit.rules.cases import CHEAP, REFUND, opened

WEEK, LOOK = timedelta(days=7), timedelta(hours=6)
DAYS, MINUTE, HOUR = timedelta(hours=48), timedelta(minutes=1), timedelta(hours=1)
BY_HAND: tuple[Kind, ...] = ("text", "image")
TAP: tuple[Kind, ...] = ("choice",)

Published = tuple[tuple[tuple[Kind, ...], timedelta, int | None], ...]


@dataclass(frozen=True)
class Law:
    """What a platform lets through: windows (opened by, for how long, how many sends; none: always)
    and how many in how long, beyond which it throws away without a word."""

    limits: Limits
    windows: Published = ()
    rates: tuple[tuple[int, timedelta], ...] = ()


EACH_MEMBER = ((30, MINUTE), (1000, HOUR))
LAWS = {
    "commkf": Law(commkf.LIMITS, ((BY_HAND + TAP, DAYS, 5),)),
    "kf": Law(kf.LIMITS, ((BY_HAND + TAP, DAYS, 5),)),
    "official": Law(official.OFFICIAL, ((BY_HAND, DAYS, 5), (TAP, MINUTE, 3))),
    "miniprogram": Law(official.MINIPROGRAM, ((BY_HAND + TAP, DAYS, 5),)),
    "passive": Law(official.PASSIVE, ((BY_HAND + TAP, timedelta(seconds=15), 1),)),
    "wecom": Law(wecom.LIMITS, (), EACH_MEMBER),
    "aibot": Law(aibot.LIMITS, ((BY_HAND + TAP, timedelta(hours=24), None),), EACH_MEMBER),
    "wechaty": Law(wechaty.LIMITS),
}
"""From the published pages (protocol notes A, B, C1, D, I), written down here a second time."""


@dataclass
class Platform:
    """Keeps to its law. `refused`: what we should not have tried; `discarded`: taken, not shown."""

    law: Law
    clock: Clock
    shelf: Shelf = field(default_factory=Shelf)
    refused: list[str] = field(default_factory=list)
    discarded: list[str] = field(default_factory=list)
    left: dict[tuple[str, int], tuple[datetime, int | None]] = field(default_factory=dict)
    times: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    kind: str = "twin"
    account: str = "main"

    @property
    def limits(self) -> Limits:
        return self.law.limits

    def wrote(self, person: str, kind: Kind) -> None:
        for place, (opened_by, lasts, sends) in enumerate(self.law.windows):
            if kind in opened_by:
                self.left[person, place] = (self.clock() + lasts, sends)

    async def send(self, letter: Outgoing) -> Receipt:
        if self.law.windows and not self._counted(letter.to):
            self.refused.append(letter.text)
            return Receipt("window_closed", detail="45047 超过条数")
        now = self.clock()
        if any(self._lately(letter.to, now - per) >= sends for sends, per in self.law.rates):
            self.discarded.append(letter.text)
            return Receipt()
        self.times[letter.to].append(now)
        self.shelf.put(Delivered(letter.key, "main", letter.to, letter.text), once=False)
        return Receipt()

    def _lately(self, person: str, since: datetime) -> int:
        return sum(at > since for at in self.times[person])

    def _counted(self, person: str) -> bool:
        mine = [
            (until, place, sends)
            for (who, place), (until, sends) in self.left.items()
            if who == person and until > self.clock() and sends != 0
        ]
        if not mine:
            return False
        until, place, sends = min(mine, key=lambda one: one[:2])
        self.left[person, place] = (until, sends and sends - 1)
        return True


@dataclass
class Week:
    """One run. `news`: what staff did, as the buyer must hear it: (case, words)."""

    store: Store
    law: Law
    seed: int = 1
    cases: int = 20
    news: list[tuple[str, str]] = field(default_factory=list)
    queue: list[tuple[datetime, int, Callable[[], Any]]] = field(default_factory=list)
    clock: Hands = field(default_factory=Hands)
    numbers: int = 0

    def run(self) -> Week:
        """Until all that staff and people do in that week is done, and two days more."""
        self.chance, self.rows = random.Random(self.seed), CaseRows(self.store)
        self.platform = Platform(self.law, self.clock)
        self.whole = [opened(), opened(policy=CHEAP, **REFUND), opened(wish="exchange")]
        for number in range(self.cases):
            self._person(f"p{number}", f"case-{number}")
        self._flood("p0", NOW + timedelta(hours=3, minutes=7))
        asyncio.run(self._live())
        return self

    def told(self) -> str:
        """All that arrived."""
        return "\n".join(f"{one.to}: {one.text}" for one in self.platform.shelf.all())

    def todos(self) -> str:
        """All that operators are asked to do."""
        return "\n".join(todo["text"] for todo in Todos(self.store).open("", 0, 100_000))

    def unseen(self) -> list[tuple[str, str]]:
        """News that neither arrived nor stand among the to-dos."""
        known = self.told() + self.todos()
        return [(case, words) for case, words in self.news if words not in known]

    def _later(self, when: datetime, step: Callable[[], Any]) -> None:
        self.numbers += 1
        heapq.heappush(self.queue, (when, self.numbers, step))

    def _person(self, who: str, case: str) -> None:
        """Opens a case some day, then writes now and then, or never again."""
        start = NOW + HOUR * self.chance.randrange(110)
        self._later(start, self._says(who, case))
        for place in range(self.chance.choice((0, 0, 1, 2, 8))):
            after = start + timedelta(minutes=self.chance.choice((1, 20, 600, 2000, 4000)))
            self._later(after, self._says(who, f"talk-{case}-{place}"))

    def _flood(self, who: str, when: datetime) -> None:
        """Forty questions within a few seconds."""
        for number in range(40):
            self._later(when, self._says(who, f"flood-{number}"))

    def _says(self, who: str, text: str) -> Callable[[], Any]:
        async def step() -> None:
            kind: Kind = self.chance.choice((*BY_HAND, *TAP, "text", "text"))
            self.platform.wrote(who, kind)
            letter = incoming(f"{who}-{text}", text, who, kind=kind, sent_at=self.clock())
            await self.worker.accept(letter)

        return step

    async def _live(self) -> None:
        clock = CaseClock(self.rows, WORDING)
        kinds = {
            "case_remind": clock.remind, "case_escalate": clock.escalate, "case_end": clock.end,
            "case_news": clock.news,
        }  # fmt: skip
        bot = echoing(self.store, self._answer, kinds)
        channels = (self.platform,)
        self.worker = Worker(
            Equipment(
                self.store, bot, WORDING, accounts(*channels), channels, AT_ONCE, self.clock,
                self.clock,
            )
        )  # fmt: skip
        for look in range((WEEK + DAYS) // LOOK):
            await self._until(NOW + LOOK * look)
        for _ in range(30):  # what had to be slowed down
            await self._until(self.clock() + 10 * MINUTE)

    async def _until(self, when: datetime) -> None:
        while self.queue and self.queue[0][0] <= when:
            self.clock.at, _, step = heapq.heappop(self.queue)
            await step()
            if not self.queue or self.queue[0][0] > self.clock():
                await self._worked()
        self.clock.at = when
        await self._worked()

    async def _worked(self) -> None:
        """All that is due now: timers, turns, letters."""
        worker = self.worker
        await worker.fire_due_timers()
        while taken := worker.serving.take(10, frozenset()):
            for one in taken:
                await worker.serving.serve(one)
        while letters := worker.delivering.take(10, frozenset()):
            for letter in letters:
                await worker.delivering.deliver(letter)

    def _answer(self, turn: Turn) -> Outcome:
        text = turn.message.text
        if text.startswith("case"):
            return self._opens(turn, text)
        if text.startswith("did"):
            return self._did(turn, text.removeprefix("did-"))
        words = f"{text} 这是一段答复。" * self.chance.choice((1, 20, 120, 700))
        if text.startswith("flood"):
            return said(text)
        choices = tuple(Choice(str(n), f"选项{n}") for n in range(self.chance.choice((0, 2))))
        return Outcome((Reply(words, choices),), "answered")

    def _opens(self, turn: Turn, number: str) -> Outcome:
        plain, now = self.chance.choice(self.whole), turn.now
        case = replace(
            plain, id=number, order_no=number, shop="demo", buyer=turn.conversation.visitor_id,
            conversation_id=turn.conversation.id, deadline=now + DAYS,
            history=(replace(plain.history[0], at=now),),
            items=tuple(replace(item, title=f"落地灯{number}号") for item in plain.items),
        )  # fmt: skip
        self._staff_later(number, now)
        return with_case(said("已转店员"), 0, case, now, WORDING)

    def _did(self, turn: Turn, number: str) -> Outcome:
        """The buyer sends the parcel back, or brings what was asked for."""
        case = self.rows.get(number)
        assert case
        name = "add_evidence" if case.status == NEGOTIATION else "send_back"
        try:
            moved = act(case, name, BUYER, turn.now, "单号 SF12345678")
        except CaseRefused:
            return said("现在不用")
        self._staff_later(number, turn.now)
        return with_case(said("记下了"), case.version, moved, turn.now, WORDING)

    def _staff_later(self, number: str, now: datetime) -> None:
        """Staff take from one hour to three days."""
        wait = HOUR * self.chance.choice((1, 5, 20, 47, 49, 60, 72))
        self._later(now + wait, self._staff(number))

    def _staff(self, number: str) -> Callable[[], Any]:
        async def step() -> None:
            case = self.rows.get(number)
            if case is None or not is_open(case):
                return
            if case.status in (NEGOTIATION, WAIT_RETURN):
                return
            asked = Asked(number, self._act(case), case.version, "operator:clerk@demo", "请看")
            try:
                moved = CaseDesk(self.rows).act(asked, "", self.clock())
            except NotPossibleNow:
                return
            self.news.append((number, whole_line(WORDING, moved)))
            if moved.status in (NEGOTIATION, WAIT_RETURN):
                self._buyer_later(moved.conversation_id, number)
            else:
                self._staff_later(number, self.clock())

        return step

    def _buyer_later(self, _talk: str | None, number: str) -> None:
        if self.chance.random() < 0.7:
            wait = HOUR * self.chance.randrange(1, 70)
            who = "p" + number.removeprefix("case-")
            self._later(self.clock() + wait, self._says(who, f"did-{number}"))

    def _act(self, case: Any) -> str:
        if case.status == REVIEW:
            return self.chance.choice(("approve", "approve", "reject", "request_evidence"))
        if case.status == WAIT_RECEIPT and case.received_at is None:
            return "confirm_receipt"
        return "close" if case.status == OPEN or case.type == "exchange" else "refund"


def main() -> None:
    """A line for each channel."""
    for name, law in LAWS.items():
        with TemporaryDirectory(prefix="kaidian-week-") as folder:
            store = Store(open_engine(f"sqlite:///{Path(folder) / 'kaidian.db'}"))
            store.create()
            week = Week(store, law).run()
            arrived = week.told()
            reached = sum(words in arrived for _, words in week.news)
            print(
                f"{name}: {week.cases} cases, {len(week.news)} results, {reached} arrived, "
                f"{len(week.unseen())} neither arrived nor among the to-dos; tried in vain: "
                f"{len(week.platform.refused)}, thrown away: {len(week.platform.discarded)}",
                flush=True,
            )
            store.close()


if __name__ == "__main__":
    main()
