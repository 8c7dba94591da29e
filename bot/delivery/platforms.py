"""The accounts file, opened: which accounts this process has, and at which entrance each stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx

from bot.channels.accounts import Directory, load_accounts
from bot.channels.opening import Channels, Opening, platform_client
from bot.contact_store import Contacts
from bot.cursor_store import Cursors
from bot.delivery.fetch import HELD, Fetched, Fetching
from bot.delivery.worker import Worker
from bot.errors import Faults
from bot.mail import Accounts, Channel, Lease
from bot.store import Store
from knowledge.errcodes import load_errcodes


@dataclass(frozen=True, slots=True)
class Platforms:
    """`client` is for all calls to platforms; close it in the end."""

    accounts: Accounts = field(default_factory=Accounts)
    opened: Channels = field(default_factory=lambda: Channels({}, {}, {}))
    client: httpx.AsyncClient | None = None

    @property
    def channels(self) -> tuple[Channel, ...]:
        """What the outbox sends through."""
        return tuple(self.opened.all().values())

    def fetching(self, worker: Worker, store: Store, holder: str) -> Fetching:
        """Rings and lines, handing what comes to `worker`. `holder`: as of `Equipment`."""
        lease = Lease(holder, HELD) if holder else None
        where = (Cursors(store), Contacts(store), worker.delivering.machine, lease)
        fetched = Fetched(worker.accept, *where, nobody=worker.accept.people.nobody)
        return Fetching(self.opened.kf, self.opened.robots, fetched)

    async def close(self) -> None:
        """No call after this."""
        if self.client:
            await self.client.aclose()


def read_platforms(file: Path | None, environ: Mapping[str, str]) -> Directory:
    """The accounts file, checked; empty where none is set. Raises Faults with every one."""
    return load_accounts(file, environ) if file else Directory()


def open_platforms(directory: Directory) -> Platforms:
    """Every account of it. Nothing is called yet."""
    if not directory.accounts:
        return Platforms()
    client = platform_client()
    opened = Opening(client, load_errcodes()).open(directory)
    return Platforms(Accounts(directory.doors()), opened, client)


def furnish(
    store: Store, directory: Directory, secret: Callable[[], str], at: datetime
) -> dict[str, str]:
    """Makes the shops and entrances that are not there yet. The new shops, each with the secret its
    own site signs buyers with. Raises Faults: an entrance that leads elsewhere already."""
    made = {shop: secret() for shop in directory.shops}
    new = {shop: own for shop, own in made.items() if store.add_shop(shop, own, True, at)}
    taken = [door.name for door in directory.entrances if not store.add_entrance(door)]
    if taken:
        faults = tuple(f"entrances {name}：已经有同名入口，通向别的店铺或受众" for name in taken)
        raise Faults("账号文件", faults)
    return new
