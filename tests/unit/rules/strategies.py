"""Any order and any facts a checked request can hold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from handlers.rules.order import FLAGS, STATUSES, Order
from knowledge.rules.vocabulary import Key, read_stated
from tests.unit.rules.build import BOOK, at

TITLES = ("台灯", "桃子5斤", "手机", "刻字杯", "蛋糕券", "面霜")
CATEGORIES = (None, "家居", "水果", "手机", "礼品", "卡券", "化妆品", "课程", "储值", "内衣")
START = at("2026-07-01T09:00")
maybe = st.none() | st.booleans()


def items(title: str) -> st.SearchStrategy[dict[str, Any]]:
    """A line with this title, any of its other fields missing."""
    return st.fixed_dictionaries(
        {"title": st.just(title)},
        optional={
            "category": st.sampled_from(CATEGORIES),
            "price_fen": st.none() | st.integers(0, 300000),
            "qty": st.integers(1, 4),
            "no_reason_excluded": st.sampled_from((None, False, *FLAGS)),
            "opened": maybe,
            "activated": maybe,
            "confirmed": maybe,
            "production": st.sampled_from((None, "not_started", "in_progress")),
            "gift": st.sampled_from((None, False, False, True)),
        },
    )


@st.composite
def orders(draw: st.DrawFn, statuses: tuple[str, ...] = STATUSES) -> Order:
    """An order; its dates come one after another as far as they are known."""
    titles = draw(st.lists(st.sampled_from(TITLES), min_size=1, max_size=3, unique=True))
    raw: dict[str, Any] = {
        "order_no": "K1",
        "status": draw(st.sampled_from(statuses)),
        "items": [draw(items(title)) for title in titles],
        "buyer": draw(st.sampled_from((None, "b1"))),
        "discount_fen": draw(st.none() | st.integers(0, 5000)),
        "freight_fen": draw(st.none() | st.integers(0, 2000)),
        "amount_fen": draw(st.none() | st.integers(0, 900000)),
        "refunded_items": draw(st.lists(st.sampled_from(titles), unique=True)),
    }
    moment = START
    for name in ("paid_at", "shipped_at", "signed_at"):
        moment += timedelta(hours=draw(st.integers(0, 200)))
        raw[name] = draw(st.none() | st.just(moment.isoformat()))
    return Order.from_json(raw)


def values(key: Key) -> st.SearchStrategy[Any]:
    """Any value of a fact."""
    if key.kind == "number":
        return st.integers(max(key.low, -30), min(key.high, 1000))
    if key.kind == "list":
        return st.lists(st.sampled_from(sorted(key.values)), unique=True, max_size=3).map(tuple)
    return st.sampled_from(sorted({*key.values} | ({*TITLES} if key.title else set())))


def facts(*, without: frozenset[str] = frozenset()) -> st.SearchStrategy[dict[str, Any]]:
    """A wish and a reason, and up to five other facts."""
    keys = {n: k for n, k in BOOK.vocabulary.stated.items() if n not in without}
    base = {n: values(keys.pop(n)) for n in ("wish", "reason_class", "item")}
    rare = frozenset({"safety", "handoff", "order_ref", "ownership"})
    others = sorted(keys.keys() - rare)
    some = st.lists(st.sampled_from(others), max_size=5, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: values(keys[name]) for name in names})
    )
    both = st.tuples(st.fixed_dictionaries({}, optional=base), some)
    return both.map(lambda pair: read_stated(BOOK.vocabulary, pair[0] | pair[1]))


moments = st.integers(0, 24 * 60 * 800).map(lambda minutes: START + timedelta(minutes=minutes))
