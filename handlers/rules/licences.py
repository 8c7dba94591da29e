"""Which papers goods need: from a word for the goods to a category and its licences. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.launch.shapes import Category, LaunchBook, Licence
from knowledge.rules.conditions import Condition, all_hold
from knowledge.rules.vocabulary import MISSING

GENERAL = "general"
NEAREST = 3
_SYNTAX = re.compile(r"\(\?[:=!<P][^()]*\)|[\\^$?+*|(){}\[\]]")
_PAPER = re.compile(
    "(?:食品|出版物|医疗器械|化妆品|酒类|保健食品)(?:经营|生产|流通|网售)?(?:许可证?|备案|的?证|资质)"
)
_TRADE = re.compile(
    "殡葬|服务|培训|寄养|美容|维修|租赁|出租|医院|中介|咨询|代办|加工|回收|体检|设备|机器|原料|种子|苗|药|保险|鉴定|拍卖|代购"
)
"""Ends of names that make another trade of the goods before them."""
_COOKING = re.compile(
    r"现(做|炸|煮|熬|蒸|炒|包|拌)|手工(熬|擀|揉|包|酿)|卤|腌|熏|酱(?=[鸭肉牛鸡]|$)|凉拌|麻辣|五香|油炸|清蒸|(凉|米|酿)皮$|(拉|凉|拌|汤)面$|[饭粥饼糕酥粑]$"
)
"""How dishes are made, and what their names end in."""
_COMMON = frozenset("品类用食店产商货物器具件材服务的和与二")


@dataclass(frozen=True)
class Paper:
    """A licence and in which situation it is needed ('' always)."""

    name: str
    when: str


@dataclass(frozen=True)
class Lookup:
    """What `goods` need. `category` None: the launch data do not know them; `nearest` may be meant.

    `papers` empty with a category: none is written down, which the notes explain.
    """

    goods: str
    category: Category | None
    papers: tuple[Paper, ...] = ()
    nearest: tuple[Category, ...] = ()


def look_up(book: LaunchBook, said: str, goods: str = "") -> Lookup:
    """The papers of the goods named in `spelled` text; `goods`: how they were called, if known."""
    # 酒 may end what is sold, not the sentence; what a paper is called is not what is sold.
    found = named_category(book, f"{goods} {_PAPER.sub(' ', said)}") or _cooked(book, goods)
    if found is None or _another_trade(goods, found[1]):
        return Lookup(goods, None, nearest=nearest(book, goods or said))
    category, word = found
    facts = _situation(book, said)
    return Lookup(word, category, tuple(papers(book, category.licences, facts)))


def _cooked(book: LaunchBook, goods: str) -> tuple[Category, str] | None:
    """Dishes that no word names (“现做的凉皮”): what is done to them tells that they are eaten."""
    food = book.categories.get("food")
    return (food, goods) if food and _COOKING.search(goods) else None


def _another_trade(goods: str, word: str) -> bool:
    """宠物殡葬 is not 宠物: the end of the name says what is done."""
    return bool(_TRADE.search(goods.partition(word)[2])) if word in goods else False


def named_category(book: LaunchBook, said: str) -> tuple[Category, str] | None:
    """The category with the longest word in the text (the last of equals), and that word."""
    hits = [
        (len(match[0]), match.start(), category, match[0])
        for category in book.categories.values()
        for word in (*category.words, *_labels(category))
        for match in _matches(word, said)
    ]
    best = max(hits, key=lambda hit: hit[:2], default=None)
    return (best[2], best[3]) if best else None


def _labels(category: Category) -> tuple[str, ...]:
    return () if category.id == GENERAL else (category.label.lower(),)


def _matches(word: object, said: str) -> Iterable[re.Match[str]]:
    pattern = re.compile(re.escape(word)) if isinstance(word, str) else word
    return pattern.finditer(said)  # type: ignore[attr-defined,no-any-return]


def _situation(book: LaunchBook, said: str) -> dict[str, str]:
    """What the text tells of the situations that conditions ask about (自制, 进口)."""
    told: dict[str, str] = {}
    for name, slot in book.slots.items():
        values = [v for v, words in slot.words.items() if any(w.search(said) for w in words)]
        if len(values) == 1:  # of several none is the one that is meant
            told[name] = values[0]
        if not values and any(re.search(topic, said) for topic in slot.topics):
            told[name] = "yes"
    return told


def papers(book: LaunchBook, licences: Sequence[Licence], told: dict[str, str]) -> Iterable[Paper]:
    """Those that are needed as far as is known; with a situation where it is open."""
    for licence in licences:
        open_ones = [term for term in licence.when if term.key not in told]
        facts = {**dict.fromkeys((term.key for term in licence.when), MISSING), **told}
        known = tuple(term for term in licence.when if term.key in told)
        if all_hold(known, facts):
            yield Paper(licence.name, _situations(book, tuple(open_ones)))


def _situations(book: LaunchBook, when: Condition) -> str:
    """`预包装` or `散装、自制、餐饮`: the values of a condition as people call them."""
    return "，".join(filter(None, (_called(book, term.key, term.values) for term in when)))


def _called(book: LaunchBook, key: str, values: Sequence[str | int]) -> str:
    slot = book.slots.get(key)
    if slot is None:
        return ""
    if "yes" in values:
        return slot.label
    return "、".join(slot.labels.get(str(v), str(v)) for v in values if v != MISSING)


def nearest(book: LaunchBook, goods: str) -> tuple[Category, ...]:
    """Categories whose words share characters with the unknown ones, the likest first."""
    signs = set(goods) - _COMMON
    scored = [
        (_likeness(signs, category), -place, category)
        for place, category in enumerate(book.categories.values())
        if category.id != GENERAL
    ]
    ranked = sorted(scored, key=lambda one: one[:2], reverse=True)
    return tuple(category for score, _, category in ranked[:NEAREST] if score > 0)


def _likeness(signs: set[str], category: Category) -> float:
    """How much of the best word is shared: 1 of 宠物 in 宠物殡葬."""
    words = [*(_SYNTAX.sub("", word.written) for word in category.words), category.label]
    shares = (len(signs & set(word)) / (len(set(word)) + 1) for word in words if word)
    return max(shares, default=0)
