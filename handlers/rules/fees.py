"""Fees on a sum of money, from–to in fen, with who says so. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from knowledge.figures import Fee, Figures, Method


@dataclass(frozen=True)
class Charged:
    """A fee on `amount_fen`."""

    fee: Fee
    amount_fen: int

    @property
    def fee_fen(self) -> tuple[int, int]:
        """The lowest and the highest, each rounded to the fen."""
        low, high = (_rounded(self.amount_fen * rate) for rate in self.fee.rate)
        return low, high

    def to_json(self) -> dict[str, Any]:
        """One item of POST /api/tools/fees."""
        return {
            "name": self.fee.name,
            "rate": rate_text(self.fee),
            "fee_fen": list(self.fee_fen),
            "source": self.fee.source,
        }


def charged(amount_fen: int, method: str, figures: Figures) -> tuple[Charged, ...]:
    """The fees of a way of being paid; empty for one that the guides do not know."""
    chosen = method_named(method, figures.methods)
    return tuple(Charged(fee, amount_fen) for fee in chosen.items) if chosen else ()


def method_named(written: str, methods: Sequence[Method]) -> Method | None:
    """The method of that id or name; the first when nothing is said."""
    if not written.strip():
        return methods[0]
    said = written.strip().lower()
    exact = (method for method in methods if said in (method.id, *method.names))
    part = (method for method in methods if any(name in said for name in method.names))
    return next(exact, None) or next(part, None)


def rate_text(fee: Fee) -> str:
    """`0.6%` or `0.6%-2%`."""
    low, high = (_percent(rate) for rate in fee.rate)
    return low if low == high else f"{low}-{high}"


def _percent(rate: Decimal) -> str:
    return f"{(rate * 100).normalize():f}%"


def _rounded(fen: Decimal) -> int:
    return int(fen.quantize(Decimal(1), rounding=ROUND_HALF_UP))
