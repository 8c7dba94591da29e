"""Callbacks of 微信小店 about after-sales: `GET|POST /channels/weixin_shop/{account}`."""

from fastapi import APIRouter, Request, Response

from bot.channels.base import NotGenuine, Received, UnknownAccount
from bot.clock import wall_clock
from bot.delivery.outside import Outside
from bot.http.channels import read_callback
from bot.http.parts import House

router = APIRouter(prefix="/channels/weixin_shop", tags=["channels"])


@router.get("/{account}")
async def check(account: str, request: Request, house: House) -> Response:
    """The address check, signed by the platform."""
    return await _answer(account, request, house)


@router.post("/{account}")
async def called(account: str, request: Request, house: House) -> Response:
    """An event, signed by the platform."""
    return await _answer(account, request, house)


async def _answer(account: str, request: Request, house: House) -> Response:
    outside = house.outside
    try:
        shop, received = await _opened(account, request, outside)
    except NotGenuine as refusal:
        if house.joined:
            house.joined.doors.count("weixin_shop", refusal)
        raise
    if received.doorbell and outside.news:
        number, _, order_no = received.doorbell.token.partition(":")
        await outside.news.heard(shop, number, order_no)
    return Response(received.answer.body, media_type=received.answer.media_type)


async def _opened(account: str, request: Request, outside: Outside) -> tuple[str, Received]:
    if account not in outside.doors:
        raise UnknownAccount
    shop, door = outside.doors[account]
    # The clock is the wall's even in the sandbox: platforms sign real time.
    return shop, door.receive(await read_callback(request, wall_clock))
