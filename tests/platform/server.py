"""The platforms over HTTP: token endpoints, calls with a token, planned trouble."""

import json

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route as HttpRoute

from tests.platform import files, kf, rights, wecom, weixin
from tests.platform.world import Body, World, error


def build(world: World) -> Starlette:
    """The application around one world."""
    calls = weixin.routes(world) | kf.routes(world) | wecom.routes(world)
    calls |= rights.routes(world)

    async def stable_token(request: Request) -> Response:
        asked = await _body(request)
        trouble = _planned(world, "cgi-bin/stable_token")
        return trouble or JSONResponse(world.issue(asked["appid"], asked["secret"], 40125))

    async def gettoken(request: Request) -> Response:
        asked = request.query_params
        trouble = _planned(world, "cgi-bin/gettoken")
        return trouble or JSONResponse(world.issue(asked["corpid"], asked["corpsecret"], 40001))

    async def call(request: Request) -> Response:
        path = request.path_params["path"]
        app = world.app_of(request.query_params.get("access_token", ""))
        if isinstance(app, dict):
            return JSONResponse(app)
        trouble = _planned(world, path)
        if trouble:
            return trouble
        if path not in calls:
            return JSONResponse(error(48001, "api unauthorized"))
        return JSONResponse(calls[path](app, await _asked(request)))

    return Starlette(
        routes=[
            HttpRoute("/cgi-bin/stable_token", stable_token, methods=["POST"]),
            HttpRoute("/cgi-bin/gettoken", gettoken, methods=["GET"]),
            *files.routes(world),
            HttpRoute("/{path:path}", call, methods=["GET", "POST"]),
        ]
    )


async def _asked(request: Request) -> Body:
    return dict(request.query_params) if request.method == "GET" else await _body(request)


async def _body(request: Request) -> Body:
    raw = await request.body()
    # The platforms refuse text in \u escapes (40033); so does their stand-in, loudly.
    assert b"\\u" not in raw, "text must go out as UTF-8, not as escapes"
    found = json.loads(raw or b"{}")
    assert isinstance(found, dict)
    return found


def _planned(world: World, path: str) -> Response | None:
    if not world.planned[path]:
        return None
    answer = world.planned[path].popleft()
    if isinstance(answer, int):
        return Response("trouble", status_code=answer)
    return JSONResponse(answer)
