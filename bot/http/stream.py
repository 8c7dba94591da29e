"""`GET /api/stream`: what comes without being asked for, told to an open chat as it happens."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse

from bot.http.parts import House, Parts, Speaking
from bot.http.people import entry
from bot.store import LogEntry

router = APIRouter(prefix="/api", tags=["people who chat"])

LOOK = 1.0
"""Seconds between two looks into the history: other processes write there too."""

QUIET = 15
"""Looks without news after which a comment is sent, so that proxies keep the line open."""


@router.get("/stream")
async def stream(
    request: Request,
    house: House,
    who: Speaking,
    last_event_id: Annotated[str | None, Header(max_length=20, pattern=r"^[0-9]{0,15}$")] = None,
) -> StreamingResponse:
    """Server-sent events `operator_message`, `case_changed` and `reminder`, from now on or from
    `Last-Event-ID` on."""
    after = int(last_event_id) if last_event_id else await _end(house, who.conversation_id)
    told = _told(request, house, who.conversation_id, after)
    return StreamingResponse(
        told, media_type="text/event-stream", headers={"Cache-Control": "no-store"}
    )


async def _end(house: Parts, conversation_id: str) -> int:
    lines = await asyncio.to_thread(house.store.last_lines, conversation_id, 1)
    return lines[-1].seq if lines else 0


async def _told(request: Request, house: Parts, talk: str, after: int) -> AsyncIterator[str]:
    yield ": open\n\n"
    looks = 0
    while not getattr(request.app.state, "stopping", False):
        lines = await asyncio.to_thread(house.store.history, talk, after, 50)
        for line in lines:
            after = line.seq
            for name, data in events_of(line):
                yield f"id: {line.seq}\nevent: {name}\ndata: {_json(data)}\n\n"
        looks = 0 if lines else looks + 1
        if looks and looks % QUIET == 0:
            yield ": still here\n\n"
        await asyncio.sleep(LOOK)


def events_of(line: LogEntry) -> list[tuple[str, dict[str, Any]]]:
    """What an open chat must hear of one line; the answers to its own messages it has."""
    if line.sender == "operator":
        return [("operator_message", entry(line))]
    own = line.id.startswith(("timer:", "op-"))
    if line.sender != "bot" or not own:
        return []
    case = (line.result or {}).get("case")
    changed = [("case_changed", {"case": case})] if case else []
    return [*changed, ("reminder", entry(line))]


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False)
