"""A person takes a conversation: the bot is silent, somebody is alerted, and it goes on cleanly."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest

from bot.alert_store import Alerts
from bot.conversation import Handoff, Outcome, Turn
from bot.delivery.alerts import Alerting
from bot.engine import Bot
from bot.errors import Conflict, NotFound
from bot.mail import Lease, Receipt
from bot.messages import Message, Reply
from bot.outbox_store import Todos
from bot.store import Store
from bot.talk_operations import TalkDesk, Wanted
from bot.talk_store import Talks
from bot.timer_store import Asked, Timers
from handlers.handoff import Watching
from handlers.rules.staff_hours import StaffHours
from tests.contracts.talks import NOW, TALK, log, now_in, start
from tests.mail import WORDING, echoing

Result = TypeVar("Result")
NIGHT = NOW.replace(hour=23)


def run(work: Awaitable[Result]) -> Result:
    async def waited() -> Result:
        return await work

    return asyncio.run(waited())


def answer(turn: Turn) -> Outcome:
    if turn.message.text == "转人工":
        asked = Handoff("human_handoff")
        return Outcome((Reply("好，已转人工。"),), "handoff", "human_handoff", handoff=asked)
    return Outcome((Reply(f"答{turn.message.text}"),), "answered")


@dataclass
class Counter:
    """A conversation, staff beside it, and a clock that the test turns."""

    store: Store
    now: datetime = NOW
    numbers: int = 0

    def __post_init__(self) -> None:
        start(self.store)
        watching = Watching(Talks(self.store), WORDING, StaffHours())
        timers = {"handoff_waiting": watching.waiting, "taken_waiting": watching.unheard}
        self.bot: Bot = echoing(self.store, answer, timers)
        self.desk = TalkDesk(self.store, WORDING)

    def says(self, text: str) -> Mapping[str, Any]:
        self.numbers += 1
        message = Message(f"m{self.numbers}", TALK.id, text, self.now)
        return run(self.bot.reply(message)).result

    def wanted(self, shop: str = "", behind: int = 0) -> Wanted:
        version = now_in(self.store).version - behind
        return Wanted(TALK.id, version, "operator:clerk@demo", shop, self.now)

    def later(self, **step: float) -> int:
        """Time passes, and what is due by then is fired; how many there were."""
        self.now += timedelta(**step)
        timers, fired = Timers(self.store), 0
        asked = Asked(self.bot.timer_kinds, 10)
        while due := timers.take(asked, self.now, self.now, None):
            for each in due:
                run(self.bot.fire(each.seq, each.conversation_id, each.timer, self.now))
                fired += 1
        return fired

    def alerts(self) -> list[str]:
        return [todo["text"] for todo in Todos(self.store).open("", 0, 100)]


@pytest.fixture
def counter(store: Store) -> Counter:
    return Counter(store)


def test_nor_does_it_greet_or_complain_of_voices_then(counter: Counter) -> None:
    counter.says("转人工")
    counter.desk.take(counter.wanted())
    kind = Outcome((Reply("语音我听不了"),), "clarify", "unread")
    message = Message("voice", TALK.id, "", counter.now)
    assert run(counter.bot.settle(message, kind)).result["replies"] == []
    assert now_in(counter.store).waiting_since == counter.now


def test_the_bot_is_silent_while_a_person_has_the_conversation(counter: Counter) -> None:
    counter.says("转人工")
    counter.desk.take(counter.wanted())
    result = counter.says("在吗")
    assert (result["replies"], result["status"]) == ([], "handoff")
    counter.desk.reply(counter.wanted(), "在的，我是小王")
    counter.says("好的")
    assert log(counter.store)[-3:] == [
        ("visitor", "在吗"), ("operator", "在的，我是小王"), ("visitor", "好的"),
    ]  # fmt: skip


def test_after_the_release_the_bot_answers_where_it_stood(counter: Counter) -> None:
    counter.says("转人工")
    flow = now_in(counter.store).flow
    counter.desk.take(counter.wanted())
    counter.says("在吗")
    talk = counter.desk.release(counter.wanted())
    assert (talk.taken_by, talk.handoff_id, talk.waiting_since) == (None, None, None)
    assert talk.flow == flow
    assert counter.says("还有货吗")["replies"][0]["text"] == "答还有货吗"
    assert run(Talks(counter.store).call(TALK.id)) is None
    assert counter.later(days=2) == 0, "no watch is left behind"
    assert counter.says("转人工")["handoff"], "a second hand-over is a new one"


def test_nobody_takes_it_so_staff_are_alerted_and_the_person_is_told_once(counter: Counter) -> None:
    counter.says("充电器冒烟了")
    counter.says("转人工")
    assert counter.later(minutes=4) == 0
    assert counter.later(minutes=1) == 1
    (alert,) = counter.alerts()
    assert "5分钟" in alert
    assert "转人工" in alert
    assert log(counter.store)[-1] == ("bot", WORDING.say("ho_nobody_yet", until="12:35前"))
    said = len(log(counter.store))
    counter.later(minutes=30)
    assert len(counter.alerts()) == 2
    assert len(log(counter.store)) == said
    counter.desk.take(counter.wanted())
    assert counter.alerts() == []
    assert counter.later(days=1) == 0


def test_at_night_the_person_is_told_when_work_begins(store: Store) -> None:
    counter = Counter(store, now=NIGHT)
    counter.says("转人工")
    counter.later(minutes=5)
    assert log(store)[-1] == ("bot", WORDING.say("ho_closed_now", at="明天09:00"))
    assert counter.later(hours=9) == 0
    assert counter.later(hours=1) == 1


def test_who_has_it_and_does_not_answer_is_reminded(counter: Counter) -> None:
    counter.says("转人工")
    counter.desk.take(counter.wanted())
    counter.later(minutes=30)
    assert counter.alerts() == []
    counter.says("人呢")
    counter.says("喂")
    counter.later(minutes=5)
    (alert,) = counter.alerts()
    assert "operator:clerk@demo" in alert
    counter.desk.reply(counter.wanted(), "来了")
    assert counter.alerts() == []
    counter.later(hours=3)
    assert counter.alerts() == []


def test_a_reply_to_a_waiting_person_takes_the_conversation(counter: Counter) -> None:
    counter.says("转人工")
    talk = counter.desk.reply(counter.wanted(), "我来看看")
    assert talk.taken_by == "operator:clerk@demo"
    call = run(Talks(counter.store).call(TALK.id))
    assert call
    assert call.taken_by == talk.taken_by


def test_a_word_in_between_leaves_the_bot_at_work(counter: Counter) -> None:
    counter.says("你好")
    counter.desk.reply(counter.wanted(), "今天有活动")
    assert counter.says("几点关门")["replies"]


def test_an_old_version_changes_nothing_and_tells_what_was_said(counter: Counter) -> None:
    counter.says("转人工")
    counter.says("快点")
    with pytest.raises(Conflict) as refused:
        counter.desk.take(counter.wanted(behind=1))
    assert any("快点" in line for line in refused.value.details)
    assert now_in(counter.store).taken_by is None


def test_another_shop_sees_nothing(counter: Counter) -> None:
    counter.says("转人工")
    with pytest.raises(NotFound):
        counter.desk.take(counter.wanted(shop="flowers"))
    assert Talks(counter.store).listed("flowers", waiting=True) == []


def test_lists_show_who_waits(counter: Counter) -> None:
    assert Talks(counter.store).listed("", waiting=False) == []
    counter.says("转人工")
    (row,) = Talks(counter.store).listed("demo", waiting=True)
    assert row.called
    assert (row.talk.id, row.called.reason) == (TALK.id, "human_handoff")
    counter.desk.take(counter.wanted())
    assert Talks(counter.store).listed("demo", waiting=True) == []
    assert len(Talks(counter.store).listed("demo", waiting=False)) == 1


@dataclass
class Ear:
    """Where alerts are heard, after `deaf` failures."""

    deaf: int = 0
    heard: list[str] = field(default_factory=list)

    async def tell(self, text: str, facts: Mapping[str, str]) -> Receipt:
        if self.deaf:
            self.deaf -= 1
            return Receipt("retry")
        self.heard.append(text)
        return Receipt()


@pytest.mark.parametrize("holder", ["", "w1"])
def test_an_alert_is_heard_once_however_often_it_had_to_be_told(
    counter: Counter, holder: str
) -> None:
    counter.says("转人工")
    counter.later(minutes=5)
    ear = Ear(deaf=2)
    lease = Lease(holder, timedelta(seconds=90)) if holder else None
    alerting = Alerting(Alerts(counter.store), {"demo": ear}, lambda: counter.now, lease)
    for _ in range(4):
        for alert in alerting.take(5, frozenset()):
            run(alerting.tell(alert))
        counter.now += timedelta(minutes=11)
    assert len(ear.heard) == 1
    other = replace(alerting, webhooks={"flowers": ear})
    assert other.take(5, frozenset()) == []
