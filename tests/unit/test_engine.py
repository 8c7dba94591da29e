"""Bot.reply: one turn a message, complete or not at all."""

import asyncio

import pytest

from bot.conversation import Flow, Handoff, Outcome, Topic, Turn
from bot.errors import Conflict, NotFound
from bot.messages import Choice, Citation, Message, Reply
from bot.turn_writing import TOPICS_KEPT
from tests.unit.desk import NOW, TALK, Desk, log, message, said, talk_of


def test_a_message_becomes_one_turn(desk: Desk) -> None:
    answered = asyncio.run(desk.bot().reply(message()))
    assert not answered.replayed
    assert answered.result["replies"][0]["text"] == "答你好"
    assert log(desk.store) == [("visitor", "你好"), ("bot", "答你好")]
    assert talk_of(desk.store).version == 1


def test_the_result_has_every_field_of_the_contract(desk: Desk) -> None:
    citation = Citation("guide/a.md", "题", "节", "引", "2026-10")
    reply = Reply("答", (Choice("handoff", "转人工"),), (citation,))
    desk.outcome = lambda turn: Outcome((reply,), "flow", flow=Flow("launch", "step", 2, 5))
    assert asyncio.run(desk.bot().reply(message())).result == {
        "message_id": "m1",
        "replies": [
            {
                "text": "答",
                "choices": ({"id": "handoff", "label": "转人工"},),
                "citations": (
                    {
                        "document": "guide/a.md",
                        "title": "题",
                        "section": "节",
                        "quote": "引",
                        "as_of": "2026-10",
                    },
                ),
            }
        ],
        "intent": "echo",
        "status": "flow",
        "flow": {"name": "launch", "step": "step", "done": 2, "total": 5},
        "decision": None,
        "case": None,
        "handoff": None,
        "plan_url": None,
    }


def test_the_same_message_again_gives_the_same_result_and_does_nothing(desk: Desk) -> None:
    bot = desk.bot()
    first = asyncio.run(bot.reply(message()))
    again = asyncio.run(desk.bot().reply(message()))
    assert again.replayed
    assert again.result["replies"][0]["text"] == first.result["replies"][0]["text"]
    assert desk.handled == ["m1"]
    assert desk.embedded == ["你好"]
    assert talk_of(desk.store).version == 1


def test_an_old_message_is_still_known_after_others(desk: Desk) -> None:
    bot = desk.bot()
    for number in ("m1", "m2", "m3"):
        asyncio.run(bot.reply(message(number, f"第{number}句")))
    again = asyncio.run(bot.reply(message("m1", "第m1句")))
    assert again.replayed
    assert again.result["message_id"] == "m1"
    assert len(log(desk.store)) == 6


@pytest.mark.parametrize(
    "other",
    [
        Message("m1", TALK.id, "别的话", NOW),
        Message("m1", TALK.id, "你好", NOW, choice="handoff"),
        Message("m1", TALK.id, "你好", NOW, attachments=("p1",)),
    ],
    ids=["text", "choice", "picture"],
)
def test_the_same_id_with_other_content_is_a_conflict(desk: Desk, other: Message) -> None:
    asyncio.run(desk.bot().reply(message()))
    with pytest.raises(Conflict):
        asyncio.run(desk.bot().reply(other))
    assert log(desk.store) == [("visitor", "你好"), ("bot", "答你好")]


def test_a_repeat_at_another_hour_is_the_same_message(desk: Desk) -> None:
    asyncio.run(desk.bot().reply(message()))
    later = Message("m1", TALK.id, "你好", NOW.replace(hour=20))
    assert asyncio.run(desk.bot().reply(later)).replayed


def test_nobody_speaks_in_a_conversation_that_is_not_there(desk: Desk) -> None:
    with pytest.raises(NotFound):
        asyncio.run(desk.bot().reply(Message("m1", "elsewhere", "你好", NOW)))


def test_a_turn_embeds_its_message_once_however_often_asked(desk: Desk) -> None:
    asyncio.run(desk.bot().reply(message()))
    assert desk.embedded == ["你好"]


def test_a_handler_that_breaks_leaves_no_trace_and_the_message_can_come_again(desk: Desk) -> None:
    def broken(turn: Turn) -> Outcome:
        raise RuntimeError("broken")

    desk.outcome = broken
    bot = desk.bot()
    with pytest.raises(RuntimeError):
        asyncio.run(bot.reply(message()))
    assert log(desk.store) == []
    assert talk_of(desk.store).version == 0
    desk.outcome = lambda turn: said("好了")
    assert not asyncio.run(bot.reply(message())).replayed
    assert log(desk.store) == [("visitor", "你好"), ("bot", "好了")]


def topic_of(question: str) -> Topic:
    return Topic(question, passages=("p",), rows=("企业号",), columns=("认证费用",))


def test_the_latest_topics_flow_and_last_words_are_kept(desk: Desk) -> None:
    def outcome(turn: Turn) -> Outcome:
        topic = topic_of(turn.message.text)
        return Outcome(
            (Reply("一"), Reply("二")), "answered", topic=topic, flow=Flow("launch", "a")
        )

    desk.outcome = outcome
    bot = desk.bot()
    for number in range(TOPICS_KEPT + 2):
        asyncio.run(bot.reply(message(f"m{number}", f"问{number}")))
    talk = talk_of(desk.store)
    assert [topic.question for topic in talk.topics] == [f"问{n}" for n in range(2, 6)]
    assert talk.topics[-1] == topic_of("问5")
    assert talk.flow == Flow("launch", "a")
    assert talk.last_text == "二"
    assert log(desk.store)[-1] == ("bot", "一\n\n二")


def test_a_flow_goes_on_until_it_ends(desk: Desk) -> None:
    outcomes = iter(
        [
            Outcome((Reply("一"),), "flow", flow=Flow("launch", "a", 1, 3, {"k": [1]})),
            said("插一句"),
            Outcome((Reply("完"),), "flow", ends_flow=True),
        ]
    )
    desk.outcome = lambda turn: next(outcomes)
    bot = desk.bot()
    flows = []
    for number in ("m1", "m2", "m3"):
        asyncio.run(bot.reply(message(number)))
        flows.append(talk_of(desk.store).flow)
    assert flows == [Flow("launch", "a", 1, 3, {"k": [1]})] * 2 + [None]


def test_misses_are_counted_until_an_answer(desk: Desk) -> None:
    miss = Outcome((Reply("没有"),), "declined", unanswered=True)
    outcomes = iter([miss, miss, said("有")])
    desk.outcome = lambda turn: next(outcomes)
    bot, misses = desk.bot(), list[int]()
    for number in ("m1", "m2", "m3"):
        asyncio.run(bot.reply(message(number, f"问{number}")))
        misses.append(talk_of(desk.store).misses)
    assert misses == [1, 2, 0]
    assert [row["text"] for row in desk.store.unanswered("demo", 9)] == ["问m2", "问m1"]


def test_a_handoff_stays_with_the_conversation(desk: Desk) -> None:
    desk.outcome = lambda turn: Outcome((Reply("转"),), "handoff", handoff=Handoff("angry"))
    result = asyncio.run(desk.bot().reply(message())).result
    assert result["handoff"]["reason"] == "angry"
    assert talk_of(desk.store).handoff_id == result["handoff"]["id"]
    desk.outcome = lambda turn: said("嗯")
    asyncio.run(desk.bot().reply(message("m2")))
    assert talk_of(desk.store).handoff_id == result["handoff"]["id"]
