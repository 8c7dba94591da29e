"""A merchant tells something of the shop after an answer: for the last question, or for the launch?

“我做女装的” after “客单价多少算好” wants the figure for clothes, and begins no walkthrough.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.conversation import Handler, Outcome, Turn

Aside = Callable[[Turn], Awaitable[Outcome | None]]
"""The last answer again, for what was told; None where that changes nothing."""


async def nothing_aside(_: Turn) -> Outcome | None:
    """No guide to ask."""
    return None


@dataclass(frozen=True, slots=True)
class Telling:
    """The walkthrough, unless something told behind an answer changes that answer."""

    aside: Aside
    launch: Handler

    async def __call__(self, turn: Turn) -> Outcome:
        talk = turn.conversation
        found = await self.aside(turn) if talk.topics and talk.flow is None else None
        return found or await self.launch(turn)
