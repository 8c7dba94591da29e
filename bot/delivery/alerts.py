"""Urgent to-dos, told at once over the webhook of their shop; retried until it is heard."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.alert_store import Alert, Alerts
from bot.clock import Clock
from bot.delivery.retry import LONGEST
from bot.mail import Lease, Webhook

logger = logging.getLogger(__name__)

MOST_TRIES = 60
"""At ten minutes each: most of a day. The to-do itself stays open for people to see."""


@dataclass(frozen=True, slots=True)
class Alerting:
    """`webhooks` by shop; a shop without one has its to-dos only."""

    alerts: Alerts
    webhooks: Mapping[str, Webhook]
    machine: Clock
    lease: Lease | None

    def take(self, room: int, at_work: frozenset[str]) -> list[Alert]:
        besides = [int(number) for number in at_work]
        shops = list(self.webhooks)
        return self.alerts.take(shops, room, self.machine(), self.lease, besides)

    @staticmethod
    def lane(alert: Alert) -> str:
        return str(alert.seq)

    async def tell(self, alert: Alert) -> None:
        """Heard, or again later; after MOST_TRIES it counts as told, and the log says so."""
        fact = {"kind": alert.kind, "shop": alert.shop, "conversation_id": alert.conversation_id}
        receipt = await self.webhooks[alert.shop].tell(
            alert.text,
            {
                **fact,
                "id": str(alert.seq),
                "at": alert.at.isoformat(),
                "ref": alert.ref,
                "tries": str(alert.tries),
            },
        )
        now = self.machine()
        if receipt.trouble is None or alert.tries >= MOST_TRIES:
            if receipt.trouble:
                logger.error("alert %s was never heard: %s", alert.seq, receipt.detail)
            await asyncio.to_thread(self.alerts.told, alert.seq, now)
            return
        wait = receipt.retry_after or timedelta(seconds=1) * (1 << min(alert.tries, 10))
        await asyncio.to_thread(self.alerts.again, alert.seq, now + min(wait, LONGEST))
