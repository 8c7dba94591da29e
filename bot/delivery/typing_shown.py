"""“对方正在输入”, where a platform can show it and a turn takes long enough to be waited for."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from bot.contact_store import Contact
from bot.mail import Channel, Types

AFTER: Final = timedelta(seconds=1)
"""Most turns are made sooner; for them the call to the platform would only cost."""

Channels = Mapping[tuple[str, str], Channel]


@asynccontextmanager
async def typing(
    channels: Channels, contact: Contact, after: timedelta = AFTER
) -> AsyncIterator[None]:
    """Shown while the body takes longer than `after`; the answer itself ends it."""
    channel = channels.get((contact.channel, contact.account))
    if not isinstance(channel, Types):
        yield
        return
    showing = asyncio.create_task(_shown(channel, contact.sender, after))
    try:
        yield
    finally:
        showing.cancel()


async def _shown(channel: Types, person: str, after: timedelta) -> None:
    await asyncio.sleep(after.total_seconds())
    # Whether it was shown changes nothing: the answer comes all the same.
    await channel.typing(person)
