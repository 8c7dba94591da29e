"""Numbers in cells of any table: how far apart two lie, and what several come to."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from bot.messages import plain
from handlers.merchant.figures.case import SCALE, Case, Sum, span
from handlers.merchant.tables import Grid
from knowledge.documents import Passage

_VALUE = re.compile(
    r"约?(\d+(?:\.\d+)?)(万|千)?(?:[-~](\d+(?:\.\d+)?)(万|千)?)?(元|天|小时|个月|件|%)?(/年|/次)?"
)
_APART = re.compile(
    r"差(多少|几|了多少)|相差"
    r"|(多|少|高|低|早|晚|快|慢|贵|便宜|省|短|长)(出|了|花|掏|用|等|要)?(多少|几|好多)"
)
_TOGETHER = re.compile(r"加(上|起来|在?一起|一块|到一起)|一共|总共|合计|通共|拢共|共计|合在一起")
_FROM_TO = re.compile(r"从(\d+)(小时|天|%|元|件).{0,6}?(?:到|至)(\d+)\2")
NONE = Decimal(0)
_MEANT = {
    "天": re.compile(r"天|久|时间|工期|周期|快|慢|早|晚"),
    "元": re.compile(r"钱|元|费|贵|便宜|省|花|成本|掏|预算"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """A cell's number or range, with its unit."""

    cell: Passage
    low: Decimal
    high: Decimal
    unit: str

    @property
    def written(self) -> str:
        """As the cell has it, with its unit."""
        told = self.cell.value.removesuffix("/年").removesuffix("/次")
        return told if told.endswith(self.unit) else f"{told}{self.unit}"


def value_of(cell: Passage) -> Value | None:
    """None for words, blanks, open ends (`5万+`) and several numbers."""
    found = _VALUE.fullmatch(plain(cell.value).replace(" ", ""))
    if not found:
        return None
    money = any(word in cell.column + cell.row for word in ("费", "成本", "价"))
    unit = found[5] or ("元" if money else "")
    low = Decimal(found[1]) * SCALE[found[2] or (found[4] if found[3] else None)]
    high = Decimal(found[3]) * SCALE[found[4]] if found[3] else low
    return Value(cell, low, high, unit) if unit else None


def only_value(passage: Passage) -> Value | None:
    """The one sum of money or length of time that an item or a sentence tells."""
    text = plain(passage.text).replace(" ", "")
    found = [m for m in _VALUE.finditer(text) if m[5] in ("元", "天", "小时", "个月")]
    if len(found) != 1:
        return None
    return value_of(replace(passage, value=found[0][0]))


def apart(case: Case) -> Sum | None:
    """How far two named things of one table lie apart (`60-90天 - 3-7天 = 53-87天`)."""
    if not _APART.search(case.said):
        return None
    for grid in case.near:
        things, aspects = grid.asked(case.said)
        for low, high in _pairs(grid, things, aspects, case.said):
            ends = [abs(a - b) for a in (low.low, low.high) for b in (high.low, high.high)]
            gap = span(ends, high.unit)
            more = f"{_name(high, grid)}比{_name(low, grid)}多"
            text = f"{more}：{high.written} - {low.written} = {gap}。"
            return Sum(text, (high.cell, low.cell))
    return None


def changed(case: Case) -> Sum | None:
    """How much something changed that went “从24小时缩短到1小时内”."""
    if not re.search(r"(快|慢|省|多|少|涨|降|短|减)了?(多少|几)", case.said):
        return None
    source = case.hits[0].passage if case.hits else None
    found = re.search(
        r"从(\d+)(小时|天|%|元|件).{0,6}?(?:到|至)(\d+)\2", source.text if source else ""
    )
    if not source or not found:
        return None
    high, low = sorted((Decimal(found[1]), Decimal(found[3])), reverse=True)
    gap = f"{high}{found[2]} - {low}{found[2]} = {high - low}{found[2]}"
    return Sum(f"{source.text.rstrip('。')}，相差{gap}。", (source,))


def _pairs(
    grid: Grid, things: Sequence[str], aspects: Sequence[str], said: str
) -> Iterator[tuple[Value, Value]]:
    """The two things' values of one aspect, the lower one first; ranges must not overlap."""
    for aspect in aspects or grid.aspects():
        values = [value for cell in grid.cross(things, [aspect]) if (value := value_of(cell))]
        if len(things) == len(values) == 2 and values[0].unit == values[1].unit:
            low, high = sorted(values, key=lambda value: value.low)
            if low.high < high.low and (aspects or _meant(low.unit, said)):
                yield low, high


def _meant(unit: str, said: str) -> bool:
    """Whether the question is about that unit; one that names none is about money."""
    meant = [name for name, words in _MEANT.items() if words.search(said)]
    return unit in (meant or ["元"])


def asks_for_all(said: str) -> bool:
    """“加一起多少”."""
    return bool(_TOGETHER.search(said))


def together(case: Case) -> Sum | None:
    """What several named things cost (or last) in all, of one table or of several."""
    if not asks_for_all(case.said):
        return None
    return summed(list(_costs(case)))


def summed(values: Sequence[Value]) -> Sum | None:
    """Two values or more of one unit, added up."""
    if len(values) < 2 or len({value.unit for value in values}) > 1:
        return None
    ends = [sum((v.low for v in values), NONE), sum((v.high for v in values), NONE)]
    total = span(ends, values[0].unit)
    names = "、".join(value.cell.text.partition("：")[0].replace(" · ", "的") for value in values)
    shown = " + ".join(value.written for value in values)
    return Sum(f"{names}合计：{shown} = {total}。", tuple(value.cell for value in values))


def _costs(case: Case) -> Iterator[Value]:
    """One value for each thing named, from the nearest table that names it and has one."""
    told: set[str] = set()
    for grid in case.near:
        things, aspects = grid.asked(case.said)
        for thing in things:
            words = {a + b for a, b in pairwise(thing) if a + b in case.said}
            value = None if words & told else _cost(grid, thing, aspects, case.said)
            if value:
                told |= words
                yield value


def _cost(grid: Grid, thing: str, aspects: Sequence[str], said: str) -> Value | None:
    cells = grid.cross([thing], grid.aspects())
    values = [value for cell in cells if (value := value_of(cell)) and _meant(value.unit, said)]
    asked = [v for v in values if {v.cell.row, v.cell.column} & set(aspects)]
    return next(iter(asked or values), None)


def _name(value: Value, grid: Grid) -> str:
    return value.cell.column if grid.transposed else value.cell.row
