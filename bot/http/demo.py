"""For the demo page only: another day or another order, and the verdict beside it.

These routes exist where the demo shop does. They touch copies of demo orders and nobody else's;
a message may say when it is, as it may in the sandbox, but only in a talk that was opened here.
"""

import asyncio
import uuid
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from bot.conversation import Conversation, Flow
from bot.errors import NotAllowed, NotFound
from bot.http.parts import House, Parts, Speaking, bounded, new_secret, secret_digest
from bot.http.people import NewMessage, headers_of, read_message
from bot.messages import clean
from bot.order_store import OrderRows
from handlers.customer.telling import Telling
from handlers.orders.stage import Staged, copied, marks, staged
from handlers.rules.decide import Request
from handlers.rules.decision import Decision
from handlers.rules.order import Order

router = APIRouter(prefix="/api/demo", tags=["demo"])

SHOP = "demo"
STAGE = "demo-stage"
"""The entrance of talks that are opened here; nobody else can come in by it."""
HOURS = 12

OrderNo = Annotated[str, Field(max_length=64)]


class WhatIf(BaseModel):
    order_no: OrderNo
    text: Annotated[str, Field(max_length=200)]
    now: datetime


class Part(BaseModel):
    """`day`: calendar days after signing; `clock`: 23:40."""

    order_no: OrderNo
    day: Annotated[int, Field(ge=0, le=400)] = 1
    clock: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "10:00"


@router.get("/orders")
async def list_orders(house: House) -> dict[str, Any]:
    """The orders to switch between, and where the slider stands for each."""
    shown = await asyncio.to_thread(lambda: [_shown(house, each) for each in _staged(house)])
    return {"items": shown, "next": None}


@router.post("/decide")
async def decide(asked: WhatIf, house: House) -> dict[str, Any]:
    """The verdict at that moment, and how the customer would be told. Pure: opens nothing."""
    order = _chosen(house, asked.order_no).order
    text, now = clean(asked.text), bounded(asked.now)
    decision, request = await asyncio.to_thread(_decided, house, order, text, now)
    told = Telling(house.wording, house.aftersales.book).verdict(request, decision)
    return {"decision": decision.to_json(), "text": told.text}


@router.post("/sessions", status_code=201)
async def open_stage(asked: Part, house: House) -> dict[str, Any]:
    """A talk as the buyer of a copy of that order, at that time of its life."""
    chosen = _chosen(house, asked.order_no)
    order, token, now = copied(chosen.order), new_secret(), house.clock()
    visitor = f"stage-{uuid.uuid4().hex}"
    hint = Flow("aftersales", "start", data={"hint": order.order_no})
    talk = Conversation(
        uuid.uuid4().hex, 0, SHOP, "customer", STAGE, visitor, order.buyer, flow=hint
    )
    await asyncio.to_thread(OrderRows(house.store).put, SHOP, [order], "sandbox", now)
    await asyncio.to_thread(
        house.store.start_conversation, talk, secret_digest(token), now, now + timedelta(HOURS / 24)
    )
    hour, minute = asked.clock.split(":")
    moment = (chosen.since + timedelta(days=asked.day)).replace(hour=int(hour), minute=int(minute))
    greeting = {"text": house.wording.say("greeting_customer"), "choices": [], "citations": []}
    return {
        "token": token, "conversation_id": talk.id, "visitor_id": visitor, "audience": "customer",
        "shop": SHOP, "greeting": greeting, "order_no": order.order_no, "now": moment.isoformat(),
    }  # fmt: skip


@router.post("/messages")
async def say(asked: NewMessage, house: House, who: Speaking) -> JSONResponse:
    """As /api/messages, at the moment `now`; only in a talk opened by /api/demo/sessions."""
    talk = await asyncio.to_thread(house.store.conversation, who.conversation_id)
    if talk is None or talk.entrance != STAGE:
        raise NotAllowed("只有演示页自己开的对话可以换时间")
    now = bounded(asked.now) if asked.now else house.clock()
    answered = await house.bot.reply(await read_message(asked, house, who, now))
    return JSONResponse(dict(answered.result), headers=headers_of(answered))


def _staged(house: Parts) -> list[Staged]:
    return list(staged(SHOP, house.clock()))


def _chosen(house: Parts, order_no: str) -> Staged:
    found = next((each for each in _staged(house) if each.order.order_no == order_no), None)
    if found is None:
        raise NotFound("演示里没有这一单")
    return found


def _decided(house: Parts, order: Order, text: str, now: datetime) -> tuple[Decision, Request]:
    """By the default policy: the demo shows the rules, whatever policy somebody is trying out."""
    rules = house.aftersales
    request = Request(order, rules.policy(None), now, rules.words([text], order))
    return rules.decide(request), request


def _shown(house: Parts, each: Staged) -> dict[str, Any]:
    order, first = each.order, each.order.items[0]
    decision, request = _decided(house, order, each.say, house.clock())
    fresh = request.policy.fresh_hours if first.no_reason_excluded == "fresh" else 0
    ends = decision.window.ends if decision.window else None
    return {
        "order_no": order.order_no, "title": first.title, "status": order.status, "say": each.say,
        "amount_fen": order.amount_fen, "since": each.since.isoformat(),
        "signed_at": order.signed_at.isoformat() if order.signed_at else None,
        "marks": [at.isoformat() for at in marks(order.signed_at, ends, fresh)],
    }  # fmt: skip
