"""Delivery: how soon a message is acknowledged, how old the inbox gets, what a turn costs.

A bot that echoes, so that only the queue is measured; SQLite with one worker, PostgreSQL with one,
two and four worker processes. CPU is that of all workers, by the kernel's count, per turn.

python -m benchmarks.delivery
"""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from bot.channels.twin import FileShelf, Twin
from bot.clock import wall_clock
from bot.database import open_engine
from bot.delivery.worker import Equipment, Worker
from bot.inbox_store import Inbox
from bot.store import Store
from bot.tables import inbox
from tests.mail import AT_ONCE, WORDING, accounts, echoing, incoming
from tests.postgres import fresh_database, postgres_server

MESSAGES, PEOPLE, RATE = 400, 100, 20.0
GIVE_UP = 300.0


def worker_over(url: str, shelf: Path, holder: str) -> Worker:
    """A worker with the twin, its letters going into a file."""
    store, twin = Store(open_engine(url)), Twin("main", shelf=FileShelf(shelf))
    return Worker(
        Equipment(store, echoing(store), WORDING, accounts(twin), (twin,), AT_ONCE, holder=holder)
    )


def work(url: str, shelf: Path, holder: str, stop: Event) -> None:
    """A worker process, until told to stop."""

    async def live() -> None:
        told = asyncio.Event()
        running = asyncio.create_task(worker_over(url, shelf, holder).run(told))
        while not stop.is_set():
            await asyncio.sleep(0.05)
        told.set()
        await running

    asyncio.run(live())


async def accepted(url: str, shelf: Path, count: int, rate: float | None) -> list[float]:
    """Accepts messages, about `rate` a second; milliseconds of each acknowledgement."""
    accept, took = worker_over(url, shelf, "door").accept, []
    begun = time.perf_counter()
    for number in range(count):
        if rate:
            await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
        letter = incoming(f"{rate}-{number}", "在吗", f"p{number % PEOPLE}", sent_at=wall_clock())
        started = time.perf_counter()
        await accept(letter)
        took.append((time.perf_counter() - started) * 1000)
    return took


def left(store: Store) -> int:
    """Messages without a turn."""
    with store.reading() as db:
        waiting = sa.select(sa.func.count()).where(inbox.c.turn_id.is_(None))
        return int(db.execute(waiting).scalar_one())


def under_load(url: str, shelf: Path, workers: int) -> dict[str, float]:
    """20 messages a second, while workers are busy: acknowledgements, and the oldest message."""
    store, ages = Store(open_engine(url)), []

    async def watched() -> list[float]:
        task = asyncio.create_task(accepted(url, shelf, int(RATE * 15), RATE))
        while not task.done():
            await asyncio.sleep(0.25)
            oldest = await asyncio.to_thread(Inbox(store).oldest)
            ages.append((wall_clock() - oldest).total_seconds() * 1000 if oldest else 0.0)
        return await task

    with _workers(url, shelf, workers):
        took = asyncio.run(watched())
    return {
        "ack p50 ms": statistics.median(took),
        "ack p99 ms": statistics.quantiles(took, n=100)[98],
        "inbox age p50 ms": statistics.median(ages),
        "inbox age max ms": max(ages),
    }


def throughput(url: str, shelf: Path, workers: int) -> dict[str, float]:
    """A full inbox worked off: milliseconds of CPU per turn (all workers), turns a second."""
    store = Store(open_engine(url))
    start = _start_cpu(url, shelf, workers)
    asyncio.run(accepted(url, shelf, MESSAGES, None))
    before, begun = _children_cpu(), time.perf_counter()
    with _workers(url, shelf, workers):
        while left(store) and time.perf_counter() - begun < GIVE_UP:
            time.sleep(0.05)
        took = time.perf_counter() - begun
    cpu = _children_cpu() - before - start
    return {"CPU ms a turn": cpu * 1000 / MESSAGES, "turns a second": MESSAGES / took}


def _start_cpu(url: str, shelf: Path, workers: int) -> float:
    """Seconds that workers compute who find nothing to do."""
    before = _children_cpu()
    with _workers(url, shelf, workers):
        time.sleep(1)
    return _children_cpu() - before


def _children_cpu() -> float:
    times = os.times()
    return times.children_user + times.children_system


@contextmanager
def _workers(url: str, shelf: Path, count: int) -> Iterator[None]:
    spawn = get_context("spawn")
    stop = spawn.Event()
    alone = url.startswith("sqlite")
    names = ["" if alone else f"worker {number}" for number in range(count)]
    processes = [spawn.Process(target=work, args=(url, shelf, name, stop)) for name in names]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        stop.set()
        for process in processes:
            process.join(60)


def measure() -> Iterator[tuple[str, dict[str, float]]]:
    """Figures, one set-up after the other."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/kaidian.db"
        Store(open_engine(url)).create()
        yield "SQLite, 1 worker", _both(url, Path(folder) / "shelf", 1)
    with postgres_server() as server:
        for workers in (1, 2, 4):
            with TemporaryDirectory() as folder, fresh_database(server) as url:
                Store(open_engine(url)).create()
                figures = _both(url, Path(folder) / "shelf", workers)
            yield f"PostgreSQL, {workers} worker(s)", figures


def _both(url: str, shelf: Path, workers: int) -> dict[str, Any]:
    return under_load(url, shelf, workers) | throughput(url, shelf, workers)


def main() -> int:
    """Print the figures."""
    for name, figures in measure():
        told = ", ".join(f"{key} {value:.1f}" for key, value in figures.items())
        print(f"  {name}: {told}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
