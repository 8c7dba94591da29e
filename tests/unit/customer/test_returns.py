"""The after-sales dialogue: which order, the verdict, 提交, and everything that goes otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.cases import CaseChange
from bot.conversation import Outcome
from handlers.orders.base import OrdersUnavailable
from handlers.rules.case import By, act, mirrored
from handlers.rules.order import Order
from tests.unit.customer.counter import Counter, taps_of, text_of
from tests.unit.rules.build import LAMP, item, order

PHONE = {"receiver_phone_last4": "6608"}
MINE = order("signed", LAMP, order_no="3726100000001", **PHONE)
TWO = order(
    "signed", item("连衣裙", "服装", 15900), item("围巾", "服装", 9900), order_no="3726100000002"
)
ON_ITS_WAY = order("shipped", item("运动裤", "服装", 9900), order_no="3726100000003")
THEIRS = order("signed", LAMP, order_no="3726100000009", buyer="b2", receiver_phone_last4="1234")
CLERK = By("operator", "operator:clerk@tea")


def one(**more: Any) -> Counter:
    return Counter([MINE, THEIRS], **more)


def rule_of(outcome: Outcome) -> str:
    return str((outcome.decision or {})["rules"][0]["id"])


def submitted(counter: Counter, wish: str = "不想要了，退货") -> Outcome:
    counter.say(wish)
    return counter.say(tap="as:submit")


def test_a_verdict_says_amount_freight_and_until_when() -> None:
    told = one().say("台灯买大了 能退吗")
    assert told.status == "decision"
    for word in ("能退", "129元", "运费您出", "8月5日签收", "第2天", "8月12日24点前"):
        assert word in text_of(told)
    assert "已退款" not in text_of(told)
    assert taps_of(told)[0] == "as:submit"
    assert told.case is None


@pytest.mark.parametrize("yes", ["提交吧", "好的", "嗯嗯，提交", "可以", "就这样吧", "行 办吧"])
def test_a_plain_yes_opens_the_case(yes: str) -> None:
    counter = one()
    counter.say("不想要了，退货")
    told = counter.say(yes)
    assert isinstance(told.case, CaseChange)
    assert told.case.before == 0
    assert told.case.after.status == "MERCHANT_PROCESSING"
    assert "已转店员审核，还没退款" in text_of(told)
    assert "8月9日10:02前" in text_of(told)


@pytest.mark.parametrize(
    "no", ["不提交", "先别提交", "好贵啊", "可以便宜点吗", "提交了能撤吗", "我再想想", "不行"]
)
def test_what_is_no_plain_yes_opens_nothing(no: str) -> None:
    counter = one()
    counter.say("不想要了，退货")
    assert counter.say(no).case is None


def test_nothing_is_submitted_before_it_was_offered() -> None:
    counter = one()
    for tap in ("as:submit", "as:withdraw"):
        assert counter.say(tap=tap).case is None
    assert counter.say("提交").case is None


def test_nothing_is_submitted_from_a_refusal_or_without_the_pictures() -> None:
    late = one(now=datetime.fromisoformat("2026-08-20T10:00:00+08:00"))
    assert late.say("不想要了，退货").decision["type"] == "reject"  # type: ignore[index]
    assert late.say(tap="as:submit").case is None
    broken = one()
    assert "as:submit" not in taps_of(broken.say("灯不亮，退货"))
    assert broken.say(tap="as:submit").case is None


def test_the_deadline_decides_at_the_moment_of_submitting() -> None:
    counter = one(now=datetime.fromisoformat("2026-08-12T23:57:00+08:00"))
    counter.say("不想要了，退货")
    counter.now += timedelta(minutes=5)
    told = counter.say(tap="as:submit")
    assert told.case is None
    assert told.decision
    assert told.decision["type"] == "reject"


def test_pictures_complete_the_evidence_and_promises_do_not() -> None:
    counter = one()
    asked = counter.say("灯不亮，换一个")
    assert asked.decision
    assert asked.decision["evidence_required"]
    assert "拍" in text_of(asked)
    promised = counter.say("照片等下发你，[图片]")
    assert promised.decision
    assert promised.decision["evidence_required"]
    sent = counter.say(pictures=1)
    assert "收到1张图" in text_of(sent)
    assert "as:submit" in taps_of(sent)
    assert counter.say(tap="as:submit").case


def test_minds_are_changed_and_the_last_one_counts() -> None:
    counter = Counter([TWO])
    asked = counter.say("我要退货")
    assert (asked.status, rule_of(asked)) == ("clarify", "3a")
    assert taps_of(asked) == ["as:item:连衣裙", "as:item:围巾"]
    first = counter.say(tap="as:item:连衣裙")
    assert first.decision
    assert first.decision["items"] == [{"title": "连衣裙", "qty": 1}]
    swap = counter.say("还是换个大一码的吧")
    assert swap.decision
    assert swap.decision["type"] == "exchange"
    gone = counter.say("算了不退了也不换了")
    assert gone.case is None
    assert rule_of(gone) == "68d"


def test_several_orders_are_tapped_or_named() -> None:
    counter = Counter([MINE, TWO, ON_ITS_WAY, THEIRS])
    asked = counter.say("我要退货")
    assert asked.status == "clarify"
    numbers = [tap for tap in taps_of(asked) if tap.startswith("as:order:")]
    assert len(numbers) == 3
    assert all("0009" not in tap for tap in numbers)
    assert rule_of(counter.say(tap=f"as:order:{MINE.order_no}")) == "16"
    named = Counter([MINE, TWO, ON_ITS_WAY]).say("运动裤不想要了，退")
    assert rule_of(named) == "13a"  # nothing moved for five days
    numbered = Counter([MINE, TWO, ON_ITS_WAY]).say("３７２６１００００0001 退货")
    assert rule_of(numbered) == "16"


def test_the_page_somebody_comes_from_saves_the_question() -> None:
    from bot.conversation import Flow

    counter = Counter([MINE, TWO, ON_ITS_WAY])
    counter.talk = replace(
        counter.talk, flow=Flow("aftersales", "start", data={"hint": MINE.order_no})
    )
    assert rule_of(counter.say("不想要了，退货")) == "16"


def test_a_case_is_told_with_its_deadline_and_can_be_withdrawn() -> None:
    counter = one()
    submitted(counter)
    assert "8月9日10:02前答复" in text_of(counter.say("到哪了"))
    sure = counter.say("申请撤了吧")
    assert taps_of(sure) == ["as:withdraw", "as:keep"]
    gone = counter.say(tap="as:withdraw")
    assert gone.case
    assert (gone.case.before, gone.case.after.status) == (1, "USER_CANCELD")
    assert "已撤销" in text_of(gone)


def test_a_second_case_is_not_opened() -> None:
    counter = one()
    submitted(counter)
    again = submitted(counter)
    assert again.case is None
    assert len(counter.book.cases) == 1


def test_a_waybill_moves_an_approved_return() -> None:
    counter = one()
    case = submitted(counter).case
    assert case
    approved = act(case.after, "approve", CLERK, counter.now)
    counter.book.cases[approved.id] = approved
    assert "寄回并告诉我快递单号" in text_of(counter.say("到哪了"))
    sent = counter.say("寄了 单号SF1234567890")
    assert sent.case
    assert (sent.case.after.status, sent.case.after.waybill) == (
        "MERCHANT_WAIT_RECEIPT",
        "SF1234567890",
    )
    assert "7天内退款" in text_of(sent)


def test_more_pictures_go_to_the_open_case() -> None:
    counter = one()
    case = submitted(counter).case
    assert case
    asked = act(case.after, "request_evidence", CLERK, counter.now)
    counter.book.cases[asked.id] = asked
    more = counter.say(pictures=2)
    assert more.case
    assert more.case.after.status == "MERCHANT_PROCESSING"
    assert len(more.case.after.evidence) == 2


def test_a_picture_of_another_order_is_looked_at_by_a_person() -> None:
    counter = Counter([MINE, ON_ITS_WAY])
    stolen = replace(
        mirrored(_case_of("3726100000777"), "USER_CANCELD", counter.now, None),
        evidence=("digest of p1",),
    )
    counter.book.cases["x"] = stolen
    counter.say("台灯不亮，换一个")
    told = counter.say(pictures=1)
    assert rule_of(told) == "64b"
    assert told.handoff


def _case_of(order_no: str) -> Any:
    from tests.unit.rules.cases import opened

    return replace(opened(), id="x", order_no=order_no, shop="tea")


def test_in_weixin_the_taps_are_told_and_nothing_is_opened() -> None:
    counter = one(weixin=lambda _order: True)
    told = counter.say("不想要了，退货")
    assert "订单→申请售后→退货退款" in text_of(told)
    assert "as:submit" not in taps_of(told)
    assert counter.say("提交").case is None
    assert "看不到" in text_of(counter.say("申请了 你们不理我咋办"))
    assert "填进售后单" in text_of(counter.say("寄了 单号SF1234567890"))


def test_a_person_safety_and_anger_are_handed_over_once() -> None:
    counter = one()
    hurt = counter.say("台灯漏电把我电了一下")
    assert hurt.handoff
    assert "停用" in text_of(hurt)
    again = counter.say("瓶子扔了没照片")
    assert again.handoff is None
    assert "没照片也受理" in text_of(again)


def test_safety_comes_before_the_question_whose_order_it_is() -> None:
    told = one(buyer=None).say("用了你们的面霜脸上全是红疹，退钱")
    assert told.handoff
    assert rule_of(told) == "1a"


def test_a_complaint_is_handed_over_before_any_order_is_asked_for() -> None:
    counter = one(buyer=None, intent="complaint_escalation")
    told = counter.say("卖假货，我要投诉你们")
    assert told.handoff
    assert "转人工" in text_of(told)
    assert counter.say("快点").handoff is None


def test_a_shop_that_does_not_answer_hands_over() -> None:
    counter = one()

    async def down(*_asked: Any) -> Any:
        raise OrdersUnavailable("down")

    counter.handler = replace(counter.handler, orders=_Down(down))
    told = counter.say("退货")
    assert (told.status, told.handoff is not None) == ("handoff", True)


class _Down:
    def __init__(self, call: Any) -> None:
        self.of_buyer = self.by_number = call


def test_number_and_digits_prove_an_order_in_any_order_of_saying() -> None:
    for lines in (
        ("退货", "3726100000001", "6608"),
        ("退货，尾号6608", "订单号3726100000001"),
        ("退货 订单号3726100000001 手机13800006608",),
    ):
        counter = one(buyer=None)
        told = [counter.say(line) for line in lines][-1]
        assert rule_of(told) == "16", lines


@pytest.mark.parametrize("digits", ["1235", "0000", "6608"])
def test_a_wrong_number_and_wrong_digits_look_the_same(digits: str) -> None:
    def answer(number: str) -> Outcome:
        counter = one(buyer=None)
        counter.say("我要退货")
        return counter.say(f"{number} 尾号{digits}")

    theirs, nobodys = answer(THEIRS.order_no), answer("3726100000999")
    assert text_of(theirs) == text_of(nobodys)
    assert theirs.decision == nobodys.decision
    assert taps_of(theirs) == taps_of(nobodys)
    assert theirs.flow
    assert nobodys.flow
    assert (theirs.flow.step, theirs.status) == (nobodys.flow.step, nobodys.status)
    assert len(theirs.tried) == len(nobodys.tried) == 2


def test_a_vouched_buyer_learns_nothing_of_others_orders() -> None:
    theirs = one().say(f"订单号{THEIRS.order_no} 退货")
    nobodys = one().say("订单号3726100000999 退货")
    assert (text_of(theirs), theirs.decision) == (text_of(nobodys), nobodys.decision)
    assert theirs.decision
    assert (theirs.decision["type"], theirs.decision["items"]) == ("reject", [])
    assert text_of(one().say(tap=f"as:order:{THEIRS.order_no}")) == text_of(
        one().say(tap="as:order:3726100000999")
    )


def test_tries_are_limited_even_for_the_right_digits_and_over_conversations() -> None:
    first = one(buyer=None)
    for _ in range(5):
        first.say(f"订单号{MINE.order_no} 尾号0001")
    second = one(buyer=None, book=first.book, visitor="v2", now=first.now)
    locked = second.say(f"订单号{MINE.order_no} 尾号6608")
    assert "一小时后" in text_of(locked)
    second.now += timedelta(hours=1, minutes=5)
    assert rule_of(second.say(f"退货 订单号{MINE.order_no} 尾号6608")) == "16"


def test_the_same_thing_is_not_said_twice_in_the_same_words() -> None:
    counter = one()
    said = [text_of(counter.say("不想要了，退货")) for _ in range(2)]
    assert said[0] != said[1]


def test_what_is_asked_three_times_without_an_answer_goes_to_a_person() -> None:
    counter = one(buyer=None)
    outcomes = [counter.say("我要退货") for _ in range(4)]
    assert outcomes[-1].handoff
    assert not any(outcome.handoff for outcome in outcomes[:-1])


def test_a_question_is_answered_and_forgotten() -> None:
    counter = one()
    asked = counter.say("如果退的话运费谁出")
    assert "运费您出" in text_of(asked)
    assert asked.case is None
    assert rule_of(counter.say("发票怎么开")) == "63"
    assert rule_of(counter.say("那退货吧，不想要了")) == "16"


def test_the_published_rule_approves_and_says_so() -> None:
    counter = one(policy={"auto_refund_max_fen": 20000})
    told = submitted(counter)
    assert told.case
    assert told.case.after.status == "USER_WAIT_RETURN"
    assert "公示的自动规则" in told.case.after.history[-1].note
    assert "还没退款" in text_of(told)


def test_an_order_is_read_as_of_the_day() -> None:
    assert Order.from_json(MINE.to_json()) == MINE
