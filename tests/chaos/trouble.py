"""What goes wrong in the world: killed nodes, a crashed database, a full disk, clocks that jump."""

import asyncio
import json
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.node import Orders
from tests.dialogs.built import ROOT

SKEWS = (-86400.0, -3600.0, -7.0, 0.0, 0.0, 5.0, 3600.0, 2 * 86400.0)


class Node:
    """A node's process and what starts it again."""

    def __init__(self, orders: Orders, log: Path) -> None:
        self.orders = orders
        self._log = log
        self.control = Path(orders.control)
        self.tell(skew=0.0, full=False)
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.chaos.node", self.orders.words()]
        with self._log.open("ab") as output:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def tell(self, **what: object) -> None:
        """Set its world; the file is replaced whole."""
        told = {}
        with suppress(OSError, ValueError):
            told = json.loads(self.control.read_text())
        new = self.control.with_suffix(".new")
        new.write_text(json.dumps(told | what))
        new.replace(self.control)


@dataclass
class Trouble:
    """Makes trouble until told to stop, and counts it. `every`: seconds between two kills."""

    nodes: list[Node]
    chance: random.Random
    every: float
    crash: Callable[[], bool] | None = None
    disk: Path | None = None
    """A file system of its own that may be filled; None: SQLite's page limit stands in."""
    sqlite: bool = False
    made: Counter[str] = field(default_factory=Counter)

    async def make(self, stop: asyncio.Event) -> None:
        acts = [self._kill, self._kill, self._step, self._step, self._fill]
        acts += [self._crash] if self.crash else []
        while not stop.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(self.every * (0.5 + self.chance.random())):
                    await stop.wait()
            if not stop.is_set():
                await self.chance.choice(acts)()

    def calm(self, skew: float) -> None:
        """Every disk has room again; every clock is `skew` seconds fast."""
        for node in self.nodes:
            node.tell(full=False, skew=skew)

    async def _kill(self) -> None:
        node = self.chance.choice(self.nodes)
        node.kill()
        self.made["kill -9"] += 1
        await asyncio.sleep(self.chance.random())
        node.start()

    async def _crash(self) -> None:
        assert self.crash
        self.made["database crashes"] += 1
        await asyncio.to_thread(self.crash)

    async def _step(self) -> None:
        self.made["clock steps"] += 1
        self.chance.choice(self.nodes).tell(skew=self.chance.choice(SKEWS))

    async def _fill(self) -> None:
        if not self.sqlite and self.disk is None:
            return
        self.made["full disks"] += 1
        for node in self.nodes:
            node.tell(full=True)
        with _ballast(self.disk):
            await asyncio.sleep(0.5 + 1.5 * self.chance.random())
        for node in self.nodes:
            node.tell(full=False)
        if self.crash and self.disk:
            await asyncio.to_thread(self.crash)  # it may have given up


@contextmanager
def _ballast(disk: Path | None) -> Iterator[None]:
    """Not a byte is left on that file system."""
    if disk is None:
        yield
        return
    file = disk / "ballast"
    try:
        with suppress(OSError), file.open("wb", buffering=0) as output:
            while output.write(bytes(1 << 16)):
                pass
        yield
    finally:
        file.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path | None]:
    """A file system of that size in `folder`, where we may mount one (root), else None."""
    mount = shutil.which("mount")
    size = f"size={megabytes}m"
    asked = [str(mount), "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
    if not mount or subprocess.run(asked, check=False, capture_output=True).returncode:
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True)
