"""What the routes work with, put together by server.py and handed to every request."""

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Header, Request

from bot.clock import SettableClock, in_shanghai
from bot.delivery.outside import Outside
from bot.delivery.worker import Worker
from bot.engine import Bot
from bot.errors import BadInput, NotAllowed, NotFound
from bot.http.joined import Joined
from bot.operations import Knowledge
from bot.settings import Settings
from bot.store import Store
from handlers.customer.evaluate import AfterSales
from handlers.merchant.checks import Checks
from handlers.merchant.heard_advertising import Heard
from handlers.orders.base import Orders
from handlers.orders.listed import ListedOrders
from knowledge.choices import Choice
from knowledge.launch.shapes import LaunchBook
from knowledge.wording import Wording
from retrieval.rank import Hit
from retrieval.search import Scope


@dataclass(frozen=True, slots=True)
class Parts:
    """One running Kaidian."""

    settings: Settings
    store: Store
    bot: Bot
    knowledge: Knowledge
    wording: Wording
    clock: SettableClock
    scope: Callable[[str], Scope]
    answerable: Callable[[Sequence[Hit]], bool]
    aftersales: AfterSales
    checks: Checks
    launch: LaunchBook
    demo: bool
    worker: Worker
    orders: Orders = field(default_factory=lambda: ListedOrders(tuple))
    outside: Outside = field(default_factory=Outside)
    warm: Callable[[], None] = lambda: None
    joined: Joined | None = None
    choices: Sequence[Choice] = ()
    heard: Heard | None = None


async def parts(request: Request) -> Parts:  # async: a plain function would cost a thread
    found = request.app.state.parts
    assert isinstance(found, Parts)
    return found


House = Annotated[Parts, Depends(parts)]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who speaks, proven by the session's token."""

    conversation_id: str


def secret_digest(secret: str) -> str:
    """How tokens and keys are stored: a leaked database opens no door."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    return secrets.token_urlsafe(32)


async def visitor(house: House, authorization: Annotated[str | None, Header()] = None) -> Visitor:
    """The session of the bearer token. Raises NotAllowed."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotAllowed("请带上 Authorization: Bearer <token>，token 由 POST /api/sessions 发放")
    digest = secret_digest(token.strip())
    session = house.store.known_session(digest) or await asyncio.to_thread(
        house.store.session, digest
    )
    if session is None or session.expires_at < house.clock():
        raise NotAllowed("会话已过期，请重新打开聊天窗口（POST /api/sessions）")
    return Visitor(session.conversation_id)


Speaking = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class Operator:
    """Whose key it is; `shop` '' may act for every shop."""

    shop: str
    role: str

    def for_shop(self, shop: str | None) -> str:
        """The shop to act on. Raises NotFound for one that this key must not see."""
        wanted = shop if shop is not None else self.shop
        if self.shop not in ("", wanted):
            raise NotFound("没有这个店铺")
        return wanted


async def operator(house: House, x_api_key: Annotated[str | None, Header()] = None) -> Operator:
    """The operator of the X-API-Key. Raises NotAllowed."""
    found = await asyncio.to_thread(house.store.operator, secret_digest(x_api_key or ""))
    if found is None:
        raise NotAllowed("请带上有效的 X-API-Key；首次启动时会打印一把")
    return Operator(*found)


Operating = Annotated[Operator, Depends(operator)]


def moment(house: Parts, given: datetime | None) -> datetime:
    """`given` in the sandbox, else the clock. Raises BadInput for a `now` outside the sandbox."""
    if given is None:
        return house.clock()
    if not house.settings.sandbox:
        raise BadInput("字段 now 只在沙箱里可用（KAIDIAN_SANDBOX=1）")
    return bounded(given)


def bounded(given: datetime) -> datetime:
    """`given` in Shanghai. Raises BadInput outside 2000–2099: no shop keeps books there."""
    if not 2000 <= given.year <= 2099:
        raise BadInput("时间要在 2000 到 2099 年之间")
    return in_shanghai(given)
