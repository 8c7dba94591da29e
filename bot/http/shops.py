"""For operators: shops."""

import asyncio
from typing import Any

from fastapi import APIRouter

from bot.http.parts import House, Operating

router = APIRouter(prefix="/api", tags=["shops"])


@router.get("/shops")
async def list_shops(house: House, who: Operating) -> dict[str, Any]:
    """The shops that this key may act for."""
    names = await asyncio.to_thread(house.store.shop_names)
    mine = [name for name in names if who.shop in ("", name)]
    return {"items": [{"name": name} for name in mine], "next": None}
