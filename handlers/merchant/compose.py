"""Hits → an answer. Pure; knows nothing of channels or conversations."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.merchant.answer import Answer, told
from handlers.merchant.choosing import FINE, chosen
from handlers.merchant.lists import lines_of, listed
from handlers.merchant.shapes import wants_choice, wants_judgement
from handlers.merchant.tables import (
    compared,
    grid_around,
    names_several,
    sets_apart,
    side_by_side,
    weighs,
)
from knowledge.documents import Passage
from retrieval.answerability import answerable
from retrieval.library import Library
from retrieval.rank import Hit

NEARER = 0.03
JUDGED = 0.1


def compose(
    question: str, hits: Sequence[Hit], library: Library, known: bool = False, first: bool = False
) -> Answer | None:
    """The answer to one question, or None if nothing found is good enough.

    `known`: that there is an answer need not be asked. `first`: it is read as it stands, not beside
    an answer, so that little is told beside what lies far off.
    """
    if not any(hit.passage.kind in FINE for hit in hits):
        return None
    if not (known or answerable(hits) or names_several(question, hits, library)):
        return None
    hits = led([hit for hit in hits if hit.passage.kind != "gap"], library)
    apart = sets_apart(question, hits, library) or weighs(question, hits, library)
    cells = compared(question, hits, library) if apart or not _stated(question, hits) else []
    if len(cells) > 1:
        return told(cells, library, side_by_side(cells), question)
    row = row_meant(question, hits, library)
    if row:
        return told(row, library, side_by_side(row), question)
    items = listed(question, hits, library)
    if items:
        return told(items, library, lines_of(items), question)
    return told(cells or chosen(question, hits, library, first), library, question=question)


def led(hits: Sequence[Hit], library: Library) -> list[Hit]:
    """“…有这些办法：” is no answer: the list that it leads stands in for it."""
    found: dict[str, Hit] = {}
    for hit in hits:
        passage = hit.passage
        if passage.text.endswith("："):
            lists = (p for p in library.section(passage) if p.kind == "list")
            passage = next((p for p in lists if p.text.startswith(passage.text)), passage)
        led_to = hit if passage is hit.passage else replace(hit, passage=passage)
        found.setdefault(passage.id, led_to)
    return list(found.values())


def _stated(question: str, hits: Sequence[Hit]) -> bool:
    """Whether a statement or a list lies nearer than any table; who asks “哪个” wants the table."""
    said = [hit.score for hit in hits if hit.passage.kind in ("item", "sentence")]
    if wants_judgement(question) and said and said[0] >= hits[0].score - JUDGED:
        return True
    if wants_choice(question) or hits[0].passage.kind not in ("item", "sentence", "list"):
        return False
    tables = [hit.score for hit in hits if hit.passage.table]
    return not tables or tables[0] <= hits[0].score - NEARER


def row_meant(question: str, hits: Sequence[Hit], library: Library) -> list[Passage]:
    """The cells of an aspect's row that lies nearest of all, for all things compared."""
    best = hits[0].passage
    if best.kind != "row":
        return []
    grid = grid_around(best, library)
    if not grid.transposed or grid.asked(question)[0]:
        return []
    return grid.pick([best.row], grid.columns)
