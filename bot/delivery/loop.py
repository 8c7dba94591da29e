"""One loop for all three queues: take what is due, work on it in parallel, wait, take again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.errors import StorageLost

logger = logging.getLogger(__name__)

Item = TypeVar("Item")

POLL = 0.2
"""Seconds after which we look again by ourselves: other processes do not wake us."""

PATIENT, IDLE = 20, 1.0
"""Looks in vain after which we look only so often (seconds): each costs milliseconds of processor
time, and what this process is given nudges it."""

AFTER_LOSS = 0.5
"""Seconds to wait when the database cannot be reached."""


@dataclass(frozen=True, slots=True)
class Queue(Generic[Item]):
    """`take` (blocking; run in a thread) gets room and the lanes at work; `lane` names an item's
    lane, in which only one item is worked on at a time; `work` must not raise."""

    name: str
    take: Callable[[int, frozenset[str]], Sequence[Item]]
    lane: Callable[[Item], str]
    work: Callable[[Item], Awaitable[None]]
    room: int
    pause: float = POLL


async def keep_working(queue: Queue[Item], stop: asyncio.Event, nudge: asyncio.Event) -> None:
    """Until `stop`; then finishes what it has begun."""
    active: dict[str, asyncio.Task[None]] = {}
    in_vain = 0
    while not stop.is_set():
        nudge.clear()
        found = await _taken(queue, frozenset(active))
        for item in found:
            _start(queue, item, active, nudge)
        in_vain = 0 if found or active else in_vain + 1
        if len(active) >= queue.room or not found:
            pause = queue.pause if in_vain < PATIENT else max(queue.pause, IDLE)
            nudged = await _nudged(nudge, pause)
            in_vain = 0 if nudged else in_vain
    await asyncio.gather(*active.values())


async def drain(queue: Queue[Item], rounds: int) -> int:
    """Work on what is due, one item after the other, until nothing is; how many there were."""
    count = 0
    for _ in range(rounds):
        found = await asyncio.to_thread(queue.take, 1, frozenset())
        if not found:
            break
        await queue.work(found[0])
        count += 1
    return count


async def _taken(queue: Queue[Item], active: frozenset[str]) -> Sequence[Item]:
    try:
        return await asyncio.to_thread(queue.take, queue.room - len(active), active)
    except StorageLost as error:
        logger.warning("%s: %s", queue.name, error.message)
    except Exception:
        logger.exception("%s: could not look for work", queue.name)
    await asyncio.sleep(AFTER_LOSS)
    return ()


def _start(
    queue: Queue[Item], item: Item, active: dict[str, asyncio.Task[None]], nudge: asyncio.Event
) -> None:
    lane = queue.lane(item)
    task = asyncio.ensure_future(_worked(queue, item, active.get(lane)))

    def finished(done: object) -> None:
        if active.get(lane) is done:
            del active[lane]
        nudge.set()

    active[lane] = task
    task.add_done_callback(finished)


async def _worked(queue: Queue[Item], item: Item, before: asyncio.Task[None] | None) -> None:
    if before:
        await before
    try:
        await queue.work(item)
    # Its lease runs out, or the next look finds it again: it is late, not lost.
    except StorageLost as error:
        logger.warning("%s: %s", queue.name, error.message)
        await asyncio.sleep(AFTER_LOSS)
    except Exception:
        logger.exception("%s: could not finish a piece of work", queue.name)
        await asyncio.sleep(AFTER_LOSS)


async def _nudged(nudge: asyncio.Event, most: float) -> bool:
    """Whether somebody did, or the time was over."""
    try:
        async with asyncio.timeout(most):
            return await nudge.wait()
    except TimeoutError:
        return False
