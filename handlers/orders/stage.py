"""Orders of the demo page's “换一天、换一单”: which there are, and copies for one visitor each."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.errors import Faults
from handlers.orders.demo import demo_orders
from handlers.rules.order import Order
from knowledge.yaml_text import parse_yaml

FILE = Path(__file__).parents[2] / "knowledge" / "content" / "demo" / "stage.yaml"
COPY_DIGITS = 6


@dataclass(frozen=True)
class Staged:
    """A demo order as of now, and what its buyer would say."""

    order: Order
    say: str

    @property
    def since(self) -> datetime:
        """Where the slider begins: signed, sent or paid; orders without a date have none."""
        found = self.order.signed_at or self.order.shipped_at or self.order.paid_at
        assert found
        return found


def staged(shop: str, now: datetime, file: Path = FILE) -> Sequence[Staged]:
    """The orders to choose from. Raises Faults naming every entry that fits no dated demo order."""
    known = {order.order_no[-4:]: order for order in demo_orders(shop, lambda: now).read()}
    found, faults = [], []
    for entry in parse_yaml(file.read_text(encoding="utf-8")):
        order = known.get(str(entry.get("order")))
        if order is None or not order.paid_at or not entry.get("say"):
            faults.append(f"{entry}")
        else:
            found.append(Staged(order, str(entry["say"])))
    if faults:
        raise Faults(file.name, tuple(faults))
    return found


def copied(order: Order) -> Order:
    """The same order under a number and a buyer of its own, so that no visitor meets another's."""
    digits = "".join(secrets.choice("0123456789") for _ in range(COPY_DIGITS))
    return replace(order, order_no=f"{order.order_no}{digits}", buyer=f"{order.buyer}-{digits}")


def marks(signed_at: datetime | None, ends: datetime | None, hours: int) -> Sequence[datetime]:
    """The last and the first minute around the moments at which a verdict may turn."""
    turns = [ends] if ends else []
    turns += [signed_at + timedelta(hours=hours)] if signed_at and hours else []
    around = (turn + timedelta(minutes=m) for turn in turns for m in (-1, 1))
    return sorted(around)
