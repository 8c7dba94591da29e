"""Any sequence of messages, repeats, turns, crashes, sends, lies and timers, on both databases.

Two workers share one queue. A worker may stop at any step: it took something and never came back;
its lease then runs out. The model knows only what was accepted; the end must show every message
answered once, in order, and every letter delivered, or with an operator.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from bot.channels.twin import Delivered, Shelf, Twin
from bot.clock import in_shanghai
from bot.contact_store import Contacts
from bot.conversation import Outcome, Timer, Turn
from bot.delivery.accept import Accepting
from bot.delivery.merge import Pace
from bot.delivery.platform_people import PlatformPeople
from bot.delivery.send import Delivering
from bot.delivery.serve import Serving
from bot.delivery.timers import Firing
from bot.inbox_store import Inbox, Taken
from bot.mail import Accounts, Lease, Limits, Outgoing, Receipt, Trouble
from bot.messages import Reply
from bot.outbox_store import Outbox
from bot.store import Store
from bot.tables import contacts, inbox, metadata, outbox, timers, todos
from bot.timer_store import Timers
from tests.mail import WORDING, Hands, accounts, echoing, incoming, remind

PACE = Pace(timedelta(seconds=1), timedelta(seconds=4), 3)
PEOPLE = ("甲", "乙")
LIMITS = Limits(60, idempotent=False)
people, workers = st.sampled_from(PEOPLE), st.integers(0, 1)
troubles = st.sampled_from([None, "retry", "rate_limited", "refused"])


@dataclass
class Scripted:
    """A platform that does with the next letter what it was told to."""

    twin: Twin
    next: Trouble | None = None
    lies: bool = False
    kind: str = "twin"
    account: str = "main"
    limits: Limits = LIMITS

    async def send(self, letter: Outgoing) -> Receipt:
        trouble, self.next = self.next, None
        if trouble and not self.lies:
            return Receipt(trouble)
        await self.twin.send(letter)
        return Receipt(trouble) if trouble else Receipt(platform_id="there")


def answer(turn: Turn) -> Outcome:
    """Echoes each line; one that ends with 7 sets a timer, one that ends with 8 takes it back."""
    lines = turn.message.text.splitlines()
    soon = turn.now + timedelta(minutes=1)
    new = tuple(
        Timer("t", "remind", soon, {"say": f"later {line}"}) for line in lines if line[-1] == "7"
    )
    gone = ("t",) if any(line[-1] == "8" for line in lines) else ()
    return Outcome(tuple(Reply(line) for line in lines), "answered", timers=new, cancels=gone)


class Delivery(RuleBasedStateMachine):
    """The real stations on a real store; steps and clocks are Hypothesis's."""

    store: Store

    def __init__(self) -> None:
        super().__init__()
        with self.store.writing() as db:
            for table in reversed(metadata.sorted_tables):
                if table.name != "alembic_version":
                    db.execute(table.delete())
        self.clock = Hands()
        self.platform = Scripted(Twin("main", LIMITS, Shelf()))
        self.sent: dict[str, list[str]] = {who: [] for who in PEOPLE}
        self.count = 0
        self.halted: list[Callable[[], None]] = []
        self.stations = [self._stations(f"worker {number}") for number in (0, 1)]
        limits = {("twin", "main"): LIMITS}
        stores = (Inbox(self.store), Outbox(self.store))
        people = PlatformPeople(self.store, WORDING, self.clock)
        self.accepting = Accepting(
            *stores, accounts(self.platform), limits, PACE, self.clock, self.clock, people
        )

    def _stations(self, name: str) -> tuple[Serving, Delivering, Firing]:
        limits, lease = {("twin", "main"): LIMITS}, Lease(name, timedelta(minutes=2))
        bot = echoing(self.store, answer, {"remind": remind})
        inbox_, clocks = Inbox(self.store), (self.clock, self.clock)
        told = (limits, WORDING)
        return (
            Serving(inbox_, bot, Accounts(), *told, PACE, *clocks, lease, lambda: None),
            Delivering(Outbox(self.store), {("twin", "main"): self.platform}, *clocks, lease),
            Firing(
                Timers(self.store), Contacts(self.store), bot, *told, *clocks, lease, lambda: None
            ),
        )

    @rule(who=people, tap=st.booleans())
    def says(self, who: str, tap: bool) -> None:
        self.count += 1
        number = f"{who}{self.count}"
        kind = "choice" if tap else "text"
        letter = incoming(number, number, who, kind=kind, sent_at=self.clock())
        accepted = asyncio.run(self.accepting(letter))
        assert not accepted.repeat
        self.sent[who].append(number)

    @rule(who=people)
    def platform_repeats(self, who: str) -> None:
        for number in self.sent[who][-3:]:
            again = incoming(number, number, who, sent_at=self.clock())
            assert asyncio.run(self.accepting(again)).repeat

    @rule(seconds=st.sampled_from([0.3, 1.0, 2.0, 70.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.on(seconds=seconds)

    @rule(worker=workers)
    def works_on_turns(self, worker: int) -> None:
        serving = self.stations[worker][0]
        for taken in serving.take(2, frozenset()):
            asyncio.run(serving.serve(taken))

    @rule(worker=workers)
    def dies_with_a_turn_in_hand(self, worker: int) -> None:
        serving = self.stations[worker][0]
        for taken in serving.take(1, frozenset()):
            self._halted(lambda taken=taken: self._late_turn(serving, taken))  # type: ignore[misc]

    @rule(
        worker=workers,
        trouble=st.sampled_from([None, "retry", "rate_limited", "refused"]),
        lies=st.booleans(),
    )
    def sends(self, worker: int, trouble: Trouble | None, lies: bool) -> None:
        delivering = self.stations[worker][1]
        self.platform.next, self.platform.lies = trouble, lies and trouble == "retry"
        for sending in delivering.take(1, frozenset()):
            asyncio.run(delivering.deliver(sending))
        self.platform.next = None

    @rule(worker=workers)
    def dies_between_send_and_mark(self, worker: int) -> None:
        for sending in self.stations[worker][1].take(1, frozenset()):
            asyncio.run(self.platform.send(sending.letter))

    @rule(worker=workers)
    def fires_timers(self, worker: int) -> None:
        firing = self.stations[worker][2]
        for due in firing.take(2, frozenset()):
            asyncio.run(firing.fire(due))

    @rule()
    def leases_run_out(self) -> None:
        """Somebody else takes over what a dead or sleeping worker holds."""
        past = in_shanghai(self.clock() - timedelta(days=3650))
        with self.store.writing() as db:
            for table in (contacts, outbox, timers):
                db.execute(table.update().values(held_until=past))

    @rule()
    def the_sleeper_wakes(self) -> None:
        """A worker that was thought dead goes on with what it had taken long ago."""
        if self.halted:
            self.halted.pop()()

    def _halted(self, step: Callable[[], None]) -> None:
        self.halted.append(step)

    def _late_turn(self, serving: Serving, taken: Taken) -> None:
        asyncio.run(serving.serve(taken))

    @invariant()
    def no_message_has_two_answers(self) -> None:
        keys = Counter(text for text, _ in {(d.text, d.key) for d in self._arrived()})
        assert all(count == 1 for count in keys.values()), keys

    @invariant()
    def answers_arrive_in_order(self) -> None:
        for who in PEOPLE:
            firsts = dict.fromkeys(d.text for d in self._arrived() if d.to == who)
            answers = [text for text in firsts if not text.startswith("later")]
            assert answers == [n for n in self.sent[who] if n in set(answers)]

    def _arrived(self) -> list[Delivered]:
        return self.platform.twin.shelf.all()

    def teardown(self) -> None:
        """With time and a healthy worker everything comes to its end."""
        self.leases_run_out()
        for _ in range(400):
            self.clock.on(minutes=11)
            self.works_on_turns(0)
            self.sends(1, None, lies=False)
            self.fires_timers(1)
            if self._at_rest():
                break
        assert self._at_rest()
        self._everybody_was_answered()
        self.accepting.threads.shutdown()

    def _at_rest(self) -> bool:
        with self.store.reading() as db:
            waiting = sa.select(outbox.c.seq).where(outbox.c.state == "waiting")
            unanswered = sa.select(inbox.c.seq).where(inbox.c.turn_id.is_(None))
            return not any(
                db.execute(query.limit(1)).first()
                for query in (waiting, unanswered, sa.select(timers.c.seq))
            )

    def _everybody_was_answered(self) -> None:
        told = {d.text for d in self._arrived()}
        with self.store.reading() as db:
            aside = db.execute(sa.select(outbox.c.text).where(outbox.c.state == "aside")).scalars()
            left = set(aside)
            open_todos = db.execute(sa.select(sa.func.count()).select_from(todos)).scalar_one()
        assert {n for numbers in self.sent.values() for n in numbers} <= told | left
        assert open_todos == len(left)


@pytest.mark.slow
def test_any_sequence_of_events_answers_every_message_once(store: Store) -> None:
    machine = type("OnThisStore", (Delivery,), {"store": store})
    few = settings(
        max_examples=15,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=few)
