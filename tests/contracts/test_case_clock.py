"""Cases over time on a real database, reopened between every two steps, as after a crash."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from bot.case_operations import Asked as Act
from bot.case_operations import CaseDesk
from bot.case_store import CaseRows
from bot.cases import CaseFile
from bot.conversation import Conversation
from bot.database import open_engine
from bot.delivery.after_sales import AfterSaleNews
from bot.engine import Bot
from bot.messages import Message
from bot.outbox_store import Todos
from bot.store import Store
from bot.timer_store import Asked, Timers
from handlers.customer.case_clock import CaseClock, todo_ref, with_case
from handlers.rules.case import BUYER, act, is_open
from tests.mail import WORDING, echoing, said
from tests.unit.rules.cases import NOW, application, opened

TALK = Conversation("talk", 0, "tea", "customer", "tea-customer", "v1", "b1")
STEPS: Mapping[str, tuple[str, ...]] = {
    "review": (), "asked for evidence": ("request_evidence",), "approved": ("approve",),
    "sent back": ("approve", "send_back"),
    "received": ("approve", "send_back", "confirm_receipt"),
}  # fmt: skip


@dataclass
class Office:
    """The house; `reopened` gives what a new process sees."""

    url: str
    now: datetime = NOW

    def __post_init__(self) -> None:
        self.store = Store(open_engine(self.url))
        self.store.create()
        shelf = CaseRows(self.store)
        clock = CaseClock(shelf, WORDING)
        kinds = {
            "case_remind": clock.remind, "case_escalate": clock.escalate, "case_end": clock.end,
            "case_news": clock.news,
        }  # fmt: skip
        self.bot: Bot = echoing(self.store, timers=kinds)

    def reopened(self) -> Office:
        self.store.close()
        return Office(self.url, self.now)

    @property
    def case(self) -> CaseFile:
        found = CaseRows(self.store).get("c1")
        assert found
        return found

    def begins(self) -> Office:
        """The customer's own 提交: a turn with the case in it."""
        self.store.start_conversation(TALK, "token", NOW, NOW + timedelta(days=30))
        bot = echoing(
            self.store, lambda _turn: with_case(said("已转店员"), 0, opened(), NOW, WORDING)
        )
        asyncio.run(bot.reply(Message("m1", "talk", "提交", NOW)))
        return self.reopened()

    def acts(self, name: str) -> Office:
        if name == "send_back":
            moved = act(self.case, name, BUYER, self.now, "SF1234567")
            told = with_case(said("好"), self.case.version, moved, NOW, WORDING)
            bot = echoing(self.store, lambda _turn: told)
            asyncio.run(bot.reply(Message("m2", "talk", "寄了", NOW)))
            return self.reopened()
        asked = Act("c1", name, self.case.version, "operator:clerk@tea", "请看")
        CaseDesk(CaseRows(self.store)).act(asked, "tea", self.now)
        return self.reopened()

    def until(self, when: datetime) -> Office:
        """Time passes; a new process fires every timer that comes due."""
        timers = Timers(self.store)
        kinds = Asked(self.bot.timer_kinds, 1)
        self.now = when
        while due := timers.take(kinds, when, when, None):
            (each,) = due
            asyncio.run(self.bot.fire(each.seq, each.conversation_id, each.timer, when))
        return self.reopened()

    def alerts(self) -> list[str]:
        return [todo["ref"] for todo in Todos(self.store).open("tea", 0, 100)]

    def said(self) -> list[str]:
        return [line.text for line in self.store.history("talk", 0, 100) if line.sender == "bot"]


@pytest.fixture
def office(database_url: str) -> Office:
    return Office(database_url).begins()


@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)
def test_a_case_and_its_timers_survive_a_restart_at_every_state(
    office: Office, steps: tuple[str, ...]
) -> None:
    for name in steps:
        office = office.acts(name)
    case = office.case
    assert is_open(case)
    assert case.deadline
    office = office.until(case.deadline - timedelta(hours=3))
    alerted = [ref for ref in office.alerts() if ref.startswith(f"case:c1:{case.version}:")]
    reminded = any(text.startswith("提醒一下") for text in office.said())
    assert alerted or reminded, "nobody heard of the deadline before it"
    assert office.case == case


def test_what_is_done_needs_no_alert_any_more(office: Office) -> None:
    assert office.case.deadline
    office = office.until(office.case.deadline - timedelta(hours=1))
    told = {todo_ref("c1", 1, what) for what in ("review", "remind", "escalate")}
    assert set(office.alerts()) == told
    office = office.acts("approve")
    assert office.alerts() == []


def test_an_overdue_answer_is_told_to_both(office: Office) -> None:
    assert office.case.deadline
    office = office.until(office.case.deadline)
    assert todo_ref("c1", 1, "overdue") in office.alerts()
    assert "抱歉" in office.said()[-1]


def test_what_is_not_sent_back_is_closed_and_may_be_applied_for_again(office: Office) -> None:
    office = office.acts("approve").until(NOW + timedelta(hours=1))
    assert "寄回" in office.said()[-1], "the news of an operator's act"
    assert office.case.deadline
    office = office.until(office.case.deadline)
    assert office.case.status == "RETURN_CLOSED"
    assert "已关闭" in office.said()[-1]
    office = office.until(NOW + timedelta(days=60))
    assert office.alerts() == []


def test_a_case_that_staff_open_has_timers_too(database_url: str) -> None:
    office = Office(database_url)
    plain = replace(application(), conversation_id=None)
    case = CaseDesk(CaseRows(office.store)).open(plain, [], "operator:clerk@tea", NOW)
    assert case.conversation_id
    assert case.deadline
    office = office.until(case.deadline - timedelta(hours=1))
    assert len(office.alerts()) == 2


def test_the_news_go_where_the_buyer_was_heard_last(database_url: str) -> None:
    office = Office(database_url)
    office.store.start_conversation(TALK, "token", NOW, NOW + timedelta(days=30))
    plain = replace(application(), conversation_id=None)
    case = CaseDesk(CaseRows(office.store)).open(plain, [], "operator:clerk@tea", NOW)
    assert case.conversation_id == "talk"


def test_news_of_the_platform_are_one_timer_however_often_they_come(office: Office) -> None:
    news = AfterSaleNews(office.store, lambda: NOW)
    for _ in range(3):
        asyncio.run(news.heard("tea", "2001", "other order"))
        asyncio.run(news.heard("tea", "2002", office.case.order_no))
    asked = Asked(frozenset({"case_mirror"}), 10)
    found = Timers(office.store).take(asked, NOW, NOW, None)
    assert sorted((t.conversation_id, t.timer.key) for t in found) == [
        ("talk", "case_mirror:2002"), ("weixin-2001", "case_mirror:2001"),
    ]  # fmt: skip
