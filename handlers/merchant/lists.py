"""Answers that are lists: everything of a kind, as short as it can be said. Pure."""

import re
from collections.abc import Sequence

from bot.messages import plain
from handlers.merchant.labels import best_named, mentioned
from handlers.merchant.shapes import (
    wanted_count,
    wants_each,
    wants_list,
    wants_ranking,
    wants_steps,
)
from handlers.merchant.tables import grid_around, told_of
from knowledge.chinese import simplified
from knowledge.documents import Passage
from knowledge.split import item_name
from knowledge.synonyms import widened
from retrieval.library import Library
from retrieval.rank import Hit

WHOLES = ("list", "section")
REACH = 0.04
COLUMN = 0.06
COUNTED = 0.08
CROWD = 0.08
CLEAR = 0.06
ENUMERATED = 3
ROOM = 260


def listed(question: str, hits: Sequence[Hit], library: Library) -> Sequence[Passage]:
    """The items (or table rows) asked for, [] if no list is wanted or none lies close."""
    first = hits[0].passage
    if first.kind == "list" and (wants_list(question) or _clear(hits)):
        return _meant(question, named_list(question, first, library) or first, library)
    if not wants_list(question):
        return _steps(question, hits, library)
    if first.kind == "table":
        itself = _of_that_name(question, hits)
        if itself:
            return itself
        ranked = _ranked(first, library) if wants_ranking(question) else []
        return ranked or _crossed(question, first, library) or _rows(first, library)
    column = _column(question, hits, library)
    if column:
        return column
    best = next((hit.score for hit in hits if hit.passage.kind in ("cell", "item", "sentence")), 0)
    count = wanted_count(question)
    for hit in hits[:8]:
        if hit.passage.kind == "table" and count and hit.score >= best - REACH - COUNTED:
            rows = _rows(hit.passage, library)
            if len(rows) == count:
                return rows
        items = _things(hit.passage, library)
        items = _one_counted(question, items, library) or items
        reach = REACH + (COUNTED if _size(items) == count else 0)
        if items and hit.score >= best - reach:
            return items if wants_each(question) else named_items(question, items, library) or items
    return _crowded(hits, library)


def _steps(question: str, hits: Sequence[Hit], library: Library) -> Sequence[Passage]:
    """Who asks how, nearest to what opens a section, wants the list below that lies as near."""
    first = hits[0].passage
    if first.kind != "sentence" or not wants_steps(question):
        return []
    for hit in hits[1:4]:
        same = (hit.passage.document, hit.passage.section) == (first.document, first.section)
        if same and hit.passage.kind == "list" and hit.score >= hits[0].score - REACH:
            return _meant(
                question, named_list(question, hit.passage, library) or hit.passage, library
            )
    return []


def _crossed(question: str, table: Passage, library: Library) -> Sequence[Passage]:
    """One aspect of all things of a table, or of those that are named, if it is named itself."""
    grid = grid_around(table, library)
    things, aspects = grid.asked(question)
    if len(aspects) != 1:
        return []
    chosen = things if len(things) > 1 else grid.things()
    return grid.cross(chosen, aspects)


def _of_that_name(question: str, hits: Sequence[Hit]) -> list[Passage]:
    """An item named just as what is asked for, hardly farther off, that counts it up itself.

    “营销工具都有哪些” is told by “营销工具：优惠券、拼团…”, not by a table that compares three.
    """
    for hit in hits[1:4]:
        passage, told = hit.passage, plain(hit.passage.row)
        near = hit.meaning >= hits[0].meaning - REACH
        counts = passage.kind == "item" and _size([passage]) >= ENUMERATED
        asked = re.search(rf"{re.escape(told)}(?:都|[有含]|包[括含])", plain(question))
        if told and near and counts and asked:
            return [passage]
    return []


def _ranked(table: Passage, library: Library) -> Sequence[Passage]:
    """The figures of a table, those of its first column that holds nothing else."""
    grid = grid_around(table, library)
    columns = (grid.pick(grid.rows, [column]) for column in grid.columns)
    figures = (c for c in columns if all(re.match(r"[<>≥≤约]?\d", cell.value) for cell in c))
    return next(figures, [])


def _rows(table: Passage, library: Library) -> Sequence[Passage]:
    """The rows of a table; of a table that says one thing of each, these."""
    grid = grid_around(table, library)
    if len(grid.columns) == 1:
        return grid.cells
    return [p for p in library.section(table) if (p.kind, p.table) == ("row", table.table)]


def _things(found: Passage, library: Library) -> list[Passage]:
    """What a passage lists: the items of a list, or a sentence that counts them up itself."""
    if found.kind in ("sentence", "correction"):
        return [found] if found.kind == "sentence" and _size([found]) >= ENUMERATED else []
    return items_of(found, library) if found.kind in WHOLES else []


def _one_counted(question: str, found: Sequence[Passage], library: Library) -> list[Passage]:
    """That one of the things counted up which the question names, if it counts things up itself.

    “营销那块功能有哪些花样” is answered beside “六大模块：…、营销工具…”, not by it.
    """
    if len(found) != 1 or found[0].kind != "sentence":
        return []
    items = [p for p in library.section(found[0]) if p.kind == "item" and p.row in found[0].text]
    named = named_items(question, items, library)
    return named if len(named) == 1 and _size(named) >= ENUMERATED else []


def _size(items: Sequence[Passage]) -> int:
    """How many things are listed."""
    if len(items) != 1 or "、" not in items[0].text:
        return len(items)
    return len(re.split(r"、|和", items[0].text.rpartition("：")[2]))


def _meant(question: str, found: Passage, library: Library) -> Sequence[Passage]:
    """The items of a list, or those of them that the question names."""
    items = items_of(found, library)
    return items if wants_each(question) else named_items(question, items, library) or items


def _clear(hits: Sequence[Hit]) -> bool:
    """Whether the best lies clearly before everything that says one thing."""
    others = [hit.score for hit in hits if hit.passage.kind not in (*WHOLES, "table", "row")]
    return not others or hits[0].score - others[0] >= CLEAR


def _column(question: str, hits: Sequence[Hit], library: Library) -> Sequence[Passage]:
    """All rows of a table when cells of several rows lie near and the question names none."""
    best = hits[0].score
    cells = [h.passage for h in hits[:8] if h.passage.kind == "cell" and h.score >= best - COLUMN]
    if not cells:
        return []
    grid = grid_around(cells[0], library)
    things, aspects = grid.asked(question)
    if len(aspects) == 1 and not things and not grid.transposed:
        return grid.pick(told_of(question, grid, aspects[0]) or grid.rows, aspects)
    same = {c.row for c in cells if c.table == cells[0].table and c.column == cells[0].column}
    tabular = hits[0].passage.kind in ("cell", "table", "row")
    if not tabular or len(same) < 2 or things or aspects:
        return []
    return grid.pick(grid.rows, [cells[0].column])


def named_items(question: str, items: Sequence[Passage], library: Library) -> list[Passage]:
    """The items that the question names, in the words of the list or in people's own."""
    said = widened(simplified(plain(question)), library.synonyms)
    # What the heading says of all of them names none.
    labels = [item.row or item.text for item in items]
    names = mentioned(said, labels, _headings(items, labels))
    return [item for item in items if (item.row or item.text) in names]


def _headings(items: Sequence[Passage], labels: Sequence[str]) -> list[str]:
    """The headings above, without what they count up by its whole name (“保证金和佣金”)."""
    found = dict.fromkeys(item.section for item in items)
    whole = re.compile("|".join(map(re.escape, labels)) or "(?!)")
    return [whole.sub(" ", heading) for heading in found]


def named_list(question: str, beside: Passage, library: Library) -> Passage | None:
    """That one of several lists of a section whose opening line the question names best."""
    lists = [p for p in library.section(beside) if p.kind == "list"]
    said = widened(simplified(plain(question)), library.synonyms)
    best = best_named(said, [p.text.partition("\n")[0] for p in lists])
    return lists[best] if len(lists) > 1 and best is not None else None


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
        told = ((p.text.partition(" · ")[0], p.value or "原表空白") for p in items)
        return "；".join(f"{thing}：{value}" for thing, value in told) + "。"
    if len(items) == 1 and items[0].kind == "sentence":
        return items[0].text
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
