"""Delivery as one running thing: what channels call, and the loops behind it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from bot.alert_store import Alerts
from bot.clock import Clock, wall_clock
from bot.contact_store import Contacts
from bot.delivery.accept import Accepting
from bot.delivery.alerts import Alerting
from bot.delivery.loop import Queue, keep_working
from bot.delivery.merge import Pace
from bot.delivery.pictures import Pictures
from bot.delivery.platform_people import PlatformPeople
from bot.delivery.send import Delivering
from bot.delivery.serve import Serving, Staff
from bot.delivery.timers import Firing
from bot.delivery.typing_shown import typing
from bot.delivery.watch import Watch, keep_looking
from bot.engine import Bot
from bot.inbox_store import Inbox
from bot.mail import Accounts, Channel, Lease, Way, Webhook
from bot.outbox_store import Outbox
from bot.store import Store
from bot.timer_store import Timers
from knowledge.wording import Wording

TURNS_AT_ONCE, LETTERS_AT_ONCE, TIMERS_AT_ONCE, ALERTS_AT_ONCE = 4, 8, 2, 2
OF_ONE_ACCOUNT = LETTERS_AT_ONCE // 2
TIMER_PAUSE = 1.0
"""Seconds between two looks for timers and alerts: nobody waits for them to the blink."""

NOBODY, USUAL = Accounts(), Pace()


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a worker works with. `holder` names it among several; '' says it is the only one."""

    store: Store
    bot: Bot
    wording: Wording
    accounts: Accounts = NOBODY
    channels: tuple[Channel, ...] = ()
    pace: Pace = USUAL
    clock: Clock = wall_clock
    machine: Clock = wall_clock
    holder: str = ""
    leases: timedelta = timedelta(seconds=90)
    webhooks: Mapping[str, Webhook] = field(default_factory=dict)
    watches: tuple[Watch, ...] = ()
    staff: Staff | None = None


class Worker:
    """`accept` keeps messages; `run` answers them, sends, and fires timers until stopped."""

    def __init__(self, given: Equipment) -> None:
        by_account = {(channel.kind, channel.account): channel for channel in given.channels}
        limits = {key: channel.limits for key, channel in by_account.items()}
        lease = Lease(given.holder, given.leases) if given.holder else None
        clocks, said = (given.clock, given.machine), (limits, given.wording)
        self._nudges = tuple(asyncio.Event() for _ in range(3))
        written = self._nudges[1].set
        inbox, outbox, contacts = Inbox(given.store), Outbox(given.store), Contacts(given.store)
        people = PlatformPeople(given.store, given.wording, given.clock)
        arrived = self._nudges[0].set
        self.accept = Accepting(
            inbox, outbox, given.accounts, limits, given.pace, *clocks, people, kept=arrived
        )
        pictures = Pictures(given.store, by_account, given.clock)
        self.serving = Serving(
            inbox,
            given.bot,
            given.accounts,
            *said,
            given.pace,
            *clocks,
            lease,
            written,
            pictures,
            given.staff,
            partial(typing, by_account),
        )
        self.delivering = Delivering(outbox, by_account, *clocks, lease, OF_ONE_ACCOUNT)
        self.firing = Firing(
            Timers(given.store), contacts, given.bot, *said, *clocks, lease, written
        )

        self.alerting = Alerting(Alerts(given.store), given.webhooks, given.machine, lease)
        self._watches = given.watches

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; then finishes what it has begun."""
        serving, sending, firing = self.serving, self.delivering, self.firing
        alerting = self.alerting
        alerts = Queue(
            "alerts", alerting.take, alerting.lane, alerting.tell, ALERTS_AT_ONCE, TIMER_PAUSE
        )
        turns = Queue("turns", serving.take, serving.lane, serving.serve, TURNS_AT_ONCE)
        letters = Queue("letters", sending.take, sending.lane, sending.deliver, LETTERS_AT_ONCE)
        timers = Queue("timers", firing.take, firing.lane, firing.fire, TIMERS_AT_ONCE, TIMER_PAUSE)
        async with asyncio.TaskGroup() as group:
            group.create_task(keep_working(turns, stop, self._nudges[0]))
            group.create_task(keep_working(letters, stop, self._nudges[1]))
            group.create_task(keep_working(timers, stop, self._nudges[2]))
            if alerting.webhooks:
                group.create_task(keep_working(alerts, stop, asyncio.Event()))
            for watch in self._watches:
                group.create_task(keep_looking(watch, stop))

    def way(self, conversation_id: str) -> Way | None:
        """How words that nobody asked for reach this person; None: in the web chat only."""
        return self.firing.way(conversation_id)

    def nudge(self) -> None:
        """Somebody has just set a timer or written a letter."""
        for event in self._nudges:
            event.set()

    async def fire_due_timers(self) -> int:
        """Those due by the clock as it stands; for whoever has just set it."""
        return await self.firing.fire_due()
