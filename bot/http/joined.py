"""The platforms joined to the delivery: callbacks in, rings fetched, lines kept up."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from bot.channels.base import Doorbell
from bot.channels.rendering import numbered
from bot.contact_store import Contacts
from bot.delivery.accept import normal
from bot.delivery.fetch import Fetching
from bot.delivery.outside import Outside
from bot.delivery.platforms import Platforms
from bot.delivery.worker import Worker
from bot.http.channels import Doors
from bot.inbox_store import Inbox
from bot.mail import Incoming
from bot.outbox_store import Outbox
from bot.store import Store

TURN_WITHIN, LOOK_AGAIN = 2.5, 0.05
"""Seconds for a turn whose outcome is to be the answer to its callback; the platform waits five."""


@dataclass(frozen=True, slots=True)
class Joined:
    """`doors` stand behind the callback route; `run` does the rest, beside the worker."""

    platforms: Platforms
    doors: Doors
    fetching: Fetching

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set."""
        await self.fetching.run(stop)


def join(
    platforms: Platforms, worker: Worker, store: Store, holder: str, outside: Outside | None = None
) -> Joined:
    """`holder`: as of the worker's `Equipment`. `outside` hears of after-sales: a 微信小店 has one
    address for everything, which may be that of its chats."""
    fetching = platforms.fetching(worker, store, holder)
    contacts, inbox, outbox = Contacts(store), Inbox(store), Outbox(store)

    def ring(kind: str, doorbell: Doorbell) -> None:
        fetching.ring((kind, doorbell.account), doorbell.token)

    async def taken(letter: Incoming) -> bool:
        return await asyncio.to_thread(contacts.given_away, letter)

    async def gave(letter: Incoming) -> bool:
        return await made(inbox, letter) and await taken(letter)

    async def accept(letter: Incoming) -> None:
        await worker.accept(letter)
        number = letter.extra.get("after_sale")
        if outside and outside.news and number and letter.event == "after_sale":
            shop = platforms.accounts.entrance(letter.channel, letter.account).shop
            if shop in outside.desks:
                await outside.news.heard(shop, number, letter.order_no or "")

    async def recall(letter: Incoming) -> str:
        said = await asyncio.to_thread(outbox.said_to, letter)
        return numbered(said.text, said.choices) if said else ""

    doors = Doors(platforms.opened.http, accept, ring, taken, gave, recall)
    return Joined(platforms, doors, fetching)


async def made(inbox: Inbox, letter: Incoming) -> bool:
    """Whether this message has its turn, waiting a little for it."""
    name = normal(letter).id
    with suppress(TimeoutError):
        async with asyncio.timeout(TURN_WITHIN):
            while not await asyncio.to_thread(inbox.turn_of, letter.channel, letter.account, name):
                await asyncio.sleep(LOOK_AGAIN)
            return True
    return False
