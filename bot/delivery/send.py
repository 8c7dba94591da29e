"""From the outbox to the platforms, one letter of a contact at a time."""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from bot.channels.base import HandsOver, Listens
from bot.clock import Clock
from bot.delivery.retry import again_at
from bot.delivery.windows import may_send, spent
from bot.errors import StorageLost
from bot.mail import Channel, Lease, Rate, Receipt, Todo
from bot.outbox_store import Outbox, Sending, undelivered

logger = logging.getLogger(__name__)

SLOWEST = 15.0
"""Seconds that a platform may take to answer a send. Leases last longer."""

MARKING, MARKING_ALONE = 40.0, 3600.0
"""Seconds that we keep trying to mark a delivered letter while the database is away."""


UNHEARD, MOVING = timedelta(seconds=1), timedelta(minutes=2)
"""Until the next look for a callback or a line, where one that opens does not bring the letter
back at once; so long a line may take to come up, here or elsewhere, before tries are counted."""


@dataclass(frozen=True, slots=True)
class Delivering:
    """Sends letters whose time has come, and writes down what became of them."""

    outbox: Outbox
    channels: Mapping[tuple[str, str], Channel]
    clock: Clock
    machine: Clock
    lease: Lease | None
    each: int = 1_000_000
    """Letters of one account that may be at work at a time: a platform that is slow, or wants a
    pause between two sends, must not keep the others waiting."""
    at_work: dict[int, tuple[str, str]] = field(default_factory=dict)
    """The account of every letter at work, by its number."""

    def take(self, room: int, at_work: frozenset[str]) -> list[Sending]:
        busy = Counter(list(self.at_work.values()))
        left = {account: max(0, self.each - count) for account, count in busy.items()}
        found = self.outbox.take(room, self.machine(), self.lease, at_work, left, self.each)
        self.at_work.update({one.seq: (one.letter.channel, one.letter.account) for one in found})
        return found

    @staticmethod
    def lane(sending: Sending) -> str:
        return sending.contact_id

    async def deliver(self, sending: Sending) -> None:
        """Send it, put it off, or set it aside for an operator."""
        try:
            await self._deliver(sending)
        finally:
            self.at_work.pop(sending.seq, None)

    async def _deliver(self, sending: Sending) -> None:
        channel = self.channels.get((sending.letter.channel, sending.letter.account))
        rates = channel.limits.rates if channel else ()
        pause = await asyncio.to_thread(self._pause, sending, rates) if rates else None
        if pause:
            await asyncio.to_thread(self.outbox.rest, sending, self.machine() + pause)
            return
        if self._elsewhere(sending, channel):
            await asyncio.to_thread(self.outbox.rest, sending, self.machine() + UNHEARD)
            return
        receipt = await self._sent(sending)
        # A letter that went out must be marked, or it goes out again.
        async with asyncio.timeout(MARKING if self.lease else MARKING_ALONE):
            while not await self._marked(sending, receipt):
                await asyncio.sleep(0.1)
        if receipt.trouble is None and isinstance(channel, HandsOver):
            await self._handed_over(sending, channel)

    async def _handed_over(self, sending: Sending, channel: HandsOver) -> None:
        """Once the person has been told that somebody comes, the platform's own people can."""
        if not await asyncio.to_thread(self.outbox.gives_away, sending):
            return
        try:
            async with asyncio.timeout(SLOWEST):
                receipt = await channel.hand_over(sending.letter)
        except Exception as error:
            receipt = Receipt("retry", detail=type(error).__name__)
        if receipt.trouble:
            todo = _not_handed_over(sending, receipt)
            await asyncio.to_thread(self.outbox.note, sending, todo, self.clock())

    def _elsewhere(self, sending: Sending, channel: Channel | None) -> bool:
        """Whether it can be said on a callback or a line only, and none is open here: at another
        process one may be. When the platform no longer waits, whoever looks first sets it aside."""
        if not isinstance(channel, Listens) or channel.listens(sending.letter.to):
            return False
        now = self.clock()
        waits = may_send(channel.limits, sending.openings, now, sending.unprompted)
        return waits and now - sending.at < MOVING

    def _pause(self, sending: Sending, rates: Sequence[Rate]) -> timedelta | None:
        """How long to wait so that this person, or this room, does not get more than the platform
        brings."""
        now, beside = self.clock(), self._beside(sending)
        for rate in rates:
            if self.outbox.sent_since(sending, now - rate.per) + beside >= rate.sends:
                return rate.per / rate.sends
        return None

    def _beside(self, sending: Sending) -> int:
        """Letters on their way that may be for the same room: to others who are there."""
        letter = sending.letter
        mine = [one == (letter.channel, letter.account) for one in list(self.at_work.values())]
        return max(0, sum(mine) - 1) if letter.room else 0

    async def _sent(self, sending: Sending) -> Receipt:
        letter = sending.letter
        channel = self.channels.get((letter.channel, letter.account))
        if channel is None:
            return Receipt("credentials", detail=f"没有配置账号 {letter.channel}/{letter.account}")
        if not may_send(channel.limits, sending.openings, self.clock(), sending.unprompted):
            return Receipt("window_closed", detail="平台规定的发送时限或条数已用完，等客户再发一句")
        try:
            async with asyncio.timeout(SLOWEST):
                return await channel.send(letter)
        except Exception as error:
            logger.warning("%s/%s: %r", letter.channel, letter.account, error)
            return Receipt("retry", detail=f"发送时出错：{type(error).__name__}")

    async def _marked(self, sending: Sending, receipt: Receipt) -> bool:
        try:
            await asyncio.to_thread(self._mark, sending, receipt)
        except StorageLost:
            return False
        return True

    def _mark(self, sending: Sending, receipt: Receipt) -> None:
        letter, now = sending.letter, self.clock()
        if receipt.trouble is None:
            channel = self.channels[letter.channel, letter.account]
            self.outbox.sent(sending, receipt, now, partial(spent, channel.limits, now))
            return
        again = again_at(receipt, letter.tries, letter.key, self.machine())
        if again:
            self.outbox.put_off(sending, receipt, again)
        else:
            self.outbox.set_aside(sending, receipt, undelivered(sending, receipt), now)


def _not_handed_over(sending: Sending, receipt: Receipt) -> Todo:
    text = f"客户要找人工，但会话没能转到平台的人工接待（{receipt.detail}）：请直接联系客户"
    return Todo("unanswered", f"hand-over:{sending.letter.key}", text)
