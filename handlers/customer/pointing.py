"""Which of several orders or goods is meant by what it cost, when it came or where it is: 39块9那个,
贵的那个, 昨天到的, 还没发货那单 (pure)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import TypeVar

from handlers.rules.order import Item, Order
from handlers.rules.window import shanghai
from knowledge.chinese import number_of

T = TypeVar("T", Order, Item)

_DIGITS = r"\d+(?:\.\d{1,2})?|[零一二两三四五六七八九十百千]+"
# A sum that names a thing has 那个 or 的 behind it, or stands alone; what is asked for has 退我 before.
_PRICE = re.compile(
    rf"(?<![\d.])({_DIGITS})(?:(?:块|元)(?:钱)?([零一二三四五六七八九\d])?|(?<=\d))(?:钱)?"
    r"(?=的|那|这|买|[ ,，。]*(?:\n|$))"
)
_ASKED_SUM = re.compile("(?:退|赔|补|差|扣|省|降|贵|宜|给|要|收)(?:了|我|你|您|的)*$")
_DEAR = re.compile("最?贵的?(?:那|这|一)")
_CHEAP = re.compile("最?便宜的?(?:那|这|一)")
_DAYS = {"大前天": 3, "前天": 2, "昨天": 1, "昨晚": 1, "今天": 0, "今早": 0}
_DAY = re.compile(
    "(大前天|前天|昨天|昨晚|今天|今早)(?:[早晚上中下午夜里]{1,2})?(?:才|刚)?(到|收|签|买|拍|下单|付)"
)
_STATES = (
    ("paid_unshipped", re.compile("[没未]发货?的?(?:那|这|的)|[没未]发出的?(?:那|这|的)")),
    ("shipped", re.compile("(?:在|还在)?路上的?(?:那|这|的)|[没未](?:有)?(?:收|到)(?:到|货)?的?(?:那|这)")),
    ("unpaid", re.compile("[没未](?:有)?付(?:款|钱)?的?(?:那|这|的)")),
    ("signed", re.compile("(?<![没未])(?<!没有)(?:收到|到货|签收|到手)(?:了)?的(?:那|这)")),
)  # fmt: skip


def pointed_orders(text: str, orders: Sequence[Order], now: datetime) -> tuple[Order, ...]:
    """The orders that fit every hint in the text; () when it has none, or when none is told apart."""
    checks = [*_priced(text, _order_prices), *_ranked(text, orders), *_dated(text, now)]
    checks += [_in_state(state) for state, words in _STATES if words.search(text)]
    return _left(orders, checks)


def pointed_item(text: str, items: Sequence[Item]) -> Item | None:
    """The one line that costs what is named, or is the dearest or cheapest."""
    left = _left(items, [*_priced(text, _item_prices), *_ranked(text, items)])
    return left[0] if len(left) == 1 else None


def _left(things: Sequence[T], checks: Sequence[Callable[[T], bool]]) -> tuple[T, ...]:
    fitting = tuple(thing for thing in things if all(check(thing) for check in checks))
    return fitting if checks and len(fitting) < len(things) else ()


def _priced(text: str, prices: Callable[[T], set[int]]) -> Iterator[Callable[[T], bool]]:
    told = set(_prices(text))
    if told:
        yield lambda thing: bool(told & prices(thing))


def _prices(text: str) -> Iterator[int]:
    """Sums of money in fen: 39块9, 39.9元, 三十九块九, 159那个."""
    for found in _PRICE.finditer(text):
        if not _ASKED_SUM.search(text, max(0, found.start() - 4), found.start()):
            tenths = found[2] or "0"
            yield round(_value(found[1]) * 100) + round(_value(tenths) * 10)


def _value(text: str) -> float:
    return float(text) if text[0].isdigit() else float(number_of(text) or 0)


def _item_prices(item: Item) -> set[int]:
    return set() if item.price_fen is None else {item.price_fen, item.price_fen * item.qty}


def _order_prices(order: Order) -> set[int]:
    paid = set() if order.amount_fen is None else {order.amount_fen}
    return paid.union(*(_item_prices(item) for item in order.items))


def _ranked(text: str, things: Sequence[T]) -> Iterator[Callable[[T], bool]]:
    """The dearest or the cheapest, where every price is known."""
    sums = [_sum(thing) for thing in things]
    known = [each for each in sums if each is not None]
    if len(known) < len(things) or not known:
        return
    if _DEAR.search(text):
        yield partial(_costs, max(known))
    if _CHEAP.search(text):
        yield partial(_costs, min(known))


def _costs(fen: int, thing: Order | Item) -> bool:
    return _sum(thing) == fen


def _sum(thing: Order | Item) -> int | None:
    if isinstance(thing, Order):
        return thing.amount_fen
    return None if thing.price_fen is None else thing.price_fen * thing.qty


def _dated(text: str, now: datetime) -> Iterator[Callable[[Order], bool]]:
    """昨天到的 by the day of signing, 前天买的 by the day of payment."""
    for found in _DAY.finditer(text):
        day = shanghai(now) - timedelta(days=_DAYS[found[1]])
        yield partial(_came_on if found[2] in "到收签" else _paid_on, day.date())


def _came_on(day: date, order: Order) -> bool:
    return order.signed_at is not None and shanghai(order.signed_at).date() == day


def _paid_on(day: date, order: Order) -> bool:
    return order.paid_at is not None and shanghai(order.paid_at).date() == day


def _in_state(state: str) -> Callable[[Order], bool]:
    alike = (state, "completed") if state == "signed" else (state,)
    return lambda order: order.status in alike
