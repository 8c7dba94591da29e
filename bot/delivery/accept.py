"""The door for channels: a genuine message is kept in one insert transaction, or it is a repeat."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from bot.clock import Clock
from bot.delivery.merge import Pace, next_turn
from bot.delivery.platform_people import PlatformPeople
from bot.delivery.render import CAREFUL
from bot.delivery.windows import opened
from bot.inbox_store import Inbox, NewMail
from bot.mail import Accepted, Accounts, Incoming, Limits, Receipt, Trouble
from bot.masking import mask_body, mask_identity
from bot.messages import TEXT_LIMIT, clean
from bot.outbox_store import Outbox

LONGEST_NAME = 150
NOT_ARRIVED = "send_failed"


def _own_threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(2, thread_name_prefix="accept")


@dataclass(frozen=True, slots=True)
class Accepting:
    """`bot.mail.Accept`. Has threads of its own: an acknowledgement never waits for workers.

    `clock` is the shop's time, `machine` the wall clock; they differ only in the sandbox.
    """

    inbox: Inbox
    outbox: Outbox
    accounts: Accounts
    limits: Mapping[tuple[str, str], Limits]
    pace: Pace
    clock: Clock
    machine: Clock
    people: PlatformPeople
    kept: Callable[[], None] = lambda: None
    threads: ThreadPoolExecutor = field(default_factory=_own_threads)

    async def __call__(self, letter: Incoming) -> Accepted:
        """Raises NotFound (unknown account) and StorageLost (nothing was kept)."""
        mail = self._mail(normal(letter))
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self.threads, self.people.heard, mail.incoming, mail.at)
        talk, new = await loop.run_in_executor(self.threads, self.inbox.accept, mail)
        if new:
            self.kept()
        if letter.event == NOT_ARRIVED:
            await loop.run_in_executor(self.threads, self._not_arrived, letter)
        return Accepted(talk, repeat=not new)

    def _not_arrived(self, letter: Incoming) -> None:
        """The platform says later that it could not deliver what it had taken."""
        told = letter.extra
        trouble: Trouble = "window_closed" if told.get("trouble") == "window_closed" else "refused"
        receipt = Receipt(trouble, detail=told.get("detail", ""))
        whose, name = (letter.channel, letter.account), told.get("failed_id", "")
        self.outbox.failed_later(whose, name, receipt, self.clock())

    def _mail(self, letter: Incoming) -> NewMail:
        entrance = self.accounts.entrance(letter.channel, letter.account)
        limits = self.limits.get((letter.channel, letter.account), CAREFUL)
        now = self.machine()
        said = said_at(letter.sent_at, now, self.clock())
        return NewMail(
            letter,
            entrance,
            said,
            now,
            due=lambda waiting: next_turn(waiting, self.pace).starts,
            opened=partial(opened, limits, letter.kind, said),
        )


def said_at(sent_at: datetime, machine: datetime, clock: datetime) -> datetime:
    """`sent_at`, which is the platform's time, on the shop's clock: as long ago as it is."""
    return clock - max(timedelta(0), machine - sent_at)


def normal(letter: Incoming) -> Incoming:
    """Texts without what no database takes, at most TEXT_LIMIT long; over-long names hashed.

    Identity numbers are masked here, before anything is stored or anybody reads it.
    """
    return replace(
        letter,
        id=_name(letter.id),
        sender=_name(letter.sender),
        room=_name(letter.room),
        text=mask_identity(clean(letter.text)[:TEXT_LIMIT]),
        raw=mask_body(letter.raw),
        choice=None if letter.choice is None else clean(letter.choice)[:LONGEST_NAME],
        order_no=None if letter.order_no is None else clean(letter.order_no)[:LONGEST_NAME],
        event=clean(letter.event)[:LONGEST_NAME],
    )


def _name(name: str) -> str:
    if len(name) <= LONGEST_NAME and clean(name) == name:
        return name
    return hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()
