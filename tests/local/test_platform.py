"""Every channel over real HTTP, both ways, against the stand-in in a process of its own."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from bot.channels.accounts import load_accounts
from bot.channels.base import Doorbell
from bot.channels.opening import Channels, Opening, platform_client
from bot.http.channels import Doors, channel_router
from bot.http.faults import add_fault_handlers
from bot.mail import BringsMedia, Incoming, Outgoing
from knowledge.errcodes import load_errcodes
from tests.local.platforms import stand_in, until
from tests.ports import free_port, listens

pytestmark = pytest.mark.slow


class Echo:
    """A Kaidian with no bot in it: says back what it heard, once for each message."""

    def __init__(self, accounts: Path) -> None:
        self.seen: set[tuple[str, str]] = set()
        self.cursors: dict[str, str] = {}
        self.tasks: set[asyncio.Task[Any]] = set()
        self.pulling = asyncio.Lock()
        opening = Opening(platform_client(), load_errcodes())
        self.channels: Channels = opening.open(load_accounts(accounts, {}))
        self.app = FastAPI()
        self.app.include_router(channel_router(Doors(self.channels.http, self.accept, self.ring)))
        add_fault_handlers(self.app)

    async def accept(self, letter: Incoming) -> None:
        name = (letter.account, letter.id)
        if name in self.seen or letter.silent:
            return
        self.seen.add(name)
        self._later(self._answer(letter))

    async def _answer(self, letter: Incoming) -> None:
        channel = self.channels.all()[letter.channel, letter.account]
        text = f"收到：{letter.text}"
        if letter.kind == "image":
            assert isinstance(channel, BringsMedia)
            found = await channel.fetch(letter, letter.media[0], 10_000)
            text = f"图：{len(found)}" if isinstance(found, bytes) else found.detail
        out = Outgoing(letter.id, letter.channel, letter.account, letter.sender, text)
        receipt = await channel.send(out)
        if receipt.trouble in ("retry", "credentials"):
            await asyncio.sleep(0.1)
            await channel.send(out)

    def ring(self, kind: str, doorbell: Doorbell) -> None:
        self._later(self._drain(kind, doorbell))

    async def _drain(self, kind: str, doorbell: Doorbell) -> None:
        channel = self.channels.kf[kind, doorbell.account]
        async with self.pulling:
            more = True
            while more:
                kept = self.cursors.get(doorbell.account, "")
                page = await channel.pull(kept, doorbell.token)
                for letter in page.letters:
                    await self.accept(letter)
                self.cursors[doorbell.account], more = page.cursor, page.more

    def _later(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


@contextmanager
def served(accounts: Path, port: int) -> Iterator[None]:
    server = uvicorn.Server(
        uvicorn.Config(Echo(accounts).app, "127.0.0.1", port, log_level="warning")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(20)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The stand-in, and Kaidian's route with it."""
    accounts = tmp_path_factory.mktemp("platform") / "accounts.yaml"
    kaidian = free_port()
    with stand_in(free_port(), kaidian, accounts) as client, served(accounts, kaidian):
        until(lambda: listens(kaidian))
        yield client


def say(client: httpx.Client, account: str, person: str, text: str) -> dict[str, Any]:
    asked = {"account": account, "person": person, "text": text}
    found = client.post("/_stand_in/say", json=asked).json()
    assert isinstance(found, dict)
    return found


def heard(client: httpx.Client, person: str) -> list[str]:
    items = client.get("/_stand_in/sent", params={"person": person}).json()["items"]
    return [item["text"] for item in items]


@pytest.mark.parametrize("account", ["commkf", "kf", "official", "quiet", "miniprogram", "wecom"])
def test_what_is_said_comes_back(platform: httpx.Client, account: str) -> None:
    person = f"p-{account}"
    assert say(platform, account, person, "你好🍵")["status"] == 200
    until(lambda: heard(platform, person) == ["收到：你好🍵"])


@pytest.mark.parametrize("account", ["commkf", "kf", "official", "quiet", "miniprogram", "wecom"])
def test_a_picture_can_be_fetched(platform: httpx.Client, account: str) -> None:
    where = {"account": account, "person": f"shows-{account}"}
    for size, told in ((1234, "图：1234"), (10_001, "文件超过上限 10 KB")):
        shown = platform.post(
            "/_stand_in/show", params=where, content=b"\xff\xd8" + b"x" * (size - 2)
        )
        assert shown.json()["status"] == 200
        until(lambda told=told: heard(platform, where["person"])[-1:] == [told])  # type: ignore[misc]


@pytest.mark.parametrize("account", ["commkf", "kf", "official"])
def test_a_token_that_ends_early_loses_nothing(platform: httpx.Client, account: str) -> None:
    person = f"early-{account}"
    say(platform, account, person, "一")
    until(lambda: len(heard(platform, person)) == 1)
    platform.post("/_stand_in/trouble", json={"revoke_tokens": True})
    say(platform, account, person, "二")
    until(lambda: len(heard(platform, person)) == 2)
    assert heard(platform, person) == ["收到：一", "收到：二"]


def test_repeats_are_answered_once(platform: httpx.Client) -> None:
    platform.post("/_stand_in/trouble", json={"repeats": 1.0, "reorders": 0.5, "late": 0.2})
    for account in ("commkf", "kf", "official"):
        for text in ("甲", "乙", "丙"):
            assert say(platform, account, f"twice-{account}", text)["status"] == 200
    platform.post("/_stand_in/trouble", json={"repeats": 0, "reorders": 0})
    for account in ("commkf", "kf", "official"):
        person = f"twice-{account}"
        until(lambda person=person: len(heard(platform, person)) >= 3)  # type: ignore[misc]
        time.sleep(0.3)
        assert sorted(heard(platform, person)) == ["收到：丙", "收到：乙", "收到：甲"]


def test_the_page_is_there(platform: httpx.Client) -> None:
    assert "平台替身" in platform.get("/").text
