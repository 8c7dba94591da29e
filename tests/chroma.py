"""A real Chroma server on loopback."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.ports import free_port

WATCHDOG = 120.0


@contextmanager
def chroma_server(folder: Path) -> Iterator[str]:
    """`chroma run` over that folder; its address."""
    port = free_port()
    program = Path(sys.executable).with_name("chroma")
    command = [str(program), "run", "--path", str(folder), "--host", "127.0.0.1"]
    quiet = {"ANONYMIZED_TELEMETRY": "False"}
    with (folder.parent / f"{folder.name}-server.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--port", str(port)], stdout=log, stderr=log, env=os.environ | quiet
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _answers(url, process)
            yield url
        finally:
            process.terminate()
            process.wait(30)


def _answers(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + WATCHDOG
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/api/v2/heartbeat", timeout=2).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"chroma run did not answer at {url}")
