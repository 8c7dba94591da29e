"""Terms and reminders, licences, the choice of a tool: in the whole house, nothing embedded."""

from __future__ import annotations

import asyncio
import uuid
from datetime import datetime

import pytest

from bot.clock import SHANGHAI
from bot.conversation import Conversation, Vector
from bot.http.parts import Parts
from bot.messages import Message
from tests.dialogs.talk import NOW, ask, talk


@pytest.fixture
def strict(house: Parts, monkeypatch: pytest.MonkeyPatch) -> Parts:
    """The house; whoever embeds a message fails."""

    def never(text: str) -> Vector:
        raise AssertionError(f"embedded: {text}")

    monkeypatch.setattr(house.bot, "_embed", never)
    return house


def test_a_rejection_is_reminded_of(strict: Parts) -> None:
    asked, told, moved, gone = talk(
        strict, "审核驳回了，什么时候到期，到时候提醒我", "昨天", "提醒改成提前两天早上8点",
        "不用提醒了",
    )  # fmt: skip
    assert asked.choices[:2] == ["今天", "昨天"]
    assert told.says("11月27日")
    assert moved.says("11月25日8:00")
    assert gone.says("取消了")


@pytest.mark.parametrize(
    ("line", "facts"),
    [
        ("4月30日提交的，什么时候到期", ["5月6日", "5月13日"]),
        ("11月18日提交的备案，大概几号有结果，到时候叫我", ["12月16日", "12月30日"]),
        ("11月20号被驳回 最晚哪天重新提交", ["11月27日"]),
    ],
)
def test_terms_with_their_dates(strict: Parts, line: str, facts: list[str]) -> None:
    answer = ask(strict, line)
    assert all(answer.says(fact) for fact in facts), answer.text
    assert answer.quotes


def test_a_reminder_reaches_the_history_of_the_web_chat(strict: Parts) -> None:
    talk_id = uuid.uuid4().hex
    person = Conversation(talk_id, 0, "demo", "merchant", "demo-merchant", "visitor")
    strict.store.start_conversation(person, f"token of {talk_id}", NOW, NOW)
    asyncio.run(strict.bot.reply(Message("m1", talk_id, "11月20日驳回的，到期提醒我", NOW)))
    strict.clock.set(datetime(2026, 11, 26, 10, tzinfo=SHANGHAI))
    asyncio.run(strict.worker.fire_due_timers())
    strict.clock.set(None)
    assert "还有1天" in strict.store.last_lines(talk_id, 1)[0].text


def test_a_question_about_licences_comes_back_to_the_launch(strict: Parts) -> None:
    _, told = talk(strict, "想开店 卖坚果 个体户 没技术", "卖白酒要什么证")
    assert told.says("酒类")
    assert told.says("回到开店")


def test_a_choice_holds_the_guides_figures_and_no_sharing(strict: Parts) -> None:
    answer = ask(strict, "卖水果想冲销量 用哪个玩法好")
    assert answer.says("80%")
    assert answer.says("分享领红包别做")


def test_a_text_is_mended_in_three_steps(house: Parts) -> None:
    first, second, third = talk(
        house, "帮看下 国家级非遗工艺 全网最好阿胶糕 三天见效 转3个群领5元",
        "那改成 顶级阿胶糕 行不", "行 就这个",
    )  # fmt: skip
    assert first.says("三处要改，一处要核")
    assert second.says("顶级")
    assert third.says("手工熬制阿胶糕")
    assert third.says("没查出问题")


def test_a_prize_is_no_takings(house: Parts) -> None:
    answer = ask(house, "抽奖送一台六万的车行吗")
    assert answer.says("5万元")
    assert not answer.says("手续费")


def test_a_length_of_time_is_no_turnover(house: Parts) -> None:
    assert not ask(house, "我家GMV一个月20万 访客1万 客单200 咋样").says("÷ 200")
