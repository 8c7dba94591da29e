"""Which of the things just shown is meant by 第二个, 下面那个, 最后一件, ② (pure)."""

from __future__ import annotations

import re

from knowledge.chinese import number_of

_THING = "(?:个|件|单|样|款|条|双|项|份)"
_NTH = re.compile(rf"第([一二两三四五六七八1-8]){_THING}?(?!天|次|回|周|月)")
_ALONE = re.compile(rf"(?:选|要|就)?([一二两三四五六七八1-8])(?:号|{_THING})?[.。!！]?")
_CIRCLED = "①②③④⑤⑥⑦⑧"
_LAST = re.compile(
    rf"(?:最后|末尾|最下面|下面|下边|后面|后边|底下)(?:的|那|这)?(?:一)?{_THING}?的?"
)
_FIRST = re.compile(rf"(?:最上面|上面|上边|前面|前边|最前|头|开头)(?:的|那|这)?(?:一)?{_THING}的?")
_MIDDLE = re.compile("中间")


def picked(text: str, shown: int) -> int | None:
    """The place, from 0, among `shown` things; None when no place is named."""
    place = _place(text.strip(), shown)
    return place if place is not None and 0 <= place < shown else None


def _place(text: str, shown: int) -> int | None:
    nth = _NTH.search(text) or _ALONE.fullmatch(text)
    if nth:
        return int(number_of(nth[1]) or 0) - 1 if not nth[1].isdigit() else int(nth[1]) - 1
    circled = [_CIRCLED.index(char) for char in text if char in _CIRCLED]
    if circled:
        return circled[0]
    if _LAST.search(text):
        return shown - 1
    if _FIRST.search(text):
        return 0
    return 1 if shown == 3 and _MIDDLE.search(text) else None
