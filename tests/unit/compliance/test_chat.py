"""A merchant has texts checked in chat: demo B, follow-ups, another flow in progress."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.conversation import Conversation, Flow, Outcome, Turn, Vector
from bot.grounding import ungrounded
from bot.intents.claims import claimed
from bot.intents.recognise import by_rule
from bot.messages import Message, Reply
from handlers.merchant.about_rules import CheckOrAnswer
from handlers.merchant.asked_text import agrees, asked_text
from handlers.merchant.checks import open_checks
from handlers.merchant.compliance import ComplianceHandler, rule_line
from handlers.rules.compliance import check
from knowledge.wording import load_wording
from tests.unit.desk import NOW, TALK

RULES = open_checks().advertising


async def guide(turn: Turn) -> Outcome:
    """Stands where the guide does."""
    return Outcome((Reply(f"指南：{turn.message.text}"),), "answered")


HANDLER = CheckOrAnswer(ComplianceHandler(RULES, load_wording()), guide, RULES)
DEMO = "帮看下 国家级非遗工艺 全网最好阿胶糕 三天见效 转3个群领5元"


async def no_vector() -> Vector:
    raise AssertionError("this turn needs no embedding")


def say(text: str, talk: Conversation = TALK) -> tuple[Outcome, Conversation]:
    turn = Turn(Message("m", talk.id, text, NOW), talk, "compliance_check", NOW, no_vector)
    outcome = asyncio.run(HANDLER(turn))
    flow = outcome.flow or (None if outcome.ends_flow else talk.flow)
    return outcome, replace(talk, flow=flow)


def test_demo_b() -> None:
    first, talk = say(DEMO)
    assert first.replies[0].text == (
        "三处要改，一处要核：\n"
        "✘“全网最好”：绝对化用语，删\n"
        "✘“三天见效”：拿不出依据的功效，删\n"
        "✘“转3个群领5元”：以奖励换分享，属于滥用分享，改“进店领5元券”\n"
        "△“国家级非遗”：有名录证明可写，没有就删\n"
        "（广告法9、55条；运营规范5.1）"
    )
    second, talk = say("那改成 顶级阿胶糕 行不", talk)
    assert second.replies[0].text == (
        "不行，“顶级”也是绝对化用语。可写事实，如“手工熬制阿胶糕”，前提是属实。"
    )
    third, talk = say("行 就这个", talk)
    assert third.replies[0].text == "“手工熬制阿胶糕”没查出问题。最终以平台审核为准。"
    assert talk.flow is None


@pytest.mark.parametrize(
    ("text", "to_the_guide"),
    [
        ("快递这块怎么弄", True),
        ("手工阿胶糕 这么写行吗", False),
        ("全网最好阿胶糕 这么写怎么样", False),
    ],
)
def test_what_is_no_text_but_a_question_goes_to_the_guide(text: str, to_the_guide: bool) -> None:
    assert say(text)[0].replies[0].text.startswith("指南：") == to_the_guide


def test_whether_something_may_be_said_denies_nothing() -> None:
    refused = say("详情页能不能写史上最低价")[0].replies[0].text
    assert refused.startswith("不行，属于绝对化用语")


def test_a_single_thing_is_refused_by_its_name() -> None:
    assert say("转发集赞可以搞吗")[0].replies[0].text.startswith("不行，属于诱导分享，")


def test_every_number_rests_on_a_citation() -> None:
    reply = say(DEMO)[0].replies[0]
    assert not ungrounded(reply.text, [DEMO, *(each.quote for each in reply.citations)])


@pytest.mark.parametrize(
    "text", ["那改成 顶级阿胶糕 行不", "行 就这个", "换成 手工阿胶糕", "那写 老味道 呢"]
)
def test_the_next_message_belongs_to_the_text(text: str) -> None:
    _, talk = say(DEMO)
    assert claimed(talk, text) == "compliance_check"
    assert claimed(TALK, text) is None


@pytest.mark.parametrize("text", ["绝对化用语怎么罚", "认证费多少", "转人工", "我想开店"])
def test_other_wishes_are_left_alone(text: str) -> None:
    _, talk = say(DEMO)
    assert claimed(talk, text) is None


def test_a_question_about_the_rule_is_no_text_to_check() -> None:
    assert by_rule("绝对化用语怎么罚", "merchant") != "compliance_check"


def test_without_a_text_it_is_asked_for() -> None:
    outcome, talk = say("帮我审一下朋友圈文案")
    assert outcome.status == "clarify"
    assert talk.flow == Flow("compliance", "text")


def test_a_launch_in_progress_is_not_replaced() -> None:
    launching = replace(TALK, flow=Flow("launch", "documents"))
    for text in (DEMO, "手工阿胶糕这样写行吗", "帮我审一下文案"):
        assert say(text, launching)[1].flow == Flow("launch", "documents")


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("这句广告能用吗：全网最低价", "全网最低价"),
        ("看下这个标题 史上最低价 会罚吗", "史上最低价"),
        ("我想写“零添加 纯手工” 不会违规吧", "零添加 纯手工"),
        ("好 换成 今晚开抢", "今晚开抢"),
        ("帮我审一下朋友圈文案", ""),
        ("“手工熬制阿胶糕”", "手工熬制阿胶糕"),
        ("商品详情页能不能写史上最低价", "史上最低价"),
        ("直播间里可不可以说包治百病？", "包治百病"),
        ("孕妇能不能用这款面膜", "孕妇能不能用这款面膜"),
    ],
)
def test_the_words_that_ask_are_no_part_of_the_text(message: str, text: str) -> None:
    assert asked_text(message) == text


def test_a_yes_is_no_text() -> None:
    assert agrees("行 就这个")
    assert not agrees("那改成 顶级阿胶糕 行不")


def test_laws_are_told_once() -> None:
    findings = check("全网最好 三天见效 顶级 转3个群领5元", RULES).findings
    assert rule_line(findings) == "广告法9、55条；运营规范5.1"
