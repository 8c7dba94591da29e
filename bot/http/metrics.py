"""`GET /metrics`: what people who run Kaidian watch, in Prometheus' text format."""

import asyncio
from collections.abc import Iterator, Mapping

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from bot.http.parts import House, Parts
from bot.inbox_store import Inbox
from bot.outbox_store import Outbox

router = APIRouter(tags=["pages"])

FORMAT = "text/plain; version=0.0.4; charset=utf-8"


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(house: House) -> PlainTextResponse:
    """Counters since the start of this process, and how long the queues are now."""
    lines = [*refused(house), *await asyncio.to_thread(_queues, house)]
    return PlainTextResponse("\n".join(lines) + "\n", media_type=FORMAT)


def refused(house: Parts) -> Iterator[str]:
    """Callbacks that were not genuine; of them nothing else is kept."""
    found: Mapping[tuple[str, str], int] = house.joined.doors.refused if house.joined else {}
    name = "kaidian_callbacks_refused_total"
    yield f"# HELP {name} Callbacks of platforms that were refused, by channel and reason."
    yield f"# TYPE {name} counter"
    for (kind, reason), count in sorted(found.items()):
        yield f'{name}{{kind="{kind}",reason="{reason}"}} {count}'


def _queues(house: Parts) -> list[str]:
    oldest = Inbox(house.store).oldest()
    waited = max(0.0, (house.worker.delivering.machine() - oldest).total_seconds()) if oldest else 0
    return [
        *_gauge("kaidian_letters_waiting", "Replies on their way.", Outbox(house.store).waiting()),
        *_gauge("kaidian_oldest_message_seconds", "Wait of the oldest unanswered one.", waited),
    ]


def _gauge(name: str, told: str, value: float) -> list[str]:
    return [f"# HELP {name} {told}", f"# TYPE {name} gauge", f"{name} {value:g}"]
