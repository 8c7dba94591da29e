"""An account that may answer on the callback only, and a process killed while it speaks.

The platform brings a message again that it heard no answer to: the same answer must be there, from
whatever the dead process left in the store, and no second one may be made.
"""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import yaml
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.accounts import load_accounts
from bot.clock import wall_clock
from bot.database import open_engine
from bot.delivery.platforms import open_platforms
from bot.delivery.worker import Equipment, Worker
from bot.http.channels import channel_router
from bot.http.joined import join
from bot.outbox_store import Outbox
from bot.store import Store
from bot.tables import inbox, outbox
from tests.mail import AT_ONCE, WORDING, echoing
from tests.platform.accounts import ACCOUNTS, accounts_file
from tests.platform.control import opened

QUIET = ACCOUNTS["quiet"]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Dying:
    """Kills its process as it is about to write this part of a response, or when it has."""

    def __init__(self, app: ASGIApp, part: str) -> None:
        self._app, self._part = app, part

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == self._part == "http.response.start":
                die()
            await send(message)
            if message["type"] == self._part:
                die()

        await self._app(scope, receive, sending)


def dying_after(sent: Callable[..., None]) -> Callable[..., None]:
    def marked(*told: Any) -> None:
        sent(*told)
        die()

    return marked


def life(url: str, accounts: str, part: str = "", marked: bool = False) -> None:
    """A process that gets the callback, and does not survive it."""
    if marked:
        Outbox.sent = dying_after(Outbox.sent)  # type: ignore[method-assign]
    asyncio.run(called(url, accounts, part))
    asyncio.run(asyncio.sleep(5))


async def called(url: str, accounts: str, part: str = "") -> str:
    """What the platform hears when it calls, '' for no words."""
    store, stop = Store(open_engine(url)), asyncio.Event()
    platforms = open_platforms(load_accounts(Path(accounts), {}))
    told = (platforms.accounts, platforms.channels, AT_ONCE)
    worker = Worker(Equipment(store, echoing(store), WORDING, *told))
    app = FastAPI()
    app.include_router(channel_router(join(platforms, worker, store, "").doors))
    working = asyncio.create_task(worker.run(stop))
    try:
        return await _pushed(Dying(app, part) if part else app)
    finally:
        await asyncio.sleep(0.3)  # what was said is marked
        stop.set()
        await working
        await platforms.close()
        store.close()


async def _pushed(app: ASGIApp) -> str:
    at = wall_clock()
    fields = {
        "ToUserName": QUIET.app, "FromUserName": "xiaolin", "CreateTime": int(at.timestamp()),
        "MsgType": "text", "Content": "几天发货", "MsgId": 10**18,
    }  # fmt: skip
    pushed = QUIET.pusher().message(fields, at)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://k") as client:
        path = f"/channels/{QUIET.kind}/{QUIET.name}"
        answer = await client.post(path, params=dict(pushed.query), content=pushed.body)
    return opened(QUIET.name, answer.content)


@pytest.fixture
def accounts(tmp_path: Path) -> str:
    """An accounts file with that one account."""
    told = accounts_file("http://127.0.0.1:9", "ws://127.0.0.1:9")
    told["accounts"] = [one for one in told["accounts"] if one["name"] == QUIET.name]
    file = tmp_path / "accounts.yaml"
    file.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return str(file)


@pytest.mark.slow
@pytest.mark.parametrize(
    "death",
    [
        {"part": "http.response.start"},  # the answer is there, nothing was written
        {"part": "http.response.body"},  # written, and not marked as sent
        {"marked": True},  # marked as sent, and the platform had hung up
    ],
    ids=lambda death: next(iter(death.values())),
)
def test_the_answer_outlives_the_process(
    store: Store, database_url: str, accounts: str, death: dict[str, Any]
) -> None:
    dying = get_context("spawn").Process(target=life, args=(database_url, accounts), kwargs=death)
    dying.start()
    dying.join(60)
    with suppress(ValueError):
        dying.kill()
    assert dying.exitcode == -signal.SIGKILL
    assert asyncio.run(called(database_url, accounts)) == "几天发货"
    assert asyncio.run(called(database_url, accounts)) == "几天发货"
    with store.reading() as db:
        counts = [db.execute(sa.select(sa.func.count(t.c.seq))).scalar() for t in (inbox, outbox)]
        assert counts == [1, 1]
        assert list(db.execute(sa.select(outbox.c.state)).scalars()) == ["sent"]
