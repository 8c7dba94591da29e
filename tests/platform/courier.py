"""Carries what people do to Kaidian as the platforms do: again after trouble, twice, late."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from bot.channels.base import Callback
from tests.platform.accounts import ACCOUNTS, KFID, Standing
from tests.platform.files import keep
from tests.platform.kf import says, shows
from tests.platform.world import World

PATIENCE = timedelta(seconds=5)
TRIES = {"commkf": 11}
"""One and three repeats, but ten repeats for a shop's buyers."""


@dataclass
class Mood:
    """Shares (0 to 1) of callbacks that come twice, or late; and how long between tries."""

    repeats: float = 0.0
    reorders: float = 0.0
    between: timedelta = timedelta(seconds=1)
    late: timedelta = timedelta(seconds=2)


@dataclass(frozen=True)
class Push:
    """What became of one callback. `answer`: the last one, '' if nobody answered."""

    tries: int
    status: int
    answer: bytes = b""


@dataclass
class Courier:
    """To the Kaidian at `target`."""

    world: World
    client: httpx.AsyncClient
    target: str
    mood: Mood = field(default_factory=Mood)
    chance: Callable[[], float] = field(default_factory=lambda: random.Random(0).random)
    number: int = 0

    async def say(self, account: str, person: str, text: str, **more: Any) -> Push:
        """A person writes; returns when the platform has given up or was acknowledged."""
        standing = ACCOUNTS[account]
        if standing.kind == "kf":
            says(self.world, KFID, person, text, **more)
            return await self.push(standing, _ring())
        self.number += 1
        self.world.wrote(standing.app, person)
        return await self.push(standing, self._fields(standing, person, text, more))

    async def ring(self) -> Push:
        """微信客服 says that something waits."""
        self.number += 1
        return await self.push(ACCOUNTS["kf"], _ring())

    async def show(self, account: str, person: str, picture: bytes) -> Push:
        """A person sends a picture."""
        standing, media_id = ACCOUNTS[account], keep(self.world, picture)
        if standing.kind == "kf":
            shows(self.world, KFID, person, media_id)
            return await self.push(standing, _ring())
        self.number += 1
        self.world.wrote(standing.app, person)
        if standing.kind == "commkf":
            more: dict[str, Any] = {"msg_type": "image", "image": {"media_id": media_id}}
        else:
            more = {"MsgType": "image", "MediaId": media_id, "PicUrl": "https://mmbiz.qpic.cn/x"}
        return await self.push(standing, self._fields(standing, person, "", more))

    async def tap(self, account: str, person: str, task: str, key: str) -> Push:
        """A person taps a button of a card; the code changes that card once."""
        standing = ACCOUNTS[account]
        self.number += 1
        code = f"code-{self.number}"
        self.world.tapped[code] = (standing.app, task, False)
        event = {"Event": "template_card_event", "EventKey": key, "TaskId": task}
        card = {"CardType": "button_interaction", "ResponseCode": code}
        fields = self._fields(standing, person, "", {})
        plain = {name: fields[name] for name in ("ToUserName", "FromUserName", "CreateTime")}
        return await self.push(standing, {**plain, "MsgType": "event", **event, **card})

    async def push(self, standing: Standing, fields: dict[str, Any]) -> Push:
        """The same callback until it is acknowledged, each try signed anew."""
        if self.chance() < self.mood.reorders:
            await asyncio.sleep(self.mood.late.total_seconds() * self.chance())
        done = await self._until_taken(standing, fields)
        if self.chance() < self.mood.repeats:
            await self._once(standing, fields)
        return done

    async def _until_taken(self, standing: Standing, fields: dict[str, Any]) -> Push:
        last = Push(0, 0)
        for tries in range(1, TRIES.get(standing.kind, 4) + 1):
            last = await self._once(standing, fields, tries)
            if last.status == 200:
                return last
            await asyncio.sleep(self.mood.between.total_seconds())
        return last

    async def _once(self, standing: Standing, fields: dict[str, Any], tries: int = 1) -> Push:
        pushed = standing.pusher().message(fields, self.world.clock())
        try:
            answer = await self.client.post(
                f"{self.target}/channels/{standing.kind}/{standing.name}",
                params=_query(pushed),
                content=pushed.body,
                timeout=PATIENCE.total_seconds(),
            )
        except httpx.HTTPError:
            return Push(tries, 0)
        return Push(tries, answer.status_code, answer.content)

    def _fields(
        self, standing: Standing, person: str, text: str, more: dict[str, Any]
    ) -> dict[str, Any]:
        common = {
            "ToUserName": standing.app,
            "FromUserName": person,
            "CreateTime": int(self.world.clock().timestamp()),
        }
        if standing.kind == "commkf":
            event = {"MsgType": "event", "Event": "commkf_send_msg_to_kf"}
            said = {"msg_id": f"7{self.number:06}", "msg_type": "text", "text": {"content": text}}
            return common | event | said | more
        return common | {"MsgType": "text", "Content": text, "MsgId": 10**18 + self.number} | more


def _ring() -> dict[str, Any]:
    return {"MsgType": "event", "Event": "kf_msg_or_event", "Token": "ENC", "OpenKfId": KFID}


def _query(pushed: Callback) -> dict[str, str]:
    return dict(pushed.query)
