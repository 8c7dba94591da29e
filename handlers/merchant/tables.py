"""Answers out of tables: the asked cell, a row of them, or two things side by side. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.messages import plain
from handlers.merchant.labels import COMPARING, mentioned, unnamed
from handlers.merchant.measures import measured, of_unit
from handlers.merchant.shapes import (
    wants_comparison,
    wants_difference,
    wants_extreme,
    wants_judgement,
)
from knowledge.chinese import simplified
from knowledge.documents import Passage
from knowledge.synonyms import widened
from retrieval.library import Library, Synonyms
from retrieval.rank import Hit

FARTHEST, FAR, NEAR = 0.3, 0.16, 0.1
"""How far below the best hit a table may lie whose things the question names, or does not."""
MORE = 2
SURPASSES, SURPASSES_OTHER = 0.08, 0.12
"""So much nearer it is meant whatever is named; where another row is named, and no column, more.
"""


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one table with the names of its two axes."""

    cells: Sequence[Passage]
    synonyms: Synonyms = ()

    @property
    def rows(self) -> list[str]:
        return list(dict.fromkeys(cell.row for cell in self.cells))

    @property
    def columns(self) -> list[str]:
        return list(dict.fromkeys(cell.column for cell in self.cells))

    @property
    def transposed(self) -> bool:
        """Whether the things compared stand in the header (knowledge.split.DIMENSIONS)."""
        return self.cells[0].text.startswith(f"{self.cells[0].column} ·")

    def named(self, question: str) -> tuple[list[str], list[str]]:
        """(rows, columns) that the question names."""
        said = widened(question, self.synonyms)
        rows = mentioned(said, self.rows, self.columns)
        return rows, mentioned(said, self.columns, self.rows)

    def asked(self, question: str) -> tuple[list[str], list[str]]:
        """(things, aspects) that the question names, whichever axis holds them."""
        rows, columns = self.named(question)
        return (columns, rows) if self.transposed else (rows, columns)

    def things(self) -> list[str]:
        """What is compared."""
        return self.columns if self.transposed else self.rows

    def aspects(self) -> list[str]:
        """In what it is compared."""
        return self.rows if self.transposed else self.columns

    def cross(self, things: Sequence[str], aspects: Sequence[str]) -> list[Passage]:
        """The cells of these things for these aspects, whichever axis holds them."""
        return self.pick(*((aspects, things) if self.transposed else (things, aspects)))

    def pick(self, rows: Sequence[str], columns: Sequence[str]) -> list[Passage]:
        """The cells where these rows and columns cross."""
        return [c for c in self.cells if c.row in rows and c.column in columns]


def grid_around(passage: Passage, library: Library) -> Grid:
    """The table that `passage` belongs to."""
    return Grid(library.table(passage), library.synonyms)


def grid_of(hits: Sequence[Hit], library: Library, reach: float) -> Grid | None:
    """The table of the best hit that belongs to one, if it is within `reach` of the best hit."""
    for hit in hits:
        if hit.score < hits[0].score - reach:
            return None
        if hit.passage.table:
            return grid_around(hit.passage, library)
    return None


def compared(question: str, hits: Sequence[Hit], library: Library) -> list[Passage]:
    """Cells that set several things of one table side by side; [] if that is not wanted."""
    if not (wants_comparison(question) or wants_difference(question) or wants_extreme(question)):
        return []
    grid = _compared_grid(question, hits, library)
    if grid is None or not grid.cells:
        return []
    things, aspects = grid.asked(question)
    aspects = measured(question, grid.aspects()) or aspects or _of_unit(question, grid, things)
    extreme = _extreme(question, grid, things or grid.things(), aspects or _by_worth(grid, hits))
    if extreme:
        return extreme
    if not things and len(aspects) == 1 and not grid.transposed:
        things = told_of(question, grid, aspects[0])
    if len(things) == 1 or (not things and len(grid.things()) > 3):
        return []
    if not aspects:
        whole = len(things) == 2 and _open(question, things, library)
        aspects = grid.aspects() if whole else _aspects(grid, hits)
    return grid.cross(things or grid.things(), aspects)


_MOST = re.compile(r"最(多|高|大|贵|久|长|强|慢|容易|常|主要|普遍)")
_LEAST = re.compile(r"最(少|低|小|便宜|快|短|省|弱)")


def _extreme(
    question: str, grid: Grid, things: Sequence[str], aspects: Sequence[str]
) -> list[Passage]:
    """The one cell with the highest or lowest number, where all cells are plain numbers."""
    for aspect in aspects:
        found = by_size(grid.cross(things, [aspect]), question)
        if found:
            return found[:1]
    return []


def by_size(cells: Sequence[Passage], question: str) -> list[Passage]:
    """The most (or least) that the question asks for first; [] unless all are plain numbers."""
    numbers = [re.match(r"[<>≥≤约]?(\d+(?:\.\d+)?)", cell.value) for cell in cells]
    sign = -1 if _MOST.search(question) else 1 if _LEAST.search(question) else 0
    if not sign or not all(numbers):
        return []
    sizes = {cell.id: float(n[1]) for cell, n in zip(cells, numbers, strict=True) if n}
    return sorted(cells, key=lambda cell: sign * sizes[cell.id])


def thing_and_aspect(cell: Passage) -> tuple[str, str]:
    """(`SaaS平台`, `年均成本`): what a cell tells of, and of what about it."""
    thing, _, aspect = cell.text.partition("：")[0].partition(" · ")
    return thing, aspect


def side_by_side(cells: Sequence[Passage]) -> str:
    """Cells of a comparison, a line for each aspect."""
    aspects: dict[str, list[str]] = {}
    for cell in cells:
        thing, aspect = thing_and_aspect(cell)
        aspects.setdefault(aspect, []).append(f"{thing}{cell.value or '（原表空白）'}")
    return "\n".join(f"{aspect}：{'，'.join(things)}。" for aspect, things in aspects.items())


def told_of(question: str, grid: Grid, aspect: str) -> list[str]:
    """The row of which the question names what its other cells say (“试妆是哪个牌子在用”)."""
    others = {
        row: " ".join(c.value for c in grid.pick([row], grid.columns) if c.column != aspect)
        for row in grid.rows
    }
    named = mentioned(question, list(others.values()))
    rows = [row for row, told in others.items() if told in named]
    return rows if len(rows) == 1 else []


def _compared_grid(question: str, hits: Sequence[Hit], library: Library) -> Grid | None:
    """The nearest table of which two things are named; else the table of the best hit."""
    tables: dict[tuple[str, str, str], Grid] = {}
    wide = wants_extreme(question) or wants_difference(question)
    reach = FARTHEST if wide else FAR
    for hit in hits:
        if hit.passage.table and hit.score >= hits[0].score - reach:
            passage = hit.passage
            key = (passage.document, passage.section, passage.table)
            tables.setdefault(key, grid_around(passage, library))
    named = [grid for grid in tables.values() if len(grid.asked(question)[0]) > 1]
    return named[0] if named else grid_of(hits, library, reach=NEAR)


def names_several(question: str, hits: Sequence[Hit], library: Library) -> bool:
    """Whether it compares two things of a near table, in an aspect of it or altogether."""
    if not (wants_comparison(question) or wants_difference(question)):
        return False
    things, aspects = _asked_by_unit(question, hits, library)
    return len(things) > 1 and (bool(aspects) or _open(question, things, library))


def weighs(question: str, hits: Sequence[Hit], library: Library) -> bool:
    """Whether it names two things of a near table and what about them: the cells say that."""
    if not wants_comparison(question) or wants_judgement(question):
        return False
    things, aspects = _asked_by_unit(question, hits, library)
    return len(things) > 1 and len(aspects) == 1


def sets_apart(question: str, hits: Sequence[Hit], library: Library) -> bool:
    """Whether it asks only what sets two named things of a near table apart: the cells say it."""
    if not wants_difference(question):
        return False
    grid = _compared_grid(question, hits, library)
    things, aspects = grid.asked(question) if grid else ([], [])
    return len(things) > 1 and not aspects and _open(question, things, library)


def _of_unit(question: str, grid: Grid, things: Sequence[str]) -> list[str]:
    """The aspect of two named things that is measured in what is asked (“一年差几万块”)."""
    return of_unit(question, grid.aspects()) if len(things) > 1 else []


def _asked_by_unit(
    question: str, hits: Sequence[Hit], library: Library
) -> tuple[list[str], list[str]]:
    """(things, aspects) of the table compared, the aspect named or told by its unit."""
    grid = _compared_grid(question, hits, library)
    if grid is None:
        return [], []
    things, aspects = grid.asked(question)
    return things, aspects or _of_unit(question, grid, things)


def _open(question: str, things: Sequence[str], library: Library) -> bool:
    """A comparison that says nothing but what it compares wants every aspect."""
    said = unnamed(simplified(plain(question)), things, library.synonyms, COMPARING)
    return len(said) <= MORE


def _aspects(grid: Grid, hits: Sequence[Hit]) -> list[str]:
    """The aspect whose cells, taken together, lie nearest."""
    return _by_worth(grid, hits)[:1]


def _by_worth(grid: Grid, hits: Sequence[Hit]) -> list[str]:
    """The aspects near the question, those first whose cells, taken together, lie nearest."""
    cells = {cell.id: cell.row if grid.transposed else cell.column for cell in grid.cells}
    worth: dict[str, float] = {}
    for hit in hits:
        aspect = cells.get(hit.passage.id)
        if aspect:
            worth[aspect] = worth.get(aspect, 0.0) + max(0.0, hit.score - hits[0].score + NEAR * 2)
    return sorted(worth, key=lambda aspect: -worth[aspect])


def refined(question: str, best: Passage, hits: Sequence[Hit], library: Library) -> list[Passage]:
    """The cell meant when `best` is a cell: named rows and columns beat what lay closest."""
    grid = grid_around(best, library)
    rows, columns = grid.named(question)
    if rows and best.row not in rows and _told_only_of(question, best, rows, grid):
        rows = [best.row]  # a word of what is told of it names it better than a common one
    crossed = grid.pick(rows or [best.row], columns or [best.column])
    near = {hit.passage.id: hit.score for hit in hits}
    found = [cell for cell in crossed if cell.id in near] or crossed[:1] or [best]
    other = bool(rows) and best.row not in rows and set(columns) <= {best.column}
    beyond = near.get(best.id, 0) - _best_of(found, near)
    if best not in found and beyond > (SURPASSES_OTHER if other else SURPASSES):
        return [best]
    asked_too = [best] if best not in found and _also_named(best, rows, columns) else []
    return sorted([*found, *asked_too], key=lambda cell: -near.get(cell.id, 0))[:3]


def _told_only_of(question: str, best: Passage, rows: Sequence[str], grid: Grid) -> bool:
    """Whether the question names what the table tells of `best`'s row, and none of these' names in
    full (“卖烘焙用哪种收款”: 收款 is any of them)."""
    if any(plain(row) in plain(question) for row in rows):
        return False
    values = {cell.row: cell.value for cell in grid.cells if cell.column == best.column}
    others = [value for row, value in values.items() if row != best.row and value]
    return bool(mentioned(question, [best.value], others)) and not mentioned(
        question, others, [best.value]
    )


def _also_named(best: Passage, rows: Sequence[str], columns: Sequence[str]) -> bool:
    return best.row in rows and bool(columns)


def _best_of(cells: Sequence[Passage], near: dict[str, float]) -> float:
    return max((near.get(cell.id, 0.0) for cell in cells), default=0.0)
