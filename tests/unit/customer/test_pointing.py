"""Orders and goods told by price, day or state; and what a talk keeps of what was said in it."""

from __future__ import annotations

from datetime import datetime

import pytest

from handlers.customer.details import details
from handlers.customer.hearing import Heard, hear
from handlers.customer.pleas import without_pleas
from handlers.customer.pointing import pointed_item, pointed_orders
from handlers.customer.scene import Scene
from handlers.rules.order import Order
from tests.unit.customer.counter import RULES, Counter, taps_of, text_of
from tests.unit.customer.test_returns import MINE, THEIRS, one, rule_of
from tests.unit.rules.build import item, order

NOW = datetime.fromisoformat("2026-08-07T10:00:00+08:00")
TRAY = order("signed", item("猫砂盆", "百货", 3990), order_no="3726100000021", amount_fen=3990)
TREE = order(
    "signed", item("猫爬架", "百货", 15900), order_no="3726100000022", amount_fen=15900,
    signed_at="2026-08-06T10:00:00+08:00",
)  # fmt: skip
SENT = order("shipped", item("哑铃", "运动", 9900), order_no="3726100000023", amount_fen=9900)
OWN = (TRAY, TREE, SENT)
CUP = order("signed", item("马克杯", "厨具", 3900), order_no="3726100000031", amount_fen=3900)


def heard(*said: str) -> Heard:
    return hear(RULES.understand.words, said)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("39块9那个", TRAY), ("三十九块九的", TRAY), ("就是159那单", TREE), ("贵的那个", TREE),
        ("便宜的那个", TRAY), ("昨天到的", TREE), ("还在路上的那个", SENT), ("没收到的那个", SENT),
    ],
)  # fmt: skip
def test_an_order_is_told_by_what_it_cost_or_where_it_is(said: str, meant: Order) -> None:
    assert pointed_orders(said, OWN, NOW) == (meant,)


@pytest.mark.parametrize("said", ["退我159", "差20块", "两个都退", "不想要了", "5双少一双", ""])
def test_what_points_at_nothing(said: str) -> None:
    assert pointed_orders(said, OWN, NOW) == ()
    assert pointed_item(said, [*TRAY.items, *TREE.items]) is None


def test_goods_of_one_order_are_told_by_their_price() -> None:
    assert pointed_item("159那个退了", [*TRAY.items, *TREE.items]) == TREE.items[0]


def test_who_is_asked_which_order_may_say_its_price() -> None:
    counter = Counter([TRAY, TREE])
    assert rule_of(counter.say("有个东西要退一下")) == "70c"
    assert "39.9元" in text_of(counter.say("39块9那个"))


def test_after_a_number_that_is_not_theirs_no_order_is_guessed() -> None:
    counter = one()
    counter.say(f"{THEIRS.order_no} 看看买的啥")
    told = counter.say("他让我来退的")
    assert told.status == "clarify"
    assert f"as:order:{MINE.order_no}" in taps_of(told)
    assert "129元" in text_of(counter.say(tap=f"as:order:{MINE.order_no}"))


def test_a_question_about_the_offer_leaves_the_decision_standing() -> None:
    counter = one()
    counter.say("不想要了，退货")
    asked = counter.say("多久退给我")
    assert (asked.decision or {})["type"] == "return_refund"
    assert "1-3个工作日" in text_of(asked)


def test_a_claim_and_a_question_about_its_money_in_one_breath() -> None:
    told = one().say("不喜欢 退了吧 钱啥时候到我这")
    assert (told.decision or {})["type"] == "return_refund"
    assert "1-3个工作日" in text_of(told)


def test_a_fall_in_price_stays_the_matter() -> None:
    counter = one()
    for said in ("刚买就降了三十", "补差价给我", "不补怎么办"):
        assert rule_of(counter.say(said)) == "52b"


def test_what_was_told_with_a_call_for_a_person_still_counts() -> None:
    counter = one()
    called = counter.say("灯不亮 你们什么垃圾店 叫人工来")
    assert called.handoff
    told = counter.say("退钱")
    assert rule_of(told) == "34b"


def test_pictures_may_come_later() -> None:
    counter = one()
    counter.say("灯不亮，退货")
    assert "不急" in text_of(counter.say("在外头呢 晚上回家拍给你"))


def test_handing_in_twice_tells_where_it_stands() -> None:
    counter = one()
    counter.say("不想要了，退货")
    counter.say("提交")
    again = counter.say("提交")
    assert "已经交上去了" in text_of(again)
    assert (again.decision or {})["type"] == "return_refund"


def share(*said: str) -> object:
    placed = order("signed", item("苹果5斤", "水果", 5000, no_reason_excluded="fresh"))
    scene = Scene(placed, placed.items[0], "received", "fresh", placed.items)
    return dict(details(heard(*said), scene, "quality"))["damage_pct"]


def test_a_demand_is_no_damage_and_the_last_count_holds() -> None:
    assert share("烂了三成", "按百分之百退 我是会员") == 30
    assert share("烂了三成", "数了下 烂了一半") == 50
    assert share("坏了 赔我一半") is None


@pytest.mark.parametrize(
    ("said", "share"), [("碎成三块了", 100), ("没法用了", 100), ("磕了个口", None)]
)
def test_a_single_thing_in_pieces_is_all_of_it(said: str, share: int | None) -> None:
    scene = Scene(CUP, CUP.items[0], "received", "other", CUP.items)
    assert dict(details(heard(said), scene, "damaged_in_transit"))["damage_pct"] == share


def test_pressing_for_a_yes_tells_nothing_of_the_goods() -> None:
    assert without_pleas(heard("帮个忙 给我通过 我发你200红包")).text.strip() == ""
    assert "不亮" in without_pleas(heard("灯不亮 求你通融一下")).text


def test_a_refusal_names_what_this_customer_did() -> None:
    dress = order("signed", item("连衣裙", "服装", 15900), order_no="3726100000041")
    told = text_of(Counter([dress]).say("不喜欢 退 吊牌我剪了"))
    assert "抱歉：吊牌剪了；" in told
    assert "洗过" not in told
    assert "七日无理由办法第9条" in told
