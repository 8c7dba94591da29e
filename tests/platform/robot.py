"""WeCom's end of the long connection: subscription, heartbeats, eviction, acknowledgements."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed


@dataclass
class Robots:
    """One robot's home. Hand `talk` to a websocket server."""

    secret: str = "s"
    frames: list[dict[str, Any]] = field(default_factory=list)
    planned: dict[str, list[int]] = field(default_factory=dict)
    """Errcodes for the next frames of a command."""
    mute: set[str] = field(default_factory=set)
    """Commands that get no acknowledgement."""
    subscriptions: int = 0
    live: ServerConnection | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    told: Callable[[str, str], None] = lambda _person, _text: None
    """Called with every whole answer: to whom, and what."""
    askers: dict[str, str] = field(default_factory=dict)
    """Who asked, by req_id."""

    async def talk(self, socket: ServerConnection) -> None:
        """One connection, until it closes."""
        try:
            async for text in socket:
                await self._answer(socket, json.loads(text))
        except ConnectionClosed:
            pass
        finally:
            if self.live is socket:
                self.live = None
                self.ready.clear()

    async def _answer(self, socket: ServerConnection, frame: dict[str, Any]) -> None:
        command = frame["cmd"]
        self.frames.append(frame)
        if command in self.mute:
            return
        code = self._code(command, frame)
        if command == "aibot_subscribe" and code == 0:
            await self._take_over(socket)
        answer = {"headers": frame["headers"], "errcode": code, "errmsg": "ok" if not code else "x"}
        await socket.send(json.dumps(answer))
        if command == "aibot_subscribe" and code == 0:
            self.ready.set()
        elif code == 0:
            self._tell(frame)

    def _tell(self, frame: dict[str, Any]) -> None:
        body = frame.get("body", {})
        inner = body.get(body.get("msgtype"), {})
        to = self.askers.get(frame["headers"]["req_id"]) or body.get("chatid")
        if to and inner.get("finish", True):
            self.told(to, inner.get("content", ""))

    def _code(self, command: str, frame: dict[str, Any]) -> int:
        planned = self.planned.get(command)
        if planned:
            return planned.pop(0)
        if command == "aibot_subscribe":
            self.subscriptions += 1
            return 0 if frame["body"]["secret"] == self.secret else 40001
        return 0

    async def _take_over(self, socket: ServerConnection) -> None:
        before, self.live = self.live, socket
        if before is not None:
            body = {"msgtype": "event", "event": {"eventtype": "disconnected_event"}}
            await before.send(_frame("aibot_event_callback", "evicted", body))

    async def says(self, person: str, text: str, req_id: str, msgid: str, group: str = "") -> None:
        """A member writes."""
        said = {"msgtype": "text", "text": {"content": text}}
        await self._said(person, said, req_id, msgid, group)

    async def shows(self, person: str, url: str, key: str, req_id: str) -> None:
        """A member sends a picture, which lies sealed at `url`."""
        said = {"msgtype": "image", "image": {"url": url, "aeskey": key}}
        await self._said(person, said, req_id, req_id)

    async def _said(
        self, person: str, said: dict[str, Any], req_id: str, msgid: str, group: str = ""
    ) -> None:
        body: dict[str, Any] = {
            "msgid": msgid,
            "aibotid": "bot",
            "chattype": "group" if group else "single",
            "from": {"userid": person},
            **said,
        }
        if group:
            body["chatid"] = group
        self.askers[req_id] = person
        await self._push("aibot_msg_callback", req_id, body)

    async def enters(self, person: str, req_id: str) -> None:
        """A member opens the chat for the first time today."""
        event = {"eventtype": "enter_chat"}
        self.askers[req_id] = person
        body = {"msgid": req_id, "from": {"userid": person}, "msgtype": "event", "event": event}
        await self._push("aibot_event_callback", req_id, body)

    async def _push(self, command: str, req_id: str, body: dict[str, Any]) -> None:
        async with asyncio.timeout(10):
            await self.ready.wait()
        assert self.live
        await self.live.send(_frame(command, req_id, body))

    def of(self, command: str) -> list[dict[str, Any]]:
        """The bodies of the frames of a command, in order."""
        return [frame.get("body", {}) for frame in self.frames if frame["cmd"] == command]


def _frame(command: str, req_id: str, body: dict[str, Any]) -> str:
    return json.dumps({"cmd": command, "headers": {"req_id": req_id}, "body": body})
