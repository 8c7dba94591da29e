"""What a calculation works on: the question with its numerals as digits, and what is known."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from bot.messages import plain
from handlers.merchant.tables import Grid, grid_around
from knowledge.documents import Document, Passage
from retrieval.library import Library
from retrieval.rank import Hit


@dataclass(frozen=True, slots=True)
class Sum:
    """A worked-out figure and what it rests on; corrections are told by whoever words it."""

    text: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Case:
    """A question ready for calculating. `owners`: whose documents may be read.

    What lies near the question comes first; but “卖20000到手多少” looks like nothing in the guide,
    so that a calculation that knows what it needs finds it wherever it stands.
    """

    said: str
    hits: Sequence[Hit]
    library: Library
    today: date
    owners: Sequence[str]

    @cached_property
    def near(self) -> Sequence[Grid]:
        """The tables near the question, nearest first."""
        return list(self._grids(hit.passage for hit in self.hits))

    @cached_property
    def grids(self) -> Sequence[Grid]:
        """All tables that may be read, those near the question first."""
        mine = (p for d in self._documents for p in d.passages)
        return list(self._grids(p for some in ((h.passage for h in self.hits), mine) for p in some))

    def near_passage(self, pattern: str, among: int | None = None) -> Passage | None:
        """The nearest passage whose text fits, of all hits or only of so many."""
        near = (hit.passage for hit in self.hits[:among])
        return next((passage for passage in near if _fits(passage, pattern)), None)

    def passage(self, pattern: str) -> Passage | None:
        """The nearest passage whose text fits; failing that, the first in reading order."""
        mine = (p for d in self._documents for p in d.passages)
        return self.near_passage(pattern) or next((p for p in mine if _fits(p, pattern)), None)

    @property
    def _documents(self) -> list[Document]:
        shop_of = self.library.shop_of
        return [d for i, d in self.library.documents.items() if shop_of[i] in self.owners]

    def _grids(self, passages: Iterable[Passage]) -> Iterator[Grid]:
        seen = set()
        for passage in passages:
            key = (passage.document, passage.section, passage.table)
            if passage.table and key not in seen:
                seen.add(key)
                yield grid_around(passage, self.library)


def _fits(passage: Passage, pattern: str) -> bool:
    return passage.kind in FINE and bool(re.search(pattern, plain(passage.text)))


CLOSE = 6
"""So many hits are what a question is about."""
FINE = ("cell", "item", "sentence", "correction")
Rule = Callable[[Case], Sum | None]
"""One kind of calculation; None if the question does not ask for it."""

# -- numbers as people write them

_MONEY = re.compile(r"(\d+(?:\.\d+)?)\s*(亿|万|千|百)?\s*(元|块钱?|rmb|的?流水|的?货|的单)?")
_LETTERED = re.compile(r"(\d)\s?([wk])(?![a-z0-9])")
"""1.2w, 3k."""
_COUNTED_ELSE = r"\d+(?:\.\d+)?\s*([%％年个天日号月单人次倍成篇家件款位]|分(?!账))"
SCALE = {"亿": 10**8, "万": 10**4, "千": 1000, "百": 100, None: 1}


@dataclass(frozen=True, slots=True)
class Money:
    """A sum in yuan, and how the person wrote it."""

    yuan: Decimal
    written: str


def money_in(said: str) -> Money | None:
    """The largest sum of money that is named. A bare small number counts something else."""
    said = _LETTERED.sub(lambda m: m[1] + {"w": "万", "k": "千"}[m[2]], said)
    found = [
        Money(Decimal(m[1]) * SCALE[m[2]], f"{m[1]}{m[2] or ''}元")
        for m in _MONEY.finditer(re.sub(_COUNTED_ELSE, " ", said))
        if m[3] or Decimal(m[1]) * SCALE[m[2]] >= 10
    ]
    return max(found, key=lambda sum_: sum_.yuan, default=None)


def shown(value: Decimal) -> str:
    """A number without needless zeros, at most two decimals; round ten thousands in 万."""
    if value >= 10_000 and value % 100 == 0:
        return f"{shown(value / 10_000)}万"
    return plainly(value)


def plainly(value: Decimal) -> str:
    """A number without needless zeros and without 万."""
    text = f"{value.quantize(Decimal('0.01')):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def span(values: Sequence[Decimal], unit: str) -> str:
    """`1.2-4元`, or `3元` where both ends are the same."""
    low, high = shown(min(values)), shown(max(values))
    if low.endswith("万") != high.endswith("万"):
        low, high = plainly(min(values)), plainly(max(values))
    return f"{low}{unit}" if low == high else f"{low}-{high}{unit}"
