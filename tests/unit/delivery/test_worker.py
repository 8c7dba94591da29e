"""The whole way on SQLite: accepted, answered, sent; what fails; what it costs."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.channels.twin import Mood, Twin
from bot.conversation import Outcome, Timer, Turn
from bot.delivery.merge import Pace
from bot.errors import NotFound
from bot.mail import Incoming, Limits, Window
from bot.messages import Choice, Reply
from bot.outbox_store import Outbox, Todos
from bot.store import Store
from bot.tables import inbox
from tests.mail import NOW, House, incoming, said

SOON = NOW + timedelta(days=5)


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


def brought(house: House, *letters: Incoming, done: Callable[[], bool] | None = None) -> None:
    """Accepts the letters, and works until `done`, or until nothing is left to do."""

    async def live() -> None:
        worker, stop = house.worker(), asyncio.Event()
        for letter in letters:
            await worker.accept(letter)
        running = asyncio.create_task(worker.run(stop))
        async with asyncio.timeout(60):
            while not (done or (lambda: _idle(house)))():
                await asyncio.sleep(0.02)
                house.clock.on(seconds=30)
        stop.set()
        await running

    asyncio.run(live())


def _idle(house: House) -> bool:
    with house.store.reading() as db:
        waiting = sa.select(inbox.c.seq).where(inbox.c.turn_id.is_(None)).limit(1)
        return db.execute(waiting).first() is None and not Outbox(house.store).waiting()


def history(house: House) -> list[tuple[str, str]]:
    talk = _talk(house)
    return [(line.sender, line.text) for line in house.store.history(talk, 0, 100)]


def _talk(house: House) -> str:
    async def asked() -> str:
        return (await house.worker().accept(incoming("who is this", silent=True))).conversation_id

    return asyncio.run(asked())


def todo_texts(house: House) -> list[str]:
    return [todo["text"] for todo in Todos(house.store).open("", 0, 100)]


def test_a_message_is_answered_and_a_repeat_is_not(house: House) -> None:
    brought(house, incoming("1", "在吗"), incoming("1", "在吗"))
    brought(house, incoming("1", "在吗"), incoming("2", "喂"))
    assert house.arrived() == ["在吗", "喂"]


def test_fragments_are_one_turn_and_each_id_leads_to_it(house: House) -> None:
    house.pace = Pace(timedelta(seconds=1), timedelta(seconds=3))
    brought(house, incoming("1", "我那个"), incoming("2", "快递"), incoming("3", "到哪了"))
    assert house.arrived() == ["我那个\n快递\n到哪了"]
    assert history(house)[:1] == [("visitor", "我那个\n快递\n到哪了")]
    with house.store.reading() as db:
        assert set(db.execute(sa.select(inbox.c.turn_id)).scalars()) >= {"twin:1"}


def test_an_unknown_account_is_not_accepted(house: House) -> None:
    with pytest.raises(NotFound, match="没有配置"):
        asyncio.run(house.worker().accept(replace(incoming("1"), account="other")))


def test_two_accounts_may_use_the_same_ids_and_people_have_their_own_talk(house: House) -> None:
    async def talks() -> set[str]:
        worker = house.worker()
        letters = [incoming("1"), incoming("2", sender="阿明"), incoming("3", room="群")]
        return {(await worker.accept(letter)).conversation_id for letter in letters}

    assert len(asyncio.run(talks())) == 3


def test_what_is_silent_is_kept_and_not_answered(house: House) -> None:
    brought(house, incoming("1", "三天前的话", silent=True))
    assert house.arrived() == []
    assert history(house) == [("visitor", "三天前的话")]


def test_a_handler_that_fails_is_tried_again(house: House) -> None:
    calls: list[str] = []

    def at_second_try(turn: Turn) -> Outcome:
        calls.append(turn.message.id)
        if len(calls) == 1:
            raise RuntimeError("a bug")
        return said("好了")

    house.answer = at_second_try
    brought(house, incoming("1"))
    assert house.arrived() == ["好了"]


def test_a_message_nothing_can_be_made_of_goes_to_a_person(house: House) -> None:
    def broken(turn: Turn) -> Outcome:
        raise RuntimeError("a bug")

    house.answer = broken
    brought(house, incoming("1", "救命"), incoming("2", sender="阿明"))
    assert len(house.arrived()) == 2
    assert all("转给店员" in text for text in house.arrived())
    assert any("救命" in text for text in todo_texts(house))


def test_a_choice_by_number_is_the_choice(house: House) -> None:
    chosen: list[str | None] = []

    def asks(turn: Turn) -> Outcome:
        chosen.append(turn.message.choice)
        return Outcome((Reply("退还是换？", (Choice("r", "退"), Choice("x", "换"))),), "clarify")

    house.answer = asks
    brought(house, incoming("1", "不想要了"))
    brought(house, incoming("2", "2"))
    assert chosen == [None, "x"]


@pytest.mark.parametrize(("idempotent", "copies"), [(True, 1), (False, 2)])
def test_a_lie_about_a_delivery_is_repeated_only_where_no_key_is_known(
    house: House, idempotent: bool, copies: int
) -> None:
    lies = iter([0.0, 0.9, 0.9, 0.9])
    house.twin = Twin(
        "main", Limits(2048, idempotent=idempotent), mood=Mood(lies=0.5), chance=lambda: next(lies)
    )
    brought(house, incoming("1", "在吗"))
    assert house.arrived() == ["在吗"] * copies


def test_a_refused_reply_becomes_a_todo_and_the_next_one_is_sent(house: House) -> None:
    house.twin = Twin("main", Limits(2048, windows=(Window(("text",), timedelta(hours=48), 2),)))
    house.answer = lambda turn: said(f"{turn.message.text}")
    brought(house, incoming("1", "甲"), incoming("2", "乙", kind="event"))
    assert house.arrived() == ["甲"]
    (todo,) = todo_texts(house)
    assert "乙" in todo
    assert "没发出去" in todo


def test_an_operator_sends_again_what_had_been_set_aside(house: House) -> None:
    house.twin = Twin("main", Limits(4))
    house.answer = lambda turn: said("短")
    house.twin.limits = Limits(2048, windows=(Window(("image",), timedelta(hours=1), 5),))
    brought(house, incoming("1"))
    assert house.arrived() == []
    (todo,) = Todos(house.store).open("demo", 0, 10)
    house.twin.limits = Limits(2048)
    assert Outbox(house.store).try_again(todo["ref"].split(":")[1])
    brought(house)
    assert house.arrived() == ["短"]


def remembering(turn: Turn) -> Outcome:
    if turn.message.text == "算了":
        return Outcome((Reply("好"),), "answered", cancels=("t",))
    due = Timer("t", "remind", SOON, {"say": f"提醒：{turn.message.text}"})
    return Outcome((Reply("记下了"),), "answered", timers=(due,))


def test_a_timer_fires_once_when_it_is_due_even_after_a_restart(house: House) -> None:
    house.answer = remembering
    brought(house, incoming("1", "交材料"), done=lambda: house.arrived() == ["记下了"])
    house.clock.at = SOON - timedelta(seconds=1)
    assert asyncio.run(house.worker().fire_due_timers()) == 0
    house.clock.at = SOON
    assert asyncio.run(house.worker().fire_due_timers()) == 1
    assert asyncio.run(house.worker().fire_due_timers()) == 0
    brought(house)
    assert house.arrived() == ["记下了", "提醒：交材料"]
    assert history(house)[-1] == ("bot", "提醒：交材料")


def test_a_new_timer_takes_the_place_of_the_old_and_a_cancelled_one_is_gone(house: House) -> None:
    house.answer = remembering
    at_rest = lambda: len(house.arrived()) == 2  # noqa: E731
    brought(house, incoming("1", "甲"), incoming("2", "乙"), done=at_rest)
    house.clock.at = SOON
    assert asyncio.run(house.worker().fire_due_timers()) == 1
    brought(house, incoming("3", "丙"), incoming("4", "算了"))
    house.clock.at = SOON
    assert asyncio.run(house.worker().fire_due_timers()) == 0
    assert "提醒：乙" in house.arrived()


def test_a_turn_costs_two_commits_accept_and_complete(house: House) -> None:
    commits: list[str] = []

    def counted(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("kaidian_write"):
            commits.append("commit")

    async def one_turn() -> None:
        worker = house.worker()
        await worker.accept(incoming("1"))
        (taken,) = worker.serving.take(1, frozenset())
        await worker.serving.serve(taken)

    brought(house, incoming("0"))
    sa.event.listen(house.store._engine, "commit", counted)
    asyncio.run(one_turn())
    assert len(commits) == 2


def test_odd_names_and_texts_are_accepted(house: House) -> None:
    odd = "\x00\ud800" + "长" * 5000
    letter = Incoming("twin", "main", odd, odd, "text", NOW, odd, room=odd, extra={"k": odd})
    brought(house, letter, replace(letter, id=odd + "2"))
    assert len(house.arrived()) >= 2
