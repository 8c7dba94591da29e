"""`python -m tests.platform`: WeChat and WeCom on this machine, without any account.

Start Kaidian with the accounts file that this writes, then chat on the page that it names.
"""

import argparse
import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx
import uvicorn
import yaml
from starlette.applications import Starlette
from websockets.asyncio.server import serve

from tests.platform.accounts import ROBOT, SECRET, accounts_file, furnish
from tests.platform.control import control_routes
from tests.platform.courier import Courier
from tests.platform.robot import Robots
from tests.platform.server import build
from tests.platform.world import World

HOST = "127.0.0.1"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.platform", description=__doc__)
    parser.add_argument("--port", type=int, default=8100, help="of the platforms and the page")
    parser.add_argument(
        "--line-port", type=int, default=8101, help="of the robot's long connection"
    )
    parser.add_argument("--kaidian", default=f"http://{HOST}:8000", help="where Kaidian listens")
    parser.add_argument("--accounts", type=Path, default=Path("var/stand-in.yaml"))
    parser.add_argument("--shop", default="demo")
    asyncio.run(run(parser.parse_args()))


async def run(chosen: argparse.Namespace) -> None:
    """Until stopped."""
    world = furnish(World())
    base, line = f"http://{HOST}:{chosen.port}", f"ws://{HOST}:{chosen.line_port}"
    chosen.accounts.parent.mkdir(parents=True, exist_ok=True)
    content = yaml.safe_dump(accounts_file(base, line, chosen.shop), allow_unicode=True)
    chosen.accounts.write_text(content, encoding="utf-8")
    robots = Robots(SECRET, told=robot_answers(world))
    async with (
        httpx.AsyncClient() as client,
        serve(robots.talk, HOST, chosen.line_port),
    ):
        courier = Courier(world, client, chosen.kaidian)
        app = whole(world, courier, robots)
        print(f"Accounts file: KAIDIAN_ACCOUNTS={chosen.accounts}\nPage: {base}/", flush=True)
        config = uvicorn.Config(app, HOST, chosen.port, log_level="warning")
        await uvicorn.Server(config).serve()


def robot_answers(world: World) -> Callable[[str, str], None]:
    """What the robot says arrives in the same world."""

    def told(person: str, text: str) -> None:
        world.deliver(ROBOT, person, "aibot", {"msgtype": "text", "text": {"content": text}})

    return told


def whole(world: World, courier: Courier, robots: Robots) -> Starlette:
    """The platforms with the stand-in's own page and calls."""
    app = build(world)
    app.router.routes[:0] = control_routes(world, courier, robots)
    return app


if __name__ == "__main__":
    main()
