"""The judge of `make chaos` sees what it is there to see."""

import asyncio

import pytest
import sqlalchemy as sa

from bot.channels.twin import Delivered
from bot.store import Store
from bot.tables import inbox, outbox, todos
from tests.chaos.judge import Verdict, at_rest, judged
from tests.mail import House, incoming
from tests.unit.delivery.test_worker import brought

NAMES = ("p1-0001", "p1-0002", "p2-0001")


@pytest.fixture
def house(store: Store) -> House:
    found = House(store)
    letters = [incoming(name, name, name.split("-")[0]) for name in NAMES]
    brought(found, *letters)
    return found


def verdict(house: House, arrived: list[Delivered] | None = None) -> Verdict:
    shelf = house.twin.shelf.all() if arrived is None else arrived
    return judged(house.store, NAMES, shelf, echo=True)


def test_a_good_run_is_clean(house: House) -> None:
    assert verdict(house).clean()
    assert at_rest(house.store)
    assert verdict(house).turns == 3


def test_an_acknowledged_message_that_is_not_there_is_lost(house: House) -> None:
    missing = judged(house.store, [*NAMES, "p3-0001"], house.twin.shelf.all(), echo=True)
    assert (missing.lost, missing.clean()) == (1, False)


def test_a_message_without_turn_is_lost(house: House) -> None:
    with house.store.writing() as db:
        db.execute(inbox.update().where(inbox.c.message_id == NAMES[0]).values(turn_id=None))
    assert verdict(house).lost == 1


def test_a_reply_that_never_arrived_is_lost_unless_an_operator_knows(house: House) -> None:
    shelf = house.twin.shelf.all()
    assert verdict(house, shelf[1:]).lost == 1
    with house.store.writing() as db:
        key = db.execute(sa.select(outbox.c.key).where(outbox.c.key == shelf[0].key)).scalar_one()
        db.execute(outbox.update().where(outbox.c.key == key).values(state="aside"))
    assert verdict(house, shelf[1:]).lost == 1
    with house.store.writing() as db:
        row = {"shop": "demo", "conversation_id": "t", "kind": "undelivered", "text": ""}
        at = db.execute(sa.select(inbox.c.at)).scalars().first()
        db.execute(todos.insert().values(**row, ref=f"letter:{key}:0", at=at))
    assert verdict(house, shelf[1:]).lost == 0


def test_a_second_answer_counts_and_a_repeated_send_counts_apart(house: House) -> None:
    shelf = house.twin.shelf.all()
    again = Delivered("another key", "main", "p1", NAMES[0])
    assert verdict(house, [*shelf, again]).answered_twice > 0
    repeated = Delivered(shelf[0].key, "keyed", "p1", NAMES[0])
    assert verdict(house, [*shelf, repeated]).repeated_keyed == 1
    assert verdict(house, [*shelf, repeated]).answered_twice == 0


def test_disorder_is_seen(house: House) -> None:
    mine = [line for line in house.twin.shelf.all() if line.to == "p1"]
    others = [line for line in house.twin.shelf.all() if line.to == "p2"]
    assert verdict(house, [*mine[::-1], *others]).out_of_order > 0


def test_a_reminder_that_is_missing_or_comes_twice_is_wrong(house: House) -> None:
    shelf = house.twin.shelf.all()
    late = [Delivered(f"k{n}", "main", "p1", f"later {NAMES[0]}") for n in range(2)]
    assert verdict(house, [*shelf, *late]).timers_wrong == 1
    asyncio.run(house.worker().accept(incoming("p1-0007", "p1-0007", "p1")))
    assert verdict(house).timers_wrong == 1
