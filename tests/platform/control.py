"""The stand-in's own page and calls, for people and for tests in another process."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bot.channels.crypto import unseal
from bot.channels.forms import read_form
from tests.platform.accounts import ACCOUNTS, KFID, ROBOT
from tests.platform.courier import Courier, Mood, Push
from tests.platform.files import keep_sealed
from tests.platform.kf import ends, enters, takes
from tests.platform.robot import Robots
from tests.platform.world import Sent, World

PAGE = Path(__file__).parent / "page.html"


def control_routes(world: World, courier: Courier, robots: Robots) -> list[Route]:
    """`/` is the page; what is under `/_stand_in/` is for scripts."""

    async def page(_request: Request) -> Response:
        return HTMLResponse(PAGE.read_text(encoding="utf-8"))

    async def say(request: Request) -> Response:
        asked = await request.json()
        account = asked["account"]
        if account == ROBOT:
            return await _to_robot(robots, courier, asked)
        if asked.get("enter") and account == "kf":
            enters(world, KFID, asked["person"], code=f"code-{courier.number}")
        more = {"menu_id": asked["menu_id"]} if asked.get("menu_id") else {}
        push = await courier.say(account, asked["person"], asked.get("text", ""), **more)
        return _told(account, asked["person"], push)

    def _told(account: str, person: str, push: Push) -> Response:
        passive = opened(account, push.answer)
        if passive:
            body = {"msgtype": "text", "text": {"content": passive}}
            world.deliver(ACCOUNTS[account].app, person, "passive", body)
        return JSONResponse({"tries": push.tries, "status": push.status, "passive": passive})

    async def tap(request: Request) -> Response:
        """{"account", "person", "task", "key"}: a button of a card."""
        asked = await request.json()
        push = await courier.tap(asked["account"], asked["person"], asked["task"], asked["key"])
        return _told(asked["account"], asked["person"], push)

    async def show(request: Request) -> Response:
        """The body is the picture; account and person stand in the query."""
        asked = request.query_params
        if asked["account"] == ROBOT:
            name, key = keep_sealed(world, await request.body())
            url = str(request.url_for("file", name=name))
            await robots.shows(asked["person"], url, key, name)
            return JSONResponse({"tries": 1, "status": 200, "passive": ""})
        push = await courier.show(asked["account"], asked["person"], await request.body())
        return _told(asked["account"], asked["person"], push)

    async def sent(request: Request) -> Response:
        person, since = request.query_params["person"], int(request.query_params.get("since", 0))
        mine = [one for one in world.sent if one.to == person]
        rows = [_shown(world, one) for one in mine[since:]]
        changed = {task: words for (_, task), words in world.changed.items()}
        return JSONResponse({"items": rows, "next": len(mine), "changed": changed})

    async def trouble(request: Request) -> Response:
        """{"path", "answers": [errcode body or HTTP status]} | {"revoke_tokens"} | a Mood
        | {"fails": {"person", "fail_type"}}: 微信客服 will say later that nothing arrived."""
        asked = await request.json()
        if asked.get("path"):
            world.plan(asked["path"], *asked["answers"])
        if asked.get("fails"):
            blocked = asked["fails"]
            world.customers[KFID, blocked["person"]].fails = blocked["fail_type"]
        if asked.get("revoke_tokens"):
            world.revoke_tokens()
        if "repeats" in asked or "reorders" in asked:
            late = timedelta(seconds=float(asked.get("late", 2)))
            courier.mood = Mood(asked.get("repeats", 0), asked.get("reorders", 0), late=late)
        return JSONResponse({})

    async def people(request: Request) -> Response:
        """{"person", "act": "take" | "end"}: a servicer of 微信客服 takes a chat, or ends it."""
        asked = await request.json()
        if asked["act"] == "take":
            takes(world, KFID, asked["person"], "wang")
        else:
            ends(world, KFID, asked["person"], code=f"bye-{courier.number}")
        push = await courier.ring()
        return JSONResponse({"tries": push.tries, "status": push.status, "passive": ""})

    async def state(request: Request) -> Response:
        person = request.query_params["person"]
        return JSONResponse({"state": world.customers[KFID, person].state})

    return [
        Route("/", page),
        Route("/_stand_in/state", state),
        Route("/_stand_in/people", people, methods=["POST"]),
        Route("/_stand_in/say", say, methods=["POST"]),
        Route("/_stand_in/show", show, methods=["POST"]),
        Route("/_stand_in/tap", tap, methods=["POST"]),
        Route("/_stand_in/sent", sent),
        Route("/_stand_in/trouble", trouble, methods=["POST"]),
    ]


def _shown(world: World, one: Sent) -> dict[str, Any]:
    """What arrived, with a card's buttons and what it says since it was changed."""
    task = (one.body.get("template_card") or {}).get("task_id", "")
    buttons = [{"key": key, "label": label} for key, label in one.buttons]
    told = {"id": one.id, "text": one.text, "body": one.body}
    changed = world.changed.get((one.app, task), "")
    return {**told, "task": task, "buttons": buttons, "changed": changed}


async def _to_robot(robots: Robots, courier: Courier, asked: dict[str, Any]) -> Response:
    courier.number += 1
    name = f"robot-{courier.number}"
    await robots.says(asked["person"], asked.get("text", ""), name, name)
    return JSONResponse({"tries": 1, "status": 200, "passive": ""})


def opened(account: str, answer: bytes) -> str:
    """The words of an answer on the callback, '' for a bare acknowledgement."""
    if not answer.startswith((b"<", b"{")):
        return ""
    sealed = read_form(answer)[0].text("encrypt")
    form, _ = read_form(unseal(sealed, ACCOUNTS[account].pusher().key)[0])
    return form.text("content") or f"（{form.text('msgtype')}）"
