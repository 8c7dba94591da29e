"""Every fault of a piece of content, found in one go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing to repair: which file or field, and what to do (in Chinese, for operators)."""

    where: str
    problem: str

    def __str__(self) -> str:
        return f"{self.where}：{self.problem}"


class ContentFaultsError(Exception):
    """Content that was refused. `faults` holds all of them, never only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def refuse(faults: Iterable[Fault]) -> None:
    """Raise ContentFaultsError when there is at least one fault."""
    found = tuple(faults)
    if found:
        raise ContentFaultsError(found)
