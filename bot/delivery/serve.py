"""From the inbox to the engine: whose turn it is, and what if it cannot be made."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Protocol

from bot.clock import Clock
from bot.contact_store import Contact
from bot.conversation import Handoff, Outcome
from bot.delivery.known import known
from bot.delivery.merge import NextTurn, Pace, as_message, next_turn
from bot.delivery.pictures import PicturesLater, TakeIn, noted, untouched
from bot.delivery.render import CAREFUL, Answering
from bot.delivery.retry import turn_again_at
from bot.engine import Bot
from bot.errors import Conflict, NotFound, StorageLost
from bot.inbox_store import FARTHEST, Inbox, Taken
from bot.mail import Accounts, Lease, Limits, Todo
from bot.mail_store import AlreadyDone
from bot.messages import Audience, Message, Reply
from knowledge.wording import Wording

logger = logging.getLogger(__name__)

MOST_TRIES = 5
"""Times a handler may fail on a message before a person gets it."""

SLOWEST = 60.0
"""Seconds that a turn may take. Leases last longer."""


TAPS = 6
"""Buttons on a card of staff's own; other replies there are texts with numbers."""


Waits = Callable[[Contact], AbstractAsyncContextManager[None]]


def _in_silence(_contact: Contact) -> AbstractAsyncContextManager[None]:
    return nullcontext()


class Staff(Protocol):
    """People of the shop who work from a chat account."""

    async def answer(
        self, contact: Contact, message: Message, extra: Mapping[str, str]
    ) -> Outcome | None:
        """What was done for them; None: no command of theirs."""


@dataclass(frozen=True, slots=True)
class Serving:
    """Makes the turns of contacts whose time has come."""

    inbox: Inbox
    bot: Bot
    accounts: Accounts
    limits: Mapping[tuple[str, str], Limits]
    wording: Wording
    pace: Pace
    clock: Clock
    machine: Clock
    lease: Lease | None
    answered: Callable[[], None]
    pictures: TakeIn = untouched
    staff: Staff | None = None
    waiting: Waits = _in_silence
    """What the person sees while the turn is made."""

    def take(self, room: int, at_work: frozenset[str]) -> list[Taken]:
        return self.inbox.take(room, self.machine(), self.lease, at_work)

    @staticmethod
    def lane(taken: Taken) -> str:
        return taken.contact.id

    async def serve(self, taken: Taken) -> None:
        """One turn of this contact, if it may start."""
        if not taken.waiting:
            await asyncio.to_thread(self.inbox.clear, taken.contact.id)
            return
        planned = next_turn(taken.waiting, self.pace)
        # A start that lies absurdly far ahead means that the clock was set back.
        if self.machine() < planned.starts <= self.machine() + FARTHEST:
            await asyncio.to_thread(self.inbox.give_back, taken.contact.id, planned.starts)
            return
        await self._turn(taken, planned)

    async def _turn(self, taken: Taken, planned: NextTurn) -> None:
        contact = taken.contact
        message = as_message(planned.messages, contact.conversation_id, contact.offered)
        try:
            async with asyncio.timeout(SLOWEST):
                async with nullcontext() if _silent(planned) else self.waiting(contact):
                    await self._heard(taken, planned)
            self.answered()
        except (StorageLost, AlreadyDone):
            await asyncio.to_thread(self.inbox.give_back, contact.id, self.machine())
        except PicturesLater as later:
            logger.info("turn %s waits for its pictures: %s", message.id, later)
            again = turn_again_at(contact.tries, contact.id, self.machine())
            await asyncio.to_thread(self.inbox.failed, contact.id, again)
        except Exception as error:
            if isinstance(error, Conflict):
                logger.warning("turn %s was made of other messages meanwhile", message.id)
            else:
                logger.exception("turn %s could not be made", message.id)
            await self._failed(taken, planned, message)

    async def _heard(self, taken: Taken, planned: NextTurn) -> None:
        """The turn, with pictures in place of their names at the platform."""
        contact = taken.contact
        planned = await self.pictures(planned, contact)
        message = as_message(planned.messages, contact.conversation_id, contact.offered)
        await self._made(taken, planned, message)

    async def _made(self, taken: Taken, planned: NextTurn, message: Message) -> None:
        way = self._way(taken, planned)
        outcome = known(planned.messages, message, self._audience(taken), self.wording)
        if outcome:
            await self.bot.settle(message, outcome, way)
        elif taken.contact.tries >= MOST_TRIES:
            await self.bot.settle(message, self._given_up(), self._way(taken, planned, message))
        elif not await self._for_staff(taken, planned, message, way):
            await self.bot.reply(message, way)

    async def _for_staff(
        self, taken: Taken, planned: NextTurn, message: Message, way: Answering
    ) -> bool:
        """Whether this was a command of staff; the deed stands before its turn is written."""
        extra = planned.messages[-1].incoming.extra
        told = await self.staff.answer(taken.contact, message, extra) if self.staff else None
        if told is None:
            return False
        if taken.contact.channel == "wecom":
            way = replace(way, limits=replace(way.limits, choices=TAPS))
        await self.bot.settle(message, told, way)
        return True

    async def _failed(self, taken: Taken, planned: NextTurn, message: Message) -> None:
        """Again a little later; if not even giving up works, an operator has it."""
        contact, now = taken.contact, self.machine()
        if contact.tries > MOST_TRIES:
            rows = [each.seq for each in planned.messages]
            todo = _todo(message)
            await asyncio.to_thread(self.inbox.set_aside, taken, rows, todo, self.clock())
        else:
            again = turn_again_at(contact.tries, contact.id, now)
            await asyncio.to_thread(self.inbox.failed, contact.id, again)

    def _way(self, taken: Taken, planned: NextTurn, given_up: Message | None = None) -> Answering:
        contact = taken.contact
        limits = self.limits.get((contact.channel, contact.account), CAREFUL)
        rows = tuple(each.seq for each in planned.messages)
        extra = dict(planned.messages[-1].incoming.extra)
        todos = (_todo(given_up),) if given_up else ()
        notes = noted(planned.messages, self.wording)
        return Answering(contact, limits, self.wording, rows, extra, todos, notes)

    def _audience(self, taken: Taken) -> Audience:
        try:
            return self.accounts.entrance(taken.contact.channel, taken.contact.account).audience
        except NotFound:  # taken out of the accounts file while a message waited
            return "customer"

    def _given_up(self) -> Outcome:
        reply = Reply(self.wording.say("turn_failed"))
        return Outcome((reply,), "handoff", "human_handoff", handoff=Handoff("turn_failed"))


def _silent(planned: NextTurn) -> bool:
    return planned.messages[0].incoming.silent


def _todo(message: Message) -> Todo:
    said = f"“{message.text[:200]}”" if message.text else "一条没有文字的消息"
    ref = f"turn:{message.conversation_id}:{message.id}"
    return Todo("unanswered", ref[:200], f"客户发来{said}，程序处理出错，请人工回复")
