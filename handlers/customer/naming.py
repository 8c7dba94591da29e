"""Which line of the order the customer names, and which lines stay out of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.customer.hearing import Heard, one_spelling
from handlers.rules.order import Item
from knowledge.customer_words import CustomerWords

_SPEC = re.compile(
    r"[\d.]+\s*(?:[a-z]+|[个只双件条瓶盒袋包箱枝支片张本套粒颗枚根串罐桶提斤对份朵寸匹米升克码号]"
    r"|毫升|公斤)?装?|[一两二三四五六](?:束|件|只|双|条|盒|箱|套)$|\d+$"
)
# Words of a title that say how it is rather than what it is: customers use them for facts.
_QUALITIES = re.compile(
    "刻字|定制|量身|瑕疵|临期|预售|手工|智能|白色|黑色|红色|二手|特价|外箱|空调扇?壳"
)
_EVERYTHING = re.compile(
    r"(?:都|全|全部|统统|一起|一并|整单)(?:给我|给|帮我)?(?:退|不要|不想要|取消|换|坏|不买|没收)|全退|都退|整单|整个订单|两样都|两件都|两个都|所有的?都"
)
_KEPT = re.compile(
    "只(?:到|有|收到?|来|给|发)了?|就一[条个件双只]|留|没毛病|没坏|好着|没什么|我要的|没事|不退|照常|照发|正常|没问题|好的|我等|保留|只要|不用退|继续|还要|不动|除了"
)
_MEANT = re.compile(
    "退|换|补|不要|取消|不想|坏|少|没|缺|漏|错|碎|裂|破|烂|闪|停|短|小|大|不|钱|修|撤"
)


def names_of(words: CustomerWords, item: Item) -> tuple[str, ...]:
    """What a customer may call a line: the ends of its title, long parts of it, its last letter + 子."""
    found: list[str] = []
    for part in one_spelling(words, item.title).split():
        core = _SPEC.sub("", part)
        if _QUALITIES.fullmatch(core):
            continue
        ends = [core[at:] for at in range(len(core) - 1)]
        parts = [core[at : at + n] for n in range(3, len(core)) for at in range(len(core) - n + 1)]
        found += [*ends, *parts, *([core[-1] + "子"] if core and core[-1] >= "\u4e00" else [])]
    return tuple(dict.fromkeys(n for n in found if len(n) > 1 and not _QUALITIES.fullmatch(n)))


def named(heard: Heard, lines: Sequence[Item]) -> Item | str | None:
    """The line that is meant, `all`, or None when nothing (or more than one) is named."""
    if len(lines) < 2:
        return None
    scores = _scores(heard, _own_names(heard.words, lines))
    best = max(scores)
    if best > 0 and scores.count(best) == 1:
        return lines[scores.index(best)]
    if _EVERYTHING.search(heard.text):
        return "all"
    kept, silent = scores.count(-1), [at for at, score in enumerate(scores) if score == 0]
    return lines[silent[0]] if kept and len(silent) == 1 else None


def _own_names(words: CustomerWords, lines: Sequence[Item]) -> list[tuple[str, ...]]:
    """Names by line, without those that two lines share; the last letter where it is its own."""
    every = [names_of(words, item) for item in lines]
    lasts = [names[0][-1] if names else "" for names in every]
    own = [
        tuple(name for name in names if sum(name in other for other in every) == 1)
        for names in every
    ]
    return [
        (*names, last) if last and lasts.count(last) == 1 else names
        for names, last in zip(own, lasts, strict=True)
    ]


def _scores(heard: Heard, names: Sequence[Sequence[str]]) -> list[int]:
    """By line: 2 named with a claim beside it, 1 only named, 0 not named, -1 named to stay."""
    owner = {name: at for at, some in enumerate(names) for name in some}
    longest = sorted(owner, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest)) or "(?!)")
    beside: list[list[str]] = [[] for _ in names]
    for match in pattern.finditer(heard.text):
        beside[owner[match[0]]].append(_beside(heard, match))
    return [_score(some) for some in beside]


def _score(beside: Sequence[str]) -> int:
    if not beside:
        return 0
    if any(_KEPT.search(near) for near in beside):
        return -1
    return 2 if any(_MEANT.search(near) for near in beside) else 1


def _beside(heard: Heard, match: re.Match[str]) -> str:
    begin, end = heard.clause(match.start())
    before = heard.text[max(begin, match.start() - 4) : match.start()]
    return before + heard.text[match.end() : min(end, match.end() + 8)]
