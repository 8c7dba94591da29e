"""What sounds like small talk and is about the order all the same (没拆封的, 给我妈买的裙子)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.conversation import Handler, Outcome, Turn
from bot.messages import Reply
from handlers.customer.hearing import hear
from handlers.customer.returns import Returns
from handlers.customer.which import naming

FAULTS = (
    *("quality", "plainly_bad", "dirty", "fresh_bad", "expired", "broken", "wrong", "missing"),
    *("empty", "not_received", "late", "unwanted", "cheaper_now"),
)
"""Signals that something is the matter with the goods."""

STATES = ("sealed_still", "opened", "tried_on", "tested", "seal_broken", "tag_cut", "washed")
"""Signals of what was done with them; 没拆封 tells of it as well."""

RECENT = 10
_COURTESY = re.compile("谢|感恩|辛苦|再见|拜拜|好评|晚安|bye|thank", re.IGNORECASE)
_ANNOUNCED = re.compile(
    "(?:我)?(?:就)?(?:想|要)?先?(?:请问|问|请教|咨询)(?:一?下|问|个事儿?)?[ 。.~]*"
)
_MACHINE = re.compile(
    "(?:是|到底是)[^，。]{0,4}(?:真人|机器人|机器|人工智能|AI|活人|人吗|人还是)|(?:真人|机器人|AI)(?:吗|么|吧)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Overheard:
    """Asks first whether a customer speaks of an own order; `otherwise` answers the rest.

    `names`: naming own goods is enough; who says thanks may name them without wanting anything.
    """

    returns: Returns
    otherwise: Handler
    names: bool = False

    async def __call__(self, turn: Turn) -> Outcome:
        text = turn.message.text
        if turn.conversation.audience != "customer" or not text or _COURTESY.search(text):
            return await self.otherwise(turn)
        if _MACHINE.search(text):
            return self._line("as_am_ai")
        if _ANNOUNCED.fullmatch(text.strip()):
            return self._line("as_go_ahead")
        return await (self.returns if await self._of_goods(turn) else self.otherwise)(turn)

    async def _of_goods(self, turn: Turn) -> bool:
        """Only a vouched buyer's own orders are looked at."""
        buyer, words = turn.conversation.buyer_id, self.returns.rules.understand.words
        if buyer is None:
            return False
        heard = hear(words, [turn.message.text])
        if heard.says(*FAULTS) or any(words.signals[n].search(heard.text) for n in STATES):
            return True
        if not self.names:
            return False
        own = await self.returns.orders.of_buyer(turn.conversation.shop, buyer, RECENT)
        return bool(naming(words, turn.message.text, own))

    def _line(self, key: str) -> Outcome:
        return Outcome((Reply(self.returns.wording.say(key)),), "smalltalk")
