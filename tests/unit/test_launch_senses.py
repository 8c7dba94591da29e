"""What the walkthrough understands by likeness, and that rules are asked first."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from bot.conversation import Conversation, Turn, Vector
from bot.errors import Faults
from bot.intents import Examples
from bot.messages import Message
from handlers.merchant.launch import Launch
from handlers.merchant.launch_senses import Senses, learn_senses
from knowledge.launch.senses import NOTHING, Sense, load_senses, sense_sentences
from tests.unit.launch_book import BOOK
from tests.unit.test_launch_flow import NUTS, WORDING, Shopkeeper, _never, no_vector

MEANT = load_senses(BOOK.slots)
SAID = [sentence for some in MEANT.values() for sentence in some]
ELSEWHERE = ["怎么推广", "手续费多少", "今天天气", "你好", "发什么快递"]
SILENT = np.zeros((len(SAID), 4), np.float32)
"""Vectors that say nothing, so that the letters decide."""
NO_INTENTS = Examples(np.zeros((5, 4), np.float32), ["merchant_question"] * 5, ELSEWHERE)


def _senses() -> Senses:
    return learn_senses(MEANT, SILENT, NO_INTENTS)


SENSES = _senses()


async def a_vector() -> Vector:
    """Says nothing either."""
    return np.zeros(4, np.float32)


@dataclass
class Knowing(Shopkeeper):
    """A merchant whose walkthrough has its senses; `embeds`: whether a message may be embedded."""

    embeds: bool = True
    questions: list[str] = field(default_factory=list)

    @property
    def launch(self) -> Launch:
        return Launch(BOOK, WORDING, self._guide, _never, lambda _: "/plan/x", SENSES)

    def _turn(self, text: str, choice: str | None) -> Turn:
        talk = Conversation("talk", 1, "demo", "merchant", "door", "visitor", flow=self.flow)
        message = Message("m", "talk", text, self.now, choice)
        vector = a_vector if self.embeds else no_vector
        return Turn(message, talk, "launch_walkthrough", self.now, vector)


def test_turns_that_rules_decide_embed_nothing_though_there_are_senses() -> None:
    keeper = Knowing(embeds=False)
    for text in (
        NUTS, "公众号有", "范围写的食品销售", "还差什么", "要几天", "要花多少钱", "跳过", "上一步",
        "改成公司", "先停一下", "继续", "总结", "昨天被驳回了 说类目不对",
        "重新开始", "毛巾", "个体户", "30",
    ):  # fmt: skip
        assert keeper.says(text)


def test_what_no_rule_knows_is_understood_by_likeness_and_said_back() -> None:
    keeper = Knowing()
    keeper.says("想开店 卖火锅底料 个体户 有照")
    told = keeper.says("厂头代工的，都是封好口的袋袋")
    assert keeper.profile["form"] == "packaged"
    assert "不对就说一声" in told


def test_a_denial_is_never_taken_for_a_yes() -> None:
    keeper = Knowing()
    keeper.says("想开店 卖毛巾 个体户 三十款")
    keeper.says("号倒是没怎么开过")
    assert keeper.profile.get("official_account") != "yes"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("你说呢", "建议走微信小店"),
        ("你帮我拿主意", "建议走微信小店"),
        ("那个照去哪办嘛", "不猜"),
        ("问这个干啥", "因为"),
        ("直接把步骤列给我", "现在该做"),
    ],
)
def test_questions_that_the_guide_would_answer_in_general(text: str, told: str) -> None:
    keeper = Knowing()
    keeper.says("想开店 卖毛巾 个体户")
    assert told in keeper.says(text)


def test_what_is_left_to_us_is_not_asked_again() -> None:
    keeper = Knowing()
    keeper.says("想开店 卖毛巾 个体户 有照")
    assert "公众号吗" not in keeper.says("你看着办")


def test_a_question_in_between_goes_to_the_guide_unless_it_is_surely_about_the_plan() -> None:
    keeper = Knowing()
    keeper.says("想开店 卖毛巾 个体户")
    outcome = keeper.asks_the_guide("怎么推广")
    assert outcome.replies[0].text.startswith("指南答")
    outcome = keeper.asks_the_guide("直接告诉我步骤")
    assert "现在该做" in outcome.replies[0].text


def test_other_senses_than_fit_are_not_heard() -> None:
    fitting = [Sense("answers", "form=packaged")]
    assert SENSES.meant("那太贵了", np.zeros(4, np.float32), fitting) is None


def test_every_fault_of_the_senses_is_told(tmp_path: Path) -> None:
    file = tmp_path / "launch-senses.yaml"
    file.write_text(
        "answers: {form=frozen: [冻的]}\nasks: {weather: [下雨吗]}\nsteers: {pause: 等等}\n"
        "others: [在吗]\n"
    )
    with pytest.raises(Faults) as raised:
        load_senses(BOOK.slots, file)
    told = str(raised.value)
    assert "form=frozen" in told
    assert "weather" in told
    assert "pause" in told


def test_their_vectors_are_kept() -> None:
    assert {s for some in sense_sentences() for s in some} == set(SAID)
    assert MEANT[NOTHING]
