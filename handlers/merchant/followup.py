"""“那企业呢” “多少钱” “为什么”: what an elliptical question means after the last answer. Pure."""

import re
from collections.abc import Sequence

from bot.conversation import Topic
from bot.messages import plain
from handlers.merchant.already import known, told_before
from handlers.merchant.figures.case import Sum
from handlers.merchant.figures.cells import asks_for_all, only_value, summed, value_of
from handlers.merchant.labels import CONTENT, FRAME, unnamed
from handlers.merchant.lists import items_of, named_items, named_list
from handlers.merchant.shapes import (
    wants_extreme,
    wants_reason,
)
from handlers.merchant.tables import by_size, grid_around
from handlers.merchant.unsaid import lacks_figure, matters_in
from knowledge.chinese import arabic, number_of, simplified
from knowledge.documents import Passage
from retrieval.library import Library
from retrieval.rank import Hit

_POINTS_BACK = re.compile(
    r"^(那|那么|还有|再|另外|它|他|这)|呢$|(这|那)(个|种|样|边|些|家|项|类|条)|前者|后者|刚才|前面(说|那)|第[一二三四五]个"
)
_DAY = r"(?<![\d.])\d{1,2}月\d{1,2}[日号]?"
_YEARS = r"(?<![\d.])\d{1,2}年"
_AMOUNT = r"(?<![\d.])\d+(?:\.\d+)?[万千百]?(?:元|块钱?)?(?![\d%年月日号个人单])"
_COUNT = r"(?<![\d.])\d+(?:个|单|笔|件)(?![人月点小工])"
_ORDINAL = re.compile(r"第([1-9一二三四五六七八九])|最后(?:一|那)?(?:个|种)")
_ASKS = re.compile(r"多少|多久|几|怎|咋|哪|啥|什么|谁|[吗不]$")
ANCHOR = 0.15
_ALL_OF_THEM = re.compile(r"这|那|俩|两|2|几|都|它们|他们|全")
MORE = 3
"""A question that says more than this besides a name is about something else as well."""
SHORT = 7
NAME = 6
"""Fewer signs than this seldom stand alone."""
NEAR_SECTION, NEAR_PAGE = 0.12, 0.05
OWN, OWN_FEW = 0.4, 0.15
SURE, SURE_GAP = 0.5, 0.05
CLOSE_BY, CLOSE_GAP = 0.6, 0.06
LEANS = 5


def points_back(question: str) -> bool:
    """“那…呢”, “这个”: cannot stand alone."""
    return bool(_POINTS_BACK.search(bare(question)))


def is_short(question: str) -> bool:
    """So short that it may lean on the last answer."""
    return len(CONTENT.findall(bare(question))) <= SHORT


def leans(question: str, before: str = "") -> bool:
    """Whether a part of a message can hardly be a question of its own.

    “审核几天” can, `before` it having been asked what 认证 costs.
    """
    if not points_back(question) and matters_in(question) - matters_in(before):
        return False
    few = len(CONTENT.findall(bare(question))) <= LEANS
    return few or points_back(question) or says_nothing(question)


def says_nothing(question: str) -> bool:
    """Hardly a word of its own (“要多少天”): whatever it finds alone is chance."""
    return len("".join(CONTENT.findall(FRAME.sub("", bare(question))))) <= 2


def wants_figures(question: str) -> bool:
    """Whether a calculation of before is asked for again, with something changed."""
    said = bare(question)
    asked = re.search(r"\d|达标|正常|合格|算(高|低|好)|(快|慢|省|多|少|涨|降)了?多少", said)
    return bool(asked) or points_back(said) or asks_for_all(said)


def asks_change(question: str) -> bool:
    """“快了多少”."""
    return bool(re.search(r"(快|慢|省|多|少|涨|降|短)了?(多少|几)", bare(question)))


def names_figure(question: str) -> bool:
    """Whether a number is put in (“五年呢”)."""
    return any(sign.isdigit() for sign in arabic(bare(question)))


def readings(question: str, topic: Topic) -> list[str]:
    """The question with its subject put back, in the ways it may be meant.

    Beside a table either name of the last cell may be the one that goes on.
    """
    said = _without_frame(question)
    row, column = "".join(topic.rows[:1]), "".join(topic.columns[:1])
    both = put_in(question, topic) or f"{row} {column} {said}"
    found = [f"{topic.subject} {said}", f"{topic.question} {said}", both]
    found += [f"{name} {said}" for name in (row, column) if row and column]
    return list(dict.fromkeys(text.strip() for text in found))


def _without_frame(question: str) -> str:
    return re.sub(r"^(那么?|还有|再|另外)|呢$", "", bare(question)).strip()


def put_in(question: str, topic: Topic) -> str:
    """A mere name asked for as the last thing was (“书” after “卖酒要啥”: “书要啥”), else ''."""
    said = _without_frame(question)
    asks = "".join(found[0] for found in FRAME.finditer(bare(topic.subject)))
    mere = len(said) <= NAME and not FRAME.search(said)
    return f"{said}{asks}" if mere and len(asks) > 1 else ""


def changed_figures(question: str, topic: Topic) -> str:
    """The last calculation with another date, number of years or amount; '' if none is given.

    “要是4月28号呢” after “3月30号驳回 最晚几号重交” is the same question with that date.
    """
    said, subject = arabic(bare(question)), arabic(simplified(plain(topic.subject)))
    for figure in (_DAY, _YEARS, _COUNT, _AMOUNT):
        found = re.search(figure, said)
        if found and re.search(figure, subject) and len(said) <= len(found[0]) + 10:
            rest = (said[: found.start()] + said[found.end() :]).strip(" 的呢那要是如果换成还")
            again = re.sub(figure, found[0], subject, count=1)
            return f"{again} {rest}".strip()
    return ""


def counted_off(question: str, topics: Sequence[Topic], library: Library) -> Passage | None:
    """“第二个呢”: that item of the last list answered, or the next of what was the most."""
    found = _ORDINAL.search(bare(question))
    if not found:
        return None
    for topic in reversed(topics):
        told = [p for p in known(topic, library) if p.kind in ("item", "row", "cell")]
        items = sorted(told, key=lambda p: (p.document, p.order))
        if len(items) < 2:
            items = _counted_up(topic, library) or _in_order(topic, items, library)
        if len(items) > 1:
            place = len(items) - 1 if found[1] is None else _figure(found[1]) - 1
            return items[place] if place < len(items) else None
    return None


def _counted_up(topic: Topic, library: Library) -> list[Passage]:
    """The items of the section whose names a told sentence counts up, in its order."""
    for told in known(topic, library):
        if told.kind == "sentence" and "、" in told.text:
            items = [p for p in library.section(told) if p.kind == "item" and p.row in told.text]
            return sorted(items, key=lambda item: told.text.index(item.row))
    return []


def _figure(numeral: str) -> int:
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
    # What was asked for weighs more than what was told beside it.
    first = topic.subject if topic.subject == topic.question else ""
    asked_rows, asked_columns = grid.named(bare(first))
    row = next((name for name in topic.rows if name in grid.rows), cell.row)
    return grid.pick(
        rows or (asked_rows if len(asked_rows) == 1 else [row]),
        columns or (asked_columns if len(asked_columns) == 1 else [cell.column]),
    )


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


def leaning(
    question: str, hits: Sequence[Hit], topics: Sequence[Topic], library: Library
) -> list[Hit]:
    """Hits again, with what stands beside the last answer moved up and what was told moved down."""
    passages = known(topics[-1], library)
    told = told_before(question, topics, library)
    sections = {(p.document, p.section) for p in passages}
    pages = {p.document for p in passages}

    def worth(hit: Hit) -> float:
        near = (hit.passage.document, hit.passage.section) in sections
        lift = NEAR_SECTION if near else NEAR_PAGE * (hit.passage.document in pages)
        return hit.score + lift - told.get(hit.passage.id, 0.0)

    return sorted((hit.moved_to(worth(hit)) for hit in hits), key=lambda hit: -hit.score)


def pooled(question: str, alone: Sequence[Hit], hits: Sequence[Hit]) -> list[Hit]:
    """Hits of a reading, nearer where the question's own words lie near as well.

    A reading repeats the last question, so that what answered that comes back; what is new must
    count. A question of hardly any words of its own says little alone.
    """
    own = OWN_FEW if says_nothing(question) else OWN
    near = {hit.passage.id: hit.score for hit in alone}
    least = min(near.values(), default=0.0)

    def worth(hit: Hit) -> float:
        return (1 - own) * hit.score + own * near.get(hit.passage.id, least)

    return sorted((hit.moved_to(worth(hit)) for hit in hits), key=lambda hit: -hit.score)


def holding(question: str, hits: Sequence[Hit], topic: Topic, library: Library) -> list[Hit]:
    """Hits on the pages of the last answer that tell a figure of the kind that is asked for."""
    pages = {passage.document for passage in known(topic, library)}
    return [
        hit
        for hit in hits
        if hit.passage.document in pages and not lacks_figure(question, hit.passage.text)
    ]


def close_by(hits: Sequence[Hit], topic: Topic, library: Library) -> list[Hit]:
    """What lies on the page of the last answer, if hardly anything told lies nearer.

    A few words (“退不退”) are nearest to questions without an answer; beside an answer they are
    about that.
    """
    pages = {p.document for p in known(topic, library)}
    told = [hit for hit in hits if hit.passage.kind != "gap"]
    near = [hit for hit in told if hit.passage.document in pages]
    if not near or near[0].score < max(CLOSE_BY, told[0].score - CLOSE_GAP):
        return []
    return near


def stays(hits: Sequence[Hit], topic: Topic, library: Library) -> bool:
    """Whether the best lies close and in the very section of the last answer."""
    sections = {(p.document, p.section) for p in known(topic, library)}
    first = next((hit for hit in hits if hit.passage.kind != "gap"), None)
    if first is None or first.score < max(SURE, hits[0].score - SURE_GAP):
        return False
    return _section(first.passage) in sections


def _section(passage: Passage) -> tuple[str, str]:
    return passage.document, passage.section


def bare(question: str) -> str:
    return simplified(plain(question)).strip("?？!！。，, ")
