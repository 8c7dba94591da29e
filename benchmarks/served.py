"""A real server that has warmed up: what a start leaves for later is not the cost of a turn."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.local.servers import Running, prepared, running

QUIET_MS, LOOK, PATIENCE = 50, 0.5, 60
"""At rest: less than so many processor milliseconds in the seconds between two looks."""


@contextmanager
def served() -> Iterator[Running]:
    """The demo with its guide indexed, at rest. How long a start takes is another section."""
    with TemporaryDirectory() as folder, running(prepared(Path(folder) / "data")) as server:
        _settled(server)
        yield server


def _settled(server: Running) -> None:
    """Raises TimeoutError for a server that does not come to rest."""
    for _ in range(int(PATIENCE / LOOK)):
        before = server.processor_ms()
        time.sleep(LOOK)
        if server.processor_ms() - before < QUIET_MS:
            return
    raise TimeoutError(f"the server was still busy after {PATIENCE} s")
