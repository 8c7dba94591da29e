"""Which marketing tool, which way to send goods: the fitting ones first. Pure."""

from __future__ import annotations

import re
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


_JUST_NAMED = re.compile(
    r"^(?:那|那么|要是|如果|做|搞|用|走)*(.{2,8}?)(?:的话|这个)?(?:呢|怎么样|好不好|合适吗)+\??$"
)


def named_option(said: str, choices: Sequence[Choice]) -> tuple[Choice, Option] | None:
    """The one option that is asked about by its name (“拼团呢”)."""
    found = _JUST_NAMED.match(said)
    every = [(one, option) for one in choices for option in (*one.good, *one.never)]
    fitting = [pair for pair in every if found and found[1] in (pair[1].label, *_short(pair[1]))]
    return fitting[0] if fitting else None


def _short(option: Option) -> tuple[str, ...]:
    """储值 of 会员储值, 立减金 of 社交立减金, 快递 of 第三方快递."""
    return (option.label[2:], option.label[3:]) if len(option.label) > 3 else ()


def choose(said: str, choice: Choice) -> Chosen:
    """The options that the words speak for; never one that rewards sharing."""
    fitting = tuple(option for option in choice.good if option.named_in(said))[:MOST]
    others = tuple(option for option in choice.good if option not in fitting)
    return Chosen(choice, fitting, others)
