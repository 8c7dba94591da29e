"""What merchants say about the shop to be, read from their words."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation import Flow
from bot.intents.spelling import spelled
from handlers.merchant.launch_amounts import amounts
from handlers.merchant.launch_answers import answer
from handlers.merchant.launch_days import coming_day, past_day
from handlers.merchant.launch_reading import Heard, read
from handlers.merchant.launch_state import State, data_of, heard, state_of
from tests.unit.launch_book import BOOK

TODAY = date(2026, 11, 22)


def values(text: str) -> dict[str, str | int]:
    return dict(read(BOOK, spelled(text), TODAY).values)


@pytest.mark.parametrize(
    ("said", "value", "high"),
    [
        ("三十来个", 30, 30),
        ("一百来个款", 100, 100),
        ("一百多", 100, 100),
        ("百来款", 100, 100),
        ("几千", 5000, 9999),
        ("好几百", 500, 999),
        ("两三万", 30_000, 30_000),
        ("七八个", 8, 8),
        ("五六十", 60, 60),
        ("一两百", 200, 200),
        ("十几款", 10, 19),
        ("二十多", 20, 20),
        ("1.5万", 15_000, 15_000),
        ("2w", 20_000, 20_000),
        ("3k", 3000, 3000),
        ("50-60", 60, 60),
        ("上千", 1000, 2000),
        ("廿几", 20, 20),
        ("一千二", 1200, 1200),
        ("万把块", 10_000, 10_000),
        ("一百二十", 120, 120),
        ("两百", 200, 200),
        ("十", 10, 10),
    ],
)
def test_numbers_are_read_as_people_say_them(said: str, value: int, high: int) -> None:
    found = next(iter(amounts(said)))
    assert (found.value, found.high) == (value, high)


@pytest.mark.parametrize("said", ["一共要花多少钱", "一般要几天", "我们一起做", "万一被驳回"])
def test_words_that_only_begin_with_a_numeral_count_nothing(said: str) -> None:
    assert [found.value for found in amounts(said)] == []


def test_everything_in_one_message() -> None:
    said = "我们厂做收纳箱 有照 一百来个款 没人会写代码 一年能花个几千"
    assert values(said) == {
        "category": "home",
        "subject": "enterprise",
        "licence": "yes",
        "count": 100,
        "tech": "no",
        "budget": 9999,
    }


def test_a_factory_is_only_supposed_to_be_a_company() -> None:
    first = read(BOOK, spelled("我们厂做收纳箱"), TODAY)
    assert first.assumed == {"subject"}
    state = heard(State(), first)
    assert heard(state, read(BOOK, "个体户", TODAY)).profile.values["subject"] == "individual"
    firm = heard(State(), read(BOOK, "个体户", TODAY))
    assert heard(firm, first).profile.values["subject"] == "individual"


@pytest.mark.parametrize(
    ("said", "slot", "value"),
    [
        ("公众号有", "official_account", "yes"),
        ("没有公众号", "official_account", "no"),
        ("公众号也没有", "official_account", "no"),
        ("公众号 没有", "official_account", "no"),
        ("我刚才说有公众号 其实没有公众号", "official_account", "no"),
        ("公众号已认证", "official_account", "yes"),
        ("有执照没公众号", "official_account", "no"),
        ("有执照没公众号", "licence", "yes"),
        ("没执照有公众号", "licence", "no"),
        ("没有人懂技术", "tech", "no"),
        ("技术没有", "tech", "no"),
        ("冇技术", "tech", "no"),
        ("有两个程序员", "tech", "yes"),
        ("不会写代码", "tech", "no"),
        ("我会写代码", "tech", "yes"),
        ("不需要积分", "custom", "no"),
        ("想要会员等级", "custom", "yes"),
        ("我们已经有小程序了", "has_mp", "yes"),
        ("想做个小程序", "has_mp", None),
        ("小程序认证费多少", "has_mp", None),
        ("公众号要认证吗", "official_account", None),
        ("有没有公众号都行吗", "official_account", None),
        ("不做跨境", "cross_border", "no"),
        ("不是企业 是个体", "subject", "individual"),
        ("不对 是公司", "subject", "enterprise"),
        ("个体户还是公司好", "subject", None),
        ("那我先去办执照", "licence", "no"),
        ("执照办好了", "licence", "yes"),
        ("还没办执照", "licence", "no"),
        ("不是三十个 是三百个", "count", 300),
        ("有三家水果店", "stores", 3),
        ("公众号有一个", "count", None),
        ("两个程序员", "count", None),
        ("商品五十", "count", 50),
        ("预算改成五千", "budget", 5000),
        ("没预算", "budget", 0),
        ("一年两三万预算", "budget", 30_000),
        ("卖酒要办哪些证", "category", None),
        ("我卖的是零食", "category", "food"),
        ("卖宠物玩具", "category", "pets"),
        ("卖婴儿奶粉", "category", "infant_formula"),
        ("卖手机壳", "category", "accessories"),
        ("食品经营许可证有了", "category", None),
        ("卖竹编灯罩", "category", "general"),
        ("袋装的", "form", "packaged"),
    ],
)
def test_one_thing_said_in_many_ways(said: str, slot: str, value: str | int | None) -> None:
    assert values(said).get(slot) == value


def test_all_of_several_at_once() -> None:
    found = values("公众号、技术都没有")
    assert (found["official_account"], found["tech"]) == ("no", "no")


def test_what_the_licence_says_is_not_what_they_sell() -> None:
    found = read(BOOK, spelled("执照上写的服装鞋帽 我卖的是零食"), TODAY)
    assert found.said == {"scope": "服装鞋帽", "goods": "零食"}
    assert found.values["category"] == "food"


@pytest.mark.parametrize(
    "said", ["执照是个体户", "执照经营范围里有食品吗", "执照上写什么", "执照有了"]
)
def test_not_everything_about_a_licence_is_its_scope(said: str) -> None:
    assert "scope" not in read(BOOK, spelled(said), TODAY).said


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("昨天驳的", date(2026, 11, 21)),
        ("前天", date(2026, 11, 20)),
        ("今天被拒", TODAY),
        ("11月18号", date(2026, 11, 18)),
        ("11.18", date(2026, 11, 18)),
        ("三天前", date(2026, 11, 19)),
        ("上周五", date(2026, 11, 13)),
        ("周五", date(2026, 11, 20)),
        ("12月30日", date(2025, 12, 30)),
        ("十一月二十号", date(2026, 11, 20)),
        ("20号", date(2026, 11, 20)),
        ("随便", None),
    ],
)
def test_days_gone_by(said: str, day: date | None) -> None:
    assert past_day(said, TODAY) == day


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("双十二前", date(2026, 12, 12)),
        ("十二月十二号前", date(2026, 12, 12)),
        ("元旦前", date(2027, 1, 1)),
    ],
)
def test_days_to_come(said: str, day: date) -> None:
    assert coming_day(said, TODAY) == day


@pytest.mark.parametrize(
    ("said", "pending", "expected"),
    [
        ("有", ("official_account", "scope_ok"), {"official_account": "yes"}),
        ("都有", ("official_account", "scope_ok"), {"official_account": "yes", "scope_ok": "yes"}),
        (
            "有 没有",
            ("official_account", "scope_ok"),
            {"official_account": "yes", "scope_ok": "no"},
        ),
        ("没有", ("subject",), {"licence": "no"}),
        ("不用", ("scope_ok", "custom"), {"custom": "no"}),
        ("30", ("count",), {"count": 30}),
        ("大概四五十款吧", ("count",), {"count": 50}),
        ("五千", ("budget",), {"budget": 5000}),
        ("竹编灯罩", ("category",), {"category": "general"}),
        ("下一步", ("count",), {}),
        ("嗯嗯", ("official_account",), {"official_account": "yes"}),
        ("有什么用吗", ("official_account",), {}),
    ],
)
def test_bare_answers_are_about_what_was_asked(
    said: str, pending: tuple[str, ...], expected: dict[str, object]
) -> None:
    text = spelled(said)
    assert answer(BOOK, text, pending, read(BOOK, text, TODAY)).values == expected


SAID = (
    "个体户",
    "卖坚果",
    "都是袋装",
    "三十来个品",
    "公众号有",
    "没技术",
    "执照写的日用百货",
    "一年能花几千",
    "不要会员",
    "有三家门店",
    "有微信支付商户号",
    "进口的",
)


@settings(max_examples=40, deadline=None)
@given(st.permutations(SAID), st.integers(1, 4))
def test_any_order_and_any_grouping_gives_the_same_profile(order: list[str], group: int) -> None:
    state = State()
    for start in range(0, len(order), group):
        message = "，".join(order[start : start + group])
        state = heard(state, read(BOOK, spelled(message), TODAY))
    straight = heard(State(), read(BOOK, spelled("，".join(SAID)), TODAY))
    assert state.profile == straight.profile


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120))
def test_nothing_that_can_be_typed_breaks_the_reader(text: str) -> None:
    found = read(BOOK, spelled(text), TODAY)
    assert isinstance(found, Heard)
    assert set(found.values) <= set(BOOK.slots)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(SAID), max_size=6))
def test_the_state_survives_being_written_down(messages: list[str]) -> None:
    state = State()
    for message in messages:
        state = heard(state, read(BOOK, spelled(message), TODAY))
    assert state_of(Flow("launch", "x", data=data_of(state)), BOOK) == state


@pytest.mark.parametrize(
    ("said", "key", "value"),
    [
        ("咱村有个公众号是村委会的 不是我的", "official_account", "no"),
        ("公众号是朋友的", "official_account", "no"),
        ("一百二十个款 不对 一百五", "count", 150),
        ("没照 啥照都没有", "licence", "no"),
        ("卖粘豆包 自己家包的", "category", "food"),
        ("把我们的红油辣子拿到网上去卖 自己熬的", "category", "food"),
    ],
)
def test_strange_ways_of_saying_it(said: str, key: str, value: str | int) -> None:
    assert read(BOOK, spelled(said), date(2026, 11, 22)).values[key] == value


def test_a_company_one_does_not_have_is_no_subject() -> None:
    assert "subject" not in read(BOOK, "没公司没执照", date(2026, 11, 22)).values
