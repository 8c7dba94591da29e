"""Reminders in chat: what is understood, set, moved and cancelled, and what is said in time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SHANGHAI
from bot.conversation import Conversation, Flow, Outcome, Timer, TimerDue, Turn, Vector
from bot.intents.claims import claimed
from bot.intents.recognise import by_choice, by_rule
from bot.intents.spelling import spelled
from bot.messages import Message
from handlers.merchant.reminder_reading import Asked, read_asked
from handlers.merchant.reminders import KIND, Reminders
from knowledge.figures import load_figures
from tests.mail import WORDING
from tests.unit.desk import TALK, said

NOW = datetime(2026, 11, 22, 10, tzinfo=SHANGHAI)
RULES = load_figures().deadlines


async def no_vector() -> Vector:
    raise AssertionError("this turn needs no embedding")


async def other(turn: Turn) -> Outcome:
    return said("别人的回答")


@dataclass
class Desk:
    """One conversation with its timers in memory."""

    talk: Conversation = TALK
    timers: dict[str, Timer] = field(default_factory=dict)
    now: datetime = NOW

    def pending(self, _talk: str) -> Sequence[Timer]:
        return sorted(self.timers.values(), key=lambda timer: timer.due)

    def say(self, text: str, choice: str | None = None) -> str:
        message = Message("m", self.talk.id, text, self.now, choice)
        turn = Turn(message, self.talk, "launch_walkthrough", self.now, no_vector)
        outcome = asyncio.run(self._handled(turn))
        flow = outcome.flow or (None if outcome.ends_flow else self.talk.flow)
        self.talk = replace(self.talk, flow=flow)
        for key in outcome.cancels:
            self.timers.pop(key, None)
        self.timers |= {timer.key: timer for timer in outcome.timers}
        self.last = outcome
        return "\n".join(reply.text for reply in outcome.replies)

    async def _handled(self, turn: Turn) -> Outcome:
        return await self.reminders.first(other)(turn)

    @property
    def reminders(self) -> Reminders:
        return Reminders(RULES, WORDING, self.pending)

    @property
    def due(self) -> list[str]:
        return [f"{timer.due:%m-%d %H:%M}" for timer in self.pending("")]

    def fired(self, timer: Timer, at: datetime) -> str:
        outcome = asyncio.run(self.reminders.remind(TimerDue(timer, self.talk, at)))
        return "\n".join(reply.text for reply in outcome.replies)


def test_a_day_that_is_missing_is_asked_and_may_be_tapped_or_typed() -> None:
    for answer in ((("", "remind:resubmit:2026-11-21")), ("昨天", None)):
        desk = Desk()
        assert "哪天驳回的" in desk.say("审核驳回了，什么时候到期，到时候提醒我")
        assert [choice.id for choice in desk.last.replies[0].choices][1] == (
            "remind:resubmit:2026-11-21"
        )
        told = desk.say(*answer)
        assert "11月28日24点前" in told
        assert "指南自己写的" in told
        assert desk.due == ["11-27 09:30", "11-28 09:30"]
        assert desk.talk.flow is None


def test_the_day_typed_is_claimed_by_the_flow() -> None:
    asking = replace(TALK, flow=Flow("reminder", "day", data={"what": "resubmit"}))
    assert claimed(asking, "11月20号") == "launch_walkthrough"
    assert claimed(asking, "卖酒要什么证") is None
    assert claimed(TALK, "不用提醒了") == "launch_walkthrough"
    assert claimed(TALK, "怎么提醒顾客不要退货") is None
    assert by_choice("remind:review:2026-11-20") == "launch_walkthrough"


def test_submitted_on_a_day_is_told_and_reminded_of() -> None:
    desk = Desk()
    assert "5月13日" in desk.say("4月30日提交的，什么时候到期")
    assert desk.due == []
    told = desk.say("11月20号提交审核的 到期提醒我")
    assert "11月23日到11月25日" in told
    assert "最晚12月1日" in told
    assert desk.due == ["12-01 09:30"]


def test_a_reminder_is_moved_listed_and_cancelled() -> None:
    desk = Desk()
    desk.say("11月20日驳回的，到期前提醒我")
    assert desk.due == ["11-26 09:30", "11-27 09:30"]
    assert "11月25日8:00" in desk.say("提醒改成提前两天早上8点")
    assert desk.due == ["11-25 08:00"]
    assert "设了1个提醒" in desk.say("看看有哪些提醒")
    assert "取消了" in desk.say("取消提醒")
    assert desk.due == []
    assert "没有设提醒" in desk.say("还有什么提醒")


def test_the_same_term_again_takes_the_old_ones_place() -> None:
    desk = Desk()
    desk.say("11月20日驳回的，到期提醒我")
    desk.say("不对 是11月21日驳回的，到期提醒我")
    assert desk.due == ["11-27 09:30", "11-28 09:30"]


def test_anything_at_a_day_or_an_hour() -> None:
    desk = Desk()
    desk.say("明天下午3点提醒我交材料")
    desk.say("半小时后叫我一声")
    desk.say("下周五提醒我续费")
    assert desk.due == ["11-22 10:30", "11-23 15:00", "11-27 09:30"]
    assert "交材料" in desk.say("设了哪些提醒")
    desk.timers = {}
    assert "哪天" in desk.say("提醒我")


def test_the_walkthroughs_rejection_counts() -> None:
    flow = Flow("launch", "rejection", data={"profile": {"rejected_on": "2026-11-19"}})
    desk = Desk(replace(TALK, flow=flow))
    assert "11月26日" in desk.say("快到期了提醒我重新提交")
    assert desk.talk.flow == flow


def test_a_reason_is_answered_by_the_others_and_the_reminder_set_beside_it() -> None:
    desk = Desk()
    told = desk.say("昨天被驳回了 说类目不符 到时候提醒我")
    assert told.startswith("别人的回答")
    assert "11月28日" in told
    assert len(desk.timers) == 2


@pytest.mark.parametrize(
    "text",
    [
        "怎么提醒顾客确认收货",
        "到货提醒怎么开通",
        "审核要几天",
        "被驳回了怎么办",
        "订阅消息提醒要不要钱",
    ],
)
def test_what_is_none_of_ours_goes_on(text: str) -> None:
    desk = Desk()
    assert desk.say(text) == "别人的回答"
    assert desk.timers == {}


def test_customers_are_not_reminded_of_reviews() -> None:
    desk = Desk(replace(TALK, audience="customer"))
    assert desk.say("到期提醒我") == "别人的回答"


def test_what_is_said_when_the_time_comes() -> None:
    desk = Desk()
    desk.say("11月20日驳回的，到期提醒我")
    soon, last = desk.pending("")
    assert "还有1天" in desk.fired(soon, soon.due)
    assert "就是今天" in desk.fired(last, last.due)
    # After a downtime over both, the first is silent; after one over the term, the truth is told.
    assert desk.fired(soon, last.due) == ""
    assert "已过" in desk.fired(last, datetime(2026, 11, 30, 9, tzinfo=SHANGHAI))
    assert all(timer.kind == KIND for timer in (soon, last))


def test_too_late_is_said_and_nothing_is_set() -> None:
    desk = Desk()
    assert "来不及" in desk.say("11月1日驳回的，到期提醒我")
    assert desk.timers == {}


@pytest.mark.parametrize(
    "text",
    ["到期提醒我", "11月20号驳回的 到时候叫我", "取消提醒", "提醒改到早上8点", "设了哪些提醒",
     "明天提醒我交材料", "帮我设个提醒", "别让我忘了重新提交"],
)  # fmt: skip
def test_rules_decide_so_nothing_is_embedded(text: str) -> None:
    assert by_rule(text, "merchant") == "launch_walkthrough"


@given(
    st.text(
        "提醒我驳回提交备案认证明天后前一二三十月日号点半0123456789下周五取消改 到期", max_size=30
    )
)
def test_any_words_are_read(text: str) -> None:
    found = read_asked(spelled(text), NOW)
    assert found is None or isinstance(found, Asked)


def test_a_reminder_behind_a_told_term_is_of_that_term() -> None:
    desk = Desk()
    told = desk.say("11月20号被驳回了 最晚几号改")
    desk.talk = replace(desk.talk, last_text=told)
    assert "11月27日" in desk.say("到时候提醒我")
    assert [timer.data["what"] for timer in desk.timers.values()] == ["resubmit"] * len(desk.timers)
    assert desk.timers


def test_a_reminder_behind_anything_else_is_asked_about() -> None:
    desk = Desk(talk=replace(TALK, last_text="企业号的认证费用：300元/年。"))
    assert "哪天" in desk.say("到时候提醒我")
    assert not desk.timers


def test_what_the_walkthrough_asks_about_is_listed_said_and_cancelled() -> None:
    told = {"what": "launch", "text": "执照增项怎么样了？", "name": "问执照增项办得怎样"}
    due = datetime(2026, 11, 25, 9, 30, tzinfo=SHANGHAI)
    desk = Desk()
    desk.timers["launch:papers"] = Timer("launch:papers", KIND, due, told)
    assert "问执照增项办得怎样" in desk.say("我有哪些提醒")
    assert desk.fired(desk.timers["launch:papers"], due) == "执照增项怎么样了？"
    desk.say("取消提醒")
    assert not desk.timers
