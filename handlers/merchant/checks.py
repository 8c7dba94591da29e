"""What the merchants' checks and tools are told, loaded once for chat and HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from bot.errors import Faults
from knowledge.advertising import Advertising, load_advertising
from knowledge.figures import Figures, load_figures
from knowledge.rules.faults import ContentFaultsError


@dataclass(frozen=True)
class Checks:
    """The rules of advertising, and the guides' lines, rates and periods."""

    advertising: Advertising
    figures: Figures


@cache
def open_checks() -> Checks:
    """Load both files, once a process. Raises Faults with every fault of both."""
    faults: list[str] = []
    loaded: list[object] = []
    for load in (load_advertising, load_figures):
        try:
            loaded.append(load())
        except ContentFaultsError as error:
            faults += map(str, error.faults)
    if faults:
        raise Faults("the merchants' checks", tuple(faults))
    advertising, figures = loaded
    assert isinstance(advertising, Advertising)
    assert isinstance(figures, Figures)
    return Checks(advertising, figures)
