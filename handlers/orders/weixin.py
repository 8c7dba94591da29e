"""微信小店's API: access token, calls, and its error codes as named errors.

POST JSON to `{base}/channels/ec/…?access_token=`, money in fen, times in seconds. The token comes
from `cgi-bin/stable_token` (7200 s, the old one stays valid while a new one is made), is renewed
five minutes early under a lock, and thrown away once when the platform says it is invalid.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from bot.clock import Clock
from handlers.orders.base import OrdersUnavailable

EARLY = timedelta(minutes=5)
SECONDS = 5.0
_BAD_TOKEN = frozenset({40001, 40014, 42001})


class WeixinError(OrdersUnavailable):
    """微信小店 refused; `errcode` is its own number."""

    code = "weixin_refused"

    def __init__(self, message: str, errcode: int = 0) -> None:
        super().__init__(message)
        self.errcode = errcode


class UnknownOrder(WeixinError):
    """No such order or after-sale in this shop."""


class WrongStatus(WeixinError):
    """The order or after-sale is not in a status that allows this."""


class OtherShop(WeixinError):
    """The order belongs to another shop."""


class Busy(WeixinError):
    """Somebody works on it right now: try again shortly."""


class TooSoon(WeixinError):
    """At most one refund request a minute per order."""


class MissingAddress(WeixinError):
    """A return needs the shop's return address."""


class InsufficientFunds(WeixinError):
    """The shop's balance does not cover the refund."""


class NegotiateFirst(WeixinError):
    """The platform wants a negotiation before a rejection."""


class DisputeRunning(WeixinError):
    """A dispute is open: the platform decides."""


class OverQuota(WeixinError):
    """Today's calls are used up."""


_NAMED: Mapping[int, tuple[type[WeixinError], str]] = {
    **dict.fromkeys((10020000, 10021050, 10021057), (UnknownOrder, "没有这个订单或售后单")),
    **dict.fromkeys((10020001, 10021041), (WrongStatus, "现在的状态不能这样操作")),
    10021043: (OtherShop, "这一单不是本店的"),
    10021044: (Busy, "售后单正在处理，请过一会儿再试"),
    10021046: (InsufficientFunds, "店铺余额不够退款，请先充值"),
    10021051: (DisputeRunning, "平台纠纷处理中，由平台决定"),
    **dict.fromkeys((10021058, 10021060), (MissingAddress, "请先设置退货地址")),
    10021059: (TooSoon, "同一订单每分钟只能申请一次退款"),
    10021068: (NegotiateFirst, "要先和买家协商，才能拒绝"),
    45009: (OverQuota, "今天的接口次数用完了"),
}


def named_error(errcode: int) -> WeixinError:
    """The business reason behind an errcode; unknown ones keep their number."""
    kind, told = _NAMED.get(errcode, (WeixinError, "微信小店没有接受这个请求"))
    return kind(f"{told}（微信小店 {errcode}）", errcode)


@dataclass(slots=True)
class _Token:
    text: str = ""
    until: datetime | None = None


class WeixinShop:
    """One shop's calls. Safe for many turns at once; the token is asked for by one of them."""

    def __init__(self, appid: str, secret: str, client: httpx.AsyncClient, clock: Clock) -> None:
        self._appid = appid
        self._secret = secret
        self._client = client
        self._clock = clock
        self._token = _Token()
        self._lock = asyncio.Lock()

    async def call(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """POST to `/channels/ec/{path}`. Raises WeixinError or OrdersUnavailable."""
        for fresh in (False, True):
            token = await self._fresh_token()
            answer = await self._post(f"/channels/ec/{path}", body, token)
            errcode = answer.get("errcode", 0)
            if errcode in _BAD_TOKEN and not fresh:
                await self._forget(token)
                continue
            break
        if errcode:
            raise named_error(errcode)
        return answer

    async def _fresh_token(self) -> str:
        async with self._lock:
            now = self._clock()
            if self._token.until is None or now >= self._token.until:
                self._token = await self._ask_token(now)
            return self._token.text

    async def _forget(self, token: str) -> None:
        """Only if nobody has renewed it meanwhile."""
        async with self._lock:
            if self._token.text == token:
                self._token = _Token()

    async def _ask_token(self, now: datetime) -> _Token:
        asked = {
            "grant_type": "client_credential",
            "appid": self._appid,
            "secret": self._secret,
        }
        answer = await self._post("/cgi-bin/stable_token", asked)
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not isinstance(seconds, int):
            raise named_error(int(answer.get("errcode", 0)))
        return _Token(token, now + timedelta(seconds=seconds) - EARLY)

    async def _post(
        self, path: str, body: Mapping[str, Any], token: str | None = None
    ) -> Mapping[str, Any]:
        asked = {"access_token": token} if token else {}
        try:
            answer = await self._client.post(path, json=dict(body), params=asked)
            answer.raise_for_status()
            found = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            # The address holds the token: it must not stand in a log.
            raise OrdersUnavailable("微信小店没有正常回答，请稍后再试") from _bare(error)
        if not isinstance(found, dict):
            raise OrdersUnavailable("微信小店返回的不是约定的格式")
        return found


def _bare(error: Exception) -> Exception:
    return RuntimeError(type(error).__name__)
