"""The cell or item that a follow-up means beside those that were told: the second, the same of
another thing, the least, all together. Pure."""

import re
from collections.abc import Sequence
from typing import Literal

from bot.conversation import Topic
from handlers.merchant.already import known
from handlers.merchant.figures.case import Sum
from handlers.merchant.figures.cells import asks_for_all, only_value, summed, value_of
from handlers.merchant.labels import mentioned, unnamed
from handlers.merchant.left_out import bare
from handlers.merchant.lists import items_of, named_items, named_list
from handlers.merchant.shapes import (
    wants_choice,
    wants_comparison,
    wants_extreme,
    wants_reason,
)
from handlers.merchant.tables import Grid, by_size, grid_around, thing_and_aspect
from knowledge.chinese import number_of
from knowledge.documents import Passage
from retrieval.library import Library
from retrieval.rank import Hit

_ORDINAL = re.compile(r"第([1-9一二三四五六七八九])|最后(?:一|那)?(?:个|种)")
_SIZED = re.compile(r"第([2-9二三四五六七八九])(多|高|大|少|低|小|贵|便宜|快|慢|常)")
_LEVEL = re.compile(r"第([一二三四五][级步层])")
_PLACE = re.compile(
    r"(?:那|就|选|用|走|要)*(?:第[1-9一二三四五六七八九]|最后(?:一|那)?)(?:个|种|条|项|样|款|家)?(?:吧|的话|那个)?"
)
_ASKS = re.compile(r"多少|多久|几|怎|咋|哪|啥|什么|谁|[吗不]$")
_A_THING = re.compile(r"呢$|[那这]种|的$|的话$")
_ALL_OF_THEM = re.compile(r"这|那|俩|两|2|几|都|它们|他们|全")
ANCHOR = 0.15
FIRST_WORDS = 12
LEAST = 0.35
"""A thing that is not named lies no farther off."""
MORE = 3
"""A question that says more than this besides a name is about something else as well."""


def counted_off(question: str, topics: Sequence[Topic], library: Library) -> Passage | None:
    """“第二个呢”: that item of the last list answered, or the next of what was the most."""
    found = _ORDINAL.search(bare(question))
    if not found:
        return None
    for topic in reversed(topics):
        level = _level(question, topic, library)
        if level:
            return level
        if _SIZED.search(bare(question)):
            return _ranked_at(question, topic, library)
        told = [p for p in known(topic, library) if p.kind in ("item", "row", "cell")]
        items = sorted(told, key=lambda p: (p.document, p.order))
        if len(items) < 2:
            items = _counted_up(topic, library) or _in_order(topic, items, library)
        if len(items) > 1:
            place = len(items) - 1 if found[1] is None else figure_of(found[1]) - 1
            return items[place] if place < len(items) else None
    return None


def _level(question: str, topic: Topic, library: Library) -> Passage | None:
    """“第一级是啥”: the item of the section told of that is named 一级…."""
    found = _LEVEL.search(bare(question))
    told = known(topic, library)[:1] if found else []
    items = (p for one in told for p in library.section(one) if p.kind == "item")
    return next((p for p in items if found and p.row.startswith(found[1])), None)


def _ranked_at(question: str, topic: Topic, library: Library) -> Passage | None:
    """“第二多的”: that figure of the table that was told of, in their order."""
    place = _SIZED.search(bare(question))
    told = next((p for p in known(topic, library) if p.table), None)
    if told is None or place is None:
        return None
    grid, asked = grid_around(told, library), f"最{place[2]}"
    columns = (grid.pick(grid.rows, [column]) for column in grid.columns)
    ranked = next(filter(None, (by_size(cells, asked) for cells in columns)), [])
    return next(iter(ranked[figure_of(place[1]) - 1 :]), None)


def named_by_place(question: str, counted: Passage) -> str:
    """“第二个一年得花多少” → `SaaS平台 一年得花多少`; '' if nothing is asked besides the place."""
    rest = _PLACE.sub(" ", bare(question)).strip(" 呢的吧啊")
    if len(unnamed(rest, (), ())) < 1 and not _ASKS.search(rest):
        return ""
    return f"{thing_of(counted)} {rest}"


def across_named(question: str, cell: Passage, library: Library) -> list[Passage]:
    """The cells of the table of `cell` for the thing and the aspect that the question names."""
    if cell.kind != "cell":
        return []
    grid = grid_around(cell, library)
    return grid.cross(*grid.asked(question))


def same_aspect(counted: Passage, topic: Topic, library: Library) -> list[Passage]:
    """“第一个呢” after another aspect was told of the second: that aspect of the first."""
    last = next((p for p in known(topic, library)[:1] if p.kind == "cell"), None)
    if last is None or counted.kind != "cell" or last.table != counted.table:
        return []
    thing, aspect = thing_and_aspect(counted)[0], thing_and_aspect(last)[1]
    return grid_around(counted, library).cross([thing], [aspect])


def thing_of(told: Passage) -> str:
    """What a passage tells of."""
    thing = thing_and_aspect(told)[0] if told.kind == "cell" else told.row
    return thing or told.text[:FIRST_WORDS]


def _counted_up(topic: Topic, library: Library) -> list[Passage]:
    """The items of the section whose names a told sentence counts up, in its order."""
    for told in known(topic, library):
        if told.kind == "sentence" and "、" in told.text:
            items = [p for p in library.section(told) if p.kind == "item" and p.row in told.text]
            return sorted(items, key=lambda item: told.text.index(item.row))
    return []


def figure_of(numeral: str) -> int:
    """`二` or `2` → 2; 1 for what is no number."""
    return int(numeral) if numeral.isdigit() else number_of(numeral) or 1


def _in_order(topic: Topic, told: Sequence[Passage], library: Library) -> list[Passage]:
    """All cells beside the one that was the most or least, in that order."""
    if not told or told[0].kind != "cell" or not wants_extreme(topic.question):
        return []
    return by_size(across(told[0], library), topic.question)


def other_extreme(question: str, topic: Topic, library: Library) -> list[Passage]:
    """“最少的呢” beside a cell: the one of its column (or row) that is the least."""
    cells = [p for p in known(topic, library) if p.kind == "cell"]
    if not cells or len(unnamed(bare(question), (), ())) > MORE:
        return []
    return by_size(across(cells[0], library), bare(question))[:1]


def same_thing(
    question: str, found: Sequence[Passage], topic: Topic, library: Library
) -> list[Passage]:
    """That aspect of the thing told of last, where one cell of another thing of the same table was
    found and the question names neither a thing nor what is told of it; else [].
    """
    before = [p for p in known(topic, library)[:1] if p.kind == "cell"]
    cells = [p for p in found if p.kind == "cell"]
    if not before or len(cells) != 1 or found[0] != cells[0] or cells[0].table != before[0].table:
        return []
    grid, said = grid_around(cells[0], library), bare(question)
    thing, aspect = thing_and_aspect(before[0])[0], thing_and_aspect(cells[0])[1]
    named = grid.asked(said)[0] or mentioned(said, [cells[0].value])
    if thing == thing_and_aspect(cells[0])[0] or named or wants_extreme(said):
        return []
    return [] if wants_comparison(said) or wants_choice(said) else grid.cross([thing], [aspect])


def across(cell: Passage, library: Library) -> list[Passage]:
    """The cells of all things compared, for the aspect of this one."""
    grid = grid_around(cell, library)
    across = ([cell.row], grid.columns) if grid.transposed else (grid.rows, [cell.column])
    return grid.pick(*across)


def pooled_figures(question: str, topics: Sequence[Topic], library: Library) -> Sum | None:
    """“这俩加一起”: the figures of the last answers, added up."""
    said = bare(question)
    if not asks_for_all(said) or not _ALL_OF_THEM.search(said):
        return None
    told = dict.fromkeys(p for topic in topics for p in known(topic, library)[:1])
    values = [value for p in told if (value := value_of(p) if p.kind == "cell" else only_value(p))]
    return summed(values[-2:] if re.search(r"俩|2|两", said) else values)


def named_beside(question: str, topics: Sequence[Topic], library: Library) -> list[Passage]:
    """A mere name (“saas呢”): the cells that stand for it where the last answers stood."""
    for topic in reversed(topics[-2:]):
        cells = [p for p in known(topic, library) if p.kind == "cell"]
        if not cells:
            others = sibling(question, topic, library)
            if others:
                return others
        if cells and _asks_else(question, cells[0], library):
            continue
        found = _crossing(question, cells[0], topic, library, 1) if cells else []
        if found:
            return found
    return []


def _asks_else(question: str, cell: Passage, library: Library) -> bool:
    """Whether a name comes with a question of its own (“saas一年多少”) that names no column."""
    said = bare(question)
    return bool(_ASKS.search(said)) and not grid_around(cell, library).asked(said)[1]


def meant_beside(
    question: str, topic: Topic, alone: Sequence[Hit], library: Library
) -> list[Passage]:
    """“普通买东西的那种呢”: the last aspect of the thing whose cell lies nearest to the words."""
    cells = [p for p in known(topic, library)[:1] if p.kind == "cell"]
    if not cells or _ASKS.search(bare(question)) or not _A_THING.search(bare(question)):
        return []
    grid = grid_around(cells[0], library)
    near = next((h for h in alone if h.passage in grid.cells and h.score >= LEAST), None)
    if near is None or any(grid.named(bare(question))):
        return []
    thing, (told, aspect) = thing_and_aspect(near.passage)[0], thing_and_aspect(cells[0])
    return [] if thing == told else grid.cross([thing], [aspect])


def says_more(question: str, names: Sequence[str], library: Library) -> bool:
    """Whether a question says anything besides these names."""
    return len(unnamed(bare(question), names, library.synonyms)) > 1


def swapped(question: str, topic: Topic, anchor: Sequence[Hit], library: Library) -> list[Passage]:
    """The cells beside the last answered one, with the named row or column put in.

    `anchor` are hits of the question that led there: the last answer may have come from a
    sentence while its table lies near. [] if no row or column is named.
    """
    near = [hit.passage for hit in anchor[:5] if hit.score >= anchor[0].score - ANCHOR]
    cells = [p for p in known(topic, library) if p.kind == "cell"] or _cells_of(near, library)
    return _crossing(question, cells[0], topic, library, MORE) if cells else []


def _cells_of(found: Sequence[Passage], library: Library) -> list[Passage]:
    """The first cell or row among passages, as the cells that it is or holds."""
    for passage in found:
        if passage.kind == "cell":
            return [passage]
        if passage.kind == "row":
            return [cell for cell in library.table(passage) if cell.row in passage.text]
    return []


def _crossing(
    question: str, cell: Passage, topic: Topic, library: Library, more: int
) -> list[Passage]:
    """The named row or column crossed with those of `cell`, if little else is said."""
    grid, said = grid_around(cell, library), bare(question)
    if wants_reason(said):
        return []  # no cell tells why
    rows, columns = grid.named(said)
    if not (rows or columns) or len(unnamed(said, [*rows, *columns], library.synonyms)) > more:
        return []
    if cell in grid.pick(rows or [cell.row], columns or [cell.column]) and _asks_on(said, grid):
        return []
    # What was asked for weighs more than what was told beside it.
    first = topic.subject if topic.subject == topic.question else ""
    asked_rows, asked_columns = grid.named(bare(first))
    row = next((name for name in topic.rows if name in grid.rows), cell.row)
    told = [p for p in known(topic, library) if p in grid.cells]
    told_rows, told_columns = (_several(told, axis) for axis in ("row", "column"))
    return grid.pick(
        rows or (asked_rows if len(asked_rows) == 1 else told_rows or [row]),
        columns or (asked_columns if len(asked_columns) == 1 else told_columns or [cell.column]),
    )


def _asks_on(said: str, grid: Grid) -> bool:
    """Whether more is asked of a thing that is only named again (“那个插件 限多少商品”)."""
    things, aspects = grid.asked(said)
    left = unnamed(said, things, grid.synonyms)
    return not aspects and bool(_ASKS.search(said)) and len(left) > 1


def _several(told: Sequence[Passage], axis: Literal["row", "column"]) -> list[str]:
    """The things that the last answer set side by side, on that axis; [] if it told of one."""
    names = list(dict.fromkeys(getattr(cell, axis) for cell in told))
    return names if len(names) > 1 else []


def sibling(question: str, topic: Topic, library: Library) -> list[Passage]:
    """The item, or the whole list, beside the last answered one that the question names."""
    for passage in known(topic, library):
        if passage.kind == "item":
            other = named_list(question, passage, library)
            if other:
                return items_of(other, library)
            items = [p for p in library.section(passage) if p.kind == "item"]
            named = named_items(question, items, library)
            names = [p.row or p.text for p in named]
            if names and len(unnamed(bare(question), names, library.synonyms)) <= MORE:
                return named[:3]
    return []
