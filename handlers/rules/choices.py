"""Which marketing tool, which way to send goods: the fitting ones first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.choices import Choice, Option
from knowledge.launch.shapes import Link

MOST = 2
"""So many are recommended at once."""


@dataclass(frozen=True)
class Chosen:
    """`advised` fit what was said (empty: nothing was said that decides), `others` remain."""

    choice: Choice
    advised: tuple[Option, ...]
    others: tuple[Option, ...]

    @property
    def links(self) -> tuple[Link, ...]:
        """What all that is told rests on."""
        told = (*self.advised, *self.others, *self.choice.never)
        return tuple(dict.fromkeys(link for option in told for link in option.links))


def asked_choice(said: str, choices: Sequence[Choice]) -> Choice | None:
    """The choice that `spelled` text asks for."""
    return next((one for one in choices if any(ask.search(said) for ask in one.asks)), None)


def choose(said: str, choice: Choice) -> Chosen:
    """The options that the words speak for; never one that rewards sharing."""
    fitting = tuple(option for option in choice.good if option.named_in(said))[:MOST]
    others = tuple(option for option in choice.good if option not in fitting)
    return Chosen(choice, fitting, others)
