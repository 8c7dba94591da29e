"""Letters from lines whose platform repeats nothing: we do not let go of one soon."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.errors import KaidianError, StorageLost
from bot.mail import Incoming

logger = logging.getLogger(__name__)

TRIES = 60

Accept = Callable[[Incoming], Awaitable[object]]


async def kept(letter: Incoming, accept: Accept) -> bool:
    """Whether `accept` took it, within a minute of trying."""
    for _ in range(TRIES):
        try:
            await accept(letter)
        except StorageLost:
            await asyncio.sleep(1)
        except KaidianError as error:
            logger.warning("%s %s: %s", letter.channel, letter.account, error.message)
            return False
        else:
            return True
    return False
