"""What stands outside of a house and is named in its accounts file, besides the chats: the shops'
微信小店 (orders, after-sales) and the places where their people hear alerts."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from bot.channels.accounts import Account, Directory
from bot.channels.opening import keys_of
from bot.channels.webhook import AlertHook
from bot.channels.weixin_shop import WeixinShopDoor
from bot.clock import Clock, wall_clock
from bot.cursor_store import Cursors
from bot.delivery.after_sales import AfterSaleNews, AfterSalesWatch
from bot.mail import Webhook
from bot.store import Store
from handlers.orders.base import Orders
from handlers.orders.weixin import SECONDS, WeixinShop
from handlers.orders.weixin_aftersales import WeixinAfterSales
from handlers.orders.weixin_orders import WeixinOrders


@dataclass(frozen=True, slots=True)
class Outside:
    """`desks` and `webhooks` by shop, `doors` by account with the shop behind each."""

    orders: tuple[Orders, ...] = ()
    desks: Mapping[str, WeixinAfterSales] = field(default_factory=dict)
    webhooks: Mapping[str, Webhook] = field(default_factory=dict)
    doors: Mapping[str, tuple[str, WeixinShopDoor]] = field(default_factory=dict)
    watches: tuple[AfterSalesWatch, ...] = ()
    news: AfterSaleNews | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What it is opened with. `clock` is the shop's; tokens live in real time."""

    store: Store
    clock: Clock
    holder: str = ""

    def open(self, directory: Directory) -> Outside:
        """Everything the file names; nothing is called yet."""
        # Addresses hold tokens and keys: httpx must not log them.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        shops = {entrance.name: entrance.shop for entrance in directory.entrances}
        stalls = {a.name: a for a in directory.accounts if a.kind == "weixin_shop"}
        places = [a for a in directory.accounts if a.kind == "alert"]
        calls = {name: _calls(account) for name, account in stalls.items()}
        behind = {name: shops[account.entrance] for name, account in stalls.items()}
        desks = {behind[name]: WeixinAfterSales(calls[name], self.clock) for name in stalls}
        news, cursors = AfterSaleNews(self.store, self.clock), Cursors(self.store)
        return Outside(
            orders=tuple(WeixinOrders(behind[n], calls[n], self.clock, {}) for n in stalls),
            desks=desks,
            webhooks={shops[each.entrance]: _hook(each) for each in places},
            doors={n: (behind[n], _door(account)) for n, account in stalls.items()},
            watches=tuple(
                AfterSalesWatch(shop, n, desks[shop], news, cursors, self.clock, self.holder)
                for n, shop in behind.items()
            ),
            news=news,
        )


def _calls(account: Account) -> WeixinShop:
    client = httpx.AsyncClient(base_url=account.text("api_base"), timeout=SECONDS)
    return WeixinShop(account.text("app_id"), account.text("secret"), client, wall_clock)


def _door(account: Account) -> WeixinShopDoor:
    plain = account.text("mode") == "plain"
    return WeixinShopDoor(account.name, keys_of(account, account.text("app_id")), plain)


def _hook(account: Account) -> AlertHook:
    form = "json" if account.text("form") == "json" else "wecom"
    return AlertHook(account.text("url"), form, httpx.AsyncClient())  # type: ignore[arg-type]
