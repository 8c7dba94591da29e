"""Talking to the running server from the command line."""

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
