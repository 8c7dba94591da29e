"""Filing in 微信小店: approved first, said only after the platform's word, its state followed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.cases import CaseFile
from bot.conversation import Conversation, Outcome, Timer, TimerDue
from handlers.customer.filing import Filer, Mirror, mirror_timer
from handlers.orders.base import OrdersUnavailable
from handlers.orders.weixin import WeixinShop
from handlers.orders.weixin_acts import NotByApi, carry_out
from handlers.orders.weixin_aftersales import WeixinAfterSales
from handlers.orders.weixin_orders import WeixinOrders
from handlers.rules.case import By
from handlers.rules.case_filing import approve_filing, planned
from handlers.rules.case_timers import timers_of
from knowledge.policies import Policy, read_policy
from tests.month import Shelf
from tests.unit.customer.counter import RULES, WORDING
from tests.unit.rules.build import LAMP, order
from tests.unit.rules.cases import NOW, opened
from tests.weixin_shop import APPID, SECRET, WeixinStandIn

NUMBER = "3726100000001"
CLERK = By("operator", "operator:clerk@tea")
MINE = order("signed", LAMP, order_no=NUMBER, buyer="openid1", receiver_phone_last4="6608")


@dataclass
class Books(Shelf):
    """Also finds the platform's after-sales, as bot.case_store does."""

    async def of_platform(self, shop: str, number: str, order_no: str) -> CaseFile | None:
        for case in self.cases.values():
            if number in (case.platform_id, case.filed_as):
                return case
        untold = [c for c in self.cases.values() if not (c.platform_id or c.filed_as)]
        return next((c for c in untold if c.order_no == order_no and c.deadline), None)


@dataclass
class Stall:
    """A 微信小店 and a house that files there."""

    now: datetime = NOW
    books: Books = field(default_factory=Books)

    def __post_init__(self) -> None:
        self.platform = WeixinStandIn(lambda: self.now)
        self.platform.put(MINE)
        api = WeixinShop(APPID, SECRET, self.platform.client(), lambda: self.now)
        self.desk = WeixinAfterSales(api, lambda: self.now)
        desks = {"tea": self.desk}
        self.filer = Filer(self.books, desks, WORDING)
        orders = WeixinOrders("tea", api, lambda: self.now, {})
        self.mirror = Mirror(self.books, desks, orders, RULES, _policy, WORDING, lambda: "adopted")

    def approved(self, **changes: Any) -> CaseFile:
        case = replace(planned(opened(), self.now), order_no=NUMBER, **changes)
        case = approve_filing(case, CLERK, self.now)
        self.books.cases[case.id] = case
        return case

    def file(self, timer: Timer | None = None) -> Outcome:
        found = timers_of(self.case, NOW) if timer is None else (timer,)
        return self._fired(self.filer, next(t for t in found if t.kind == "case_file"))

    def look(self, number: str) -> Outcome:
        return self._fired(self.mirror, mirror_timer(number, self.now))

    def _fired(self, handler: Any, timer: Timer) -> Outcome:
        talk = Conversation("talk", 0, "tea", "customer", "tea-customer", "v")
        outcome: Outcome = asyncio.run(handler(TimerDue(timer, talk, self.now)))
        if outcome.case:
            self.books.cases[outcome.case.after.id] = outcome.case.after
        return outcome

    @property
    def case(self) -> CaseFile:
        return self.books.cases["c1"]


async def _policy(_shop: str) -> Policy:
    return read_policy(RULES.book.policy, {})


@pytest.fixture
def stall() -> Stall:
    return Stall()


def said(outcome: Outcome) -> str:
    return "".join(reply.text for reply in outcome.replies)


def test_filing_is_silent_until_the_platform_tells(stall: Stall) -> None:
    stall.approved()
    outcome = stall.file()
    assert outcome.replies == ()
    assert stall.platform.filed == {"c1": stall.case.filed_as}
    assert (stall.case.filing, stall.case.platform_id) == ("filed", None)
    assert "case_mirror" in {timer.kind for timer in outcome.timers}
    told = stall.look(str(stall.case.filed_as))
    assert "已提交到微信小店" in said(told)
    assert stall.case.platform_id == stall.case.filed_as


def test_the_approval_that_it_has_is_given_to_the_platform_once(stall: Stall) -> None:
    stall.approved()
    stall.file()
    stall.look(str(stall.case.filed_as))
    assert stall.case.status == "USER_WAIT_RETURN"
    stall.look(str(stall.case.filed_as))
    assert stall.platform.calls.count("channels/ec/aftersale/acceptapply") == 1


def test_filing_again_after_a_crash_opens_nothing_twice(stall: Stall) -> None:
    case = stall.approved()
    stall.file()
    stall.books.cases["c1"] = case
    stall.file()
    assert len(stall.platform.aftersales) == 1


def test_another_amount_is_not_approved_by_itself(stall: Stall) -> None:
    stall.approved()
    stall.file()
    number = str(stall.case.filed_as)
    stall.platform.aftersales[number]["refund_info"] = {"amount": 1}
    stall.look(number)
    assert stall.case.status == "MERCHANT_PROCESSING"


def test_a_refusal_tells_the_taps_and_staff(stall: Stall) -> None:
    stall.approved()
    stall.platform.orders.clear()
    outcome = stall.file()
    assert "订单→申请售后→退货退款" in said(outcome)
    assert stall.case.filing == "failed"
    assert outcome.todos[0].urgent


def test_an_outage_is_waited_for_and_then_told(stall: Stall) -> None:
    stall.approved()
    timer = None
    for _ in range(9):
        stall.platform.fail_next = 1
        outcome = stall.file(timer)
        assert outcome.case is None
        (timer,) = outcome.timers
    stall.platform.fail_next = 1
    assert "没能替您提交" in said(stall.file(timer))


def test_not_approved_is_not_filed(stall: Stall) -> None:
    case = stall.approved()
    stall.books.cases["c1"] = replace(case, filing="planned")
    assert stall.file(timers_of(case, NOW)[-1]).case is None
    assert stall.platform.filed == {}


def by_tapping(stall: Stall, kind: str = "RETURN") -> str:
    """The buyer applies in 微信小店."""
    number = f"29{len(stall.platform.aftersales):011d}"
    stall.platform.aftersales[number] = {
        "after_sale_order_id": number, "order_id": NUMBER, "type": kind,
        "status": "MERCHANT_PROCESSING", "refund_info": {"amount": 12900},
        "update_time": int(stall.now.timestamp()), "deadline": 3600 * 40,
    }  # fmt: skip
    return number


def test_what_the_buyer_taps_becomes_a_case_with_the_platforms_deadline(stall: Stall) -> None:
    number = by_tapping(stall)
    outcome = stall.look(number)
    case = stall.books.cases["adopted"]
    assert (case.platform_id, case.status) == (number, "MERCHANT_PROCESSING")
    assert case.deadline == NOW + timedelta(hours=40)
    assert {"case_remind", "case_escalate", "case_end"} <= {t.kind for t in outcome.timers}
    assert "看到您在微信小店提交的售后单了" in said(outcome)
    assert stall.look(number).case is None, "the same news twice change nothing"


def test_what_the_buyer_taps_is_the_case_that_waited(stall: Stall) -> None:
    case = replace(planned(opened(), NOW), order_no=NUMBER)
    stall.books.cases["c1"] = case
    number = by_tapping(stall)
    assert "看到您" in said(stall.look(number))
    assert stall.case.platform_id == number
    assert stall.case.status == "MERCHANT_PROCESSING", "nobody approved: nothing is accepted"


def test_the_platforms_overdue_refund_is_told(stall: Stall) -> None:
    number = by_tapping(stall, "REFUND")
    stall.look(number)
    stall.platform.aftersales[number] |= {"status": "MERCHANT_OVERDUE_REFUND", "deadline": None}
    outcome = stall.look(number)
    assert "平台已自动退款" in said(outcome)
    assert outcome.timers == ()
    assert stall.books.cases["adopted"].deadline is None


def test_an_outage_while_looking_is_tried_again_by_the_timer(stall: Stall) -> None:
    number = by_tapping(stall)
    stall.platform.fail_next = 1
    with pytest.raises(OrdersUnavailable):
        stall.look(number)


@pytest.mark.parametrize(
    ("acts", "status"),
    [
        (["approve"], "USER_WAIT_RETURN"),
        (["reject"], "MERCHANT_REJECT_RETURN"),
    ],
)
def test_an_operators_act_is_carried_out_there(stall: Stall, acts: list[str], status: str) -> None:
    number = by_tapping(stall)
    stall.look(number)
    case = stall.books.cases["adopted"]
    for name in acts:
        told = asyncio.run(carry_out(stall.desk, case, name, "洗过"))
    assert told
    assert told.status == status
    with pytest.raises(NotByApi):
        asyncio.run(carry_out(stall.desk, case, "request_evidence", ""))
