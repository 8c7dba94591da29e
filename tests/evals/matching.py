"""How a reply is held against the facts it must state (the acceptance's own way of matching)."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

_UNITS = r"个工作日|工作日|万元|个月|[%‰元万亿天日年月次件人倍小时分钟折角分字页]|小时|分钟"
_NEGATION = "不未没无非勿别禁否"


def normalise(text: str) -> str:
    """NFKC, lower case, no white space or marks; ranges and units in one spelling."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub(r"[\s\u00ad\u200b-\u200f\u2060-\u2064\ufeff*_`#]", "", text)
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    text = text.replace("万元", "万").replace("块钱", "元")
    text = re.sub(rf"(\d)({_UNITS})?(?:[~–—\-]+|到|至)(?=\d)", _joined, text)
    return _one_unit(text)


def _joined(match: re.Match[str]) -> str:
    return f"{match[1]}{match[2] or ''}-"


def _one_unit(text: str) -> str:
    """`0.6%-2%` → `0.6-2%`: a repeated unit is kept once."""
    return re.sub(rf"({_UNITS})-(\d+(?:\.\d+)?)\1", r"-\2\1", text)


def contains(text: str, needle: str) -> bool:
    """Whether the needle stands in the text, with number borders."""
    return any(True for _ in places(normalise(text), normalise(needle)))


def places(text: str, needle: str) -> Iterable[int]:
    """Where the normalised needle stands in the normalised text."""
    before = r"(?<![\d.])(?<!\d-)" if needle[:1].isdigit() else ""
    after = r"(?![\d]|\.\d|-\d)" if needle[-1:].isdigit() else ""
    if not needle:
        return []
    return [m.start() for m in re.finditer(before + re.escape(needle) + after, text)]


def missing(text: str, facts: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """The groups none of whose alternatives stands in the text."""
    return [group for group in facts if not any(contains(text, one) for one in group)]


def forbidden(text: str, must_not: Sequence[str]) -> list[str]:
    """What stands in the text though it must not; right after a negation it does not count."""
    return [needle for needle in must_not if _stands_unnegated(normalise(text), normalise(needle))]


def _stands_unnegated(text: str, needle: str) -> bool:
    for at in places(text, needle):
        clause = re.split(r"[,。;!?:,、]", text[max(0, at - 6) : at])[-1]
        if not any(ch in _NEGATION for ch in clause):
            return True
    return False
