"""Kaidian as a real process, as `make run` starts it."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bot.database import open_engine
from bot.store import Store
from bot.tables import documents, entrances, index_state, shops
from tests.dialogs.built import ROOT, data_folder

WATCHDOG = 600.0
READY = re.compile(r"is ready: (http\S+)")
KEY = "operator-key-of-the-tests"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Running:
    """A server that answers at `url`; `log` holds everything it printed."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def printed(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def resident_kb(self) -> int:
        """VmRSS of the process."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    def processor_ms(self) -> float:
        """User and system time that the process has taken so far."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) * 1000 / TICKS


def prepared(folder: Path) -> Path:
    """`folder`, made as a data folder in which the guide is indexed already."""
    return Path(shutil.copytree(data_folder(), folder))


def kaidian(folder: Path, **settings: str) -> dict[str, str]:
    """The environment of a process with only these settings and that data folder."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("KAIDIAN_")}
    return own | {"KAIDIAN_DATA_DIR": str(folder), "PYTHONUNBUFFERED": "1"} | settings


@contextmanager
def running(folder: Path, *options: str, **settings: str) -> Iterator[Running]:
    """The demo over that data folder, on a free port, stopped afterwards as Ctrl+C would."""
    log = folder.parent / f"{folder.name}-{time.monotonic_ns()}.log"
    command = [sys.executable, "server.py", "run", *(options or ("--demo",))]
    environment = kaidian(folder, KAIDIAN_PORT="0") | settings
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield Running(_address(process, log), process, log)
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Politely, then not; a process that is gone already is fine."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + WATCHDOG
    while process.poll() is None and time.monotonic() < deadline:
        found = READY.search(log.read_text(encoding="utf-8", errors="replace"))
        if found:
            return found[1]
        time.sleep(0.05)
    raise AssertionError(f"the server did not start:\n{log.read_text(errors='replace')}")


def command(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """`server.py WORDS` over that data folder, finished; its output as text."""
    return subprocess.run(
        [sys.executable, "server.py", *words],
        cwd=ROOT,
        env=kaidian(folder) | settings,
        capture_output=True,
        text=True,
        timeout=WATCHDOG,
        check=False,
    )


def with_guide(url: str) -> str:
    """That empty database, holding what the prepared folder's own holds about the guide."""
    prepared_rows = open_engine(f"sqlite:///{data_folder() / 'kaidian.db'}")
    Store(open_engine(url)).create()
    there = sa.create_engine(url)
    with prepared_rows.connect() as source, there.begin() as target:
        for table in (shops, entrances, documents, index_state):
            rows = [dict(row) for row in source.execute(table.select()).mappings()]
            if rows:
                target.execute(table.insert(), rows)
    prepared_rows.dispose()
    there.dispose()
    return url
