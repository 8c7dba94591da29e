"""Calls to one account's platform: token, errcode, and what an answer means for another try."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx

from bot.channels.base import Failed, Malformed
from bot.channels.forms import Form, read_json, write_json
from bot.channels.tokens import Token, Tokens
from bot.clock import Clock
from bot.mail import Receipt, Trouble
from knowledge.errcodes import Codes

PATIENCE = httpx.Timeout(10.0, connect=5.0)
_JSON = {"Content-Type": "application/json; charset=utf-8"}


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
        found = await self._once(path, body)
        if isinstance(found, Failed) and found.receipt.trouble == "credentials":
            found = await self._once(path, body)
        return found

    async def _once(self, path: str, body: Mapping[str, Any]) -> Form | Failed:
        token = await self.tokens.get()
        if isinstance(token, Failed):
            # A second identical request to the token endpoint helps nobody.
            return token
        found = await self._exchange("POST", path, {"access_token": token}, body)
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
            return _failed("retry", "平台没有给出访问凭证，稍后自动重试")
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
            return _failed("retry", detail)
        return read_answer(answer.status_code, answer.headers, answer.content, self._codes)


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
        return _failed("rate_limited", "平台限流（429）", _seconds(headers))
    if status >= 500:
        return _failed("retry", f"平台故障（{status}），稍后自动重试")
    if status >= 400:
        return _failed("refused", f"平台拒绝了请求（{status}），请核对 api_base")
    try:
        form = read_json(content)
    except Malformed:
        return _failed("retry", "平台的回答读不懂，稍后自动重试")
    code = form.number("errcode")
    return form if code == 0 else explained(code, form.text("errmsg"), codes)


def explained(code: int, said: str, codes: Codes) -> Failed:
    """A code as a Receipt whose detail says what to do. Trouble None: it had arrived before."""
    row = codes.find(code)
    after = timedelta(minutes=1) if row.effect == "rate_limited" else None
    detail = f"{code} {row.means}。{row.do}（{said[:200]}）"
    return Failed(Receipt(row.trouble, retry_after=after, detail=detail), code)


def _failed(trouble: Trouble, detail: str, after: timedelta | None = None) -> Failed:
    return Failed(Receipt(trouble, retry_after=after, detail=detail))


def _for_good(failed: Failed) -> Failed:
    # The token endpoint itself refuses the secret: no other token will help.
    if failed.receipt.trouble != "credentials":
        return failed
    return Failed(replace(failed.receipt, trouble="refused"), failed.code)


def _seconds(headers: Mapping[str, str]) -> timedelta:
    given = headers.get("retry-after", "")
    return timedelta(seconds=min(int(given), 3600) if given.isdigit() else 60)
