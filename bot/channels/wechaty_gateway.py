"""A wechaty gateway over gRPC. Needs requirements/wechaty.txt.

wechaty's generated stubs alone: its Python framework above them does not import on Python 3.13
(telnetlib), nor with current pyee and urllib3, and we need nothing of it. See docs/decisions/0016.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from grpclib.client import Channel
from grpclib.const import Status
from grpclib.exceptions import GRPCError, StreamTerminatedError
from wechaty_grpc.wechaty import PuppetStub

from bot.channels.media import bounded
from bot.channels.wechaty import Happened, Lost, Refused
from bot.channels.wechaty_items import Person, Said

PATIENCE = 10.0
_ORIGINAL = 3
"""The size of a picture as it was sent."""

Answer = TypeVar("Answer")


class Gateway:
    """One connection. Every call raises Lost or Refused."""

    def __init__(self, endpoint: str, token: str) -> None:
        host, _, port = endpoint.rpartition(":")
        self._channel = Channel(host.strip("[]"), int(port))
        self._stub = PuppetStub(self._channel, metadata={"authorization": f"Wechaty {token}"})

    async def events(self) -> AsyncIterator[Happened]:
        """Everything that happens, until the connection is lost."""
        with _told():
            async for event in self._stub.event():
                yield Happened(int(event.type), _fields(event.payload))

    async def alive(self) -> None:
        await self._asked(self._stub.version())

    async def message(self, message_id: str) -> Said:
        found = await self._asked(self._stub.message_payload(id=message_id))
        return Said(
            found.id or message_id,
            found.from_id,
            found.room_id,
            int(found.type),
            found.text,
            int(found.timestamp),
            tuple(found.mention_ids),
        )

    async def contact(self, contact_id: str) -> Person:
        found = await self._asked(self._stub.contact_payload(id=contact_id))
        return Person(contact_id, found.name, int(found.type))

    async def say(self, to: str, text: str, mentions: tuple[str, ...]) -> str:
        """The id of what was sent; many gateways tell none."""
        sent = self._stub.message_send_text(
            conversation_id=to, text=text, mentonal_ids=list(mentions)
        )
        return str((await self._asked(sent)).id or "")

    async def picture(self, message_id: str, most: int) -> bytes | None:
        """The picture of a message; None where it has more than `most` bytes."""
        with _told():
            async with asyncio.timeout(PATIENCE):
                stream = self._stub.message_image_stream(id=message_id, type=_ORIGINAL)
                return await bounded((part.file_box_chunk.data async for part in stream), most)

    def close(self) -> None:
        self._channel.close()

    async def _asked(self, call: Awaitable[Answer]) -> Answer:
        with _told():
            async with asyncio.timeout(PATIENCE):
                return await call


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except GRPCError as error:
        said = str(error.message or error.status.name)[:200]
        if error.status in (Status.UNAVAILABLE, Status.CANCELLED, Status.DEADLINE_EXCEEDED):
            raise Lost(said) from error
        raise Refused(said, token=error.status is Status.UNAUTHENTICATED) from error
    except (StreamTerminatedError, OSError, TimeoutError) as error:
        raise Lost(type(error).__name__) from error


def _fields(payload: str) -> dict[str, Any]:
    try:
        found = json.loads(payload or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
