"""“哪个便宜” behind a comparison: the one of the things just compared, by their own figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from handlers.merchant.tables import grid_around, thing_and_aspect
from knowledge.documents import Passage
from retrieval.library import Library

_WHICH = re.compile(
    r"(?:哪|谁)(?:一?[个种家边样款])?(?:要|会|能)?(?:更|比较|最|相对)?"
    r"(?:(?P<cheap>便宜|省钱|划算|实惠)|(?P<dear>贵|费钱|烧钱)|(?P<fast>快|省时间|省时)|(?P<slow>慢|久|费时)"
    r"|(?P<high>强|高|大|灵活)|(?P<low>弱|差|低))"
)
_RATHER = re.compile(
    r"(?:(?P<cheap>便宜|省钱|实惠|划算|少花|不花钱|低)|(?P<fast>快|省时间|省时|短))(?:一)?(?:点儿?|些)(?:的|儿|办法|法子|方式)*"
    r"(?:有|吗|么|没有?|不|呢|啊)*$|有(?:没有)?(?:更|再|比较)?(?:(?P<less>便宜|省钱|实惠)|快|省时间)的"
)
_MONEY = re.compile(r"费|价|成本|佣金|保证金|钱")
_TIME = re.compile(r"周期|时间|时长|工期|到账|时效")
_LEVEL = re.compile(r"扩展|功能|权限|灵活")
_LEVELS = {"低": 1, "中": 2, "高": 3}
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*(万|千)?")
_UNITS = {"万": 10_000, "千": 1000, None: 1}


@dataclass(frozen=True, slots=True)
class _Sized:
    """A cell and what its value spans."""

    cell: Passage
    low: float
    high: float


def compared_by(question: str, told: Sequence[Passage]) -> list[Passage]:
    """Told cells of the aspect that is asked about, the wanted one first; [] if none is clear."""
    found = _WHICH.search(question)
    if not found:
        return []
    level = found["high"] or found["low"]
    aspect = _LEVEL if level else _MONEY if found["cheap"] or found["dear"] else _TIME
    sized = [_sized(cell) for cell in told if aspect.search(thing_and_aspect(cell)[1])]
    least = bool(found["cheap"] or found["fast"] or found["low"])
    ordered = sorted((s for s in sized if s), key=lambda s: s.low if least else -s.high)
    if len(ordered) < 2 or len(ordered) < len(sized):
        return []
    first, second = ordered[:2]
    clear = first.high <= second.low if least else first.low >= second.high
    return [one.cell for one in ordered] if clear else []


def rather(question: str, told: Passage, library: Library) -> list[Passage]:
    """“有便宜点的吗” beside a cell: the things of its table that cost less (take less time).

    The least first; [] if there are none, or figures to compare by are missing.
    """
    found = _RATHER.search(question)
    if not found or told.kind != "cell":
        return []
    grid = grid_around(told, library)
    thing = told.column if grid.transposed else told.row
    about = _MONEY if found["cheap"] or found["less"] else _TIME
    cells = [c for c in grid.cells if about.search(thing_and_aspect(c)[1])]
    sized = {thing_and_aspect(c)[0]: one for c in cells if (one := _sized(c))}
    mine = sized.get(thing)
    if mine is None:
        return []
    less = [one for one in sized.values() if one.low < mine.low]
    return [one.cell for one in sorted(less, key=lambda one: one.low)]


def _sized(cell: Passage) -> _Sized | None:
    """`1万-5万`, `5万+`, `60-90天`, `免费`, `高（需定制）`; None for what says no size."""
    if cell.value[:1] in _LEVELS:
        return _Sized(cell, _LEVELS[cell.value[0]], _LEVELS[cell.value[0]])
    if "免费" in cell.value:
        return _Sized(cell, 0, 0)
    numbers = _NUMBER.findall(cell.value)
    if not numbers:
        return None
    sizes = [float(number) * _UNITS[unit or None] for number, unit in numbers[:2]]
    return _Sized(cell, min(sizes), inf if "+" in cell.value else max(sizes))
