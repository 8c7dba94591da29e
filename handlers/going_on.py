"""A merchant goes on with the launch in another channel, by a one-time code from the first.

Whoever has the code has the talk: so it lives for minutes, works once, is never given in a group,
and is as unknown when it is wrong, spent, late, or another shop's. Customers are known by what
their shop or platform vouches for, or prove each order; no code carries an identity.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.conversation import Conversation, Led, Outcome, Passing, Turn
from bot.mail import ROOM
from bot.messages import Message, Reply
from handlers.rules.identity import tidy
from knowledge.wording import Wording

INTENT = "launch_walkthrough"
GOOD_FOR = timedelta(minutes=10)
TRIES, TRIES_OF_ALL = 5, 100
"""Wrong codes that one visitor, and that all visitors of a shop together, may say in an hour."""
PERIOD = timedelta(hours=1)

_SPENDS = re.compile(r"\s*(?:我要|我想)?接着聊\s*[:：,，]?\s*([0-9][0-9 -]{3,14})\s*[。.!！]?\s*")
# A bare “接着聊” takes up a launch that was put off: it is the walkthrough's.
_ASKS = re.compile(
    r"\s*(?:我?(?:要|想)?)(?:(?:给我?)?(?:个|一个)?接着聊的?码"
    r"|(?:换(?:个|一个)?|到|去|转到|换到)"
    r"(?:地方|渠道|别处|别的地方|手机上?|微信里?|公众号里?|企业微信里?|网页上?)(?:上|里)?"
    r"(?:再|继续|接着|接着再)(?:聊|说|办|填))[。.!！?？吗]*\s*"
)


class PassBook(Protocol):
    """Codes that are good now, and failed tries. Read only."""

    async def led(self, digest: str, talk: Conversation, now: datetime) -> Led | None:
        """The talk behind a code given at this talk's shop to its kind of people."""
        ...

    async def failed(self, keys: Sequence[str], since: datetime) -> dict[str, int]:
        """How many failed tries each key has since then."""
        ...


def six_digits() -> str:
    """A code that nobody can foresee."""
    return f"{secrets.randbelow(1_000_000):06}"


@dataclass(frozen=True, slots=True)
class GoingOn:
    """Gives a code, or takes one."""

    book: PassBook
    wording: Wording
    new_code: Callable[[], str] = six_digits

    def claims(self, message: Message, talk: Conversation) -> bool:
        """Whether this is about going on elsewhere; merchants only."""
        if talk.audience != "merchant" or message.choice:
            return False
        said = tidy(message.text)
        return bool(_SPENDS.fullmatch(said) or _ASKS.fullmatch(said))

    async def __call__(self, turn: Turn) -> Outcome:
        talk = turn.conversation
        said = _SPENDS.fullmatch(tidy(turn.message.text))
        if talk.visitor_id.endswith(ROOM):
            return self._say("go_alone")
        return await self._spend(turn, _digits(said[1])) if said else self._give(turn)

    def _give(self, turn: Turn) -> Outcome:
        code = self.new_code()
        text = self.wording.say("go_code", code=code, minutes=str(GOOD_FOR.seconds // 60))
        passing = Passing(digest_of(turn.conversation.shop, code), until=turn.now + GOOD_FOR)
        return Outcome((Reply(text),), "flow", INTENT, passing=passing)

    async def _spend(self, turn: Turn, code: str) -> Outcome:
        talk = turn.conversation
        if talk.handoff_id:
            return self._say("go_not_now")
        keys = try_keys(talk)
        failed = await self.book.failed(keys, turn.now - PERIOD)
        # Refused before looking, so that a lock tells nothing.
        if failed[keys[0]] >= TRIES or failed[keys[1]] >= TRIES_OF_ALL:
            return self._say("go_unknown")
        digest = digest_of(talk.shop, code)
        found = await self.book.led(digest, talk, turn.now)
        if found is None:
            return self._say("go_unknown", tried=keys)
        if found.talk == talk.id:
            return self._say("go_here")
        text = self.wording.say("go_on", last=self._last(found.said))
        passing = Passing(digest, talk=found.talk)
        return Outcome((Reply(text),), "flow", INTENT, passing=passing)

    def _last(self, said: Sequence[str]) -> str:
        """What was said before the code was given."""
        codes = self.wording.texts["go_code"].partition("{")[0]
        return next((text[:300] for text in said if not text.startswith(codes)), "…")

    def _say(self, key: str, tried: tuple[str, ...] = ()) -> Outcome:
        return Outcome((Reply(self.wording.say(key)),), "flow", INTENT, tried=tried)


def _digits(said: str) -> str:
    return re.sub(r"[^0-9]", "", said)


def digest_of(shop: str, code: str) -> str:
    """How a code is kept."""
    return hashlib.sha256(f"pass:{shop}:{code}".encode()).hexdigest()


def try_keys(talk: Conversation) -> tuple[str, str]:
    """Under which a wrong code counts. A visitor id is chosen by the visitor, so the shop's counts
    too."""
    return f"pass:{talk.shop}:{talk.visitor_id}"[:200], f"passes:{talk.shop}"[:200]
