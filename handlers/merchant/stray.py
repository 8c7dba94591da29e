"""What the examples took for none of our business, where no rule says so: the guide has a word too.

“抖音上能挂我小程序的链接不” names another platform and is answered on the guide's pages.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.conversation import Handler, Outcome, Turn
from bot.intents.recognise import by_rule

Knows = Callable[[Turn], Awaitable[bool]]
"""Whether the guide surely answers a message."""


async def nothing_known(_: Turn) -> bool:
    """No guide to ask."""
    return False


@dataclass(frozen=True, slots=True)
class Stray:
    """Declines, unless a merchant asked what the guide surely knows; `answer` puts it to it."""

    decline: Handler
    knows: Knows
    answer: Handler

    async def __call__(self, turn: Turn) -> Outcome:
        audience = turn.conversation.audience
        if audience != "merchant" or by_rule(turn.message.text, audience) == "out_of_scope":
            return await self.decline(turn)
        if not await self.knows(turn):
            return await self.decline(turn)
        outcome = await self.answer(turn)
        if outcome.status != "answered":
            return await self.decline(turn)
        return replace(outcome, intent="merchant_question")
