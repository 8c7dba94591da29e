"""Marketing and logistics: what fits comes first, and sharing for a reward is never advised."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.conversation import Outcome, Turn
from bot.errors import Faults
from bot.grounding import ungrounded
from bot.messages import Message
from handlers.merchant.checks import open_checks
from handlers.merchant.choices import ChoiceHandler
from handlers.rules.choices import choose
from handlers.rules.compliance import check
from knowledge.choices import FILE, load_choices
from tests.mail import WORDING
from tests.unit.desk import NOW, TALK, said
from tests.unit.launch_book import GUIDE
from tests.unit.tools.test_reminders import no_vector

CHOICES = load_choices(GUIDE)
MARKETING, LOGISTICS = CHOICES


async def guide(turn: Turn) -> Outcome:
    return said("指南的回答")


def ask(text: str) -> Outcome:
    handler = ChoiceHandler(CHOICES, WORDING, guide)
    message = Message("m", TALK.id, text, NOW)
    return asyncio.run(handler(Turn(message, TALK, "merchant_question", NOW, no_vector)))


@pytest.mark.parametrize(
    ("text", "first", "facts"),
    [
        ("卖水果 想冲销量 用哪个玩法好", "建议拼团", ["2人/5人", "80%", "分享领红包别做"]),
        ("咖啡店想留老客 哪种营销工具合适", "建议会员储值", ["60%", "7日内"]),
        ("新店拉新用什么玩法好", "建议进店直接领券", ["不用分享"]),
        ("蛋糕店同城配送还是快递好", "建议同城配送", ["达达", "按距离计费"]),
        ("卖衣服发全国 物流怎么选", "建议第三方快递", ["顺丰/通达系", "自动回传单号"]),
        ("我自己有骑手 用什么物流好", "建议自配送", ["配送追踪系统"]),
    ],
)
def test_what_fits_comes_first(text: str, first: str, facts: list[str]) -> None:
    reply = ask(text).replies[0]
    assert reply.text.startswith(first)
    assert all(fact in reply.text for fact in facts)
    assert ungrounded(reply.text, [text, *(cited.quote for cited in reply.citations)]) == []


def test_where_nothing_decides_all_are_told_and_it_is_asked() -> None:
    told = ask("做什么营销活动比较好").replies[0].text
    assert "建议" not in told
    assert told.endswith("说一句我再帮您缩小。")
    assert all(one.label in told for one in MARKETING.good)


@pytest.mark.parametrize(
    "text", ["拼团能提升多少", "物流有几种模式", "储值能退吗", "分享领红包能做吗"]
)
def test_facts_are_the_guides(text: str) -> None:
    assert ask(text).replies[0].text == "指南的回答"


def test_sharing_for_a_reward_is_never_advised() -> None:
    """However much the words speak for it."""
    rules = open_checks().advertising
    found = choose("分享 裂变 邀请 立减金 红包 砍价 集赞 新客 老客 水果", MARKETING)
    assert not {option.id for option in (*found.advised, *found.others)} & {
        option.id for option in MARKETING.never
    }
    for option in MARKETING.good:
        told = f"{option.fits}。{option.figures}。{option.warns}"
        kinds = {each.ban.kind for each in check(told, rules).findings}
        assert "induced_share" not in kinds, option.id


def test_every_fault_of_the_file_is_told(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8")
    for old, new in (
        ("销量增80%", "销量增90%"),
        ('guide: ["marketing#营销工具效果对比"]', 'guide: ["marketing#没有"]'),
        ("    never: true\n", ""),
        ("- '(怎么|咋|如何)(送", "- '((怎么|咋|如何)(送"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    file = tmp_path / "choices.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Faults) as caught:
        load_choices(GUIDE, file)
    told = "\n".join(caught.value.details)
    for fault in ("90", "没有 marketing#没有", "不认识 only", "圆括号不成对"):
        assert fault in told
