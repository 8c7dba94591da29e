"""The platforms' own people take chats, end them, and are asked again: on both databases."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.twin import Twin
from bot.contact_store import Contacts
from bot.conversation import Conversation, Handoff, Outcome, Turn
from bot.cursor_store import Cursors
from bot.delivery.fetch import Fetched, Puller
from bot.delivery.platform_people import SERVICER, SETTLING
from bot.errors import NotHere
from bot.http.joined import made
from bot.inbox_store import Inbox
from bot.mail import CARD, ROOM, Card, Incoming, Limits, Outgoing, Rate, Receipt
from bot.messages import Reply
from bot.outbox_store import Outbox, Todos
from bot.store import Store
from bot.talk_operations import TalkDesk, Wanted
from bot.talk_store import Talks
from tests.mail import NOW, WORDING, House, incoming

CALLED = "转人工"


def answer(turn: Turn) -> Outcome:
    """As `handlers.handoff.Asked`: who is called already is not called twice."""
    wants = turn.message.text == CALLED
    if wants and turn.conversation.handoff_id is None:
        return Outcome((Reply("好，已转"),), "handoff", handoff=Handoff("human_handoff"))
    return Outcome((Reply("已经在转了" if wants else "我在"),), "answered")


@pytest.fixture
def house(store: Store) -> House:
    return House(store, answer=answer)


def brought(house: House, *letters: Incoming) -> None:
    """Accepted, answered, sent."""

    async def work() -> None:
        worker = house.worker()
        for letter in letters:
            await worker.accept(letter)
        for _ in letters:
            for taken in worker.serving.take(10, frozenset()):
                await worker.serving.serve(taken)
        while found := worker.delivering.take(10, frozenset()):
            for sending in found:
                await worker.delivering.deliver(sending)

    asyncio.run(work())


def event(number: str, name: str, age: timedelta = timedelta(0)) -> Incoming:
    plain = incoming(number, "", kind="event", event=name, silent=True)
    return replace(plain, extra={"servicer": "zhang"}, sent_at=NOW - age)


def talk_of(house: House) -> Conversation:
    name = Contacts(house.store).talk_of(incoming("any"))
    found = house.store.conversation(str(name))
    assert found
    return found


def todos(house: House) -> list[str]:
    return [todo["text"] for todo in Todos(house.store).open("", 0, 99)]


def test_whom_a_person_serves_nobody_else_is_called_for(house: House) -> None:
    brought(house, incoming("1", CALLED))
    assert talk_of(house).handoff_id
    brought(house, event("2", "person_took"))
    talk = talk_of(house)
    assert talk.taken_by == f"{SERVICER}zhang@twin/main"
    assert Talks(house.store).listed("", waiting=True) == []


def test_after_the_person_has_ended_it_the_bot_answers_and_may_call_again(house: House) -> None:
    brought(house, incoming("1", CALLED))
    brought(house, event("2", "person_took"), event("3", "session_ended"))
    talk = talk_of(house)
    assert (talk.taken_by, talk.handoff_id) == (None, None)
    assert not Contacts(house.store).given_away(incoming("x"))
    brought(house, incoming("4", "在吗"), incoming("5", CALLED))
    assert house.arrived() == ["好，已转", "我在", "好，已转"]
    assert todos(house) == []


def test_who_was_called_and_never_came_is_a_to_do(house: House) -> None:
    brought(house, incoming("1", CALLED))
    brought(house, event("2", "session_ended"))
    assert talk_of(house).handoff_id is None
    [told] = todos(house)
    assert "没人接" in told


def test_the_end_of_an_earlier_chat_ends_no_later_call(house: House) -> None:
    """A page that is read again brings what was before the call."""
    brought(house, incoming("1", CALLED))
    brought(house, event("2", "session_ended", timedelta(minutes=3)))
    assert talk_of(house).handoff_id


def test_one_of_ours_who_has_the_chat_keeps_it(house: House) -> None:
    brought(house, incoming("1", CALLED))
    talk = talk_of(house)
    TalkDesk(house.store, WORDING).take(Wanted(talk.id, talk.version, "owner", "", NOW))
    brought(house, event("2", "session_ended"))
    assert talk_of(house).taken_by == "owner"


def test_a_farewell_is_said_while_its_code_holds(house: House) -> None:
    brought(house, incoming("1", CALLED))
    brought(house, event("2", "person_took"))
    ended = incoming("3", "", kind="event", event="session_ended", extra={"event_code": "c"})
    brought(house, ended)
    assert house.arrived()[-1] == WORDING.say("ho_released")


@pytest.mark.parametrize(
    ("age", "says", "over"),
    [
        (SETTLING * 2, False, True),
        (SETTLING / 2, False, False),
        (SETTLING * 2, None, False),
        (SETTLING * 2, True, False),
    ],
)
def test_the_platform_is_believed_that_nobody_has_the_chat(
    house: House, age: timedelta, says: bool | None, over: bool
) -> None:
    """Its own news may be lost. A young hand-over may not have reached it; and it may not say."""
    brought(house, incoming("1", CALLED))
    house.clock.at += age
    worker = house.worker()

    class Desk:
        async def with_person(self, _sender: str) -> bool | None:
            return says

    stores, nobody = (Cursors(house.store), Contacts(house.store)), worker.accept.people.nobody
    fetched = Fetched(worker.accept, *stores, house.clock, nobody=nobody)
    puller = Puller(("twin", "main"), Desk(), fetched)  # type: ignore[arg-type]
    silent = asyncio.run(puller._with_person(incoming("2")))
    assert silent is (says is True)
    assert (talk_of(house).handoff_id is None) is over


def test_the_outcome_of_a_message_can_be_waited_for(house: House) -> None:
    inbox, first = Inbox(house.store), incoming("1", CALLED)
    brought(house, first)
    assert asyncio.run(made(inbox, first))


# —— rooms


def room(number: str, text: str, sender: str = "小林") -> Incoming:
    return incoming(number, text, sender, room="R@chatroom")


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("稍等，我看一下", True),
        ("周五 18:30 前发货，活动到 2026-11-30", True),
        ("满99减10", True),
        ("单号 3726 1000 0098 已发", False),
        ("运单SF1234567890", False),
        ("打 138-0000-0000", False),
    ],
)
def test_what_staff_say_in_a_room_names_no_order_and_no_telephone(
    house: House, text: str, fine: bool
) -> None:
    brought(house, room("1", CALLED))
    [talk] = [row.talk for row in Talks(house.store).listed("", waiting=True)]
    desk = TalkDesk(house.store, WORDING)
    wanted = Wanted(talk.id, talk.version, "owner", "", NOW)
    if fine:
        assert desk.reply(wanted, text).last_text == text
        return
    with pytest.raises(NotHere, match="全群都看得到"):
        desk.reply(wanted, text)
    assert desk.get(talk.id, "").version == talk.version


def test_alone_staff_may_name_everything(house: House) -> None:
    brought(house, incoming("1", CALLED))
    talk = talk_of(house)
    said = TalkDesk(house.store, WORDING).reply(
        Wanted(talk.id, talk.version, "owner", "", NOW), "单号 372610000098"
    )
    assert said.taken_by == "owner"


def test_staff_show_an_order_as_a_card_after_their_words_and_never_in_a_room(house: House) -> None:
    brought(house, incoming("1", CALLED), room("2", CALLED))
    cards = (Card("order", "3700001"),)
    seen: list[Outgoing] = []

    class Shop(Twin):
        async def send(self, letter: Outgoing) -> Receipt:
            seen.append(letter)
            return Receipt(platform_id="x")

    house.twin = Shop("main")
    for row in Talks(house.store).listed("", waiting=True):
        worker = house.worker()
        wanted = Wanted(row.talk.id, row.talk.version, "owner", "", NOW)
        desk = TalkDesk(house.store, WORDING, worker.way)
        if row.talk.visitor_id.endswith(ROOM):
            with pytest.raises(NotHere):
                desk.reply(wanted, "看这单", cards)
        else:
            desk.reply(wanted, "看这单", cards)
    brought(house)
    assert [(one.text, one.extra.get(CARD)) for one in seen] == [
        ("看这单", None),
        ("〔订单 3700001〕", "order:3700001"),
    ]
    lines = house.store.last_lines(talk_of(house).id, 9)
    assert lines[-1].text == "看这单\n〔订单 3700001〕"


def test_a_room_is_one_conversation_for_the_platforms_rate(house: House) -> None:
    """Thirty a minute whoever is answered there; another room and private chats are others."""
    house.twin = Twin("main", Limits(2048, rates=(Rate(3, timedelta(minutes=1)),)))
    people = ("甲", "乙", "丙", "丁")
    brought(house, *(room(str(n), "在吗", sender) for n, sender in enumerate(people)))
    assert len(house.arrived()) == 3
    brought(house, incoming("p", "在吗", "丁"), room("q", "在吗", "戊"))
    assert len(house.arrived()) == 4
    house.clock.on(seconds=61)
    brought(house, incoming("z", "在吗", "己"))
    assert len(house.arrived()) == 7


# —— sent again


class Remembers(Twin):
    """A platform that knows our keys and reports a failure later, as 微信客服 does."""

    async def send(self, letter: Outgoing) -> Receipt:
        known = [line.key for line in self.shelf.all()]
        if letter.key in known:
            return Receipt("refused", detail="duplicate msgid")
        return await super().send(letter)


def test_what_failed_later_can_be_sent_again(house: House) -> None:
    house.twin = Remembers("main", Limits(2048, idempotent=True))
    brought(house, incoming("1", "在吗"))
    [line] = house.twin.shelf.all()
    told = {"failed_id": line.key, "trouble": "refused", "detail": "账号停用"}
    brought(house, incoming("2", "", kind="event", event="send_failed", silent=True, extra=told))
    assert Outbox(house.store).try_again(line.key)
    brought(house)
    assert house.arrived() == ["我在", "我在"]
