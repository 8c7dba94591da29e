"""What must be looked at now and then, since nobody is sure to tell us."""

import asyncio
import logging
from datetime import timedelta
from typing import Protocol

from bot.errors import KaidianError

logger = logging.getLogger(__name__)


class Watch(Protocol):
    """`look` is called again `every` so often, and once at the start."""

    @property
    def every(self) -> timedelta: ...

    async def look(self) -> None: ...


async def keep_looking(watch: Watch, stop: asyncio.Event) -> None:
    """Until `stop`. A look that fails is made again at the next time."""
    while not stop.is_set():
        try:
            await watch.look()
        except KaidianError as error:
            logger.warning("%s: %s", type(watch).__name__, error.message)
        except Exception:
            logger.exception("%s: could not look", type(watch).__name__)
        try:
            async with asyncio.timeout(watch.every.total_seconds()):
                await stop.wait()
        except TimeoutError:
            continue
