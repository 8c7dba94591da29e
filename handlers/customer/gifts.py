"""What is said of the gifts of an order (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.customer.counts import number
from handlers.customer.hearing import Heard
from handlers.customer.naming import names_of
from handlers.customer.scene import is_gift
from handlers.rules.order import Order
from knowledge.customer_words import CustomerWords
from knowledge.rules.categories import Categories

# What is said to become of a gift in the clause after its own.
_STAYS = "我?(?:就|先|想|也|能)*(?:不(?:退|还|寄)(?:了|回)?|留(?:下|着|了)+)(?:行不行?|行吗|可以吗|吗|吧|不|呀)?"
_AND_STAYS = f"(?:[ ]{_STAYS}(?=[ \n?]|$))?"
# The price of a gift that the page told: 标的20块, 页面写着值9.9元.
_PRICED = re.compile(
    r"(?:值|标价?|写|价|单卖|单买|扣|补|付|抵)[^ \n\d零一二两三四五六七八九十百]{0,4}"
    r"(\d+(?:\.\d+)?|[零一二两三四五六七八九十百]+)(?:块|元)"
)
# 页面上写的量杯不退扣12块: what tells of a gift begins before its name.
_TOLD_BY = (
    "(?:(?:商品|详情)?(?:页面?|详情)(?:上|里)?(?:标|写|说)(?:的|着|了|明)?|说好)?(?:那|这|的|是)*"
)
# So far after its name stands what became of a gift.
_NEAR = 8


@dataclass(frozen=True)
class Gifts:
    """What the gifts of an order may be called; () when there are none."""

    names: tuple[str, ...]

    def set_aside(self, heard: Heard) -> Heard:
        """What was said of the goods that were paid for."""
        if not self.names:
            return heard
        spoken = "|".join([*map(re.escape, self.names), heard.words.signals["gift"].pattern])
        return replace(
            heard, text=re.sub(f"{_TOLD_BY}(?:{spoken})[^ \n]*{_AND_STAYS}", " ", heard.text)
        )

    def returned(self, heard: Heard) -> str | None:
        """`no` where a gift is said to stay or to be gone."""
        if not self.names:
            return None
        return "no" if heard.says("gift_gone") or self._gone(heard, self.names) else None

    def price_fen(self, heard: Heard) -> int | None:
        """The price stated beforehand of a gift that stays, in fen; None when none is told."""
        told = _PRICED.search(heard.text) if self.returned(heard) == "no" else None
        return round(number(told[1]) * 100) if told else None

    def _gone(self, heard: Heard, names: Sequence[str]) -> bool:
        gone, called = heard.words.signals["gone"], "|".join(map(re.escape, names))
        if re.search(f"(?:{called})[^ \n]*[ ]{_STAYS}(?=[ \n?]|$)", heard.text):
            return True
        spoken = re.compile(called)
        ends = (found.end() for found in spoken.finditer(heard.text))
        return any(gone.search(heard.text, at, at + _NEAR) for at in ends)


def gifts_of(order: Order, categories: Categories, words: CustomerWords) -> Gifts:
    """The gifts beside what was paid for."""
    gifts = [item for item in order.items if is_gift(item, categories)]
    if len(gifts) == len(order.items):
        return Gifts(())
    return Gifts(tuple(name for gift in gifts for name in names_of(words, gift)))
