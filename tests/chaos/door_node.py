"""One process of a house with real channels: callbacks over HTTP, the accounts file, the worker.

`python -m tests.chaos.door_node JSON`, where JSON holds the fields of `DoorOrders`. Its bot says
back what was said, and fails now and then.
"""

import asyncio
import json
import logging
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from bot.channels.accounts import load_accounts
from bot.conversation import Outcome, Turn
from bot.database import open_engine
from bot.delivery.platforms import open_platforms
from bot.delivery.worker import Equipment, Worker
from bot.http.channels import channel_router
from bot.http.faults import add_fault_handlers
from bot.http.joined import join
from bot.store import Store
from tests.chaos.node import FRAGMENTS
from tests.mail import WORDING, echo, echoing


@dataclass(frozen=True)
class DoorOrders:
    """How this node lives."""

    url: str
    accounts: str
    port: int
    holder: str
    lease: float
    seed: int

    def words(self) -> str:
        return json.dumps(asdict(self))


def app(orders: DoorOrders) -> FastAPI:
    store, chance = Store(open_engine(orders.url)), random.Random(orders.seed)
    platforms = open_platforms(load_accounts(Path(orders.accounts), {}))

    def answer(turn: Turn) -> Outcome:
        if chance.random() < 0.01:
            raise RuntimeError("a bug")
        return echo(turn)

    worker = Worker(
        Equipment(
            store, echoing(store, answer), WORDING, platforms.accounts, platforms.channels,
            FRAGMENTS, holder=orders.holder, leases=timedelta(seconds=orders.lease),
        )
    )  # fmt: skip
    joined = join(platforms, worker, store, orders.holder)

    @asynccontextmanager
    async def working(_app: FastAPI) -> AsyncIterator[None]:
        stop = asyncio.Event()
        work = [asyncio.create_task(worker.run(stop)), asyncio.create_task(joined.run(stop))]
        yield
        stop.set()
        await asyncio.gather(*work)

    made = FastAPI(lifespan=working)
    made.include_router(channel_router(joined.doors))
    add_fault_handlers(made)
    return made


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    logging.getLogger("bot.delivery.serve").setLevel(logging.CRITICAL)  # bugs are wanted
    told = DoorOrders(**json.loads(sys.argv[1]))
    uvicorn.run(app(told), host="127.0.0.1", port=told.port, log_level="error", access_log=False)
