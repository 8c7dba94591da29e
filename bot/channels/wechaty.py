"""A personal WeChat account through a wechaty gateway: contacts, and rooms where we are mentioned.

Such gateways are not WeChat's own: an account may be restricted or closed for it (README).
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Protocol

from bot.channels.keeping import Accept, kept
from bot.channels.rendering import numbered, too_long
from bot.channels.wechaty_items import KIND, Person, Said, letter
from bot.clock import Clock
from bot.mail import Incoming, Limits, Outgoing, Receipt

logger = logging.getLogger(__name__)

LIMITS: Final = Limits(4000)
"""No length is published for personal chats (U)."""

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(seconds=30)
BEAT = timedelta(seconds=30)
GAP = timedelta(seconds=1)
"""Between two sends: a person does not type faster, and bursts are what gets accounts closed."""

_MESSAGE, _SCAN, _LOGIN, _LOGOUT = 2, 22, 25, 26
_NAMES = 1000


class Lost(Exception):
    """The gateway cannot be reached; later it may."""


class Refused(Exception):
    """The gateway answered no. `token`: it does not take ours."""

    def __init__(self, said: str, *, token: bool = False) -> None:
        super().__init__(said)
        self.token = token


@dataclass(frozen=True, slots=True)
class Happened:
    """An event, by the number that the gateway gives it."""

    kind: int
    fields: Mapping[str, Any]


class Gateway(Protocol):
    """A connection to a gateway. Every call raises Lost or Refused."""

    def events(self) -> AsyncIterator[Happened]: ...
    async def alive(self) -> None: ...
    async def message(self, message_id: str) -> Said: ...
    async def contact(self, contact_id: str) -> Person: ...
    async def say(self, to: str, text: str, mentions: tuple[str, ...]) -> str: ...
    async def picture(self, message_id: str, most: int) -> bytes | None: ...
    def close(self) -> None: ...


class Wechaty:
    """A `bot.mail.Channel`; `run` keeps its line up until cancelled. One process for one gateway:
    a second listener takes the first one's events away."""

    kind: str = KIND
    limits: Limits = LIMITS

    def __init__(
        self,
        account: str,
        connect: Callable[[], Gateway],
        clock: Clock,
        warn: Callable[[str], None] = logger.warning,
        gap: timedelta = GAP,
        beat: timedelta = BEAT,
    ) -> None:
        self.account = account
        self._connect, self._clock, self._warn = connect, clock, warn
        self._gap, self._beat = gap.total_seconds(), beat.total_seconds()
        self._gateway: Gateway | None = None
        self._us = Person("")
        self._names: dict[str, Person] = {}
        self._sending = asyncio.Lock()
        self._due: deque[str] = deque(maxlen=_NAMES)

    @property
    def live(self) -> bool:
        """Connected, and the account is logged in, as far as we know."""
        return self._gateway is not None and bool(self._us.id)

    async def send(self, letter: Outgoing) -> Receipt:
        """One text, to the person or into the room where they asked."""
        text = numbered(letter.text, letter.choices)
        refusal = too_long(text, LIMITS.text_bytes)
        if refusal:
            return refusal
        async with self._sending:
            receipt = await self._say(letter, text)
            await asyncio.sleep(self._gap)
        return receipt

    async def fetch(self, letter: Incoming, name: str, most: int) -> bytes | Receipt:
        """A picture by its message's id."""
        if self._gateway is None:
            return Receipt("retry", detail="连不上 wechaty 网关")
        try:
            found = await self._gateway.picture(name, most)
        except (Lost, Refused) as error:
            return _receipt(error)
        if found is None:
            return Receipt("refused", detail=f"文件超过上限 {most // 1000} KB")
        return found

    async def run(self, accept: Accept) -> None:
        """Connect, and again whenever the line is lost; hand every letter to `accept`."""
        wait = FIRST_WAIT
        while True:
            since = self._clock()
            await self._once(accept)
            wait = FIRST_WAIT if self._clock() - since > LONGEST_WAIT else wait * 2
            await asyncio.sleep(min(wait, LONGEST_WAIT).total_seconds())

    async def _once(self, accept: Accept) -> None:
        gateway = self._connect()
        watch = asyncio.create_task(self._watch(gateway))
        try:
            self._gateway = gateway
            async for event in gateway.events():
                await self._happen(gateway, event, accept)
        except Lost as error:
            logger.info("wechaty %s: %s", self.account, error)
        except Refused as error:
            self._warn(f"wechaty 网关不接受连接（{error}），请核对账号文件里的 token")
        finally:
            watch.cancel()
            self._gateway, self._us = None, Person("")
            gateway.close()

    async def _watch(self, gateway: Gateway) -> None:
        """A line that is dead without a word ends here: closing it ends its events."""
        with suppress(Lost, Refused):
            while True:
                await asyncio.sleep(self._beat)
                await gateway.alive()
        gateway.close()

    async def _happen(self, gateway: Gateway, event: Happened, accept: Accept) -> None:
        who = str(event.fields.get("contactId") or "")
        if event.kind == _LOGIN:
            self._us = await self._person(gateway, who)
            await self._catch_up(gateway, accept)
        elif event.kind == _LOGOUT:
            self._us = Person("")
            self._warn("个人微信掉线了，请到网关重新扫码登录；掉线期间的消息收不到")
        elif event.kind == _SCAN:
            self._warn("wechaty 网关在等扫码，请看网关的输出")
        elif event.kind == _MESSAGE:
            self._due.append(str(event.fields.get("messageId") or ""))
            await self._catch_up(gateway, accept)

    async def _catch_up(self, gateway: Gateway, accept: Accept) -> None:
        """Nobody tells us of a message twice, so it stays due until it has been read; and until we
        know who we are, our own words cannot be told from others'."""
        while self._us.id and self._due:
            await self._read(gateway, self._due[0], accept)
            self._due.popleft()

    async def _read(self, gateway: Gateway, message_id: str, accept: Accept) -> None:
        try:
            said = await gateway.message(message_id)
        except Refused as error:
            logger.warning("wechaty %s: a message could not be read: %s", self.account, error)
            return
        if said.by == self._us.id:
            return
        by = await self._person(gateway, said.by)
        found = letter(self.account, said, by, self._us, self._clock())
        if found and not await kept(found, accept):
            self._warn(f"个人微信收到的一条消息没有保存：{found.id}")

    async def _person(self, gateway: Gateway, contact_id: str) -> Person:
        """With the name if the gateway tells it."""
        if contact_id not in self._names:
            try:
                found = await gateway.contact(contact_id)
            except Refused:
                return Person(contact_id)
            if len(self._names) >= _NAMES:
                self._names.clear()
            self._names[contact_id] = found
        return self._names[contact_id]

    async def _say(self, letter: Outgoing, text: str) -> Receipt:
        gateway = self._gateway
        if gateway is None:
            return Receipt("retry", detail="连不上 wechaty 网关，稍后自动重试")
        if not self._us.id:
            return Receipt("credentials", detail="个人微信没有登录，请到网关扫码")
        try:
            if not letter.room:
                return Receipt(platform_id=await gateway.say(letter.to, text, ()))
            name = (await self._person(gateway, letter.to)).name
            told = f"@{name}\u2005{text}" if name else text
            return Receipt(platform_id=await gateway.say(letter.room, told, (letter.to,)))
        except (Lost, Refused) as error:
            return _receipt(error)


def _receipt(error: Lost | Refused) -> Receipt:
    if isinstance(error, Lost):
        return Receipt("retry", detail=f"连不上 wechaty 网关（{error}），稍后自动重试")
    if error.token:
        return Receipt("refused", detail="wechaty 网关不认这个 token，请核对账号文件")
    return Receipt("refused", detail=f"wechaty 网关拒绝了（{error}）")
