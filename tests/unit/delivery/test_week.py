"""A simulated week of quotas: every case's result is told in time, or an operator has a to-do."""

import asyncio
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.channels.commkf import LIMITS as COMMKF
from bot.channels.kf import LIMITS as KF
from bot.channels.official import MINIPROGRAM, OFFICIAL, PASSIVE
from bot.channels.twin import Delivered, Shelf
from bot.clock import Clock
from bot.conversation import Outcome, Timer, Turn
from bot.delivery.worker import Worker
from bot.mail import Kind, Limits, Outgoing, Receipt
from bot.messages import Choice, Reply
from bot.outbox_store import Todos
from bot.store import Store
from tests.mail import NOW, Answer, Hands, House, incoming

WEEK, STEP = timedelta(days=7), timedelta(hours=1)
PEOPLE = 14
KINDS: tuple[Kind, ...] = ("text", "image", "choice", "text", "text")


@dataclass
class Platform:
    """Counts for itself what it lets through; `refused` is what we should not have tried."""

    limits: Limits
    clock: Clock
    shelf: Shelf = field(default_factory=Shelf)
    refused: list[str] = field(default_factory=list)
    left: dict[tuple[str, int], tuple[datetime, int]] = field(default_factory=dict)
    kind: str = "twin"
    account: str = "main"

    def wrote(self, person: str, kind: Kind) -> None:
        for place, window in enumerate(self.limits.windows):
            if kind in window.opened_by:
                self.left[person, place] = (self.clock() + window.lasts, window.sends or 10**6)

    async def send(self, letter: Outgoing) -> Receipt:
        mine = [
            (until, place, sends)
            for (person, place), (until, sends) in self.left.items()
            if person == letter.to and until > self.clock() and sends
        ]
        if not mine:
            self.refused.append(letter.text)
            return Receipt("window_closed", detail="45047 超过条数")
        until, place, sends = min(mine)
        self.left[letter.to, place] = (until, sends - 1)
        self.shelf.put(Delivered(letter.key, "main", letter.to, letter.text), once=False)
        return Receipt()


def talks_much(chance: random.Random) -> Answer:
    """A bot whose answers take one to seven letters; every case's result comes within days."""

    def answer(turn: Turn) -> Outcome:
        words = "这是一段答复。" * chance.choice((5, 20, 120, 700))
        choices = tuple(Choice(str(n), f"选项{n}") for n in range(chance.choice((0, 2))))
        result: tuple[Timer, ...] = ()
        if turn.message.text.startswith("case"):
            due = turn.now + timedelta(hours=chance.choice((1, 20, 47, 49, 70, 120)))
            result = (
                Timer(turn.message.text, "remind", due, {"say": f"{turn.message.text} 办好"}),
            )
        return Outcome((Reply(words, choices),), "answered", timers=result)

    return answer


@dataclass
class Week:
    """People who ask at all hours, some in bursts, some never again."""

    store: Store
    limits: Limits
    seed: int
    cases: list[str] = field(default_factory=list)

    def live(self) -> tuple[Platform, list[str]]:
        """The platform after a week, and what operators have to do."""
        chance, clock = random.Random(self.seed), Hands()
        platform = Platform(self.limits, clock)
        house = House(self.store, platform, talks_much(chance), clock=clock)  # type: ignore[arg-type]
        asyncio.run(self._live(house.worker(), platform, clock, chance))
        return platform, [todo["text"] for todo in Todos(self.store).open("", 0, 10_000)]

    async def _live(
        self, worker: Worker, platform: Platform, clock: Hands, chance: random.Random
    ) -> None:
        plan = self._plan(chance)
        while clock() < NOW + WEEK + timedelta(days=1):
            for who, text in plan.pop(clock(), []):
                kind = chance.choice(KINDS)
                platform.wrote(who, kind)
                letter = incoming(f"{who}{text}", text, who, kind=kind, sent_at=clock())
                await worker.accept(letter)
            await _worked(worker)
            clock.on(seconds=STEP.total_seconds())

    def _plan(self, chance: random.Random) -> dict[datetime, list[tuple[str, str]]]:
        plan = defaultdict(list)
        for number in range(PEOPLE):
            for burst in range(chance.choice((1, 1, 3))):
                start = NOW + STEP * chance.randrange(WEEK // STEP - 100)
                for place in range(chance.choice((1, 2, 4))):
                    case = place == 0 and chance.random() < 0.8
                    text = f"{'case' if case else 'talk'}-{number}-{burst}-{place}"
                    self.cases += [text] if case else []
                    plan[start + STEP * place * chance.choice((0, 1))].append((f"p{number}", text))
        return plan


async def _worked(worker: Worker) -> None:
    """All that is due now: turns, timers, letters."""
    await worker.fire_due_timers()
    while taken := worker.serving.take(10, frozenset()):
        for one in taken:
            await worker.serving.serve(one)
    while letters := worker.delivering.take(10, frozenset()):
        for letter in letters:
            await worker.delivering.deliver(letter)


@pytest.mark.parametrize(
    "limits",
    [COMMKF, KF, OFFICIAL, MINIPROGRAM, PASSIVE],
    ids=["commkf", "kf", "official", "miniprogram", "passive"],
)
def test_no_case_runs_out_of_sends_unseen(store: Store, limits: Limits) -> None:
    week = Week(store, limits, 1)
    platform, todos = week.live()
    told = "\n".join(line.text for line in platform.shelf.all())
    assert len(week.cases) > 10
    unseen = [case for case in week.cases if f"{case} 办好" not in told + "\n".join(todos)]
    assert unseen == []
    assert platform.refused == []


@pytest.mark.parametrize("limits", [COMMKF, KF, MINIPROGRAM], ids=["commkf", "kf", "miniprogram"])
def test_within_the_window_the_result_itself_is_told(store: Store, limits: Limits) -> None:
    """However long the answers were before: the last send waits for the result."""
    week = Week(store, limits, 3)
    platform, todos = week.live()
    arrived = "\n".join(line.text for line in platform.shelf.all())
    late = [case for case in week.cases if f"{case} 办好" in "\n".join(todos)]
    assert all(f"{case} 办好" not in arrived for case in late)
    assert len(late) < len(week.cases) / 2
