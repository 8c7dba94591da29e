"""Talking to the running server from the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from bot.errors import KaidianError


def answer_of(response: httpx.Response) -> dict[str, Any]:
    """The JSON of a good answer. Raises KaidianError with the server's own words."""
    found = response.json()
    assert isinstance(found, dict)
    if response.status_code >= 400:
        raise KaidianError(str(found.get("error", {}).get("message", response.status_code)))
    return found


@contextmanager
def unreachable_told(address: str) -> Iterator[None]:
    """A server that does not answer (still starting, just killed) ends in a sentence."""
    try:
        yield
    except httpx.TransportError as error:
        raise KaidianError(f"服务 {address} 没有应答，可能还在启动，请过一会儿再试") from error
