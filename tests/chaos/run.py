"""One run: nodes up, trouble on, messages in, trouble off, queues empty, verdict."""

import asyncio
import random
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.channels.twin import FileShelf
from bot.database import open_engine
from bot.store import Store
from tests.chaos.judge import Verdict, at_rest, judged
from tests.chaos.node import Orders
from tests.chaos.platform import Brought, bring, written
from tests.chaos.trouble import Node, Trouble, small_disk
from tests.local.servers import prepared, with_guide
from tests.ports import free_port
from tests.postgres import fresh_database, postgres_in

SETUPS = {"sqlite-1": 1, "postgres-2": 2, "postgres-4": 4}
LEASE = 6.0
"""Seconds; short, so that a killed node's work is taken up soon."""

LATER = 3 * 86400.0
"""In the end every clock is so fast that all timers are due."""

REST = 900.0
"""Seconds within which the queues must run empty once the trouble is over."""

DISK = 700
"""Megabytes of the small disk that PostgreSQL gets where one can be mounted."""


@dataclass(frozen=True)
class Plan:
    """What to run. `every`: seconds between two troubles, about."""

    setup: str
    events: int
    people: int
    rate: float
    every: float
    seed: int
    real: bool = False
    show_logs: bool = False


@dataclass
class Place:
    """Where a set-up lives."""

    url: str
    folder: Path
    data: str = ""
    crash: Any = None
    disk: Path | None = None


def chaos(plan: Plan, folder: Path) -> tuple[Verdict, dict[str, Any]]:
    """The verdict, and what the world was like."""
    with _place(plan, folder) as place:
        verdict, world = asyncio.run(_run(plan, place))
        if plan.show_logs:
            for log in sorted(folder.glob("node*.log")):
                print(f"--- {log.name}\n{log.read_text(errors='replace')[-4000:]}")
    return verdict, world


@contextmanager
def _place(plan: Plan, folder: Path) -> Iterator[Place]:
    data = prepared(folder / "real") if plan.real else None
    own = str(data) if data else ""
    if plan.setup.startswith("sqlite"):
        url = f"sqlite:///{(data or folder) / 'kaidian.db'}"
        Store(open_engine(url)).create()
        yield Place(url, folder, own)
        return
    with ExitStack() as stack:
        home = folder / "postgres"
        home.mkdir()
        folder.chmod(0o755)
        disk = stack.enter_context(small_disk(home, DISK))
        server = stack.enter_context(postgres_in(home))
        url = stack.enter_context(fresh_database(server.url))
        Store(open_engine(url)).create() if not data else with_guide(url)
        yield Place(url, folder, own, server.restart, disk)


async def _run(plan: Plan, place: Place) -> tuple[Verdict, dict[str, Any]]:
    chance, brought, stop = random.Random(plan.seed), Brought(), asyncio.Event()
    messages = written(plan.events, plan.people, chance, plan.real)
    shelf = FileShelf(place.folder / "shelf.jsonl")
    nodes = [_node(plan, place, number) for number in range(SETUPS[plan.setup])]
    sqlite = place.url.startswith("sqlite")
    trouble = Trouble(nodes, chance, plan.every, place.crash, place.disk, sqlite)
    begun = time.monotonic()
    try:
        making = asyncio.create_task(trouble.make(stop))
        await bring(messages, [node.orders.port for node in nodes], brought, plan.rate)
        stop.set()
        await making
        brought_in = time.monotonic() - begun
        trouble.calm(LATER)
        store = Store(open_engine(place.url))
        rested = await _rest(store, nodes)
    finally:
        stop.set()
        for node in nodes:
            node.kill()
    verdict = judged(store, brought.acknowledged, shelf.all(), echo=not plan.real)
    store.close()
    waits = sorted(brought.waits)
    return verdict, {
        **dict(sorted(trouble.made.items())),
        "messages": plan.events, "brought": brought.attempts, "refused": brought.refused,
        "broken": brought.broken, "seconds": round(brought_in), "rest_seconds": round(rested),
        "ack_p50_ms": round(waits[len(waits) // 2] * 1000, 1),
        "ack_p99_ms": round(waits[int(len(waits) * 0.99)] * 1000, 1),
    }  # fmt: skip


def _node(plan: Plan, place: Place, number: int) -> Node:
    several = SETUPS[plan.setup] > 1
    data = place.data
    if data and number:
        data = str(prepared(place.folder / f"real{number}"))
    orders = Orders(
        place.url,
        str(place.folder / "shelf.jsonl"),
        str(place.folder / f"control{number}.json"),
        free_port(),
        f"node{number}" if several else "",
        LEASE,
        plan.seed * 100 + number,
        data,
    )
    return Node(orders, place.folder / f"node{number}.log")


async def _rest(store: Store, nodes: list[Node]) -> float:
    """Seconds until every queue was empty; a node that died by itself is started again."""
    begun = time.monotonic()
    while time.monotonic() - begun < REST:
        if await asyncio.to_thread(at_rest, store):
            break
        for node in nodes:
            if node.process.poll() is not None:
                node.start()
        await asyncio.sleep(0.5)
    return time.monotonic() - begun
