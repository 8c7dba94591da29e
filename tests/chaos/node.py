"""One process of a house: takes messages over a socket, works, sends to the twin, until killed.

`python -m tests.chaos.node JSON`, where JSON holds the fields of `Orders`. One line in is one
message; one line out, once it is kept: {"ok": true}.
"""

import asyncio
import json
import logging
import random
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.channels.twin import FileShelf, Mood, Twin
from bot.clock import SHANGHAI, wall_clock
from bot.conversation import Outcome, Timer, Turn
from bot.database import open_engine
from bot.delivery.merge import Pace
from bot.delivery.worker import Equipment, Worker
from bot.engine import Bot
from bot.errors import KaidianError
from bot.mail import Accounts, Incoming, Limits
from bot.messages import Entrance, Reply
from bot.settings import Settings
from bot.store import Store
from tests.mail import DOOR, WORDING, echoing, remind

KEYED, PLAIN = "keyed", "plain"
"""The twin's two accounts: one knows a letter's key again, one does not."""

BAD = Mood(fails=0.03, lies=0.03, limits=0.01, raises=0.01, repeats=0.1, reorders=0.1, takes=0.02)
FRAGMENTS = Pace(pause=timedelta(milliseconds=60), most=timedelta(milliseconds=300))


@dataclass(frozen=True)
class Orders:
    """How this node lives. `control` is a file with {"skew": seconds, "full": bool}."""

    url: str
    shelf: str
    control: str
    port: int
    holder: str
    lease: float
    seed: int
    real: str = ""
    """The data folder of the real bot; '' for one that echoes."""

    def words(self) -> str:
        return json.dumps(asdict(self))


class World:
    """What the troublemaker has set: how wrong our clock goes, whether the disk is full."""

    def __init__(self, control: Path) -> None:
        self._control = control

    def now(self) -> datetime:
        return wall_clock() + timedelta(seconds=self._told().get("skew", 0))

    def limit_pages(self, db: sa.Connection) -> None:
        """SQLite may not grow beyond its size as it is, if the disk is full."""
        most = 1 if self._told().get("full") else 2**30
        db.exec_driver_sql(f"PRAGMA max_page_count = {most}")

    def _told(self) -> dict[str, Any]:
        with suppress(OSError, ValueError):
            found = json.loads(self._control.read_text())
            return dict(found)
        return {}


def echo_with_bugs(chance: random.Random) -> Any:
    """Says back what was said; reminds of every tenth message; fails on every hundredth call."""

    def answer(turn: Turn) -> Outcome:
        if chance.random() < 0.01:
            raise RuntimeError("a bug")
        soon = turn.now + timedelta(seconds=1)
        timers = tuple(
            Timer(line, "remind", soon, {"say": f"later {line}"})
            for line in turn.message.text.splitlines()
            if line.endswith("7")
        )
        return Outcome((Reply(turn.message.text),), "answered", timers=timers)

    return answer


def bot_of(orders: Orders, store: Store) -> Bot:
    if orders.real:
        import server

        settings = Settings(data_dir=Path(orders.real), database_url=orders.url)
        return server.build(settings, demo=True).bot
    return echoing(store, echo_with_bugs(random.Random(orders.seed)), {"remind": remind})


def twins(orders: Orders) -> tuple[Twin, ...]:
    shelf, chance = FileShelf(Path(orders.shelf)), random.Random(orders.seed).random
    return tuple(
        Twin(account, Limits(2048, idempotent=account == KEYED), shelf, BAD, chance)
        for account in (KEYED, PLAIN)
    )


def parsed(line: bytes) -> Incoming:
    told = json.loads(line)
    told["sent_at"] = datetime.fromisoformat(told["sent_at"])
    return Incoming(channel="twin", **told)


async def live(orders: Orders) -> None:
    engine, world = open_engine(orders.url), World(Path(orders.control))
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "begin", world.limit_pages)
    store, channels = Store(engine), twins(orders)
    door = DOOR if not orders.real else Entrance("demo-merchant", "demo", "merchant")
    accounts = Accounts({("twin", twin.account): door for twin in channels})
    lease = timedelta(seconds=orders.lease)
    bot, now = bot_of(orders, store), world.now
    worker = Worker(
        Equipment(
            store, bot, WORDING, accounts, channels, FRAGMENTS, now, now, orders.holder, lease
        )
    )

    async def visited(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while line := await reader.readline():
                writer.write(await _acknowledgement(worker, line))
                await writer.drain()

    async with await asyncio.start_server(visited, "127.0.0.1", orders.port):
        await worker.run(asyncio.Event())


async def _acknowledgement(worker: Worker, line: bytes) -> bytes:
    try:
        accepted = await worker.accept(parsed(line))
    except KaidianError as error:
        return json.dumps({"ok": False, "why": error.code}).encode() + b"\n"
    return json.dumps({"ok": True, "repeat": accepted.repeat}).encode() + b"\n"


def sent_now() -> str:
    return datetime.now(SHANGHAI).isoformat()


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    logging.getLogger("bot.delivery.serve").setLevel(logging.CRITICAL)  # bugs are wanted
    asyncio.run(live(Orders(**json.loads(sys.argv[1]))))
