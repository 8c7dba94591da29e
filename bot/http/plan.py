"""The launch plan: as JSON for who chats, as a page for whom the link was sent to."""

import asyncio
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from bot.clock import SHANGHAI
from bot.conversation import Conversation
from bot.errors import NotFound
from bot.http.parts import House, Parts, Speaking
from bot.http.plan_page import plan_page
from bot.plan_token import conversation_of, expiry_of, is_good, plan_token
from handlers.merchant.launch_state import State, state_of
from handlers.rules.launch import plan
from handlers.rules.launch_pages import plan_json

router = APIRouter(tags=["people who chat"])

NO_PLAN = "还没有开店计划。在聊天里说“我想开店”，说几样情况就有了"
NO_PAGE = "这个计划链接打不开：不对、过期了，或开店流程已经结束。回聊天里说“总结”再要一个"
_PRIVATE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "private, no-store",
}


@router.get("/api/plan")
async def read_plan(house: House, who: Speaking) -> dict[str, Any]:
    """The plan of this conversation, as of now. 404 while nobody has begun one."""
    talk = await asyncio.to_thread(house.store.conversation, who.conversation_id)
    state = _state(house, talk)
    if talk is None or state is None:
        raise NotFound(NO_PLAN)
    shop = await asyncio.to_thread(house.store.shop, talk.shop)
    now = house.clock()
    url = f"/plan/{plan_token(talk.id, str(shop['secret']) if shop else '', now)}"
    found = plan(house.launch, state.profile, now.date())
    return plan_json(house.launch, state.profile, found, now.date(), url)


@router.get("/plan/{token}", include_in_schema=False)
async def show_plan(token: str, house: House) -> HTMLResponse:
    """The plan page of a signed link: read-only, until it runs out."""
    talk = await _linked(house, token)
    state = _state(house, talk)
    if talk is None or state is None:
        return HTMLResponse(_sorry(), 404, headers=_PRIVATE)
    today = house.clock().date()
    found = plan(house.launch, state.profile, today)
    expires = datetime.fromtimestamp(expiry_of(token), SHANGHAI)
    html = plan_page(house.launch, state.profile, found, talk.shop, today, expires)
    return HTMLResponse(html, headers=_PRIVATE)


async def _linked(house: Parts, token: str) -> Conversation | None:
    """The conversation of a genuine link."""
    talk_id = conversation_of(token)
    talk = await asyncio.to_thread(house.store.conversation, talk_id) if talk_id else None
    shop = await asyncio.to_thread(house.store.shop, talk.shop) if talk else None
    secret = str(shop["secret"]) if shop else ""
    return talk if is_good(token, secret, house.clock()) else None


def _state(house: Parts, talk: Conversation | None) -> State | None:
    return state_of(talk.flow, house.launch) if talk else None


def _sorry() -> str:
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>开店计划</title>'
        '<link rel="stylesheet" href="/demo/plan.css">'
        f"<main><h1>打不开</h1><p>{NO_PAGE}。</p></main></html>"
    )
