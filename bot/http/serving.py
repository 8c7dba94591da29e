"""Listening, owning the data folder, and saying where we can be reached."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI
from filelock import FileLock, Timeout

from bot.errors import KaidianError
from bot.settings import Settings

RUNNING = "running.json"


class AlreadyRunning(KaidianError):
    """Another process owns the data folder."""

    code = "already_running"


@contextmanager
def owning(folder: Path) -> Iterator[None]:
    """Nobody else writes this data folder's index meanwhile. Raises AlreadyRunning at once."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "owner.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise AlreadyRunning(
            f"另一个 Kaidian 正在用数据目录 {folder}。"
            "先停掉它，或换一个：KAIDIAN_DATA_DIR=另一个目录"
        ) from error
    try:
        yield
    finally:
        lock.release()


def bound(settings: Settings) -> socket.socket:
    """A socket on the address of the settings. Raises KaidianError when it is taken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise KaidianError(
            f"地址 {settings.host}:{settings.port} 用不了（{error.strerror}）。"
            "换个端口：KAIDIAN_PORT=8001"
        ) from error
    return listener


@contextmanager
def reachable(folder: Path, address: str, key: str) -> Iterator[None]:
    """While we run, the command line finds us through a file that only this user may read."""
    path = folder / RUNNING
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({"address": address, "key": key}, file)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def forget_running(folder: Path) -> None:
    """Word left by a server that was killed leads nowhere."""
    (folder / RUNNING).unlink(missing_ok=True)


def running(folder: Path) -> dict[str, Any] | None:
    """Address and key of the server that owns the folder, if it left word."""
    try:
        found = json.loads((folder / RUNNING).read_text())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


class _Announcing(uvicorn.Server):
    """Prints the address once it really answers, not before."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, address: str) -> None:
        super().__init__(config)
        self._app = app
        self._address = address

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Open streams end by themselves, so that stopping need not wait for them."""
        self._app.state.stopping = True
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(f"Kaidian 开店 is ready: {self._address}  (Ctrl+C stops it)", flush=True)


def serve(app: FastAPI, listener: socket.socket, address: str) -> None:
    """Answer requests until told to stop."""
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    _Announcing(config, app, address).run(sockets=[listener])
