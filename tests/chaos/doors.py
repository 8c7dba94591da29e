"""`make chaos` over every channel: real callbacks, the platforms' stand-in, nodes that are killed.

The stand-in refuses, lies (does it, then says that it failed), ends tokens early, sends empty
pages, brings callbacks twice or late, and repeats what nobody acknowledged. npm's wechaty gateway
is the real one, where it is installed: it is killed too, and tells of some messages twice. It has
no acknowledgement and repeats nothing: what was said while no node listened never reached us.
"""

import asyncio
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn
import yaml
from starlette.types import ASGIApp, Receive, Scope, Send
from websockets.asyncio.server import serve

from bot.cursor_store import Cursors
from bot.database import open_engine
from bot.store import Store
from tests.chaos.door_judge import DoorVerdict, Said, judged
from tests.chaos.door_node import DoorOrders
from tests.chaos.judge import at_rest
from tests.dialogs.built import ROOT
from tests.gateway import Gateway, gateway, installed
from tests.platform.__main__ import robot_answers
from tests.platform.accounts import (
    ACCOUNTS,
    KFID,
    ROBOT,
    SECRET,
    accounts_file,
    furnish,
    wechaty_entry,
)
from tests.platform.control import opened
from tests.platform.courier import Courier, Mood
from tests.platform.robot import Robots
from tests.platform.server import build
from tests.platform.world import Sent, World, error
from tests.ports import free_port, listens

LEASE, REST, START = 6.0, 600.0, 60.0
"""Seconds: of a node on its work; within which the queues must run empty in the end; that nodes
may take to start before anybody writes."""

WECHATY = "wechaty"
PHONE_RATE = 0.5
"""Messages a second to the wechaty account, about."""

MOOD = Mood(repeats=0.1, reorders=0.1, between=timedelta(seconds=1), late=timedelta(seconds=1))
SENDS = (
    *("channels/ec/commkf/sendmsg", "cgi-bin/kf/send_msg", "cgi-bin/kf/sync_msg"),
    *("cgi-bin/message/custom/send", "cgi-bin/message/send", "cgi-bin/stable_token"),
)


@dataclass(frozen=True)
class DoorPlan:
    """`every`: seconds between two troubles, about. `nodes` > 1 needs a PostgreSQL `url`."""

    url: str
    events: int
    people: int
    rate: float
    every: float
    seed: int
    nodes: int = 1
    lies: float = 0.03

    @property
    def accounts(self) -> list[str]:
        phone = (WECHATY,) if installed() else ()
        return [*ACCOUNTS, ROBOT, *phone]

    def account_of(self, who: int) -> str:
        """Of the people of a wechaty account only as many are heard as it may answer: it says one
        thing a second, so that no bursts close the account."""
        accounts = self.accounts
        name = accounts[who % len(accounts)]
        slow = name == WECHATY and (who // len(accounts)) % self._every_phone()
        return accounts[0] if slow else name

    def _every_phone(self) -> int:
        return max(1, round(self.rate / len(self.accounts) / PHONE_RATE))


class Liar:
    """The platforms' application, which now and then does what it is asked and says it failed."""

    def __init__(self, app: ASGIApp, chance: random.Random, share: float) -> None:
        self._app, self._chance, self.share = app, chance, share

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._chance.random() >= self.share:
            return await self._app(scope, receive, send)

        async def unheard(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["status"] = 502
            await send(message)

        return await self._app(scope, receive, unheard)


@dataclass
class DoorWorld:
    """The platforms, and the house with its nodes."""

    plan: DoorPlan
    world: World
    robots: Robots
    liar: Liar
    nodes: list[tuple[DoorOrders, Path]]
    chance: random.Random
    phone: Gateway | None = None
    mood: Mood = field(default_factory=lambda: MOOD)
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    made: Counter[str] = field(default_factory=Counter)
    said: list[Said] = field(default_factory=list)

    def start(self, number: int) -> subprocess.Popen[bytes]:
        orders, log = self.nodes[number]
        command = [sys.executable, "-m", "tests.chaos.door_node", orders.words()]
        with log.open("ab") as output:
            return subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)

    async def trouble(self, stop: asyncio.Event) -> None:
        """Until stopped; then everything is well again."""
        acts = [self._kill, self._kill, self._refuse, self._refuse, self._forget, self._empty]
        acts += [self._hang_up] if self.phone else []
        while not stop.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(self.plan.every * (0.5 + self.chance.random())):
                    await stop.wait()
            if not stop.is_set():
                await self.chance.choice(acts)()
        self.liar.share = 0
        self.world.planned.clear()

    async def _kill(self) -> None:
        number = self.chance.randrange(len(self.nodes))
        self.made["kill -9"] += 1
        self.running[number].kill()
        await asyncio.to_thread(self.running[number].wait)
        await asyncio.sleep(self.chance.random())
        self.running[number] = self.start(number)
        await _until(lambda: self.up(number), START)

    def up(self, number: int) -> bool:
        """Whether this node takes callbacks."""
        return listens(self.nodes[number][0].port)

    async def started(self) -> None:
        """All nodes are up. Three repeats of a platform must outlast a node's start, however slow
        this machine is: what a platform gives up is not ours to lose, so it would test nothing."""
        begun = time.monotonic()
        await _until(lambda: all(map(self.up, range(len(self.nodes)))), START)
        between = max(MOOD.between, timedelta(seconds=(time.monotonic() - begun) / 2))
        self.mood = replace(MOOD, between=between)

    async def _hang_up(self) -> None:
        """The gateway dies, and is started again a little later."""
        assert self.phone
        self.made["gateway kill -9"] += 1
        self.phone.kill()
        await asyncio.sleep(self.chance.random())
        await asyncio.to_thread(self.phone.start)

    async def _refuse(self) -> None:
        self.made["refusals"] += 1
        answers = (500, error(-1, "system error"), 503, error(42001, "access_token expired"))
        for _ in range(self.chance.randrange(1, 6)):
            self.world.plan(self.chance.choice(SENDS), self.chance.choice(answers))

    async def _forget(self) -> None:
        self.made["tokens ended early"] += 1
        self.world.revoke_tokens()

    async def _empty(self) -> None:
        self.made["empty pages"] += 1
        self.world.empty_pages = 2


async def _until(true: Callable[[], bool], seconds: float) -> None:
    """Or so long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while not true():
                await asyncio.sleep(0.05)


async def door_chaos(plan: DoorPlan, folder: Path) -> tuple[DoorVerdict, dict[str, Any]]:
    """The verdict, and what the world was like."""
    async with _place(plan, folder) as place:
        await place.started()
        stop, begun = asyncio.Event(), time.monotonic()
        troubled = asyncio.create_task(place.trouble(stop))
        await _bring(place)
        stop.set()
        await troubled
        brought = time.monotonic() - begun
        store = Store(open_engine(plan.url))
        rested = await _rest(place, store)
        verdict = judged(store, place.said, [*place.world.sent, *_on_the_phone(place)])
        store.close()
    tries = sum(said.tries for said in place.said)
    unkept = sum(not said.kept for said in place.said)
    return verdict, {
        **dict(sorted(place.made.items())), "messages": len(place.said), "callbacks": tries,
        "platform_gave_up": unkept, "seconds": round(brought), "rest_seconds": round(rested),
    }  # fmt: skip


@asynccontextmanager
async def _place(plan: DoorPlan, folder: Path) -> AsyncIterator[DoorWorld]:
    chance, world = random.Random(plan.seed), furnish(World())
    liar = Liar(build(world), random.Random(plan.seed + 1), plan.lies)
    robots = Robots(SECRET, told=robot_answers(world))
    port, accounts = free_port(), folder / "accounts.yaml"
    config = uvicorn.Config(liar, "127.0.0.1", port, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    async with AsyncExitStack() as stack:
        phone = stack.enter_context(gateway()) if WECHATY in plan.accounts else None
        line = await stack.enter_async_context(serve(robots.talk, "127.0.0.1", 0))
        number = next(iter(line.sockets)).getsockname()[1]
        told = accounts_file(f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{number}")
        told["accounts"] += [wechaty_entry(phone.endpoint)] if phone else []
        accounts.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
        serving = asyncio.create_task(server.serve())
        nodes = [_node(plan, folder, str(accounts), number) for number in range(plan.nodes)]
        place = DoorWorld(plan, world, robots, liar, nodes, chance, phone)
        place.running = [place.start(number) for number in range(plan.nodes)]
        try:
            yield place
        finally:
            for process in place.running:
                process.kill()
                process.wait()
            server.should_exit = True
            await serving


def _node(plan: DoorPlan, folder: Path, accounts: str, number: int) -> tuple[DoorOrders, Path]:
    holder = f"node{number}" if plan.nodes > 1 else ""
    orders = DoorOrders(plan.url, accounts, free_port(), holder, LEASE, plan.seed * 100 + number)
    return orders, folder / f"door{number}.log"


async def _bring(place: DoorWorld) -> None:
    """All messages, about `rate` a second, the people mixed, each person's in order."""
    plan = place.plan
    targets = [f"http://127.0.0.1:{orders.port}" for orders, _ in place.nodes]
    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=200)) as client:
        couriers = [
            Courier(
                place.world,
                client,
                target,
                replace(place.mood),
                place.chance.random,
                number * 10**6,
            )
            for number, target in enumerate(targets)
        ]
        lines = {who: asyncio.Lock() for who in range(plan.people)}
        counts: Counter[int] = Counter()
        tasks = []
        for _ in range(plan.events):
            who = place.chance.randrange(plan.people)
            counts[who] += 1
            text = f"p{who}-{counts[who]:04}"
            said = Said(plan.account_of(who), f"p{who}", text)
            place.said.append(said)
            courier = place.chance.choice(couriers)
            tasks.append(asyncio.create_task(_said(place, courier, said, lines[who])))
            await asyncio.sleep(2 * place.chance.random() / plan.rate)
        await asyncio.gather(*tasks)


async def _said(place: DoorWorld, courier: Courier, said: Said, line: asyncio.Lock) -> None:
    async with line:
        if said.account == ROBOT:
            await _to_robot(place.robots, said)
            return
        if said.account == WECHATY:
            await _to_phone(place, said)
            return
        push = await courier.say(said.account, said.person, said.text)
        said.tries, said.kept = push.tries, push.status == 200
        words = opened(said.account, push.answer)
        if words:
            body = {"msgtype": "text", "text": {"content": words}}
            place.world.deliver(ACCOUNTS[said.account].app, said.person, "passive", body)
    if said.account == "kf":
        said.kept = True  # it stays to be fetched, whoever heard the ring


async def _to_robot(robots: Robots, said: Said) -> None:
    # The platform pushes it once: what breaks on the way is not ours yet.
    said.tries, said.kept = 1, False
    with suppress(Exception):
        await robots.says(said.person, said.text, said.text, said.text)


async def _to_phone(place: DoorWorld, said: Said) -> None:
    said.tries, twice = 1, place.chance.random() < MOOD.repeats
    await asyncio.sleep(place.chance.random() * MOOD.late.total_seconds())
    phone = place.phone
    assert phone
    await _until(lambda: phone.listening, 10)
    with suppress(OSError):  # nobody can write while the gateway is down
        phone.says(said.person, said.text, **({"twice": 300} if twice else {}))


def _on_the_phone(place: DoorWorld) -> list[Sent]:
    """What wechaty's people got."""
    got = place.phone.arrived if place.phone else []
    return [
        Sent(WECHATY, one["to"], WECHATY, {"msgtype": "text", "text": {"content": one["text"]}}, "")
        for one in got
    ]


async def _rest(place: DoorWorld, store: Store) -> float:
    """Seconds until every page was read and every queue empty."""
    begun = time.monotonic()
    while time.monotonic() - begun < REST:
        for number, process in enumerate(place.running):
            if process.poll() is not None:
                place.running[number] = place.start(number)
        if await asyncio.to_thread(_all_read, store, len(place.world.items[KFID])):
            break
        await asyncio.sleep(0.5)
    return time.monotonic() - begun


def _all_read(store: Store, items: int) -> bool:
    return Cursors(store).get("kf", "kf").endswith(f":c{items}") and at_rest(store)
