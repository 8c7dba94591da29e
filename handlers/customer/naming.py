"""Which line of the order the customer names, and which lines stay out of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from handlers.customer.hearing import Heard, one_spelling
from handlers.rules.order import Item
from knowledge.customer_words import CustomerWords

LINES = 60
"""Orders of more lines than anybody names things in are not searched for names."""

# 退床笠, 把床笠退了: the letters before and after a name, the name itself left out.
_CLAIMED = re.compile(
    r"[^ \n]{0,3}(?<!不)(?:退|换|修|补)(?:掉|了|个|那|的)?\0|[^\0]*\0(?:给我|想|要|就)?(?:退|换)(?!货的|款的)"
)
_CALLED = re.compile("(?=([一-龥]{2})(?:那|的(?=那|[ \n?]|$)|这))")
_CLAUSE = re.compile(r"[^ \n?]+")
_HEAD = re.compile("(?:[那这][个把台只条件双顶口张本盒]?|的)([一-龥])(?=[ \n?]|$|[不退要坏想])")
_OTHERS = re.compile("另|其[他它余]|别的|剩下")
_TITLE = 60
_LONGEST = 8
_SPEC = re.compile(
    r"[\d.]+\s*(?:[a-z]+|[个只双件条瓶盒袋包箱枝支片张本套粒颗枚根串罐桶提斤对份朵寸匹米升克码号]"
    r"|毫升|公斤)?装?|[一两二三四五六](?:束|件|只|双|条|盒|箱|套)装?$|\d+$"
)


def names_of(words: CustomerWords, item: Item) -> tuple[str, ...]:
    """What a customer may call a line: ends of its title, long parts of it, its last letter + 子.

    Words that say how a thing is (刻字, 瑕疵) are no names: customers use them for facts.
    """
    found: list[str] = []
    for part in one_spelling(words, item.title[:_TITLE]).split():
        found += _names(_SPEC.sub("", part))
    qualities = words.signals["qualities"]
    good = (name for name in found if len(name) > 1 and not qualities.fullmatch(name))
    return tuple(dict.fromkeys(good))


def _names(core: str) -> list[str]:
    ends = [core[at:] for at in range(max(0, len(core) - _LONGEST), len(core) - 1)]
    lengths = range(3, min(len(core), _LONGEST + 1))
    parts = [core[at : at + n] for n in lengths for at in range(len(core) - n + 1)]
    chinese = bool(core) and core[-1] >= "\u4e00"
    return [*ends, *parts, *([core[-1] + "子"] if chinese else [])]


def named(heard: Heard, lines: Sequence[Item]) -> Item | str | None:
    """The line that is meant, `all`, or None when nothing (or more than one) is named."""
    if not 1 < len(lines) <= LINES:
        return None
    scores = _scores(heard, _own_names(heard.words, lines))
    best = max(scores)
    if best > 0 and scores.count(best) == 1:
        return lines[scores.index(best)]
    if heard.words.signals["everything"].search(heard.text):
        return "all"
    silent = [at for at, score in enumerate(scores) if score == 0]
    return lines[silent[0]] if -1 in scores and len(silent) == 1 else None


def without_others(heard: Heard, lines: Sequence[Item], meant: Item) -> Heard:
    """The same without clauses that say only of other lines that they stay (煎锅挺好用).

    Who does not give the others back (煎锅不退) gives this one back.
    """
    if not 1 < len(lines) <= LINES:
        return heard
    names = dict(zip(lines, _own_names(heard.words, lines), strict=True))
    mine = names.pop(meant)
    others = [name for some in names.values() for name in some]
    stays = heard.words.signals["stays"]

    def kept(clause: re.Match[str]) -> str:
        said = clause[0]
        of_others = _OTHERS.match(said) or any(name in said for name in others)
        aside = of_others and not any(name in said for name in mine) and stays.search(said)
        if not aside:
            return said
        return "退" if "不退" in said else " " * len(said)

    return replace(heard, text=_CLAUSE.sub(kept, heard.text))


def _own_names(words: CustomerWords, lines: Sequence[Item]) -> list[tuple[str, ...]]:
    """Names by line, without those that two lines share; the last letter where it is its own."""
    every = [names_of(words, item) for item in lines]
    lasts = [names[0][-1] if names else "" for names in every]
    known = Counter(name for names in every for name in names) + Counter(lasts)
    return [
        tuple(name for name in (*names, last) if name and known[name] == 1)
        for names, last in zip(every, lasts, strict=True)
    ]


def _scores(heard: Heard, names: Sequence[Sequence[str]]) -> list[int]:
    """By line: 3 named right after 退, 2 with a claim beside it, 1 only named or called by its
    first letters (荞麦那个), 0 not named, -1 named to stay."""
    owner = {name: at for at, some in enumerate(names) for name in some}
    longest = sorted(owner, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest)) or "(?!)")
    beside: list[list[str]] = [[] for _ in names]
    for match in pattern.finditer(heard.text):
        beside[owner[match[0]]].append(_beside(heard, match))
    scores = [_score(heard.words, some) for some in beside]
    return scores if any(scores) else _hinted(heard, names)


def _hinted(heard: Heard, names: Sequence[Sequence[str]]) -> list[int]:
    """Of lines that are not named: 1 where two letters of their own stand before 那个 or 的."""
    pairs = [{name[at : at + 2] for name in some for at in range(len(name) - 1)} for some in names]
    known = Counter(pair for some in pairs for pair in some)
    called = set(_CALLED.findall(heard.text))
    hinted = [int(any(known[pair] == 1 for pair in some & called)) for some in pairs]
    return hinted if any(hinted) else [int(each) for each in headed(heard.text, names)]


def headed(text: str, names: Sequence[Sequence[str]]) -> list[bool]:
    """Which are called by their last letter alone (倒水那个壶, 那件衣): the letter stands behind 那,
    个 or 的 at the end of a clause, and ends the names of no other."""
    called = set(_HEAD.findall(text))
    ends = [{name[-1] for name in some if name[-1] != "子"} for some in names]
    known = Counter(end for some in ends for end in some)
    return [any(known[end] == 1 for end in some & called) for some in ends]


def _score(words: CustomerWords, beside: Sequence[str]) -> int:
    if not beside:
        return 0
    if any(words.signals["stays"].search(near) for near in beside):
        return -1
    if any(_CLAIMED.match(near) for near in beside):
        return 3
    return 2 if any(words.signals["is_meant"].search(near) for near in beside) else 1


def _beside(heard: Heard, match: re.Match[str]) -> str:
    begin, end = heard.clause(match.start())
    before = heard.text[max(begin, match.start() - 4) : match.start()]
    return before + "\0" + heard.text[match.end() : min(end, match.end() + 8)]
