"""More than the best passage: what it is set against, the story or the row that it is part of."""

import re
from collections.abc import Sequence

from handlers.merchant.lists import named_items
from handlers.merchant.shapes import (
    wants_comparison,
    wants_outcome,
    wants_reason,
    wants_way_there,
)
from handlers.merchant.tables import grid_around
from knowledge.documents import Passage
from retrieval.library import Library
from retrieval.rank import Hit

_DONE = re.compile(r"方案|手段|需求|要点|办法|措施")
NEXT = 0.16
"""How far below the best the thing may lie that it is set against."""
STORY = 130
ROW_ROOM = 80
MOST = 4


def whole_of(question: str, best: Passage, hits: Sequence[Hit], library: Library) -> list[Passage]:
    """All that answers a comparison or a why together with `best`; [] if `best` may stand alone."""
    if best.kind == "cell":
        return whole_row(question, best, library)
    if wants_comparison(question) and best.kind in ("item", "sentence"):
        return pair(question, best, hits, library)
    tells = wants_reason(question) or wants_outcome(question) or wants_way_there(question)
    return story(best, library) if tells and best.kind == "sentence" else []


def pair(question: str, best: Passage, hits: Sequence[Hit], library: Library) -> list[Passage]:
    """The items that the question names, else the best and what lies next to it."""
    named = named_items(question, beside(best, library), library)
    if len(named) > 1:
        return named[:MOST]
    others = beside(best, library) if best.kind == "item" else _neighbours(best, library)
    near = [h.passage for h in hits if h.score >= hits[0].score - NEXT]
    return [best, *[p for p in near if p in others and p != best][:1]]


def _neighbours(best: Passage, library: Library) -> list[Passage]:
    """The sentences before and behind."""
    said = [p for p in library.section(best) if p.kind == "sentence"]
    at = said.index(best)
    return said[max(0, at - 1) : at] + said[at + 1 : at + 2]


def story(best: Passage, library: Library) -> list[Passage]:
    """All sentences of a short section that tells one story: why it ended so stands in them."""
    said = [p for p in library.section(best) if p.kind == "sentence"]
    told = [p for p in library.section(best) if p.kind in ("cell", "item", "sentence")]
    short = sum(len(p.text) for p in told) <= STORY
    return said if short and len(said) == len(told) > 1 else []


def whole_row(question: str, best: Passage, library: Library) -> list[Passage]:
    """The cells of a row whose reason is asked: what is needed and what is done stand together."""
    grid = grid_around(best, library)
    if grid.transposed or not wants_reason(question) or grid.named(question)[1]:
        return []
    if not any(_DONE.search(column) for column in grid.columns):
        return []
    row = grid.pick([best.row], grid.columns)
    return row if sum(len(cell.value) for cell in row) <= ROW_ROOM else []


def beside(item: Passage, library: Library) -> list[Passage]:
    """The named items of a section, this one among them."""
    return [p for p in library.section(item) if p.kind == "item" and p.row]
