"""Between a verdict and the yes to it: repeats, questions, time to think, a mind that changed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.conversation import Outcome, Turn
from bot.messages import Message, Reply
from handlers.customer.moments import until
from handlers.customer.outcomes import mark
from handlers.customer.overheard import Overheard
from handlers.customer.signs import hesitates, is_yes
from handlers.customer.telling import Told
from tests.unit.customer.counter import MORNING, Counter, _no_vector, text_of
from tests.unit.customer.test_returns import MINE, one, rule_of


def test_a_verdict_told_once_is_only_referred_to_and_never_in_the_same_words() -> None:
    counter = one()
    told = [text_of(counter.say(said)) for said in ("灯不亮，退货", "真的不亮", "怎么都不亮")]
    assert "建议退" in told[0]
    assert told[1].startswith("记下了")
    assert len(set(told)) == 3


def test_the_minutes_of_a_clock_make_no_new_verdict() -> None:
    first, second = Told("店里8月14日15:01前答复。"), Told("店里8月14日15:02前答复。")
    assert mark(first) == mark(second)
    assert mark(first) != mark(Told("8月17日24点前要申请。"))


def test_pictures_for_a_verdict_that_stands_are_acknowledged_with_it() -> None:
    counter = one()
    counter.say("不想要了，退货")
    told = text_of(counter.say(pictures=1))
    assert told.startswith("收到1张图。")
    assert "没有变" in told


@pytest.mark.parametrize("pause", ["我再想想", "等我问问家里", "考虑一下", "先不急"])
def test_who_wants_time_gets_it(pause: str) -> None:
    counter = one()
    counter.say("不想要了，退货")
    told = counter.say(pause)
    assert told.case is None
    assert "不急，8月12日24点前" in text_of(told)


def test_a_long_text_is_no_pause() -> None:
    assert not hesitates("我再想想办法让它亮起来，可是灯泡换了也不亮，退货吧")


def test_a_question_about_the_money_is_answered_however_it_is_put() -> None:
    counter = one()
    counter.say("不想要了，退货")
    told = counter.say("退的话钱多久到")
    assert "1-3个工作日" in text_of(told)
    assert counter.say("好的 提交").case


@pytest.mark.parametrize("yes", ["行 那退吧 提交", "好 退吧", "行退货", "嗯 那就退款吧", "提交"])
def test_naming_what_was_offered_is_a_yes(yes: str) -> None:
    assert is_yes(yes, "offer", "return_refund")


@pytest.mark.parametrize(
    "no", ["好 换一个吧", "可以退吧", "那退吧", "好 退两个", "行 退裤子", "退？"]
)
def test_another_wish_or_a_question_is_no_yes(no: str) -> None:
    assert not is_yes(no, "offer", "return_refund")


def test_mistyped_digits_can_be_corrected_alone() -> None:
    counter = Counter([replace(MINE, receiver_phone_last4="6120")], buyer=None)
    counter.say("不想要了，退货")
    counter.say(f"单号{MINE.order_no}")
    refused = counter.say("尾号1111")
    assert "对不上" in text_of(refused)
    assert rule_of(counter.say("不对 是6120")) == "16"


def test_a_refusal_for_lateness_says_which_days() -> None:
    late = one(now=datetime.fromisoformat("2026-08-20T10:00:00+08:00"))
    assert "您8月5日签收，7天无理由到8月12日24点为止" in text_of(late.say("不想要了，退货"))


def test_what_was_paid_back_is_said_with_its_date() -> None:
    order = replace(MINE, status="refunded", refunded_at=MORNING - timedelta(days=1))
    told = text_of(Counter([order]).say("台灯再退一次"))
    assert told.startswith("这样办不了，抱歉：这件8月6日10:00已经退过款")


def test_what_has_to_be_shown_is_always_said() -> None:
    tablet = replace(MINE.items[0], title="平板电脑", category="平板")
    counter = one(now=datetime.fromisoformat("2026-10-20T10:00:00+08:00"))
    counter = Counter([replace(MINE, items=(tablet,))], now=counter.now)
    told = counter.say("平板开不了机，给修修")
    assert rule_of(told) in ("36c", "37b")
    assert "请拍" in text_of(told)


def test_a_parcel_that_is_late_is_said_to_be() -> None:
    paid = MORNING - timedelta(days=4)
    order = replace(
        MINE, status="paid_unshipped", paid_at=paid, shipped_at=None, signed_at=None, logistics=None
    )
    told = text_of(Counter([order], intent="logistics_query").say("什么时候发货"))
    assert "这单该在8月5日10:00前发货，已经晚了" in told


def test_a_minute_to_midnight_is_midnight() -> None:
    assert until(datetime.fromisoformat("2026-08-30T23:59:00+08:00")) == "8月30日24点前"


async def _otherwise(_turn: Turn) -> Outcome:
    return Outcome((Reply("不客气"),), "smalltalk")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("谢谢，没拆封就放着了", "不客气"),
        ("今天天气真好", "不客气"),
        ("没拆封的", "请说一下"),
        ("你是真人吗", "我是AI客服，不是真人"),
        ("我想先问下", "好，您问"),
    ],
)
def test_small_talk_that_tells_of_the_goods_is_heard(said: str, told: str) -> None:
    counter = one()
    turn = Turn(
        Message("m", "talk", said, MORNING), counter.talk, "thanks_bye", MORNING, _no_vector
    )
    answered = asyncio.run(Overheard(counter.handler, _otherwise)(turn))
    assert told in text_of(answered)
