"""Goods that are named as bought and stand in no line of the order (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from handlers.customer.hearing import Heard, one_spelling
from handlers.customer.naming import LINES, names_of
from handlers.rules.order import Item

# 我买的电风扇, 那个电饭煲不要了, 退榨汁机: named as what was bought, or beside what is asked for it.
_MEASURE = "(?:一|1)?[个台件只口把条双款套张部辆床盏顶盒瓶]"
_BOUGHT = f"(?:买|拍|订|下单|订购|购买)(?:到)?的(?:那|这)?(?:{_MEASURE})?(?:的)?"
_THAT = f"(?:那|这){_MEASURE}"
_BACK = "(?:退|修|补发|补寄)(?:一?下|了|个|掉|那|这|台|个|我的|我那)*"
_CLAIMED = "[^ \n]{0,8}(?:退|不要|不想要|不转|不亮|不动|坏|没声|没反应)"
# 跟之前买的裤子不配, 朋友送了个风扇: other goods that are only spoken of.
_ASIDE = re.compile("跟|和|与|比|配|像|又|还|再|另|别家|其他|以前|之前|上次|送|新|当|不是")
# 哦说错了, 就是这个: the order's own goods are meant after all.
_AFTER_ALL = re.compile("说错|打错|记错|搞错|弄错(?!货)|看错|(?:就是|是)(?:它|这个|这件|这单|那个)")


def not_ordered(heard: Heard, lines: Sequence[Item], every: Sequence[Item]) -> str | None:
    """What the named goods are called; None where the order's own are named, or nothing is.

    `every`: all lines, gifts too. Goods that share a letter with a title or a category may well be
    the customer's own name for them.
    """
    if not 1 <= len(lines) <= LINES or any(_said(heard, item) for item in every):
        return None
    own = "".join(one_spelling(heard.words, f"{i.title} {i.category or ''}") for i in every)
    several = len(lines) > 1
    found = (name for name in _named(heard, several) if _foreign(name, own, several))
    return next(found, None)


def _said(heard: Heard, item: Item) -> bool:
    return any(name in heard.text for name in names_of(heard.words, item))


def _named(heard: Heard, several: bool) -> Iterator[str]:
    """What is named; of several lines one has to be asked for anyway, and a bare name will do."""
    things = heard.words.signals["things"].pattern
    frames = [f"{_BOUGHT}(?P<name>{things})", f"{_BACK}(?P<name>{things})(?=[ \n?]|$|吧|行|了)"]
    frames.append(f"{_THAT}(?P<name>{things})(?={_CLAIMED})")
    if several:
        frames.append(f"(?:^|(?<=[ \n]))(?:我的?|那|这)?(?P<name>{things})")
    for frame in frames:
        for match in re.finditer(frame, heard.text):
            begin, _ = heard.clause(match.start())
            aside = _ASIDE.search(heard.text, begin, match.start())
            if not aside and not _AFTER_ALL.search(heard.text, match.end()):
                yield match["name"]


def _foreign(name: str, own: str, several: bool) -> bool:
    """Whether no letter of it is the order's; of several, the last one may be (平底锅, 蒸锅)."""
    telling = name[:-1] if several and len(name) > 2 else name
    return bool(re.search("[一-龥]", own)) and not set(telling) & set(own)
