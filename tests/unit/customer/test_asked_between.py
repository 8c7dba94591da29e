"""Why, what else, how long, without stock, without pictures: what is asked is answered."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.unit.customer.counter import Counter, text_of
from tests.unit.customer.test_returns import one, rule_of
from tests.unit.rules.build import item, order

CREAM = order("signed", item("保湿面霜", "化妆品", 18900, opened=True), order_no="3726100000051")
PEACHES = order(
    "signed", item("水蜜桃12个装", "水果", 6000, no_reason_excluded="fresh"),
    order_no="3726100000052", signed_at="2026-08-07T08:00:00+08:00",
)  # fmt: skip


def test_a_refusal_is_explained_once_and_then_by_its_clause_and_ways() -> None:
    counter = Counter([CREAM])
    first = text_of(counter.say("面霜不喜欢 退"))
    why, ways = text_of(counter.say("凭什么不给退")), text_of(counter.say("那你说怎么办"))
    assert "化妆品" in why
    assert "店里改不了" in why
    assert "过敏" in ways
    assert len({first, why, ways}) == 3


def test_an_exchange_is_asked_about_and_money_is_not_told() -> None:
    counter = one()
    counter.say("想换个颜色")
    assert "发新的" in text_of(counter.say("换货要几天到"))
    assert "改成退货退款" in text_of(counter.say("没货咋办"))
    assert "还没退款" not in text_of(counter.say("提交"))


def test_an_amount_is_told_once() -> None:
    counter = one()
    counter.say("不想要了，退货")
    assert text_of(counter.say("能退多少")).count("129元") == 1


@pytest.mark.parametrize("asked", ["拒收行吗 要我出钱不", "邮费要我自己掏吗"])
def test_who_pays_is_asked_in_many_ways(asked: str) -> None:
    counter = one()
    counter.say("不想要了，退货")
    assert "运费您出" in text_of(counter.say(asked))


def test_pictures_that_lack_something_and_that_are_gone() -> None:
    counter = Counter([PEACHES])
    counter.say("12个坏了5个 退款")
    more = text_of(counter.say(pictures=2))
    assert "还差2张" in more
    assert "面单" in more
    assert "就差照片" not in more
    assert "照片有几张发几张" in text_of(counter.say("怎么还要照片啊 烦死了"))
    assert "剩下的" in text_of(counter.say("都扔了 没拍照"))


def test_the_same_is_never_said_twice_in_a_row() -> None:
    counter = one()
    told = [text_of(counter.say(said)) for said in ("灯不亮，退货", "真的", "快点", "不亮啊", "唉")]
    assert all(said != after for said, after in pairwise(told))
    assert len(set(told)) >= 4


def test_giving_it_back_in_a_later_message_is_another_plan() -> None:
    counter = one()
    for said in ("刚买就降了五十", "我要退差价"):
        assert rule_of(counter.say(said)) == "52b"
    assert rule_of(counter.say("那我退了重买")) == "16"


def test_a_submitted_return_is_asked_for_its_money() -> None:
    counter = one()
    counter.say("不想要了，退货")
    counter.say("提交")
    assert "1-3个工作日" in text_of(counter.say("申请到哪了 什么时候退钱给我"))
