"""微信小店: the token is shared and renewed, refusals have names, filing twice opens nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from handlers.orders import weixin
from handlers.orders.base import OrdersUnavailable
from handlers.orders.weixin import WeixinShop, named_error
from handlers.orders.weixin_aftersales import Filing, WeixinAfterSales
from tests.contracts.talks import NOW
from tests.contracts.test_orders import ORDERS
from tests.weixin_shop import APPID, SECRET, WeixinStandIn

FILING = Filing("case1", ORDERS[0].order_no, "p1", "s1", 1, 9900, "quality", True)


@dataclass
class Hands:
    """A clock that is moved by hand."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def platform(clock: Hands) -> WeixinStandIn:
    made = WeixinStandIn(clock)
    made.put(ORDERS[0])
    return made


@pytest.fixture
def shop(platform: WeixinStandIn, clock: Hands) -> WeixinShop:
    return WeixinShop(APPID, SECRET, platform.client(), clock)


@pytest.fixture
def aftersales(shop: WeixinShop, clock: Hands) -> WeixinAfterSales:
    return WeixinAfterSales(shop, clock)


def tokens_asked(platform: WeixinStandIn) -> int:
    return platform.calls.count("cgi-bin/stable_token")


def ask(shop: WeixinShop, times: int = 1) -> None:
    async def all_at_once() -> None:
        body = {"order_id": ORDERS[0].order_no}
        await asyncio.gather(*(shop.call("order/get", body) for _ in range(times)))

    asyncio.run(all_at_once())


def test_many_calls_at_once_ask_for_one_token(shop: WeixinShop, platform: WeixinStandIn) -> None:
    ask(shop, 8)
    assert tokens_asked(platform) == 1


def test_the_token_is_renewed_five_minutes_early(
    shop: WeixinShop, platform: WeixinStandIn, clock: Hands
) -> None:
    ask(shop)
    clock.now += timedelta(seconds=7200 - 301)
    ask(shop)
    assert tokens_asked(platform) == 1
    clock.now += timedelta(seconds=1)
    ask(shop)
    assert tokens_asked(platform) == 2


def test_a_revoked_token_is_renewed_once(shop: WeixinShop, platform: WeixinStandIn) -> None:
    ask(shop)
    platform.revoke()
    ask(shop, 4)
    assert tokens_asked(platform) == 2


def test_a_wrong_secret_does_not_ask_for_ever(platform: WeixinStandIn, clock: Hands) -> None:
    shop = WeixinShop(APPID, "wrong", platform.client(), clock)
    with pytest.raises(weixin.WeixinError):
        ask(shop)
    assert tokens_asked(platform) == 1


def test_a_broken_line_is_told_without_the_token(shop: WeixinShop, platform: WeixinStandIn) -> None:
    ask(shop)
    platform.fail_next = 1
    with pytest.raises(OrdersUnavailable) as told:
        ask(shop)
    assert "token" not in f"{told.value}{told.value.__cause__}"


@pytest.mark.parametrize(
    ("errcode", "kind"),
    [
        (10020000, weixin.UnknownOrder),
        (10021050, weixin.UnknownOrder),
        (10021057, weixin.UnknownOrder),
        (10020001, weixin.WrongStatus),
        (10021041, weixin.WrongStatus),
        (10021043, weixin.OtherShop),
        (10021044, weixin.Busy),
        (10021046, weixin.InsufficientFunds),
        (10021051, weixin.DisputeRunning),
        (10021058, weixin.MissingAddress),
        (10021059, weixin.TooSoon),
        (10021060, weixin.MissingAddress),
        (10021068, weixin.NegotiateFirst),
        (-1, weixin.WeixinError),
    ],
)
def test_refusals_have_names(errcode: int, kind: type[weixin.WeixinError]) -> None:
    error = named_error(errcode)
    assert type(error) is kind
    assert str(errcode) in error.message


def test_the_same_case_filed_again_opens_nothing_twice(
    aftersales: WeixinAfterSales, platform: WeixinStandIn
) -> None:
    platform.fail_next = 1
    with pytest.raises(OrdersUnavailable):
        asyncio.run(aftersales.file(FILING))
    first = asyncio.run(aftersales.file(FILING))
    assert asyncio.run(aftersales.file(FILING)) == first
    assert list(platform.aftersales) == [first]


def test_the_platforms_deadline_is_a_moment(aftersales: WeixinAfterSales) -> None:
    number = asyncio.run(aftersales.file(FILING))
    found = asyncio.run(aftersales.read(number))
    assert found
    assert (found.status, found.type) == ("MERCHANT_PROCESSING", "RETURN")
    assert found.deadline == NOW + timedelta(hours=48)
    assert asyncio.run(aftersales.read("2999")) is None


def test_a_return_is_agreed_to_first_and_paid_later(
    aftersales: WeixinAfterSales, platform: WeixinStandIn
) -> None:
    number = asyncio.run(aftersales.file(FILING))
    asyncio.run(aftersales.accept(number, pay=False))
    assert platform.aftersales[number]["status"] == "USER_WAIT_RETURN"
    with pytest.raises(weixin.WrongStatus):
        asyncio.run(aftersales.accept(number, pay=True))


def test_what_changed_is_polled_in_days(
    aftersales: WeixinAfterSales, platform: WeixinStandIn, clock: Hands
) -> None:
    number = asyncio.run(aftersales.file(FILING))
    found = asyncio.run(aftersales.updated(NOW - timedelta(days=3), NOW + timedelta(hours=1)))
    assert found == [number]
    platform.aftersales[number]["negotiate"] = True
    with pytest.raises(weixin.NegotiateFirst):
        asyncio.run(aftersales.reject(number, 4, "影响二次销售"))
