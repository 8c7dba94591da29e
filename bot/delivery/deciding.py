"""The one way in which staff decide a case, wherever they do it: over HTTP or from the phone."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from bot.case_operations import Asked, CaseDesk, Planned
from bot.case_store import CaseRows
from bot.cases import CaseFile
from bot.clock import Clock
from bot.store import Store
from handlers.orders.weixin_acts import carry_out
from handlers.orders.weixin_aftersales import WeixinAfterSales
from handlers.rules.case_filing import carried_out


def nothing() -> None:
    """Nobody needs to be woken."""


@dataclass(frozen=True, slots=True)
class Deciding:
    """`desks`: the shops whose after-sales 微信小店 has. `written` is called after every act."""

    store: Store
    clock: Clock
    desks: Mapping[str, WeixinAfterSales] = field(default_factory=dict)
    written: Callable[[], None] = nothing

    async def act(self, wanted: Asked, shop: str) -> CaseFile:
        """The case after this act. `shop` '' may act for every shop.

        Raises NotFound, Conflict (old version), NotPossibleNow, and what 微信小店 says against it.
        """
        desk = CaseDesk(CaseRows(self.store))
        plan = await asyncio.to_thread(desk.plan, wanted, shop, self.clock())
        plan = await self._with_the_platform(plan)
        case = await asyncio.to_thread(desk.write, plan, self.clock())
        self.written()
        return case

    async def _with_the_platform(self, plan: Planned) -> Planned:
        """Carried out in 微信小店 first, whose refusal is the answer; then its state is written.

        If we die in between, its callback or our poll brings the state all the same.
        """
        case, desk = plan.before, self.desks.get(plan.before.shop)
        if case.platform_id is None or desk is None:
            return plan
        told = await carry_out(desk, case, plan.act, plan.reason)
        after = carried_out(plan.after, told.status, told.deadline) if told else plan.after
        return replace(plan, after=after)
