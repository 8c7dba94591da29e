"""Files that people send: fetched from the platform, bounded, opened where they are sealed."""

import base64
import binascii
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import httpx

from bot.channels.base import Failed
from bot.channels.crypto import Unreadable, opened_block
from bot.mail import Receipt, Trouble

MEDIA = "cgi-bin/media/get"
"""Of official accounts, mini-programs and WeCom alike (D: p/96486 and getTempMedia)."""

SEALING = 32
"""Bytes that sealing may add."""

PATIENCE = httpx.Timeout(10.0, connect=5.0)

_HOSTS = (".qq.com", ".qpic.cn", ".myqcloud.com", ".tencentcos.cn", ".wechat.com")
"""Where the platforms keep what people send. Not every mode signs a callback's body, so an address
in it is not followed to just anywhere (inside our own network, say)."""

_HERE = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Body:
    """An answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def is_json(self) -> bool:
        """Whether it speaks of itself instead of being the file."""
        told = self.headers.get("content-type", "").lower()
        plain = not told or told.startswith(("text/", "application/json"))
        return plain and self.content.lstrip()[:1] == b"{"


async def body_of(
    client: httpx.AsyncClient, address: str, query: Mapping[str, str], most: int
) -> Body | Failed:
    """GET, stopped as soon as there is more than `most` bytes. No redirect is followed."""
    asked = dict(query) or None
    try:
        async with client.stream(
            "GET", address, params=asked, timeout=PATIENCE, follow_redirects=False
        ) as answer:
            content = await bounded(answer.aiter_bytes(), most)
            if content is None:
                return failed("refused", f"文件超过上限 {most // 1000} KB")
            return Body(answer.status_code, answer.headers, content)
    except httpx.HTTPError as error:
        return failed("retry", f"取文件时连不上平台（{type(error).__name__}）")
    except (httpx.InvalidURL, UnicodeError):
        return failed("refused", "平台给的文件地址不对")


async def bounded(stream: AsyncIterator[bytes], most: int) -> bytes | None:
    """All that comes; None as soon as it is more than `most` bytes."""
    chunks, size = [], 0
    async for chunk in stream:
        chunks.append(chunk)
        size += len(chunk)
        if size > most:
            return None
    return b"".join(chunks)


async def file_at(client: httpx.AsyncClient, address: str, home: str, most: int) -> bytes | Failed:
    """The file at an address that a message named. `home`: the account's own platform address."""
    if not trusted(address, home):
        return failed("refused", "图片地址不是平台的，没有去取")
    found = await body_of(client, address, {}, most)
    if isinstance(found, Failed):
        return found
    if found.status >= 500 or found.status == 429:
        return failed("retry", f"平台暂时给不出文件（{found.status}）")
    if found.status != 200:
        return failed("refused", f"文件已经取不到了（{found.status}），地址多半过期了")
    return found.content


def trusted(address: str, home: str) -> bool:
    """Whether `address` is on a platform's host, on that of `home`, or beside a `home` that is on
    this very machine (a stand-in)."""
    try:
        asked, own = urlsplit(address), urlsplit(home)
        port = asked.port
    except ValueError:
        return False
    host = asked.hostname or ""
    if asked.username is not None or not host or asked.scheme not in ("http", "https"):
        return False
    if host == own.hostname and (host in _HERE or asked.scheme == "https"):
        return True
    return asked.scheme == "https" and port is None and host.endswith(_HOSTS)


def opened_file(sealed: bytes, key: str) -> bytes | Failed:
    """A file of a 智能机器人, with the key that came beside its address (protocol notes, C1)."""
    try:
        # Seen with and without its padding.
        raw = base64.b64decode(key + "=" * (-len(key) % 4), validate=True)
        return opened_block(sealed, raw)
    except (ValueError, binascii.Error, Unreadable):
        return failed("refused", "图片解不开：密钥不对或文件不完整")


def file_or_receipt(found: bytes | Failed) -> bytes | Receipt:
    """As `bot.mail.BringsMedia` wants it."""
    return found.receipt if isinstance(found, Failed) else found


def failed(trouble: Trouble, detail: str, after: timedelta | None = None) -> Failed:
    """A call that brought nothing."""
    return Failed(Receipt(trouble, retry_after=after, detail=detail))
