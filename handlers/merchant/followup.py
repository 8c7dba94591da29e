"""“那企业呢” “多少钱” “为什么”: what an elliptical question means after the last answer. Pure."""

import re
from collections.abc import Sequence

from bot.conversation import Topic
from bot.messages import plain
from handlers.merchant.labels import mentioned
from handlers.merchant.lists import items_of
from handlers.merchant.tables import grid_around
from knowledge.chinese import arabic, simplified
from knowledge.documents import Passage
from knowledge.synonyms import widened
from retrieval.library import Library
from retrieval.rank import Hit

_POINTS_BACK = re.compile(
    r"^(那|那么|还有|再|另外|它|他|这)|呢$|(这|那)(个|种|样|边|些|家|项|类|条)|前者|后者|刚才|前面(说|那)|第[一二三四五]个"
)
_CONTENT = re.compile(r"[\u3400-\u9fff]|[a-z]+|[0-9]+")
_DAY = r"(?<![\d.])\d{1,2}月\d{1,2}[日号]?"
_YEARS = r"(?<![\d.])\d{1,2}年"
_AMOUNT = r"(?<![\d.])\d+(?:\.\d+)?[万千百]?(?:元|块钱?)?(?![\d%年月日号个人单])"
_ORDINAL = re.compile(r"第(\d)(?:个|种|样|项|条|点)?|最后(?:一|那)?(?:个|种)")
ANCHOR = 0.15
_FRAME = re.compile(
    r"为(什么|啥|何)|怎么样?|怎样|咋样?|如何|多少|多久|几|什么|啥|哪里?|谁|那|这|个|种|要|得|需|能|会|可以|是|有|的|了|吗|呢|么|吧|不|没|钱|天|年|月|次"
)
SHORT = 7
"""Fewer signs than this seldom stand alone."""
NEAR_SECTION, NEAR_PAGE = 0.12, 0.05
SAID_ALREADY = 0.15


def points_back(question: str) -> bool:
    """“那…呢”, “这个”: cannot stand alone."""
    return bool(_POINTS_BACK.search(_bare(question)))


def is_short(question: str) -> bool:
    """So short that it may lean on the last answer."""
    return len(_CONTENT.findall(_bare(question))) <= SHORT


def says_nothing(question: str) -> bool:
    """Hardly a word of its own (“要多少天”): whatever it finds alone is chance."""
    return len("".join(_CONTENT.findall(_FRAME.sub("", _bare(question))))) <= 2


def wants_figures(question: str) -> bool:
    """Whether a calculation of before is asked for again, with something changed."""
    said = _bare(question)
    return bool(re.search(r"\d|达标|正常|合格|算(高|低|好)", said)) or points_back(said)


def readings(question: str, topic: Topic) -> list[str]:
    """The question with its subject put back, in the ways it may be meant."""
    said = re.sub(r"^(那么?|还有|再|另外)|呢$", "", _bare(question)).strip()
    names = " ".join([*topic.rows[:1], *topic.columns[:1]])
    found = [f"{topic.subject} {said}", f"{topic.question} {said}", f"{names} {said}"]
    return list(dict.fromkeys(text.strip() for text in found))


def changed_figures(question: str, topic: Topic) -> str:
    """The last calculation with another date, number of years or amount; '' if none is given.

    “要是4月28号呢” after “3月30号驳回 最晚几号重交” is the same question with that date.
    """
    said, subject = arabic(_bare(question)), arabic(simplified(plain(topic.subject)))
    for figure in (_DAY, _YEARS, _AMOUNT):
        found = re.search(figure, said)
        if found and re.search(figure, subject) and len(said) <= len(found[0]) + 10:
            rest = (said[: found.start()] + said[found.end() :]).strip(" 的呢那要是如果换成还")
            again = re.sub(figure, found[0], subject, count=1)
            return f"{again} {rest}".strip()
    return ""


def counted_off(question: str, topics: Sequence[Topic], library: Library) -> Passage | None:
    """“第二个呢”: that item of the last list answered."""
    found = _ORDINAL.search(arabic(_bare(question)))
    if not found:
        return None
    for topic in reversed(topics):
        items = [p for p in _known(topic, library) if p.kind in ("item", "row", "cell")]
        if len(items) > 1:
            place = len(items) - 1 if found[1] is None else int(found[1]) - 1
            return items[place] if place < len(items) else None
    return None


def swapped(question: str, topic: Topic, anchor: Sequence[Hit], library: Library) -> list[Passage]:
    """The cells beside the last answered one, with the named row or column put in.

    `anchor` are hits of the question that led there: the last answer may have come from a
    sentence while its table lies near. [] if no row or column is named.
    """
    near = [hit.passage for hit in anchor[:5] if hit.score >= anchor[0].score - ANCHOR]
    cells = [p for p in (*_known(topic, library), *near) if p.kind == "cell"]
    if not cells:
        return []
    grid = grid_around(cells[0], library)
    rows, columns = grid.named(_bare(question))
    if not rows and not columns:
        return []
    return grid.pick(rows or [cells[0].row], columns or [cells[0].column])


def sibling(question: str, topic: Topic, library: Library) -> list[Passage]:
    """The item, or the whole list, beside the last answered one that the question names."""
    for passage in _known(topic, library):
        if passage.kind == "item":
            lists = {p.text.split("\n")[0]: p for p in library.section(passage) if p.kind == "list"}
            named = mentioned(_bare(question), list(lists))
            if len(lists) > 1 and named:
                return list(items_of(lists[named[0]], library))
            items = [p for p in library.section(passage) if p.kind == "item"]
            said = widened(_bare(question), library.synonyms)
            names = mentioned(said, [p.row or p.text for p in items])
            return [p for p in items if (p.row or p.text) in names][:3]
    return []


def leaning(hits: Sequence[Hit], topic: Topic, library: Library) -> list[Hit]:
    """Hits again, with what stands beside the last answer moved up."""
    passages = _known(topic, library)
    sections = {(p.document, p.section) for p in passages}
    pages = {p.document for p in passages}

    def worth(hit: Hit) -> float:
        near = (hit.passage.document, hit.passage.section) in sections
        lift = NEAR_SECTION if near else NEAR_PAGE * (hit.passage.document in pages)
        told = hit.passage in passages and hit.passage.kind != "cell"
        return hit.score + lift - (SAID_ALREADY if told else 0)

    return sorted((hit.moved_to(worth(hit)) for hit in hits), key=lambda hit: -hit.score)


def _bare(question: str) -> str:
    return simplified(plain(question)).strip("?？!！。，, ")


def _known(topic: Topic, library: Library) -> list[Passage]:
    return [library.passages[i] for i in topic.passages if i in library.passages]
