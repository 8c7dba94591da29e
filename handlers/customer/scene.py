"""What the order already tells before the customer's words are read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.rules.lines import stage_of
from handlers.rules.order import Item, Order
from knowledge.rules.categories import Categories

_SOFT = re.compile("服|衣|裤|袜|鞋|帽|裙|家纺|内衣|泳装")
_SEALED = frozenset({"food", "cosmetics", "medical", "contraceptive"})


@dataclass(frozen=True)
class Scene:
    """The line that is talked about (or the first), its stage and kind, and whether others stand."""

    order: Order
    item: Item
    stage: str
    kind: str
    lines: tuple[Item, ...]

    @property
    def several(self) -> bool:
        """Whether more than one paid line could be meant."""
        return len(self.lines) > 1

    @property
    def parts(self) -> bool:
        """Whether keeping something can mean keeping the rest."""
        return self.several or self.item.qty > 1

    @property
    def soft(self) -> bool:
        """Clothes and linen tear by themselves; other things break on the way."""
        return bool(_SOFT.search(self.item.category or ""))

    @property
    def sealed(self) -> bool:
        """Kinds whose opening breaks a seal."""
        return self.kind in _SEALED

    @property
    def settled(self) -> bool:
        """A case is open or paid out: who asks about money asks about that."""
        return self.stage == "refunded" or bool(self.order.open_return_id)


def paid_lines(order: Order, categories: Categories) -> tuple[Item, ...]:
    """The lines that can be claimed: no gifts, nothing refunded, unless there is nothing else."""
    paid = [each for each in order.items if not is_gift(each, categories)] or list(order.items)
    open_ = [each for each in paid if stage_of(order, each) != "refunded"]
    return tuple(open_ or paid)


def is_gift(item: Item, categories: Categories) -> bool:
    """Whether the line came free."""
    free = item.price_fen == 0
    return bool(item.gift) or item.category in categories.gifts or free


def scene_of(order: Order, categories: Categories, lines: tuple[Item, ...], item: Item) -> Scene:
    """The scene around one line."""
    fresh = item.no_reason_excluded == "fresh"
    kind = "fresh" if fresh else categories.kind(item.category or "", item.title)
    return Scene(order, item, stage_of(order, item), kind, lines)
