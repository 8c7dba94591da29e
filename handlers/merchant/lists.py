"""Answers that are lists: everything of a kind, as short as it can be said. Pure."""

from collections.abc import Sequence

from handlers.merchant.labels import mentioned
from handlers.merchant.shapes import wanted_count, wants_list
from handlers.merchant.tables import grid_around
from knowledge.documents import Passage
from knowledge.split import item_name
from retrieval.library import Library
from retrieval.rank import Hit

WHOLES = ("list", "section")
REACH = 0.04
COLUMN = 0.06
COUNTED = 0.08
CROWD = 0.08
CLEAR = 0.06
ROOM = 260


def listed(question: str, hits: Sequence[Hit], library: Library) -> Sequence[Passage]:
    """The items (or table rows) asked for, [] if no list is wanted or none lies close."""
    first = hits[0].passage
    if first.kind == "list" and (wants_list(question) or _clear(hits)):
        return _named(question, items_of(first, library))
    if not wants_list(question):
        return []
    if first.kind == "table":
        return [p for p in library.section(first) if (p.kind, p.table) == ("row", first.table)]
    best = next((hit.score for hit in hits if hit.passage.kind in ("cell", "item", "sentence")), 0)
    count = wanted_count(question)
    for hit in hits[:8]:
        if hit.passage.kind == "table" and count and hit.score >= best - REACH - COUNTED:
            rows = [p for p in library.section(hit.passage) if p.kind == "row"]
            rows = [row for row in rows if row.table == hit.passage.table]
            if len(rows) == count:
                return rows
        items = items_of(hit.passage, library) if hit.passage.kind in WHOLES else []
        reach = REACH + (COUNTED if len(items) == count else 0)
        if items and hit.score >= best - reach:
            return _named(question, items)
    return _crowded(hits, library) or _column(question, hits, library)


def _clear(hits: Sequence[Hit]) -> bool:
    """Whether the best lies clearly before everything that says one thing."""
    others = [hit.score for hit in hits if hit.passage.kind not in (*WHOLES, "table", "row")]
    return not others or hits[0].score - others[0] >= CLEAR


def _column(question: str, hits: Sequence[Hit], library: Library) -> Sequence[Passage]:
    """All rows of a table when cells of several rows lie near and the question names none."""
    best = hits[0].score
    cells = [h.passage for h in hits[:8] if h.passage.kind == "cell" and h.score >= best - COLUMN]
    if not cells or hits[0].passage.kind not in ("cell", "table", "row"):
        return []
    grid = grid_around(cells[0], library)
    same = {c.row for c in cells if c.table == cells[0].table and c.column == cells[0].column}
    if len(same) < 2 or any(grid.named(question)):
        return []
    return grid.pick(grid.rows, [cells[0].column])


def _named(question: str, items: Sequence[Passage]) -> Sequence[Passage]:
    """Only the items that the question names, if it names some."""
    names = mentioned(question, [item.row or item.text for item in items])
    return [item for item in items if (item.row or item.text) in names] or items


def items_of(found: Passage, library: Library) -> list[Passage]:
    """The items of a list, or of all lists of a section, in their order."""
    if found.kind == "section":
        return [p for p in library.section(found) if p.kind == "item"]
    lines = {line.removeprefix("- ") for line in found.text.split("\n")}
    lines |= {line.partition(". ")[2] for line in found.text.split("\n")}
    return [p for p in library.section(found) if p.kind == "item" and p.text in lines]


def _crowded(hits: Sequence[Hit], library: Library) -> list[Passage]:
    """Three or more items of one list among the best hits: the list is meant."""
    best = hits[0].score
    top = [h.passage for h in hits[:6] if h.passage.kind == "item" and h.score >= best - CROWD]
    for passage in top[:1]:
        lists = [p for p in library.section(passage) if p.kind == "list" and passage.text in p.text]
        items = items_of(lists[0], library) if lists else []
        if sum(1 for item in items if item in top) >= min(3, len(items)):
            return items
    return []


def lines_of(items: Sequence[Passage]) -> str:
    """The items as lines; their names alone where the whole would be too long."""
    if items[0].kind == "cell":
        return "；".join(f"{cell.row}：{cell.value or '原表空白'}" for cell in items) + "。"
    whole = "\n".join(f"· {body(item)}" for item in items)
    if len(whole) <= ROOM and items[0].kind != "row":
        return whole
    names = [
        item.row
        if item.kind == "row"
        else item_name(item.text) or item.text.split("，")[0].rstrip("。")
        for item in items
    ]
    return "、".join(names) + "。"


def body(item: Passage) -> str:
    """An item without its name, where the rest says the name again."""
    name = item_name(item.text)
    rest = item.text[len(name) + 1 :].strip() if name else item.text
    return rest if name and name in rest else item.text
