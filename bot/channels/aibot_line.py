"""The socket under 智能机器人: does what `aibot.step` says, and nothing else."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from bot.channels.aibot import LIMITS, step
from bot.channels.aibot_items import KIND, key_of
from bot.channels.aibot_state import (
    Action,
    Came,
    Close,
    Connect,
    Deliver,
    Event,
    Line,
    Lost,
    Opened,
    Robot,
    Say,
    Settle,
    Tick,
    Warn,
    Write,
)
from bot.channels.base import Failed
from bot.channels.keeping import Accept, kept
from bot.channels.media import SEALING, file_at, file_or_receipt, opened_file
from bot.clock import Clock
from bot.mail import Incoming, Limits, Outgoing, Receipt

logger = logging.getLogger(__name__)

ADDRESS = "wss://openws.work.weixin.qq.com"
_PATIENCE = 10.0


class Aibot:
    """A `bot.mail.Channel`; `run` keeps its line up until cancelled. One process for one robot."""

    kind: str = KIND
    limits: Limits = LIMITS

    def __init__(
        self,
        robot: Robot,
        clock: Clock,
        address: str = ADDRESS,
        warn: Callable[[str], None] = logger.warning,
        tick: timedelta = timedelta(seconds=1),
        client: httpx.AsyncClient | None = None,
    ) -> None:
        self._client = client or httpx.AsyncClient()
        self.account = robot.account
        self._line = Line(robot)
        self._clock, self._address, self._warn = clock, address, warn
        self._tick = tick.total_seconds()
        self._socket: ClientConnection | None = None
        self._results: dict[str, asyncio.Future[Receipt]] = {}
        self._came: asyncio.Queue[Incoming] = asyncio.Queue()
        self._wait = timedelta(0)

    @property
    def live(self) -> bool:
        """Subscribed, as far as we know."""
        return self._line.live

    def listens(self, person: str) -> bool:
        """Whether the line is up here; among several processes one keeps it."""
        return self.live

    async def send(self, letter: Outgoing) -> Receipt:
        """Send and wait for the acknowledgement."""
        result: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._results[letter.key] = result
        try:
            await self._happen(Say(letter))
            return await asyncio.wait_for(result, _PATIENCE)
        except TimeoutError:
            return Receipt("retry", detail="企业微信没有回执，稍后自动重试")
        finally:
            self._results.pop(letter.key, None)

    async def fetch(self, letter: Incoming, name: str, most: int) -> bytes | Receipt:
        """A file by its address, which holds for five minutes, opened with its own key."""
        sealed = await file_at(self._client, name, self._address, most + SEALING)
        if isinstance(sealed, Failed):
            return sealed.receipt
        key = key_of(letter.raw, name)
        return file_or_receipt(opened_file(sealed, key) if key else sealed)

    async def show(self, letter: Outgoing) -> None:
        """The text so far of an answer that is still growing; `send` with its key ends it."""
        await self._happen(Say(letter, finish=False))

    async def run(self, accept: Accept) -> None:
        """Connect, and again whenever the line is lost; hand every letter to `accept`."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._hand_on(accept))
            while True:
                await asyncio.sleep(self._wait.total_seconds())
                await self._once()

    async def _once(self) -> None:
        try:
            # Its own heartbeats stand in for those of the socket.
            async with connect(self._address, ping_interval=None, open_timeout=_PATIENCE) as socket:
                self._socket = socket
                await self._happen(Opened())
                await self._read(socket)
        except (OSError, TimeoutError, WebSocketException) as error:
            logger.info("aibot %s: %s", self.account, type(error).__name__)
        finally:
            self._socket = None
        await self._happen(Lost())

    async def _read(self, socket: ClientConnection) -> None:
        while True:
            try:
                async with asyncio.timeout(self._tick):
                    frame = await socket.recv()
            except TimeoutError:
                await self._happen(Tick())
                continue
            text = frame if isinstance(frame, str) else frame.decode(errors="replace")
            await self._happen(Came(text))
            await self._happen(Tick())

    async def _happen(self, event: Event) -> None:
        # The state moves on before anything is awaited, so events never cross.
        self._line, actions = step(self._line, event, self._clock())
        for action in actions:
            await self._do(action)

    async def _do(self, action: Action) -> None:
        match action:
            case Write(text):
                await self._write(text)
            case Close():
                if self._socket:
                    await self._socket.close()
            case Connect(after):
                self._wait = after
            case Deliver(letter):
                self._came.put_nowait(letter)
            case Settle(key, receipt):
                result = self._results.get(key)
                if result and not result.done():
                    result.set_result(receipt)
            case Warn(text):
                self._warn(text)

    async def _write(self, text: str) -> None:
        if self._socket:
            try:
                await self._socket.send(text)
            except WebSocketException:
                logger.info("aibot %s: the line broke while writing", self.account)

    async def _hand_on(self, accept: Accept) -> None:
        while True:
            letter = await self._came.get()
            if not await kept(letter, accept):
                self._warn(f"机器人收到的一条消息没有保存：{letter.id}")
