"""In a room everybody reads the answer: nothing of an order or a case is told there."""

import asyncio
import uuid
from dataclasses import replace

import pytest

from bot.http.parts import Parts
from bot.messages import Message
from tests.dialogs.talk import Answer
from tests.dialogs.visit import Visit, demo_order
from tests.unit.rules.build import at

NOW = at("11-21T20:30")
OF_ORDERS = (
    "落地灯太高了不喜欢 想退", "我的快递到哪了", "退款什么时候到账", "想换个颜色", "仅退款可以吗",
    "你们卖假货 我要投诉", "到哪了",
)  # fmt: skip


def in_room(visit: Visit, text: str) -> Answer:
    message = Message(uuid.uuid4().hex, visit.id, text, visit.now, in_room=True)
    return Answer(text, asyncio.run(visit.house.bot.reply(message)).result)


@pytest.mark.parametrize("text", OF_ORDERS)
def test_orders_are_not_spoken_of_in_a_room(counter: Parts, text: str) -> None:
    """Not even with somebody whom the platform vouches for."""
    told = in_room(Visit(counter, "xiaolin", NOW), text).result
    assert [reply["text"] for reply in told["replies"]] == [counter.wording.say("as_room")]
    assert (told["decision"], told["case"], told["flow"]) == (None, None, None)


def test_no_proof_is_taken_in_a_room(counter: Parts) -> None:
    order = replace(demo_order("0103", NOW), order_no="3726100000777", buyer="xiaoyu")
    visit = Visit(counter, None, NOW, order)
    in_room(visit, "想退货")
    answer = in_room(visit, f"订单号 {order.order_no}，手机尾号 {order.receiver_phone_last4}，退货")
    shown = str(answer.result)
    assert counter.wording.say("as_room") in shown
    assert not any(item.title in shown for item in order.items)
    assert order.order_no not in shown


def test_a_talk_that_moves_into_a_room_stops_there(counter: Parts) -> None:
    visit = Visit(counter, "xiaolin", NOW)
    assert visit.say("落地灯太高了不喜欢 想退").result["decision"]
    told = in_room(visit, "好的，提交").result
    assert (told["decision"], told["case"]) == (None, None)
    assert told["replies"][0]["text"] == counter.wording.say("as_room")


@pytest.mark.parametrize("text", ["买之前问下，不喜欢能退吗，运费谁出", "七天无理由运费谁出"])
def test_what_goes_for_everybody_is_answered_in_a_room(house: Parts, text: str) -> None:
    told = in_room(Visit(house, None, NOW), text).result
    assert told["replies"][0]["text"] != house.wording.say("as_room")
    assert "运费" in told["replies"][0]["text"]
    assert "订单号" not in told["replies"][0]["text"], "nobody is asked for it in a room"


def test_a_person_comes_and_says_where_to_speak(counter: Parts) -> None:
    told = in_room(Visit(counter, None, NOW), "转人工").result
    assert told["handoff"]
    assert "私聊" in told["replies"][0]["text"]
