"""For operators: what a person must look at, such as replies that could not be delivered."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from bot.errors import NotFound
from bot.http.parts import House, Operating, Operator
from bot.outbox_store import Outbox, Todos

router = APIRouter(prefix="/api/todos", tags=["operators"])

Number = Annotated[int, Path(ge=1, le=2**53)]


@router.get("")
async def open_todos(
    house: House,
    who: Operating,
    after: Annotated[str | None, Query(max_length=20, pattern=r"^[0-9]{0,15}$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> dict[str, Any]:
    """Open to-dos, oldest first; `next` continues where this page ends."""
    todos = Todos(house.store)
    found = await asyncio.to_thread(todos.open, who.shop, int(after or 0), limit + 1)
    page = found[:limit]
    more = str(page[-1]["seq"]) if len(found) > limit else None
    return {"items": [_told(todo) for todo in page], "next": more}


@router.post("/{number}/done")
async def done(house: House, who: Operating, number: Number) -> dict[str, bool]:
    """Somebody took care of it."""
    await _ticked(house, who, number)
    return {"ok": True}


@router.post("/{number}/resend")
async def resend(house: House, who: Operating, number: Number) -> dict[str, bool]:
    """The cause is mended (credentials, say): the undelivered reply goes out after all."""
    todo = await _ticked(house, who, number)
    key = str(todo["ref"]).removeprefix("letter:").split(":")[0]
    return {"ok": await asyncio.to_thread(Outbox(house.store).try_again, key)}


async def _ticked(house: House, who: Operator, number: int) -> dict[str, Any]:
    by = f"{who.role}@{who.shop or '*'}"
    todos = Todos(house.store)
    todo = await asyncio.to_thread(todos.done, number, who.shop, by, house.clock())
    if todo is None:
        raise NotFound("没有这条待办，或者已经处理过了")
    return todo


def _told(todo: dict[str, Any]) -> dict[str, Any]:
    shown = ("shop", "conversation_id", "kind", "text")
    return {"id": todo["seq"], "at": todo["at"].isoformat(), **{name: todo[name] for name in shown}}
