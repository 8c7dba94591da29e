"""Calls to one account's platform: token, errcode, and what an answer means for another try."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Protocol, TypeVar

import httpx

from bot.channels.base import Failed, HttpChannel, Malformed
from bot.channels.forms import Form, read_json, write_json
from bot.channels.media import Body, body_of, failed, file_at
from bot.channels.tokens import Token, Tokens
from bot.clock import Clock
from bot.mail import Receipt
from knowledge.errcodes import Codes

PATIENCE = httpx.Timeout(10.0, connect=5.0)
_JSON = {"Content-Type": "application/json; charset=utf-8"}

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Login:
    """The request that brings an account its token."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Mapping[str, Any] | None


class Api:
    """`base` is the account's `api_base`.

    Every call returns the platform's answer as a Form, or Failed with the trouble.
    """

    def __init__(
        self, client: httpx.AsyncClient, base: str, login: Login, codes: Codes, clock: Clock
    ) -> None:
        self._client, self._base, self._codes = client, base.rstrip("/"), codes
        self._login = login
        self.tokens = Tokens(self._new_token, clock)

    async def post(self, path: str, body: Mapping[str, Any]) -> Form | Failed:
        """A call with the access token; a refused token is renewed once."""
        return await self._with_token(
            lambda token: self._exchange("POST", path, {"access_token": token}, body)
        )

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> Form | Failed:
        """The same for what is only asked for."""
        return await self._with_token(
            lambda token: self._exchange(
                "GET", path, {"access_token": token, **(query or {})}, None
            )
        )

    async def download(self, path: str, query: Mapping[str, str], most: int) -> bytes | Failed:
        """A file of at most `most` bytes; where there is none the platform answers JSON."""

        async def call(token: str) -> bytes | Failed:
            address = f"{self._base}/{path}"
            found = await body_of(self._client, address, {"access_token": token, **query}, most)
            return found if isinstance(found, Failed) else self._file(found)

        return await self._with_token(call)

    async def file_at(self, address: str, most: int) -> bytes | Failed:
        """A file at an address that a message of this account named."""
        return await file_at(self._client, address, self._base, most)

    def _file(self, body: Body) -> bytes | Failed:
        if body.status == 200 and not body.is_json:
            return body.content
        found = read_answer(body.status, body.headers, body.content, self._codes)
        return found if isinstance(found, Failed) else failed("refused", "平台没有给出文件")

    async def _with_token(self, call: Callable[[str], Awaitable[Found | Failed]]) -> Found | Failed:
        found = await self._once(call)
        if isinstance(found, Failed) and found.receipt.trouble == "credentials":
            found = await self._once(call)
        return found

    async def _once(self, call: Callable[[str], Awaitable[Found | Failed]]) -> Found | Failed:
        token = await self.tokens.get()
        if isinstance(token, Failed):
            # A second identical request to the token endpoint helps nobody.
            return token
        found = await call(token)
        if isinstance(found, Failed) and found.receipt.trouble == "credentials":
            self.tokens.drop(token)
        return found

    async def _new_token(self) -> Token | Failed:
        asked = self._login
        found = await self._exchange(asked.method, asked.path, asked.query, asked.body)
        if isinstance(found, Failed):
            return _for_good(found)
        text, lasts = found.text("access_token"), found.number("expires_in")
        if not text:
            return failed("retry", "平台没有给出访问凭证，稍后自动重试")
        return Token(text, timedelta(seconds=max(lasts, 0)))

    async def _exchange(
        self, method: str, path: str, query: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> Form | Failed:
        content = None if body is None else write_json(body)
        try:
            answer = await self._client.request(
                method,
                f"{self._base}/{path}",
                params=dict(query),
                content=content,
                headers=_JSON,
                timeout=PATIENCE,
            )
        except httpx.HTTPError as error:
            detail = f"连不上平台（{type(error).__name__}），稍后自动重试"
            return failed("retry", detail)
        return read_answer(answer.status_code, answer.headers, answer.content, self._codes)


class PlatformChannel(HttpChannel, Protocol):
    """A channel whose platform we call, too."""

    @property
    def api(self) -> Api: ...


def stable_token(app_id: str, secret: str) -> Login:
    """For official accounts, mini-programs and shops: the same token for several processes."""
    body = {"grant_type": "client_credential", "appid": app_id, "secret": secret}
    return Login("POST", "cgi-bin/stable_token", {}, body)


def corp_token(corp_id: str, secret: str) -> Login:
    """For WeCom: one token per application."""
    query = {"corpid": corp_id, "corpsecret": secret}
    return Login("GET", "cgi-bin/gettoken", query, None)


def read_answer(
    status: int, headers: Mapping[str, str], content: bytes, codes: Codes
) -> Form | Failed:
    """What a platform answered: its form where all is well, else the trouble in Chinese."""
    if status == 429:
        return failed("rate_limited", "平台限流（429）", _seconds(headers))
    if status >= 500:
        return failed("retry", f"平台故障（{status}），稍后自动重试")
    if status >= 400:
        return failed("refused", f"平台拒绝了请求（{status}），请核对 api_base")
    try:
        form = read_json(content)
    except Malformed:
        return failed("retry", "平台的回答读不懂，稍后自动重试")
    code = form.number("errcode")
    return form if code == 0 else explained(code, form.text("errmsg"), codes)


def explained(code: int, said: str, codes: Codes) -> Failed:
    """A code as a Receipt whose detail says what to do. Trouble None: it had arrived before."""
    row = codes.find(code)
    after = timedelta(minutes=1) if row.effect == "rate_limited" else None
    detail = f"{code} {row.means}。{row.do}（{said[:200]}）"
    return Failed(Receipt(row.trouble, retry_after=after, detail=detail), code)


def _for_good(failed: Failed) -> Failed:
    # The token endpoint itself refuses the secret: no other token will help.
    if failed.receipt.trouble != "credentials":
        return failed
    return Failed(replace(failed.receipt, trouble="refused"), failed.code)


def _seconds(headers: Mapping[str, str]) -> timedelta:
    given = headers.get("retry-after", "")
    return timedelta(seconds=min(int(given), 3600) if given.isdigit() else 60)
