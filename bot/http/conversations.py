"""For operators: conversations, and taking them over, speaking in them, giving them back."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from bot.conversation import Called, Conversation
from bot.errors import BadInput, TooLarge
from bot.http.cases import may_act, name_of
from bot.http.parts import House, Operating, Operator, Parts, bounded
from bot.http.people import entry
from bot.mail import Card
from bot.messages import TEXT_LIMIT, clean
from bot.talk_operations import TalkDesk, Wanted, in_room
from bot.talk_store import Talks

router = APIRouter(prefix="/api/conversations", tags=["operators"])

TalkId = Annotated[str, Path(min_length=1, max_length=128)]
LINES = 200
Version = Annotated[int, Field(ge=0, le=2**31)]


class TalkAct(BaseModel):
    """`expected_version`: the version that was read; a newer one answers 409 with what was said."""

    expected_version: Version


CardId = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]


class OperatorReply(TalkAct):
    """`order_no`, `product_id`: shown after the text as a card where the platform has such cards
    (微信小店自研客服), as a line elsewhere."""

    text: str
    order_no: CardId | None = None
    product_id: CardId | None = None

    @property
    def cards(self) -> tuple[Card, ...]:
        given = (("order", self.order_no), ("product", self.product_id))
        return tuple(Card(kind, each) for kind, each in given if each)  # type: ignore[arg-type]


@router.get("")
async def list_conversations(
    house: House,
    who: Operating,
    shop: Annotated[str | None, Query(max_length=128)] = None,
    waiting: bool = False,
    before: datetime | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Newest first; `waiting=true`: hand-overs that nobody has taken, those waiting longest first.

    `next` is the `before` of the next page.
    """
    name = who.for_shop(clean(shop) if shop is not None else None)
    talks = Talks(house.store)
    since = bounded(before) if before else None
    rows = await asyncio.to_thread(talks.listed, name, waiting, since, limit + 1)
    page = rows[:limit]
    more = page[-1].updated_at.isoformat() if len(rows) > limit and not waiting else None
    return {"items": [_told(row.talk, row.called, row.updated_at) for row in page], "next": more}


@router.get("/{conversation_id}")
async def get_conversation(house: House, who: Operating, conversation_id: TalkId) -> dict[str, Any]:
    """The conversation with the end of its history and the flow it is in."""
    number = clean(conversation_id)
    talk = await asyncio.to_thread(_desk(house).get, number, who.shop)
    called = await Talks(house.store).call(talk.id)
    lines = await asyncio.to_thread(house.store.last_lines, talk.id, LINES)
    flow = talk.flow
    told = {"name": flow.name, "step": flow.step, "data": dict(flow.data)} if flow else None
    return {**_told(talk, called), "flow": told, "messages": [entry(line) for line in lines]}


@router.post("/{conversation_id}/takeover")
async def take_over(
    house: House, who: Operating, conversation_id: TalkId, asked: TalkAct
) -> dict[str, Any]:
    """From now on the bot is silent here, until `release`."""
    wanted = _wanted(house, who, conversation_id, asked)
    return await _done(house, lambda desk: desk.take(wanted))


@router.post("/{conversation_id}/reply")
async def speak(
    house: House, who: Operating, conversation_id: TalkId, asked: OperatorReply
) -> dict[str, Any]:
    """Say something to the person; answering a waiting hand-over takes it."""
    text = clean(asked.text).strip()
    if not text:
        raise BadInput("回复是空的")
    if len(text) > TEXT_LIMIT:
        raise TooLarge(f"一条回复最多 {TEXT_LIMIT} 字")
    wanted = _wanted(house, who, conversation_id, asked)
    return await _done(house, lambda desk: desk.reply(wanted, text, asked.cards))


@router.post("/{conversation_id}/release")
async def release(
    house: House, who: Operating, conversation_id: TalkId, asked: TalkAct
) -> dict[str, Any]:
    """The hand-over is over; the bot answers again."""
    wanted = _wanted(house, who, conversation_id, asked)
    return await _done(house, lambda desk: desk.release(wanted))


async def _done(house: Parts, act: Callable[[TalkDesk], Conversation]) -> dict[str, Any]:
    talk = await asyncio.to_thread(act, _desk(house))
    house.worker.nudge()
    return _told(talk, await Talks(house.store).call(talk.id))


def _desk(house: Parts) -> TalkDesk:
    return TalkDesk(house.store, house.wording, house.worker.way)


def _wanted(house: Parts, who: Operator, conversation_id: str, asked: TalkAct) -> Wanted:
    may_act(who)
    number, version = clean(conversation_id), asked.expected_version
    return Wanted(number, version, name_of(who), who.shop, house.clock())


def _told(talk: Conversation, called: Called | None, at: datetime | None = None) -> dict[str, Any]:
    since = talk.waiting_since
    return {
        "id": talk.id,
        "version": talk.version,
        "shop": talk.shop,
        "audience": talk.audience,
        "entrance": talk.entrance,
        "visitor_id": talk.visitor_id,
        "in_room": in_room(talk),
        "buyer_id": talk.buyer_id,
        "taken_by": talk.taken_by,
        "waiting_since": since.isoformat() if since else None,
        "handoff": _called(called) if called else None,
        **({"updated_at": at.isoformat()} if at else {}),
    }


def _called(called: Called) -> dict[str, Any]:
    taken = called.taken_at
    return {
        "id": called.id,
        "reason": called.reason,
        "at": called.at.isoformat(),
        "taken_by": called.taken_by,
        "taken_at": taken.isoformat() if taken else None,
    }
