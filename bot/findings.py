"""What a check of a real set-up found, for operators to read from top to bottom."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Mark = Literal["fine", "unsure", "mind", "wrong"]
"""Works · could not be checked · works, but mind this · does not work until it is mended."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`text` says what was found, `do` the next action, in Chinese; '' where there is none."""

    mark: Mark
    text: str
    do: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Findings about one thing."""

    title: str
    findings: tuple[Finding, ...]


def worst(findings: Iterable[Finding]) -> Mark:
    """The mark that matters most; of nothing: fine."""
    order: tuple[Mark, ...] = ("fine", "unsure", "mind", "wrong")
    return max((found.mark for found in findings), key=order.index, default="fine")
