"""Staff at work on the phone, over real processes: cards, buttons, words; and who is refused."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.evals.matching import contains
from tests.local.platforms import Both, joined, until
from tests.local.test_channels import case_of, lamp
from tests.platform.accounts import STAFF

pytestmark = pytest.mark.slow
REFUSED = "您没有处理售后和会话的权限"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    with joined(tmp_path_factory.mktemp("phone")) as both:
        yield both


def arrived(both: Both, person: str) -> list[dict[str, Any]]:
    found = both.platform.get("/_stand_in/sent", params={"person": person}).json()
    items: list[dict[str, Any]] = found["items"]
    return items


def card(both: Both, title: str, about: str, person: str = STAFF) -> dict[str, Any]:
    """The card of this title that names `about`, once it is there."""
    found: list[dict[str, Any]] = []

    def there() -> bool:
        found[:] = [
            item
            for item in arrived(both, person)
            if item["buttons"] and title in item["text"] and about in item["text"]
        ]
        return bool(found)

    until(there)
    return found[-1]


def tap(both: Both, shown: dict[str, Any], label: str, person: str = STAFF) -> dict[str, Any]:
    """A tap on a button; what the member gets."""
    (key,) = [each["key"] for each in shown["buttons"] if each["label"] == label]
    before = len(arrived(both, person))
    tapped = {"account": "wecom", "person": person, "task": shown["task"], "key": key}
    assert both.platform.post("/_stand_in/tap", json=tapped).json()["status"] == 200
    until(lambda: len(arrived(both, person)) > before)
    return arrived(both, person)[-1]


def test_a_hand_over_is_taken_answered_and_given_back(shop: Both) -> None:
    assert contains(shop.ask("miniprogram", "needs-help", "我要转人工"), "已转人工")
    shown = card(shop, "等人工 · demo", "转人工")
    for part in ("号", "客户要人工", "前没人接会再催"):
        assert part in shown["text"]
    assert REFUSED in tap(shop, shown, "接手", "wangwu")["text"]
    assert "接上了" in tap(shop, shown, "接手")["text"]
    until(lambda: card(shop, "等人工 · demo", "转人工")["changed"] == "zhangsan已接手")
    assert STAFF in tap(shop, shown, "接手", "lisi")["text"]

    silent = shop.heard("needs-help")
    assert shop.say("miniprogram", "needs-help", "杯子碎了怎么办")["status"] == 200
    until(lambda: any("杯子碎了怎么办" in text for text in shop.heard(STAFF)[-1:]))
    assert shop.heard("needs-help") == silent
    assert "已发给" in shop.ask("wecom", STAFF, "回复 您好，马上给您补发")
    until(lambda: "您好，马上给您补发" in shop.heard("needs-help"))
    assert "交还了" in shop.ask("wecom", STAFF, "交还")
    until(lambda: any("店员聊完了" in text for text in shop.heard("needs-help")))
    assert shop.ask("miniprogram", "needs-help", "你好")


def test_a_refund_is_approved_by_tap_and_the_customer_hears_of_it(shop: Both) -> None:
    order = lamp(shop, "c-phone", 88)
    assert contains(shop.ask("official", "c-phone", "落地灯太高了不喜欢 想退"), "订单号")
    shop.ask("official", "c-phone", f"{order} 0425")
    assert contains(shop.ask("official", "c-phone", "好的"), "审核")
    shown = card(shop, "待审核 · demo", order)
    for part in ("落地灯", "459元", "最晚"):
        assert part in shown["text"]
    for person in ("wangwu", "needs-help"):
        assert REFUSED in tap(shop, shown, "同意", person)["text"]
    asked = tap(shop, shown, "同意")
    assert "459元" in asked["text"]
    [case] = case_of(shop, order)
    assert case["status"] == "MERCHANT_PROCESSING", "nothing moves before the confirmation"
    assert "已办" in tap(shop, asked, "确认退459元")["text"]
    [case] = case_of(shop, order)
    assert case["status"] == "USER_WAIT_RETURN"
    assert case["history"][-1]["by"] == f"operator:{STAFF}@wecom/staff"
    until(lambda: any("寄回" in text and "进展" in text for text in shop.heard("c-phone")))
    assert "没有再办一次" in tap(shop, shown, "同意", "lisi")["text"]
    until(lambda: card(shop, "", "确认吗")["changed"].startswith("zhangsan"))


def test_the_case_goes_on_in_another_channel_once_the_order_is_proven(shop: Both) -> None:
    order = lamp(shop, "c-two", 89)
    shop.ask("miniprogram", "c-two", "落地灯太高了不喜欢 想退")
    shop.ask("miniprogram", "c-two", f"{order} 0425")
    assert contains(shop.ask("miniprogram", "c-two", "好的"), "审核")
    shop.ask("kf", "stranger", "我的退货到哪了")
    refused = shop.ask("kf", "stranger", f"{order} 1111")
    nobodys = shop.ask("kf", "stranger", "3726100000999 1111")
    for told in (refused, nobodys):
        assert not any(part in told for part in ("落地灯", "459", "审核")), told
    shop.ask("kf", "c-two-kf", "我的退货到哪了")
    assert contains(shop.ask("kf", "c-two-kf", f"{order} 0425"), "审核")


def test_the_robot_tells_what_waits_and_is_the_guide_too(shop: Both) -> None:
    shop.ask("miniprogram", "waits", "转人工")
    shop.ask("robot", STAFF, "待办")
    until(lambda: any("件在等" in text for text in shop.heard(STAFF)))
    assert REFUSED in shop.ask("robot", "wangwu", "待办")
    shop.ask("robot", STAFF, "微信支付手续费多少")
    until(lambda: any("0.6%" in text for text in shop.heard(STAFF)))
    assert contains(shop.ask("robot", "wangwu", "微信支付手续费多少"), "0.6%")


def test_a_merchant_goes_on_in_the_robot_with_what_the_application_heard(shop: Both) -> None:
    shop.ask("wecom", "boss", "想开店 卖坚果 厂里拿货都是袋装 个体户 没技术 三十来个品")
    told = shop.ask("wecom", "boss", "换个地方接着聊")
    code = next(part for part in told.replace("，", "：").split("：") if part.isdigit())
    assert "接不上" in shop.ask("robot", "boss", f"接着聊 {(int(code) + 1) % 1000000:06}")
    assert "接上了" in shop.ask("robot", "boss", f"接着聊 {code}")
    told = shop.ask("robot", "boss", "公众号有 执照写的日用百货")
    assert contains(told, "盖不住食品"), told
    assert "接不上" in shop.ask("robot", "thief", f"接着聊 {code}")
