"""For people who chat: sessions, messages, history, feedback, pictures."""

import asyncio
import hashlib
import hmac
import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, File, Header, Query, Response, UploadFile
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, Field

from bot.contact_store import Contacts
from bot.conversation import Conversation, Flow
from bot.engine import Answered
from bot.errors import BadInput, NotAllowed, NotFound, TooLarge
from bot.http.parts import House, Parts, Speaking, moment, new_secret, secret_digest
from bot.inbox_store import GOES_ON
from bot.masking import mask_identity
from bot.messages import TEXT_LIMIT, Message, clean
from bot.pictures import PICTURE_BYTES, picture_kind
from bot.store import LogEntry

router = APIRouter(prefix="/api", tags=["people who chat"])

SESSION_DAYS = 30

# Ids stand in URLs and logs: letters, digits and a few marks, no paths, quotes or controls.
Name = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[\w.:@=+-]+$")]


class Identity(BaseModel):
    """What the shop's own site vouches for: HMAC-SHA256 of `shop:buyer_id:expires`."""

    buyer_id: Name
    expires: Annotated[int, Field(ge=0, le=2**53)] | Annotated[str, Field(max_length=40)] = 0
    signature: Annotated[str, Field(max_length=200)] = ""


class Context(BaseModel):
    order_no: Annotated[str, Field(max_length=64)] | None = None


class NewSession(BaseModel):
    entrance: Annotated[str, Field(min_length=1, max_length=128)]
    visitor_id: Name | None = None
    identity: Identity | None = None
    context: Context | None = None


class NewMessage(BaseModel):
    message_id: Name
    text: str | None = None
    attachments: Annotated[list[Name], Field(max_length=9)] = []
    choice: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    now: datetime | None = None


class NewFeedback(BaseModel):
    message_id: Name
    good: bool
    comment: Annotated[str, Field(max_length=1000)] = ""


@router.post("/sessions", status_code=201)
async def open_session(asked: NewSession, house: House) -> dict[str, Any]:
    """Start a conversation at an entrance; the entrance decides audience and shop."""
    entrance = await asyncio.to_thread(house.store.entrance, clean(asked.entrance))
    if entrance is None:
        raise NotFound("没有这个入口，请检查 entrance；入口由店铺设置决定")
    shop = await asyncio.to_thread(house.store.shop, entrance.shop) or {}
    buyer = _vouched(house, asked.identity, entrance.shop, str(shop.get("secret", "")))
    talk = Conversation(
        id=uuid.uuid4().hex,
        version=0,
        shop=entrance.shop,
        audience=entrance.audience,
        entrance=entrance.name,
        visitor_id=asked.visitor_id or uuid.uuid4().hex,
        buyer_id=buyer,
        flow=_about(asked.context) if entrance.audience == "customer" else None,
    )
    token = new_secret()
    known = bool(asked.identity and asked.identity.signature)
    talk = await asyncio.to_thread(_begun, house, talk, secret_digest(token), known)
    greeting = {
        "text": house.wording.say(f"greeting_{talk.audience}"),
        "choices": [],
        "citations": [],
    }
    return {
        "token": token,
        "conversation_id": talk.id,
        "visitor_id": talk.visitor_id,
        "audience": talk.audience,
        "shop": talk.shop,
        "greeting": greeting,
    }


@router.post("/messages")
async def send_message(
    asked: NewMessage,
    house: House,
    who: Speaking,
    response: Response,
    accept: Annotated[str | None, Header()] = None,
) -> Any:
    """One message, answered once. The same id again gives the same result."""
    message = await read_message(asked, house, who, moment(house, asked.now))
    answered = await house.bot.reply(message)
    headers = headers_of(answered)
    if accept and "text/event-stream" in accept:
        return StreamingResponse(_events(answered), headers=headers, media_type="text/event-stream")
    return JSONResponse(dict(answered.result), headers=headers)


@router.get("/messages")
async def history(
    house: House,
    who: Speaking,
    after: Annotated[str | None, Query(max_length=20, pattern=r"^[0-9]{0,15}$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> dict[str, Any]:
    """History, oldest first; `next` continues where this page ends."""
    found = await asyncio.to_thread(
        house.store.history, who.conversation_id, int(after or 0), limit + 1
    )
    page = found[:limit]
    more = str(page[-1].seq) if len(found) > limit else None
    return {"items": [entry(line) for line in page], "next": more}


@router.post("/feedback")
async def give_feedback(asked: NewFeedback, house: House, who: Speaking) -> dict[str, bool]:
    """Was the answer any good? The last word on a message counts."""
    _, done = await asyncio.to_thread(house.store.open_turn, who.conversation_id, asked.message_id)
    if done is None:
        raise NotFound("没有这条消息，无法评价")
    await asyncio.to_thread(
        house.store.add_feedback,
        who.conversation_id,
        asked.message_id,
        asked.good,
        mask_identity(clean(asked.comment)),
        house.clock(),
    )
    return {"ok": True}


@router.post("/attachments", status_code=201)
async def add_picture(
    house: House, who: Speaking, file: Annotated[UploadFile, File()]
) -> dict[str, str]:
    """A picture as evidence: jpeg, png or webp, proven by its content, at most 10 MB."""
    data = await file.read(PICTURE_BYTES + 1)
    if len(data) > PICTURE_BYTES:
        raise TooLarge("图片超过 10 MB，请压缩后再发")
    kind = picture_kind(data)
    if kind is None:
        raise BadInput("只收 jpeg、png、webp 图片")
    picture_id = uuid.uuid4().hex
    digest = hashlib.sha256(data).hexdigest()
    await asyncio.to_thread(
        house.store.add_attachment,
        picture_id,
        who.conversation_id,
        kind,
        digest,
        data,
        house.clock(),
    )
    return {"id": picture_id}


def _begun(house: Parts, talk: Conversation, digest: str, known: bool) -> Conversation:
    """The new talk with its session; or the one that this buyer has on a platform, gone on with.

    `known`: the shop's own site has signed who it is. Other talks on the web stay their own.
    """
    now = house.clock()
    expires = now + timedelta(days=SESSION_DAYS)
    there = None
    if known and talk.buyer_id and talk.audience == "customer":
        there = Contacts(house.store).talk_of_buyer(
            talk.shop, talk.audience, talk.buyer_id, now - GOES_ON
        )
    if there is None:
        house.store.start_conversation(talk, digest, now, expires)
        return talk
    house.store.add_session(there, digest, now, expires)
    # What a platform calls this person is not the page's to know.
    return replace(talk, id=there)


def _about(context: Context | None) -> Flow | None:
    """The order of the page a customer came from; proves nothing, only saves a question."""
    if context is None or not context.order_no:
        return None
    return Flow("aftersales", "start", data={"hint": clean(context.order_no)})


def _vouched(house: Parts, identity: Identity | None, shop: str, secret: str) -> str | None:
    """The buyer id if the shop's site vouches for it. Raises NotAllowed."""
    if identity is None:
        return None
    if house.settings.sandbox and not identity.signature:
        return identity.buyer_id
    signed = f"{shop}:{identity.buyer_id}:{identity.expires}".encode()
    wanted = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    if not secret or not hmac.compare_digest(wanted.encode(), identity.signature.encode()):
        raise NotAllowed("identity 的签名不对，请检查店铺密钥与拼接顺序 shop:buyer_id:expires")
    if _expired(identity.expires, house.clock()):
        raise NotAllowed("identity 已过期，请让店铺网站重新签名")
    return identity.buyer_id


def _expired(expires: int | str, now: datetime) -> bool:
    """`expires` is seconds since 1970 or ISO 8601; what cannot be read has expired."""
    try:
        if isinstance(expires, int) or expires.isdigit():
            return int(expires) < now.timestamp()
        return datetime.fromisoformat(expires) < now
    except (ValueError, TypeError):
        return True


async def read_message(asked: NewMessage, house: Parts, who: Speaking, now: datetime) -> Message:
    """The message, if it may be said. Raises TooLarge and BadInput."""
    raw = asked.text or ""
    if len(raw) > TEXT_LIMIT:
        raise TooLarge(f"一条消息最多 {TEXT_LIMIT} 字，请分几条发")
    if not raw and not asked.choice and not asked.attachments:
        raise BadInput("消息是空的：text、choice、attachments 至少要有一个")
    mine = await _own_pictures(asked, house, who)
    if mine != set(asked.attachments):
        raise BadInput("attachments 里有不是本会话上传的图片")
    text, choice = _spoken(mask_identity(clean(raw)), clean(asked.choice) if asked.choice else None)
    return Message(
        asked.message_id,
        who.conversation_id,
        text,
        now,
        choice,
        tuple(asked.attachments),
    )


async def _own_pictures(asked: NewMessage, house: Parts, who: Speaking) -> set[str]:
    if not asked.attachments:
        return set()
    return await asyncio.to_thread(
        house.store.attachments_of, who.conversation_id, asked.attachments
    )


def _spoken(text: str, choice: str | None) -> tuple[str, str | None]:
    """A tapped suggestion `ask:…` is the same as having typed it."""
    if choice and choice.startswith("ask:") and not text:
        return choice.removeprefix("ask:"), choice
    return text, choice


def headers_of(answered: Answered) -> dict[str, str]:
    """How long it took, and whether it was a repeat."""
    times = answered.timings
    told = {"Server-Timing": f"turn;dur={times.total:.1f}, embed;dur={times.embed:.1f}"}
    if answered.replayed:
        told["Idempotent-Replayed"] = "true"
    return told


async def _events(answered: Answered) -> AsyncIterator[str]:
    said = ""
    for reply in answered.result["replies"]:
        said = f"{said}\n\n{reply['text']}" if said else reply["text"]
        yield _event("delta", {"text": said})
    yield _event("result", answered.result)


def _event(name: str, data: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def entry(line: LogEntry) -> dict[str, Any]:
    """One line of the history, as the contract tells it."""
    told: dict[str, Any] = {
        "id": line.id,
        "at": line.at.isoformat(),
        "from": line.sender,
        "text": line.text,
        "attachments": [{"id": i} for i in line.attachments],
    }
    return told | ({"result": line.result} if line.result else {})
