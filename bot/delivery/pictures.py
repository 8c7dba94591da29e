"""Pictures that people send through channels: fetched when their turn is made, kept as evidence.

Not on receipt: an acknowledgement must not wait for a download, and a crash in between would lose
it. The platforms keep pictures for three days, a robot's for five minutes.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.channels.unread import unread_key
from bot.clock import Clock
from bot.contact_store import Contact
from bot.delivery.merge import NextTurn
from bot.inbox_store import Waiting
from bot.mail import BringsMedia, Channel, Incoming, Receipt, Todo
from bot.messages import Reply
from bot.pictures import PICTURE_BYTES, picture_kind
from bot.store import Store
from knowledge.wording import Wording

PATIENT_TRIES = 3
"""Tries of a turn for which a platform's moment of weakness puts the whole turn off."""

MOST = 9
"""Pictures of one message (api.md)."""

_PASSES = ("retry", "rate_limited", "credentials")

TakeIn = Callable[[NextTurn, Contact], Awaitable[NextTurn]]
"""The same turn, with attachments of the conversation in place of the platform's names."""


async def untouched(planned: NextTurn, _contact: Contact) -> NextTurn:
    """For channels without pictures."""
    return planned


class PicturesLater(Exception):
    """The platform cannot give them now; a little later it may."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Fetches from `channels` and keeps in `store`. A turn made again finds what it had kept."""

    store: Store
    channels: Mapping[tuple[str, str], Channel]
    clock: Clock

    async def __call__(self, planned: NextTurn, contact: Contact) -> NextTurn:
        """A picture that cannot be had leaves its message without media, and a to-do.

        Raises PicturesLater.
        """
        # The tasks are few, and one after the other keeps a slow platform's memory use low.
        taken = [await self._one(waiting, contact) for waiting in planned.messages]
        return replace(planned, messages=tuple(taken))

    async def _one(self, waiting: Waiting, contact: Contact) -> Waiting:
        letter = waiting.incoming
        names = (
            letter.media[:MOST] if letter.kind in ("image", "text") and not letter.silent else ()
        )
        found = [await self._picture(letter, name, contact) for name in names]
        mine = tuple(each for each in found if each)
        return replace(waiting, incoming=replace(letter, media=mine))

    async def _picture(self, letter: Incoming, name: str, contact: Contact) -> str | None:
        """The id of the kept picture, or None and a to-do."""
        made = _id(letter, name)
        if await asyncio.to_thread(self.store.attachments_of, contact.conversation_id, [made]):
            return made
        data = await self._data(letter, name)
        if isinstance(data, Receipt):
            if data.trouble in _PASSES and contact.tries < PATIENT_TRIES:
                raise PicturesLater(data.detail)
            await self._told(letter, contact, data.detail)
            return None
        kind = picture_kind(data)
        if kind is None:
            return None
        digest = hashlib.sha256(data).hexdigest()
        where = (contact.conversation_id, kind, digest, data, self.clock())
        await asyncio.to_thread(self.store.add_attachment, made, *where)
        return made

    async def _data(self, letter: Incoming, name: str) -> bytes | Receipt:
        channel = self.channels.get((letter.channel, letter.account))
        if not isinstance(channel, BringsMedia):
            return Receipt("refused", detail="这个渠道的图片取不到")
        return await channel.fetch(letter, name, PICTURE_BYTES)

    async def _told(self, letter: Incoming, contact: Contact, why: str) -> None:
        ref = f"picture:{letter.channel}:{letter.account}:{letter.id}"[:200]
        told = "已请客户再发一次；也可以到平台的聊天记录里看原图"
        todo = Todo("unanswered", ref, f"客户发来的图没取到（{why}）。{told}")
        talk = (contact.conversation_id, contact.shop)
        await asyncio.to_thread(self.store.add_todo, talk, todo, self.clock())


def _id(letter: Incoming, name: str) -> str:
    """The same picture of the same message has the same id, so that no try keeps it twice."""
    whole = "\0".join((letter.channel, letter.account, letter.id, name))
    return hashlib.sha256(whole.encode()).hexdigest()[:32]


def noted(run: Sequence[Waiting], wording: Wording) -> tuple[Reply, ...]:
    """What is said beside the answer: that some part of what was sent could not be read.

    Where nothing at all could be read, that is the answer itself.
    """
    keys = [unread_key(waiting.incoming) for waiting in run]
    if all(keys):
        return ()
    return tuple(Reply(wording.say(key)) for key in dict.fromkeys(keys) if key)
