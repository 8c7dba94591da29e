"""The launch with a real server: killed in the middle, and walked through in a real browser."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.local.browser import Chat, demo, launched
from tests.local.servers import running
from tests.local.visitor import Visitor, said

PERSONAS = (
    ("粘豆包", ("我寻思整个网店卖粘豆包 自己家包的", "没照 啥照都没有", "十来样", "没公众号")),
    (
        "服装",
        ("我们是服装厂 有限公司 有执照 两百多个款 公众号有 想在微信开店",
         "没人会写代码 一年花个三五万 老客户要积分", "范围里有服装零售"),
    ),
    (
        "螺丝",
        ("想开店 卖螺丝", "个体户有照 范围是五金零售 八百多个品", "没公众号 不要定制 不会写代码"),
    ),
    (
        "护肤",
        ("我们品牌做护肤的，有备案凭证，公司主体，sku 80，自己有开发团队，想做会员积分，"
         "预算二十万，公众号已认证，想在微信开店", "范围里有化妆品"),
    ),
)  # fmt: skip


def plan(visitor: Visitor) -> dict[str, Any]:
    """The plan as the API tells it."""
    found: dict[str, Any] = visitor.client.get("/api/plan", headers=visitor.headers).json()
    return {key: value for key, value in found.items() if key != "plan_url"}


@pytest.mark.slow
def test_a_server_killed_in_the_middle_of_a_launch_loses_nothing(data: Path) -> None:
    with running(data) as first:
        visitor = Visitor(first.url)
        visitor.ask("想开店 卖坚果 厂里拿货都是袋装 个体户 没技术 三十来个品")
        before = plan(visitor)
        first.process.kill()
    with running(data) as second:
        visitor = visitor.at(second.url)
        assert plan(visitor) == before
        told = said(visitor.ask("公众号有 执照写的日用百货"))
        assert "增项" in told
        assert "有公众号吗" not in told
        assert "多少个品" not in told


@pytest.mark.browser
@pytest.mark.parametrize(("goods", "messages"), PERSONAS)
def test_very_different_people_reach_a_plan(
    goods: str, messages: tuple[str, ...], server_url: str
) -> None:
    with launched() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 860}, locale="zh-CN")
        chat = demo(page, server_url)
        for message in messages:
            chat.answer_to(message)
        told = chat.answer_to("总结")
        assert goods in told
        assert "现在先做" in told
        assert "时间" in told


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("演示：三句话开店", ("微信小店", "0.6%", "增项", "7个工作日")),
        ("演示：上架前看文案", ("全网最好", "运营规范5.1", "顶级", "没查出问题")),
    ],
)
def test_the_shown_conversations_run_by_one_tap(
    name: str, facts: tuple[str, ...], server_url: str
) -> None:
    with launched() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 860}, locale="zh-CN")
        chat = demo(page, server_url)
        page.get_by_role("button", name=name).click()
        expect(chat.mine).to_have_count(3, timeout=30_000)
        _all_answered(page, chat)
        told = "\n".join(chat.replies.all_inner_texts())
        assert [fact for fact in facts if fact not in told] == []


def _all_answered(page: Page, chat: Chat) -> None:
    """The greeting and an answer to each of the three messages."""
    expect(chat.replies.nth(3)).to_be_visible(timeout=30_000)
    page.wait_for_timeout(200)
