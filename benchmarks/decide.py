"""How long one pure decision takes: p50 and p99 over a mix of orders, on one core.

python -m benchmarks.decide [rounds]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from time import perf_counter_ns, thread_time_ns
from typing import Any

from handlers.customer.build import understanding
from handlers.rules.decide import Request, compile_rules, decide
from handlers.rules.floor import harsher_values
from handlers.rules.order import Order
from handlers.rules.window import SHANGHAI
from knowledge.rules.book import RuleBook, load_rule_book
from knowledge.rules.vocabulary import read_stated

SIGNED = datetime(2026, 8, 5, 11, tzinfo=SHANGHAI)
WISHES = ("return", "refund", "exchange", "repair", "track", "withdraw", "unsaid", "price_diff")
REASONS = ("no_reason", "quality", "missing_item", "damaged_in_transit", "wrong_item")
SAID = (
    "能退吗",
    "桃子烂了三成 咋赔",
    "灯不亮 给我换个新的 快点",
    "裙子留着 围巾退了吧",
    "吊牌剪了没穿过",
)
LINES: tuple[dict[str, Any], ...] = (
    {"title": "台灯", "category": "家居", "price_fen": 12900, "qty": 1},
    {"title": "桃子5斤", "category": "水果", "price_fen": 6000, "no_reason_excluded": "fresh"},
    {"title": "手机", "category": "手机", "price_fen": 399900, "activated": True},
)


def requests(book: RuleBook) -> list[Request]:
    """Every wish and reason on one- and three-line orders, early and late."""
    orders = [_order(status, lines) for status in ("paid_unshipped", "shipped", "signed")
              for lines in (LINES[:1], LINES[1:2], LINES)]  # fmt: skip
    return [
        Request(order, book.policy.defaults, SIGNED + timedelta(days=days), stated)
        for order in orders
        for days in (1, 9)
        for stated in _stated(book)
    ]


def _order(status: str, lines: tuple[dict[str, Any], ...]) -> Order:
    dates = {"paid_at": -96, "shipped_at": -72, "signed_at": 0}
    reached = {"paid_unshipped": 1, "shipped": 2, "signed": 3}[status]
    moments = {n: (SIGNED + timedelta(hours=h)).isoformat() for n, h in dates.items()}
    kept = dict(list(moments.items())[:reached])
    return Order.from_json({"order_no": "B1", "status": status, "items": list(lines), **kept})


def _stated(book: RuleBook) -> list[dict[str, Any]]:
    said = [{"wish": w, "reason_class": r, "item": "台灯"} for w in WISHES for r in REASONS]
    return [read_stated(book.vocabulary, facts) for facts in said]


def timed(call: Callable[[], object]) -> tuple[int, int]:
    """Nanoseconds of one call: by the clock, and of this thread's own computing."""
    wall, own = perf_counter_ns(), thread_time_ns()
    call()
    return perf_counter_ns() - wall, thread_time_ns() - own


def measure(rounds: int = 5) -> dict[str, float]:
    """p50 and p99 of a decision (computing only), of reading a sentence, and the floor proof.

    In microseconds, the proof and loading in milliseconds.
    """
    loading, book = timed(load_rule_book)[1], load_rule_book()
    rules, mix = compile_rules(book), requests(book)
    took = sorted(timed(partial(decide, rules, r))[1] for _ in range(rounds) for r in mix)
    understand = understanding(book)
    understand.words.compile()  # as a start does, so that nobody's first sentence waits
    asked = [(said, each.order) for said in SAID for each in mix[::40]]
    read = sorted(timed(partial(understand, [said], order))[1] for said, order in asked)
    proof = timed(partial(harsher_values, book, book.policy.defaults))[1]
    return {
        "decision p50 µs": at(took, 0.5),
        "decision p99 µs": at(took, 0.99),
        "words p50 µs": at(read, 0.5),
        "words p99 µs": at(read, 0.99),
        "floor proof ms": proof / 1e6,
        "load rules ms": loading / 1e6,
    }


def at(took: list[int], share: float) -> float:
    """So many of the sorted nanoseconds were at most so long; in microseconds."""
    return took[int(share * len(took))] / 1000


if __name__ == "__main__":
    print(measure(*map(int, sys.argv[1:2])))
