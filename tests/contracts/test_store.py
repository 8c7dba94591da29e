"""What every database must do for shops, people and turns."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation import Conversation, Flow, Topic
from bot.database import open_engine
from bot.errors import StorageLost
from bot.messages import Entrance, clean
from bot.store import Store
from bot.tables import attachments, feedback, handoffs
from bot.turn_writing import VersionChanged
from tests.contracts.talks import NOW, TALK, log, now_in, start, turn

LONG = "企业号认证费多少钱？" * 400
EMOJI = "👩‍👩‍👧‍👦🇨🇳🏽🙂 𠮷野家"


def test_making_the_tables_twice_is_harmless(store: Store) -> None:
    start(store)
    store.create()
    assert now_in(store) == TALK


def test_a_shop_has_its_two_entrances(store: Store) -> None:
    assert store.add_shop("tea", "secret", False, NOW)
    assert store.shop("tea") == {"name": "tea", "secret": "secret", "guide": False, "at": NOW}
    assert store.entrance("tea-merchant") == Entrance("tea-merchant", "tea", "merchant")
    assert store.entrance("tea-customer") == Entrance("tea-customer", "tea", "customer")


def test_a_shop_that_is_there_is_left_as_it_is(store: Store) -> None:
    store.add_shop("tea", "secret", True, NOW)
    assert not store.add_shop("tea", "other", False, NOW)
    assert (store.shop("tea") or {})["secret"] == "secret"
    assert store.shop_names() == ["tea"]


def test_what_is_not_there_is_none(store: Store) -> None:
    assert store.shop("tea") is None
    assert store.entrance("tea-merchant") is None
    assert store.session("token") is None
    assert store.conversation("talk") is None
    assert store.operator("key") is None
    assert store.open_turn("talk", "m1") == (None, None)
    assert store.history("talk", 0, 10) == []


def test_a_new_operator_key_replaces_the_old_one_of_its_shop_and_role(store: Store) -> None:
    store.put_operator_key("old", "", "owner")
    store.put_operator_key("tea", "tea", "owner")
    store.put_operator_key("new", "", "owner")
    assert store.operator("old") is None
    assert store.operator("new") == ("", "owner")
    assert store.operator("tea") == ("tea", "owner")
    assert store.has_operator_key("owner")
    assert not store.has_operator_key("command line")


def test_a_session_leads_to_its_conversation_until_it_ends(store: Store) -> None:
    start(store)
    session = store.session("token of talk")
    assert session
    assert session.conversation_id == "talk"
    assert session.expires_at == NOW + timedelta(days=30)
    assert session.expires_at.utcoffset() == timedelta(hours=8)
    assert store.known_session("token of talk") == session
    assert store.known_session("token of nobody") is None


def test_a_conversation_comes_back_as_it_was(store: Store) -> None:
    full = replace(
        TALK,
        topics=(Topic("问", passages=("p1", "p2"), rows=("企业号",), columns=("认证费用",)),),
        flow=Flow("launch", "step", 1, 5, {"主体": "企业", "品": [1, None, {"深": True}]}),
        handoff_id="h1",
        misses=2,
        last_text="“引号”\n\\反斜线\\ 100% :name",
    )
    start(store, full)
    assert now_in(store, full) == full


def test_a_turn_is_written_whole(store: Store) -> None:
    start(store)
    after = replace(TALK, topics=(Topic("问"),), handoff_id="h1")
    store.complete_turn(
        turn(
            TALK,
            "m1",
            after=after,
            handoff=("h1", "angry"),
            unanswered=True,
            attachments=("p1", "p2"),
        )
    )
    assert now_in(store) == replace(after, version=1)
    assert log(store) == [("visitor", "问m1"), ("bot", "答m1")]
    assert [row["text"] for row in store.unanswered("demo", 10)] == ["问m1"]
    with store.reading() as db:
        assert db.execute(sa.select(handoffs.c.id, handoffs.c.reason)).all() == [("h1", "angry")]


def test_a_turn_without_words_has_no_answer_in_the_history(store: Store) -> None:
    start(store)
    store.complete_turn(turn(TALK, "m1", reply_text=""))
    assert log(store) == [("visitor", "问m1")]


def test_a_turn_that_comes_too_late_writes_nothing(store: Store) -> None:
    start(store)
    store.complete_turn(turn(TALK, "m1"))
    late = turn(TALK, "m2", handoff=("h2", "late"), unanswered=True)
    with pytest.raises(VersionChanged):
        store.complete_turn(late)
    assert now_in(store).version == 1
    assert log(store) == [("visitor", "问m1"), ("bot", "答m1")]
    assert store.unanswered("demo", 10) == []


def test_a_message_id_is_used_once_even_on_the_right_version(store: Store) -> None:
    start(store)
    store.complete_turn(turn(TALK, "m1"))
    with pytest.raises(VersionChanged):
        store.complete_turn(turn(now_in(store), "m1", text="别的"))
    assert now_in(store).version == 1
    assert len(log(store)) == 2


def test_a_turn_of_a_conversation_that_is_not_there_writes_nothing(store: Store) -> None:
    with pytest.raises(VersionChanged):
        store.complete_turn(turn(TALK, "m1"))
    assert log(store) == []


def test_a_finished_turn_is_found_by_its_message_id(store: Store) -> None:
    start(store)
    store.complete_turn(turn(TALK, "m1", result={"replies": [{"text": "答", "choices": []}]}))
    talk, done = store.open_turn("talk", "m1")
    assert talk
    assert done
    assert (talk.version, done.digest) == (1, "digest of m1")
    assert done.result == {"replies": [{"text": "答", "choices": []}]}
    assert store.open_turn("talk", "m2")[1] is None


def test_the_same_message_id_in_two_conversations_is_two_messages(store: Store) -> None:
    other = replace(TALK, id="other")
    start(store)
    start(store, other)
    store.complete_turn(turn(TALK, "m1"))
    store.complete_turn(turn(other, "m1"))
    assert len(log(store)) == len(log(store, other)) == 2


def test_history_is_in_order_and_continues_where_a_page_ends(store: Store) -> None:
    start(store)
    for number in range(5):
        store.complete_turn(turn(now_in(store), f"m{number}"))
    whole = store.history("talk", 0, 100)
    pages = [store.history("talk", 0, 4)]
    while len(pages[-1]) == 4:
        pages.append(store.history("talk", pages[-1][-1].seq, 4))
    assert [line for page in pages for line in page] == whole
    assert [line.id for line in whole[:4]] == ["m0", "m0:bot", "m1", "m1:bot"]
    assert all(a.seq < b.seq for a, b in pairwise(whole))


def test_only_the_answer_of_a_turn_carries_its_result(store: Store) -> None:
    start(store)
    store.complete_turn(turn(TALK, "m1", attachments=("p1",)))
    said, answered = store.history("talk", 0, 10)
    assert (said.result, said.attachments) == (None, ("p1",))
    assert (answered.result, answered.attachments) == ({"message_id": "m1"}, ())


def test_what_nobody_could_answer_is_listed_by_shop_newest_first(store: Store) -> None:
    for shop in ("demo", "tea"):
        talk = start(store, replace(TALK, id=shop, shop=shop))
        store.complete_turn(turn(talk, "m1", text=f"{shop}一", unanswered=True))
        store.complete_turn(turn(now_in(store, talk), "m2", text=f"{shop}二", unanswered=True))
    assert [row["text"] for row in store.unanswered("tea", 10)] == ["tea二", "tea一"]
    assert [row["text"] for row in store.unanswered("", 3)] == ["tea二", "tea一", "demo二"]


def test_the_last_word_on_a_turn_counts(store: Store) -> None:
    start(store)
    store.complete_turn(turn(TALK, "m1"))
    store.add_feedback("talk", "m1", True, "", NOW)
    store.add_feedback("talk", "m1", False, "没答到点上 🙁", NOW)
    with store.reading() as db:
        rows = db.execute(sa.select(feedback.c.good, feedback.c.comment)).all()
    assert rows == [(False, "没答到点上 🙁")]


def test_a_picture_belongs_to_its_conversation_and_keeps_every_byte(store: Store) -> None:
    data = bytes(range(256)) * 1000
    store.add_attachment("p1", "talk", "png", "digest", data, NOW)
    assert store.attachments_of("talk", ["p1", "p2"]) == {"p1"}
    assert store.attachments_of("other", ["p1"]) == set()
    assert store.attachments_of("talk", []) == set()
    with store.reading() as db:
        assert db.execute(sa.select(attachments.c.data)).scalar_one() == data


@pytest.mark.parametrize("text", [LONG, EMOJI, "'; DROP TABLE messages; --", "\\x00 %s {0}", " "])
def test_texts_come_back_as_they_were_sent(store: Store, text: str) -> None:
    start(store)
    store.complete_turn(turn(TALK, "m1", text=text, reply_text=text, result={"text": text}))
    said, answered = store.history("talk", 0, 10)
    assert (said.text, answered.text, answered.result) == (text, text, {"text": text})


@given(st.text(st.characters(codec=None), max_size=200).map(clean))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_cleaned_text_can_be_stored(store: Store, text: str) -> None:
    number = f"c{len(store.history('talk', 0, 1000))}"
    if store.conversation("talk") is None:
        start(store)
    store.complete_turn(turn(now_in(store), number, text=text, reply_text=""))
    assert store.history("talk", 0, 1000)[-1].text == text


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 21, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 11, 21, 0, 0, tzinfo=timezone(timedelta(hours=-11, minutes=-30))),
        datetime(2026, 2, 28, 20, 0, tzinfo=timezone(timedelta(hours=14))),
    ],
)
def test_a_moment_stays_that_moment_and_has_an_offset(store: Store, moment: datetime) -> None:
    start(store)
    store.complete_turn(turn(TALK, "m1", at=moment))
    found = store.history("talk", 0, 10)[0].at
    assert found == moment
    assert found.utcoffset() == timedelta(hours=8)


def test_a_moment_without_offset_is_meant_in_shanghai(store: Store) -> None:
    start(store)
    store.complete_turn(turn(TALK, "m1", at=datetime(2026, 11, 21, 12)))
    assert store.history("talk", 0, 10)[0].at == NOW


def test_many_writers_at_once_lose_no_turn_and_repeat_none(store: Store) -> None:
    start(store)

    def write(number: int) -> None:
        while True:
            try:
                store.complete_turn(turn(now_in(store), f"m{number}"))
            except VersionChanged:
                continue
            return

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(16)))
    assert now_in(store).version == 16
    said = [text for sender, text in log(store) if sender == "visitor"]
    assert sorted(said) == sorted(f"问m{number}" for number in range(16))


def test_conversations_do_not_stand_in_each_others_way(store: Store) -> None:
    talks = [start(store, replace(TALK, id=f"talk{n}")) for n in range(8)]

    def write(talk: Conversation) -> None:
        for number in range(4):
            store.complete_turn(turn(now_in(store, talk), f"m{number}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, talks))
    assert [now_in(store, talk).version for talk in talks] == [4] * 8


@pytest.mark.parametrize(
    "url",
    ["sqlite:////no/such/folder/kaidian.db", "postgresql+psycopg://nobody@127.0.0.1:1/nothing"],
    ids=["sqlite", "postgres"],
)
def test_a_database_that_cannot_be_reached_is_told_as_such(url: str) -> None:
    store = Store(open_engine(url))
    with pytest.raises(StorageLost, match="请稍后再发一次"):
        store.ping()


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_lost_connection_is_replaced_by_a_new_one(store: Store, database_url: str) -> None:
    store.add_shop("tea", "secret", False, NOW)
    admin = sa.create_engine(database_url)
    with admin.connect() as db:
        ended = db.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert ended.scalars().all() == [True], "the store has one idle connection"
    admin.dispose()
    found = store.shop("tea")
    assert found
    assert found["secret"] == "secret"
