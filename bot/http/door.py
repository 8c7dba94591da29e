"""The outermost check of every API request: what comes in must be sane JSON of bearable size.

A pure ASGI middleware, so that it costs microseconds. Stock FastAPI answers 500 to NaN, 1e999, an
unpaired surrogate or a body nested 10,000 deep in the wrong place; here they are 4xx everywhere.
"""

import json
import math
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.media import bounded
from bot.errors import BadInput, KaidianError, TooLarge
from bot.http.faults import fault_response

JSON_BYTES = 262_144
DEPTH = 32


class Door:
    """Reads JSON bodies whole, checks them, and hands them on; multipart passes through."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _wants_json(scope):
            await self._app(scope, receive, send)
            return
        try:
            body = await _read(receive)
            if body:
                check_json(body)
        except KaidianError as error:
            await fault_response(error)(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)


def check_json(body: bytes) -> None:
    """Raises BadInput for anything that is not strict, shallow, finite, well-formed JSON."""
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise BadInput("请求正文不是有效的 JSON（UTF-8，不含 NaN 或无穷大）") from error
    for text in _strings(value):
        if re.search("[\ud800-\udfff]", text):
            raise BadInput("请求正文里有不成对的代理字符，请检查编码")


def _strings(value: Any) -> Iterator[str]:
    """Every string of a JSON value, without recursion. Raises BadInput when nested too deep."""
    waiting = [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        if depth > DEPTH:
            raise BadInput(f"JSON 嵌套超过 {DEPTH} 层")
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            yield from item
            waiting += [(child, depth + 1) for child in item.values()]
        elif isinstance(item, list):
            waiting += [(child, depth + 1) for child in item]


def _refuse(name: str) -> float:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _wants_json(scope: Scope) -> bool:
    if scope["method"] not in ("POST", "PUT", "PATCH", "DELETE"):
        return False
    if not scope["path"].startswith("/api/"):
        return False
    kind = dict(scope["headers"]).get(b"content-type", b"").lower()
    return not kind.startswith(b"multipart/form-data")


async def _read(receive: Receive) -> bytes:
    body = await bounded(_chunks(receive), JSON_BYTES)
    if body is None:
        raise TooLarge(f"请求正文超过 {JSON_BYTES // 1024} KB")
    return body


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        part = await receive()
        yield part.get("body", b"")
        more = part.get("more_body", False)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()  # only the disconnect is still to come
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
