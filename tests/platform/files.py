"""Files that people send: by media id with a token, or at an address (plain, or sealed)."""

import secrets
from base64 import b64encode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels.crypto import sealed_block
from tests.platform.world import World, error

PATHS = ("/cgi-bin/media/get", "/channels/ec/basics/media/get")


def keep(world: World, data: bytes) -> str:
    """The media id of this file."""
    name = f"media-{len(world.files) + 1}"
    world.files[name] = data
    return name


def keep_sealed(world: World, data: bytes) -> tuple[str, str]:
    """As 智能机器人 send it: (media id, its key in base64)."""
    key = secrets.token_bytes(32)
    return keep(world, sealed_block(data, key)), b64encode(key).decode()


def routes(world: World) -> list[Route]:
    """Downloads."""

    async def by_id(request: Request) -> Response:
        app = world.app_of(request.query_params.get("access_token", ""))
        if isinstance(app, dict):
            return JSONResponse(app)
        planned = world.planned[request.url.path[1:]]
        if planned:
            answer = planned.popleft()
            if isinstance(answer, int):
                return Response("trouble", status_code=answer)
            return JSONResponse(answer)
        return _file(world, request.query_params.get("media_id", ""), 200)

    async def by_address(request: Request) -> Response:
        return _file(world, request.path_params["name"], 404)

    return [
        *(Route(path, by_id, methods=["GET"]) for path in PATHS),
        Route("/_files/{name}", by_address, methods=["GET"], name="file"),
    ]


def _file(world: World, name: str, otherwise: int) -> Response:
    data = world.files.get(name)
    if data is None:
        return JSONResponse(error(40007, "invalid media_id"), status_code=otherwise)
    disposition = {"Content-Disposition": f'attachment; filename="{name}.jpg"'}
    return Response(data, media_type="image/jpeg", headers=disposition)
