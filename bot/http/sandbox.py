"""Calls for trying things out; they exist only with KAIDIAN_SANDBOX=1."""

import asyncio
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from bot.http.parts import House, bounded, new_secret

router = APIRouter(prefix="/api/sandbox", tags=["sandbox"])

ShopName = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class SandboxShop(BaseModel):
    guide: bool = True


class SandboxClock(BaseModel):
    now: datetime | None


@router.put("/shops/{shop}")
async def put_shop(shop: ShopName, asked: SandboxShop, house: House) -> dict[str, str]:
    """An empty shop with entrances `<shop>-merchant` and `<shop>-customer`."""
    await asyncio.to_thread(house.store.add_shop, shop, new_secret(), asked.guide, house.clock())
    return {"shop": shop, "merchant": f"{shop}-merchant", "customer": f"{shop}-customer"}


@router.put("/clock")
async def put_clock(asked: SandboxClock, house: House) -> dict[str, str | int]:
    """Set the clock and fire the timers that are due by it; null lets it run again."""
    house.clock.set(bounded(asked.now) if asked.now else None)
    fired = await house.worker.fire_due_timers()
    return {"now": house.clock().isoformat(), "fired": fired}
