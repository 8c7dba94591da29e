"""A yearly price times years."""

import re
from collections.abc import Sequence
from decimal import Decimal

from bot.messages import plain
from handlers.merchant.figures.case import SCALE, Case, Sum, span
from handlers.merchant.tables import Grid
from knowledge.documents import Passage


def years(case: Case) -> Sum | None:
    """A yearly price times the years."""
    found = re.search(r"(?<![\d.])(\d{1,2})\s*年(?!级)", case.said)
    if not found or int(found[1]) < 2 or re.search(r"[留保]?存|[留管]", case.said):
        return None
    cells = [cell for grid in case.near for cell in _named_cells(grid, case.said)]
    for passage in [*cells, *(hit.passage for hit in case.hits[:8])]:
        price = _yearly(passage)
        if price:
            ends = [Decimal(n) * SCALE[unit or None] for n, unit in price]
            written = "-".join(f"{n}{unit}" for n, unit in price) + "元"
            return Sum(_times(written, ends, int(found[1]), _how_many(case.said)), (passage,))
    return None


def _how_many(said: str) -> int:
    """“两个公司各四年”: how many of them pay."""
    found = re.search(r"(?<![\d.])(\d{1,3})\s*个?\s*(?:公司|企业|主体|账号|小程序|店|号)", said)
    return int(found[1]) if found else 1


def _times(price: str, ends: Sequence[Decimal], years: int, count: int) -> str:
    total = span([end * years * count for end in ends], "元")
    of_each = f" × {count}个" if count > 1 else ""
    return f"{price}/年 × {years}年{of_each} = {total}。"


def _named_cells(grid: Grid, said: str) -> list[Passage]:
    """The cells of the one thing that is named."""
    things, _ = grid.asked(said)
    return grid.cross(things, grid.aspects()) if len(things) == 1 else []


def _yearly(passage: Passage) -> list[tuple[str, str]] | None:
    value = plain(passage.value or passage.text)
    per_year = re.search(r"((?:\d+(?:\.\d+)?万?元?-)?\d+(?:\.\d+)?万?)元?/年", value)
    if per_year is None and not ("年" in passage.text.split("：")[0] and passage.value):
        return None
    spec = per_year[1] if per_year else value
    found = re.findall(r"(\d+(?:\.\d+)?)(万?)", spec)
    return [(n, unit or found[-1][1]) for n, unit in found][:2] or None
