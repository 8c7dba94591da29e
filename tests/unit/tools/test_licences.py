"""Licences are looked up in the launch data; what they do not know is said to be unknown."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.conversation import Outcome, Topic, Turn, Vector
from bot.messages import Message
from handlers.merchant.licences import LicenceHandler
from handlers.rules.licences import look_up
from knowledge.launch.book import FILES, FOLDER, load_launch
from tests.mail import WORDING
from tests.unit.desk import NOW, TALK, said
from tests.unit.launch_book import BOOK, GUIDE
from tests.unit.tools.test_reminders import no_vector


async def guide(turn: Turn) -> Outcome:
    return said("指南的回答")


def unembedded(text: str) -> Vector:
    raise AssertionError(f"embedded: {text}")


HANDLER = LicenceHandler(BOOK, WORDING, guide, unembedded)


def ask(text: str, choice: str | None = None, handler: LicenceHandler = HANDLER) -> Outcome:
    message = Message("m", TALK.id, text, NOW, choice)
    return asyncio.run(handler(Turn(message, TALK, "merchant_question", NOW, no_vector)))


def after(text: str, topic: Topic) -> Outcome:
    talk = replace(TALK, topics=(topic,))
    message = Message("m", TALK.id, text, NOW)
    return asyncio.run(HANDLER(Turn(message, talk, "merchant_question", NOW, no_vector)))


@pytest.mark.parametrize(("text", "paper"), [("那卖书呢", "出版物"), ("坚果呢", "食品")])
def test_other_goods_are_asked_for_in_a_word(text: str, paper: str) -> None:
    first = ask("卖化妆品要啥证")
    assert first.topic
    assert paper in after(text, first.topic).replies[0].text


def test_a_word_behind_another_answer_is_left_to_the_guide() -> None:
    assert after("坚果呢", Topic("企业号多少钱", "企业号")).replies[0].text == "指南的回答"


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (
            "卖坚果要办什么证",
            ["食品", "仅销售预包装食品备案（预包装）", "食品经营许可证（散装、自制、餐饮）"],
        ),
        ("散装辣条要什么证", ["食品经营许可证"]),
        ("卖酒要办哪些证", ["酒类", "不得卖给未成年人"]),
        ("卖面膜用不用办证", ["化妆品", "注册", "备案"]),
        ("卖进口奶粉要什么手续", ["配方注册", "检验检疫"]),
        ("卖保健品要啥证", ["蓝帽子", "暂未开放"]),
        ("三类医疗器械要什么许可", ["三类许可", "网售备案"]),
        ("书店类目要哪些资质", ["出版物经营许可证"]),
        ("自家果园的桃子鲜卖 要食品许可不", ["免许可"]),
        ("卖毛巾要什么证", ["家居日用", "资料里没写"]),
    ],
)
def test_known_goods(text: str, facts: list[str]) -> None:
    told = ask(text)
    assert told.status == "answered"
    for fact in facts:
        assert fact in told.replies[0].text
    assert told.replies[0].citations


@pytest.mark.parametrize("goods", ["宠物殡葬", "二手相机", "花圈", "无人机航拍"])
def test_unknown_goods_are_said_to_be_unknown(goods: str) -> None:
    told = ask(f"卖{goods}要什么证")
    assert told.status == "clarify"
    assert told.unanswered
    assert "我不猜" in told.replies[0].text


def test_the_nearest_categories_are_offered_and_may_be_tapped() -> None:
    told = ask("做宠物殡葬需要什么资质")
    offered = {choice.label: choice.id for choice in told.replies[0].choices}
    assert "宠物用品" in offered
    assert "宠物食品" in offered
    tapped = ask("", offered["宠物食品"])
    assert tapped.replies[0].text.startswith("宠物食品类目")
    assert ask("", "licence:nothing").replies[0].text == "指南的回答"


@pytest.mark.parametrize(
    "text",
    ["营业执照要不要公示", "资质不符占多少", "备案要几天", "驳回说缺证怎么办", "开店要什么资质",
     "卖会员卡充值这种虚拟的 要补什么证", "认证要什么材料"],
)  # fmt: skip
def test_the_guide_answers_the_rest(text: str) -> None:
    assert ask(text).replies[0].text == "指南的回答"


def test_an_operator_adds_a_category_without_touching_code(tmp_path: Path) -> None:
    for name in FILES:
        shutil.copy(FOLDER / f"{name}.yaml", tmp_path)
    path = tmp_path / "launch-categories.yaml"
    new = (
        "categories:\n  pet_burial:\n    label: 宠物殡葬\n    covers: 宠物殡葬服务\n"
        "    words: [宠物殡葬, 宠物火化]\n    scope: [殡葬]\n"
        "    licences:\n    - {name: 动物无害化处理协议, has: 无害化}\n"
        '    guide: ["licences#其他类目要什么资质"]\n'
    )
    text = path.read_text(encoding="utf-8").replace("categories:\n", new, 1)
    path.write_text(text, encoding="utf-8")
    book = load_launch(GUIDE, tmp_path)
    told = ask("做宠物殡葬需要什么资质", handler=replace(HANDLER, book=book))
    assert "动物无害化处理协议" in told.replies[0].text


def test_every_category_is_found_by_its_own_name() -> None:
    for category in BOOK.categories.values():
        if category.id != "general":
            found = look_up(BOOK, category.label.lower(), category.label.lower())
            assert found.category == category, category.label
