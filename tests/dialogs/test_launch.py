"""Opening a shop, as a merchant lives it: demo conversation A, and what surrounds it."""

from bot.grounding import ungrounded
from bot.http.parts import Parts
from tests.dialogs.talk import Answer, talk

DEMO_A = (
    "想开店 卖坚果 厂里拿货都是袋装 个体户 没技术 三十来个品",
    "公众号有 执照写的日用百货 手续费多少啊",
    "要几天",
)


def says_all(answer: Answer, *facts: str) -> None:
    missing = [fact for fact in facts if not answer.says(fact)]
    assert not missing, answer.text


def test_demo_conversation_a(house: Parts) -> None:
    first, second, third = talk(house, *DEMO_A)
    says_all(
        first,
        "个体户",
        "预包装",
        "坚果",
        "30个品",
        "微信小店",
        "下线",
        "有公众号吗",
        "经营范围里有食品吗",
    )
    says_all(first, "原生开发要技术团队，先排除")
    says_all(second, "0.6%", "0.6元", "0.6%-2%", "佣金按类目", "两者是否叠加，资料没写")
    says_all(second, "回到开店", "盖不住食品", "增项", "预包装食品备案")
    says_all(
        third, "资料没写", "不猜", "1-3天", "7个工作日", "增项", "食品备案", "微信小店", "连公众号"
    )
    assert [a.status for a in (first, second, third)] == ["flow"] * 3
    assert third.result["plan_url"].startswith("/plan/")
    assert "办好叫我" in third.choices


def test_the_demo_asks_nothing_twice(house: Parts) -> None:
    _, second, third = talk(house, *DEMO_A)
    for answer in (second, third):
        assert "有公众号吗" not in answer.text
        assert "经营范围里有食品吗" not in answer.text


def test_numbers_of_the_demo_stand_in_citations_plan_or_what_was_said(house: Parts) -> None:
    quotes: list[str] = ["100"]  # the sum of the example, shown with its calculation
    for answer in talk(house, *DEMO_A):
        quotes += [*answer.quotes, answer.asked]
        floating = ungrounded(answer.text.replace("还差 3 样", ""), quotes)
        assert [n for n in floating if n not in DATES] == []


DATES = ("11", "24", "25", "12", "11", "14")
"""Of the plan's own timeline, for the day on which the tests live (21 November 2026)."""


def test_a_question_in_between_leads_back(house: Parts) -> None:
    _, between, later = talk(house, "想开店 卖毛巾 个体户", "SaaS和原生差在哪", "二十款")
    assert between.result["intent"] == "merchant_question"
    assert "回到开店" in between.text
    assert between.result["flow"]["name"] == "launch"
    says_all(later, "20个品")


def test_a_person_is_still_one_sentence_away(house: Parts) -> None:
    _, answer, back = talk(house, "想开店 卖毛巾 个体户", "转人工", "公众号没有")
    assert answer.status == "handoff"
    says_all(back, "没有公众号")


def test_thanks_do_not_disturb_the_walkthrough(house: Parts) -> None:
    _, thanks, after = talk(house, "想开店 卖毛巾 个体户", "谢谢", "进度")
    assert thanks.status == "smalltalk"
    says_all(after, "毛巾", "个体户")
