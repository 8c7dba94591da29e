"""News of after-sales in 微信小店: a callback or a poll sets a timer, the timer's turn looks.

So news survive a crash, come once, and are written in the one way in which all turns are.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.case_store import CaseRows
from bot.clock import Clock
from bot.conversation import Conversation
from bot.cursor_store import Cursors
from bot.mail import Lease
from bot.store import Store
from bot.timer_store import Timers
from handlers.customer.filing import mirror_timer
from handlers.orders.weixin_aftersales import WeixinAfterSales

CHANNEL = "weixin_shop"
BACK = timedelta(days=1)
OVERLAP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class AfterSaleNews:
    """Where news of any shop go."""

    store: Store
    clock: Clock

    async def heard(self, shop: str, number: str, order_no: str) -> None:
        """Once this returns, the news will be looked at. Raises StorageLost."""
        case = await CaseRows(self.store).of_platform(shop, number, order_no)
        talk = (case.conversation_id if case else None) or f"weixin-{number}"
        await asyncio.to_thread(self._set, shop, talk, number)

    def _set(self, shop: str, talk: str, number: str) -> None:
        now = self.clock()
        if self.store.conversation(talk) is None:
            silent = Conversation(talk, 0, shop, "customer", f"{shop}-customer", talk)
            self.store.add_conversation(silent, now)
        Timers(self.store).wake(talk, mirror_timer(number, now))


@dataclass(frozen=True, slots=True)
class AfterSalesWatch:
    """Asks one shop for what changed: callbacks are not guaranteed (protocol notes, F)."""

    shop: str
    account: str
    desk: WeixinAfterSales
    news: AfterSaleNews
    cursors: Cursors
    clock: Clock
    holder: str = ""
    every: timedelta = timedelta(minutes=5)

    async def look(self) -> None:
        """Reading twice is harmless; nothing is skipped. Raises OrdersUnavailable."""
        now = self.clock()
        if not await asyncio.to_thread(self._mine, now):
            return
        last = await asyncio.to_thread(self.cursors.get, CHANNEL, self.account)
        since = datetime.fromisoformat(last) - OVERLAP if last else now - BACK
        for number in await self.desk.updated(min(since, now), now):
            told = await self.desk.read(number)
            await self.news.heard(self.shop, number, told.order_id if told else "")
        await asyncio.to_thread(self.cursors.put, CHANNEL, self.account, now.isoformat())

    def _mine(self, now: datetime) -> bool:
        """Of several servers one asks: calls are counted by the day."""
        if not self.holder:
            return True
        return self.cursors.hold(CHANNEL, self.account, Lease(self.holder, 2 * self.every), now)
