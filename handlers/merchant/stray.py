"""What the examples took for none of our business, where no rule says so: the guide has a word too.

“抖音上能挂我小程序的链接不” names another platform and is answered on the guide's pages.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.conversation import Handler, Outcome, Topic, Turn
from bot.intents.recognise import by_rule, rule_for
from bot.intents.signals import LEXICON, read
from bot.messages import plain

_OTHERS = re.compile(LEXICON["other_platform"])
Knows = Callable[[Turn], Awaitable[bool]]
"""Whether the guide surely answers a message."""


async def nothing_known(_: Turn) -> bool:
    """No guide to ask."""
    return False


def asked_of_others(text: str) -> Topic | None:
    """What was asked of another platform: “那微信小店呢” asks the same of ours.

    No question of it: none of ours was asked.
    """
    said = plain(text)
    named = _OTHERS.search(said)
    rest = re.sub(r"\s+", " ", _OTHERS.sub("", said)).strip() if named else ""
    return Topic("", rest) if rest else None


@dataclass(frozen=True, slots=True)
class Stray:
    """Declines, unless a merchant asked what the guide surely knows; `answer` puts it to it."""

    decline: Handler
    knows: Knows
    answer: Handler

    async def __call__(self, turn: Turn) -> Outcome:
        audience = turn.conversation.audience
        if audience != "merchant":
            return await self.decline(turn)
        rule = by_rule(turn.message.text, audience)
        if rule == "out_of_scope":
            return replace(await self.decline(turn), topic=asked_of_others(turn.message.text))
        if rule != "merchant_question" and not await self.knows(turn):
            return await self.decline(turn)
        outcome = await self.answer(turn)
        if outcome.status != "answered":
            return await self.decline(turn)
        return replace(outcome, intent="merchant_question")


ELSEWHERE = ("off topic", "another platform's business", "another country's law")
"""Rules that seldom decide alone, and were wrong for one in a hundred of what they decline."""


@dataclass(frozen=True, slots=True)
class Doubted:
    """Answers, but what a rule takes for somebody else's business only if the guide has it."""

    decline: Handler
    has: Knows
    answer: Handler

    async def __call__(self, turn: Turn) -> Outcome:
        text = turn.message.text
        rule = rule_for(read(text), turn.conversation.audience)
        if rule is None or rule.name not in ELSEWHERE or await self.has(turn):
            return await self.answer(turn)
        declined = await self.decline(turn)
        return replace(declined, intent="out_of_scope", topic=asked_of_others(text))
