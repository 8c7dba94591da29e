"""The demo page, the widget, and whether we are alive."""

import asyncio
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, PlainTextResponse, Response

from bot.errors import NotFound
from bot.http.parts import House

router = APIRouter(tags=["pages"])

WIDGET = Path(__file__).parent / "widget"
_KINDS = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".svg": "image/svg+xml",
}
SAFE = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


@router.get("/", include_in_schema=False)
async def demo(house: House) -> Response:
    """The demo page, where there is a demo shop."""
    if not house.demo:
        return PlainTextResponse("Kaidian 开店 已启动。接口说明见 /docs。")
    return _file("demo.html")


@router.get("/widget.js", include_in_schema=False)
async def widget() -> Response:
    """The chat bubble for any page."""
    return _file("widget.js")


@router.get("/demo/{name}", include_in_schema=False)
async def demo_file(name: str) -> Response:
    """What the demo page loads."""
    if name not in {path.name for path in WIDGET.iterdir()}:
        raise NotFound("没有这个文件")
    return _file(name)


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process lives."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(house: House) -> dict[str, str]:
    """Messages can be answered: the database is there and the index is loaded."""
    await asyncio.to_thread(house.store.ping)
    return {"status": "ready"}


def _file(name: str) -> FileResponse:
    path = WIDGET / name
    return FileResponse(path, media_type=_KINDS.get(path.suffix), headers=SAFE)
