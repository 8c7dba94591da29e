"""Timers that have come due: the engine makes their turn, the outbox brings it to the person."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Clock
from bot.contact_store import Contacts
from bot.delivery.loop import Queue, drain
from bot.delivery.render import CAREFUL, Answering
from bot.engine import Bot
from bot.errors import StorageLost
from bot.mail import Lease, Limits, Todo
from bot.mail_store import AlreadyDone
from bot.timer_store import Asked, DueTimer, Timers
from bot.turn_writing import VersionChanged
from knowledge.wording import Wording

logger = logging.getLogger(__name__)

MOST_TRIES = 8
LOOKS = 200
MOST_AT_ONCE = 10_000
"""Timers that one step of the sandbox's clock may fire."""


@dataclass(frozen=True, slots=True)
class Firing:
    """Fires due timers. Without a channel the reply is an entry in the conversation's history."""

    timers: Timers
    contacts: Contacts
    bot: Bot
    limits: Mapping[tuple[str, str], Limits]
    wording: Wording
    clock: Clock
    machine: Clock
    lease: Lease | None
    fired: Callable[[], None]

    def take(self, room: int, at_work: frozenset[str]) -> list[DueTimer]:
        asked = Asked(self.bot.timer_kinds, room, at_work)
        return self.timers.take(asked, self.clock(), self.machine(), self.lease)

    @staticmethod
    def lane(due: DueTimer) -> str:
        return due.conversation_id

    async def fire(self, due: DueTimer) -> None:
        """Once, or later, or never: then an operator has a to-do."""
        try:
            way = await asyncio.to_thread(self.way, due.conversation_id)
            await self.bot.fire(due.seq, due.conversation_id, due.timer, self.clock(), way)
            self.fired()
        except AlreadyDone:
            return
        except (VersionChanged, StorageLost):
            await self._again(due, timedelta(0))
        except Exception:
            logger.exception("timer %s could not be fired", due.timer.kind)
            await self._failed(due)

    async def fire_due(self) -> int:
        """All that is due now, in order, and what these set for before now; how many there were.

        Those that a worker is at already are waited for.
        """
        count = await drain(Queue("timers", self.take, self.lane, self.fire, 1), MOST_AT_ONCE)
        for _ in range(LOOKS):
            if not await asyncio.to_thread(self._any_due):
                break
            await asyncio.sleep(0.05)
        return count

    def _any_due(self) -> bool:
        asked = Asked(self.bot.timer_kinds, 1)
        return self.timers.any_due(asked, self.clock(), self.machine())

    async def _again(self, due: DueTimer, wait: timedelta) -> None:
        await asyncio.to_thread(self.timers.put_off, due, self.machine() + wait)

    async def _failed(self, due: DueTimer) -> None:
        if due.tries < MOST_TRIES:
            await self._again(due, timedelta(seconds=2**due.tries))
            return
        text = f"定时任务“{due.timer.kind}”执行出错，请人工处理（原定 {due.timer.due:%m-%d %H:%M}）"
        todo = Todo("unanswered", f"timer:{due.seq}", text)
        await asyncio.to_thread(self.timers.set_aside, due, todo, self.clock())

    def way(self, conversation_id: str) -> Answering | None:
        """Back to where this person was heard last."""
        contact = self.contacts.contact_of(conversation_id)
        if contact is None:
            return None
        limits = self.limits.get((contact.channel, contact.account), CAREFUL)
        return Answering(contact, limits, self.wording)
