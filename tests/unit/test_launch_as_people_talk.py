"""The walkthrough with words that are in no list: denials, hearsay, moods, repairs."""

from dataclasses import replace
from datetime import date

import pytest

from bot.conversation import Conversation, Topic, Turn
from bot.intents.spelling import spelled
from bot.messages import Message
from handlers.merchant.launch_counts import money_words
from handlers.merchant.launch_reading import breathed, read
from tests.unit.launch_book import BOOK
from tests.unit.test_launch_flow import NOW, Shopkeeper, after, no_vector
from tests.unit.test_launch_flow import _done as done

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("said", "slot", "value"),
    [
        ("不玩积分", "custom", "no"),
        ("也不打算弄积分", "custom", "no"),
        ("会员积分就算了", "custom", "no"),
        ("没有打算做公众号", "official_account", "no"),
        ("没号没技术", "official_account", "no"),
        ("公众号粉丝两千", "official_account", "yes"),
        ("公众号我儿子给我弄过一个的", "official_account", "yes"),
        ("想做公众号", "official_account", None),
        ("公众号也申请下来了", "official_account", "yes"),
        ("公众号其实是我前东家的 我没有", "official_account", "no"),
        ("三个程序员", "tech", "yes"),
        ("写代码那个不会的呀", "tech", "no"),
        ("我司卖香水", "subject", "enterprise"),
        ("没有公司也没有个体户", "licence", "no"),
        ("我不是公司 也不算个体", "licence", "no"),
        ("个体户执照下周下来", "licence", "no"),
        ("个体户执照下来了", "licence", "yes"),
        ("改成一千零五十款", "count", 1050),
        ("挂了大概两百个链接", "count", 200),
        ("课程有18门", "count", 18),
        ("二三十张吧", "count", 30),
        ("预算八千一年", "budget", 8000),
        ("自己腌的 玻璃瓶装", "form", "homemade"),
        ("卖咖啡机", "category", "general"),
        ("卖红薯粉条", "category", "food"),
        ("听说卖自己种的水果不用照", "category", None),
        ("经营范围药品零售、二类医疗器械", "licence", "yes"),
    ],
)
def test_said_in_passing_denied_or_put_off(said: str, slot: str, value: str | int | None) -> None:
    assert read(BOOK, spelled(said), TODAY).values.get(slot) == value


def test_a_scope_is_read_to_its_end() -> None:
    said = read(BOOK, spelled("经营范围药品零售、二类医疗器械"), TODAY).said
    assert said["scope"] == "药品零售、二类医疗器械"


def test_a_named_day_goes_before_a_festival_in_the_goods() -> None:
    told = read(BOOK, spelled("卖圣诞饰品 想12月20号前上线"), TODAY)
    assert told.go_live == date(2026, 12, 20)


def test_sums_are_said_back_in_one_spelling() -> None:
    assert [money_words(said) for said in ("3w", "5k", "8000", "两三万")] == [
        "3万", "5千", "8000元", "两三万"
    ]  # fmt: skip


def test_a_correction_without_a_name_is_the_number_of_goods() -> None:
    keeper = after("个体户 卖袜子 80款 有公众号")
    assert "约35个品" in keeper.says("款数也错了 应该是35")


def test_a_reason_for_asking_is_given_once() -> None:
    keeper = after("卖毛巾 个体户")
    first, second = keeper.says("执照写的日用百货"), keeper.says("嗯嗯嗯那个")
    assert "（" not in first.partition("有公众号吗")[2].partition("②")[0]
    assert "指南拿50个品分界" not in second


def test_annoyance_is_met_once_and_led_on() -> None:
    keeper = after("开店 卖猫粮")
    assert keeper.claim("你们这也太麻烦了吧") == "surely"
    told = keeper.says("你们这也太麻烦了吧")
    assert "跳过" in told
    assert "回到开店" in told


def test_what_to_do_about_a_rejection_can_be_asked_later() -> None:
    keeper = after("11月18号驳回的 说我类目选错了")
    assert "重选到叶子类目" in keeper.says("那我该怎么办")
    assert "资料没写" in keeper.says("改完点哪儿交")
    assert "11月25日" in keeper.says("最晚哪天")
    assert "重选到叶子类目" in keeper.says("怎么改")


def test_an_unknown_rejection_stays_unknown() -> None:
    keeper = after("被拒了 理由是 头像与品牌调性不一致")
    assert keeper.last
    assert keeper.last.unanswered
    assert "不猜" in keeper.says("那我该怎么办")


def test_a_word_nobody_knows_replaces_no_known_goods() -> None:
    keeper = after("我是种橙子的")
    keeper.says("没办过啥执照 听说农民卖自己的东西不用照")
    assert keeper.profile["category"] == "farm"
    assert "卖竹编灯罩" in keeper.says("不卖橙子了 改卖竹编灯罩")


def test_what_was_told_before_it_began_counts() -> None:
    keeper = Shopkeeper()
    talk = Conversation("talk", 1, "demo", "merchant", "door", "visitor")
    talk = replace(talk, topics=(Topic("我们家卖毛巾"), Topic("那企业认证多少钱")))
    message = Message("m", "talk", "想开店 个体户", NOW)
    outcome = done(keeper.launch, Turn(message, talk, "launch_walkthrough", NOW, no_vector))
    told = outcome.replies[0].text
    assert "卖毛巾" in told
    assert "卖什么" not in told
    assert "企业" not in told.partition("\n")[0]


@pytest.mark.parametrize(
    ("line", "claim"),
    [
        ("那SaaS呢", ""),
        ("转人工", ""),
        ("谢谢你", ""),
        ("会一点但不多", "maybe"),
        ("食品经营许可证还没办", "maybe"),
        ("茶叶要证吗", "surely"),
        ("身份证能开吗", "surely"),
        ("办执照要几天", "surely"),
    ],
)
def test_what_the_flow_claims_of_strangers_words(line: str, claim: str) -> None:
    assert after("想开店 卖茶叶").claim(line) == claim


@pytest.mark.parametrize(
    ("said", "category", "goods", "also"),
    [
        ("我们公司卖面膜和红酒 都是国产", "cosmetics", "面膜和红酒", "alcohol"),
        ("卖袜子、毛巾跟零食", "clothing", "袜子、毛巾和零食", "home food"),
        ("卖蓝莓酒", "alcohol", "蓝莓酒", ""),
        ("想卖化妆品 以前卖衣服", "cosmetics", "化妆品", ""),
        ("卖面膜 蓝莓公司", "cosmetics", "面膜", ""),
    ],
)
def test_goods_of_several_kinds(said: str, category: str, goods: str, also: str) -> None:
    heard = read(BOOK, spelled(said), TODAY)
    assert heard.values["category"] == category
    assert (heard.said["goods"], heard.said.get("also", "")) == (goods, also)


@pytest.mark.parametrize(
    ("said", "slot", "value"),
    [
        ("一百出头的品", "count", 100),
        ("就一个品", "count", 1),
        ("我要上线一个店 卖瑜伽垫", "stores", None),
        ("款数也改下 160", "count", 160),
        ("自己家做的蛋糕", "form", "homemade"),
    ],
)
def test_numbers_and_makers_as_people_name_them(said: str, slot: str, value: object) -> None:
    assert read(BOOK, spelled(said), TODAY).values.get(slot) == value


def test_what_was_spoken_in_one_breath_is_read_in_pieces() -> None:
    said = (
        "那个我想问一下就是我这边是开实体店的卖奶瓶尿不湿那些然后呢"
        "执照是个体的大概有个一百五十样左右吧"
    )
    values = read(BOOK, breathed(spelled(said)), TODAY).values
    assert values["subject"] == "individual"
    assert values["count"] == 150
    assert values["category"] == "toys"


def test_an_answer_beside_a_question_counts() -> None:
    keeper = after("想开店 卖毛衣 个体户 二十件")
    keeper.says("啥叫公众号 没有")
    assert keeper.profile["official_account"] == "no"


def test_a_rejection_is_no_coming_back() -> None:
    keeper = after("开店 个体 卖毛巾 有照")
    told = keeper.says("先别问了 我其实上周就交过 昨天被打回来了")
    assert "11月28日" in told
    assert "再交" not in keeper.says("那我哪天之前得再交")


def test_second_thoughts_lose_nothing() -> None:
    keeper = after("开店 卖毛巾 个体户")
    keeper.says("算了 那我不开了")
    assert "毛巾" in keeper.says("继续")


def test_a_shop_that_sells_already_is_not_introduced() -> None:
    assert Shopkeeper().claim("老客回头有126个 总共买过的人350 卖坚果") == ""
