"""What is compared by its unit (“哪个快” “一年差几万块”): which aspect of a table says it. Pure."""

import re
from collections.abc import Sequence

_MONEY, _TIME = re.compile(r"成本|费用"), re.compile(r"周期|时间")
_WHICH = (
    (re.compile(r"(哪|谁)[^ ，。？?]{0,3}(快|慢|久)"), _TIME),
    (re.compile(r"(哪|谁)[^ ，。？?]{0,3}(贵|便宜|省钱|划算)"), _MONEY),
)
_UNITS = (
    (
        re.compile(r"多少钱|几[万千百]|几块|[省花费]钱|便宜|[更要]贵|[哪谁].{0,2}贵|划算|价钱"),
        _MONEY,
    ),
    (re.compile(r"多久|几天|几个月|[更要]快|[哪谁].{0,2}快|多快|时间|早上线"), _TIME),
)


def measured(question: str, aspects: Sequence[str]) -> list[str]:
    """The aspects that “哪个快 哪个贵” asks for, where it asks for more than one."""
    found = _asked(_WHICH, question, aspects)
    return [aspect for some in found for aspect in some[:1]] if len(found) > 1 else []


def of_unit(question: str, aspects: Sequence[str]) -> list[str]:
    """The one aspect that is measured in the one unit asked for; else []."""
    found = _asked(_UNITS, question, aspects)
    return found[0] if len(found) == 1 and len(found[0]) == 1 else []


def _asked(
    ways: Sequence[tuple[re.Pattern[str], re.Pattern[str]]], question: str, aspects: Sequence[str]
) -> list[list[str]]:
    """For each way of asking that shows, the aspects it is about."""
    return [
        [aspect for aspect in aspects if about.search(aspect)]
        for asks, about in ways
        if asks.search(question)
    ]
