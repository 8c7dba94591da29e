"""Shares of one column: added up, compared, or taken of a number."""

import re
from collections.abc import Sequence
from decimal import Decimal

from bot.messages import plain
from handlers.merchant.figures.case import Case, Sum, shown
from handlers.merchant.tables import Grid
from knowledge.documents import Passage

MANY = 5
"""Fewer are counted off, not taken a share of."""


def _shares(case: Case) -> tuple[Grid, list[Passage]] | None:
    """The nearest column of plain percentages, with the cells of the rows named."""
    for grid in case.near:
        shares = [c for c in grid.cells if re.fullmatch(r"\d+(\.\d+)?%", c.value)]
        if len(shares) > 2:
            rows, _ = grid.named(case.said)
            return Grid(shares, grid.synonyms), [c for c in shares if c.row in rows]
    return None


def others(case: Case) -> Sum | None:
    """All shares but the one named."""
    found = _shares(case)
    if not found or not found[1] or not re.search(r"除了|以外|之外|其他|其余|另外", case.said):
        return None
    rest = [c for c in found[0].cells if c not in found[1]]
    return _added(rest) if re.search(r"加|合|一共|总共|多少", case.said) else None


def total(case: Case) -> Sum | None:
    """Two or more shares of one column added up."""
    found = _shares(case)
    if not found or not re.search(r"加|合(起来|计|共|在)?|一共|总共|总和|一起", case.said):
        return None
    return _added(found[1]) if len(found[1]) > 1 else None


def _added(cells: Sequence[Passage]) -> Sum:
    total = sum((_percent(cell) for cell in cells), Decimal(0))
    names, told = "、".join(c.row for c in cells), " + ".join(c.value for c in cells)
    return Sum(f"{names}合计{told} = {shown(total)}%。", tuple(cells))


def difference(case: Case) -> Sum | None:
    """How far two shares of one column lie apart."""
    found = _shares(case)
    if not found or len(found[1]) != 2:
        return None
    if not re.search(r"差(多少|几)|(多|少|高|低)(出|了)?(多少|几)|相差", case.said):
        return None
    high, low = sorted(found[1], key=_percent, reverse=True)
    gap = shown(_percent(high) - _percent(low))
    text = f"{high.row}比{low.row}多：{high.value} - {low.value} = {gap}%，即{gap}个百分点。"
    return Sum(text, (high, low))


def part(case: Case) -> Sum | None:
    """A share of a number that the person names (`200件` × 38%)."""
    found, count = _shares(case), re.search(r"(?<![\d.])(\d+)\s*(件|个|款|单|条)", case.said)
    if not found or len(found[1]) != 1 or not count or int(count[1]) < MANY:
        return None
    cell = found[1][0]
    part = Decimal(count[1]) * _percent(cell) / 100
    return Sum(
        f"{cell.row}约{count[1]}{count[2]} × {cell.value} = {shown(part)}{count[2]}。", (cell,)
    )


def _percent(cell: Passage) -> Decimal:
    return Decimal(cell.value.rstrip("%"))


def spread(case: Case) -> Sum | None:
    """One number of the message spread over another (“5000单摊到2000个团长头上”)."""
    if not re.search(r"摊|平均|人均|每(人|个|单|天)|一?1?(人|个)(一天)?几", case.said):
        return None
    big = [Decimal(n) for n in re.findall(r"\d+(?:\.\d+)?", case.said) if Decimal(n) > 10]
    known = [
        h.passage for h in case.hits[:6] if any(f"{n:f}" in plain(h.passage.text) for n in big)
    ]
    if len(big) != 2 or not known:
        return None
    unit = "单" if "单" in case.said else ""
    value = shown(max(big) / min(big))
    return Sum(f"平均{max(big):f}{unit} ÷ {min(big):f} = {value}{unit}。", tuple(known[:2]))
