"""The after-sale in 微信小店 itself: filed once it is approved, and followed as the platform tells.

“已提交” is said only after the platform's own word (its callback, or its answer when asked).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.cases import CaseChange, CaseFile
from bot.conversation import Outcome, Timer, TimerDue
from bot.mail import Todo
from bot.messages import Reply
from handlers.customer.case_clock import NOTHING, changed, named, to_review
from handlers.customer.evaluate import AfterSales
from handlers.customer.ports import CaseShelf, Policies
from handlers.customer.progress import case_line
from handlers.orders.base import Orders, OrdersUnavailable
from handlers.orders.weixin import Busy, OverQuota, TooSoon, WeixinError
from handlers.orders.weixin_aftersales import AfterSale, Filing, WeixinAfterSales
from handlers.rules.case import Application, is_open
from handlers.rules.case_filing import FILED_TYPES, adopted, filed, not_filed, told_of
from handlers.rules.case_moves import REVIEW
from handlers.rules.case_timers import cancelled, timer, timers_of
from handlers.rules.decide import Request
from handlers.rules.replay import record
from knowledge.rules.vocabulary import Value
from knowledge.wording import Wording

Desks = Mapping[str, WeixinAfterSales]
"""By shop: those whose after-sales we can file and follow."""

MOST_TRIES = 10
SLOWEST = timedelta(minutes=30)
ASK_AGAIN = timedelta(minutes=2)
"""After filing we ask, in case the callback does not come; the poll comes behind both."""

DRIFT = timedelta(minutes=10)
"""The platform counts down in seconds; a deadline this near is the same one."""

_BUSY = (Busy, TooSoon, OverQuota)
_TYPES = {"REFUND": "refund_only", "RETURN": "return_refund", "EXCHANGE": "exchange"}
_WISHES: Mapping[str, Value] = {
    "refund_only": "refund_only", "return_refund": "return", "exchange": "exchange",
}  # fmt: skip


def mirror_timer(number: str, due: datetime) -> Timer:
    """Look at the platform's after-sale `number`."""
    return Timer(f"case_mirror:{number}", "case_mirror", due, {"after_sale": number})


@dataclass(frozen=True)
class Filer:
    """Timer `case_file`: an approved case goes to the platform, under the case's id."""

    shelf: CaseShelf
    desks: Desks
    wording: Wording

    async def __call__(self, due: TimerDue) -> Outcome:
        case = await self.shelf.read(str(due.timer.data["case"]))
        desk = self.desks.get(case.shop) if case else None
        if case is None or case.filing != "wanted" or not is_open(case):
            return NOTHING
        if desk is None:
            return self._failed(case, "店铺没有接上微信小店", due.now)
        try:
            number = await desk.file(await self._filing(desk, case))
        except WeixinError as error:
            if isinstance(error, _BUSY):
                return self._again(due, case, error.message)
            return self._failed(case, error.message, due.now)
        except OrdersUnavailable as error:
            return self._again(due, case, error.message)
        done = changed(case, filed(case, number, due.now), due.now)
        asked = mirror_timer(number, due.now + ASK_AGAIN)
        return replace(done, timers=(*done.timers, asked))

    async def _filing(self, desk: WeixinAfterSales, case: CaseFile) -> Filing:
        """Raises WeixinError where the platform does not know the line."""
        lines = await desk.sold(case.order_no)
        titles = [item.title for item in case.items]
        line = next((each for each in lines if each.title in titles), None)
        if line is None:
            raise WeixinError("微信小店的订单里没有这件商品")
        return Filing(
            case.id, case.order_no, line.product_id, line.sku_id,
            min(case.items[0].qty, line.count), case.refund_fen or 0,
            str(case.decision.get("reason_class", "other")), case.type == "return_refund",
        )  # fmt: skip

    def _again(self, due: TimerDue, case: CaseFile, why: str) -> Outcome:
        tries = int(due.timer.data.get("tries", 0)) + 1
        if tries >= MOST_TRIES:
            return self._failed(case, why, due.now)
        wait = min(timedelta(seconds=30) * (1 << tries), SLOWEST)
        later = timer(case, "case_file", due.now + wait, tries=tries)
        return replace(NOTHING, timers=(later,))

    def _failed(self, case: CaseFile, why: str, now: datetime) -> Outcome:
        """The person is told the exact taps at once, staff that they should look."""
        kind = self.wording.say(f"cw_kind_{FILED_TYPES.get(case.type, 'RETURN')}")
        text = self.wording.say("cw_tap_yourself", title=named(case), kind=kind)
        told = self.wording.say(
            "cw_todo_not_filed", order_no=case.order_no, title=named(case), why=why
        )
        todo = Todo("filing", f"filing:{case.id}", told, urgent=True)
        outcome = changed(case, not_filed(case, why, now), now, text)
        return replace(outcome, todos=(todo,))


@dataclass(frozen=True)
class Mirror:
    """Timer `case_mirror`: what the platform tells of an after-sale becomes the case's state."""

    shelf: CaseShelf
    desks: Desks
    orders: Orders
    rules: AfterSales
    policies: Policies
    wording: Wording
    new_id: Callable[[], str] = lambda: uuid.uuid4().hex

    async def __call__(self, due: TimerDue) -> Outcome:
        """Raises OrdersUnavailable: the timer comes again a little later."""
        shop, number = due.conversation.shop, str(due.timer.data["after_sale"])
        desk = self.desks.get(shop)
        told = await desk.read(number) if desk else None
        if desk is None or told is None:
            return NOTHING
        case = await self.shelf.of_platform(shop, number, told.order_id)
        if case is None:
            return await self._adopted(due, told)
        if case.conversation_id not in (None, due.conversation.id):
            return NOTHING
        if case.platform_id and not _news(case, told):
            return NOTHING
        return await self._followed(due, desk, case, told)

    async def _followed(
        self, due: TimerDue, desk: WeixinAfterSales, case: CaseFile, told: AfterSale
    ) -> Outcome:
        faults: tuple[Todo, ...] = ()
        if _agreed(case, told):
            told, faults = await self._accepted(desk, case, told)
        moved = told_of(case, told.id, told.status, due.now, told.deadline, told.waybill)
        text = "" if case.status == moved.status and case.platform_id else self._text(case, moved)
        return replace(changed(case, moved, due.now, text), todos=faults)

    async def _accepted(
        self, desk: WeixinAfterSales, case: CaseFile, told: AfterSale
    ) -> tuple[AfterSale, tuple[Todo, ...]]:
        """The approval that the case already has, given to the platform: the history names whose
        it is. A refusal leaves the after-sale for staff."""
        try:
            await desk.accept(told.id, pay=told.type == "REFUND")
            return await desk.read(told.id) or told, ()
        except WeixinError as error:
            text = self.wording.say(
                "cw_todo_not_accepted", order_no=case.order_no, title=named(case), why=error.message
            )
            return told, (Todo("filing", f"accept:{case.id}", text, urgent=True),)

    def _text(self, before: CaseFile, after: CaseFile) -> str:
        line = case_line(self.wording, after)
        key = "cw_news"
        if before.platform_id is None:
            key = "cw_filed" if before.filed_as == after.platform_id else "cw_seen"
        return self.wording.say(key, title=named(after), line=line)

    async def _adopted(self, due: TimerDue, told: AfterSale) -> Outcome:
        """The buyer tapped it in 微信小店: it gets a case, and our rules' view beside it."""
        shop, type_ = due.conversation.shop, _TYPES.get(told.type, "return_refund")
        order = await self.orders.by_number(shop, told.order_id)
        if order is None:
            return NOTHING
        earlier = await self.shelf.of_order(shop, order.order_no)
        taken = {item.title for case in earlier if is_open(case) for item in case.items}
        titles = [item.title for item in order.items if item.title not in taken]
        policy = await self.policies(shop)
        request = Request(order, policy, due.now, {"wish": _WISHES[type_]})
        decision = self.rules.decide(request)
        application = Application(
            self.new_id(), shop, order.order_no, order.buyer, due.conversation.id, decision,
            record(request, decision),
        )  # fmt: skip
        facts = {"type": type_, "titles": titles, "amount_fen": told.amount_fen}
        case = adopted(application, told.id, told.status, due.now, told.deadline, facts)
        timers = timers_of(case, due.now)
        text = self.wording.say("cw_seen", title=named(case), line=case_line(self.wording, case))
        return Outcome(
            (Reply(text),), "flow", "refund_status", case=CaseChange(0, case),
            timers=timers, cancels=cancelled(case, timers), todos=to_review(self.wording, case),
        )  # fmt: skip


def _news(case: CaseFile, told: AfterSale) -> bool:
    """Whether the platform tells what we do not know."""
    if case.status != told.status or (told.waybill and told.waybill != case.waybill):
        return True
    both = case.deadline and told.deadline
    return bool(both and abs(case.deadline - told.deadline) > DRIFT)  # type: ignore[operator]


def _agreed(case: CaseFile, told: AfterSale) -> bool:
    """Staff or the shop's rule approved exactly this: our own filing, that amount, not begun."""
    ours = case.filed_as == told.id and case.platform_id is None
    return ours and case.approved_at is not None and told.status == REVIEW and (
        told.amount_fen is not None and told.amount_fen == case.refund_fen
    )  # fmt: skip
