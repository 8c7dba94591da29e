"""The whole way through the platforms' stand-in: signed callbacks in, cards and messages out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import httpx
import yaml
from fastapi import FastAPI

from bot.case_store import CaseRows
from bot.channels.accounts import Directory, load_accounts
from bot.channels.opening import Opening
from bot.clock import wall_clock
from bot.conversation import Handoff, Outcome, Turn
from bot.database import open_engine
from bot.delivery.merge import Pace
from bot.delivery.outside import Outside
from bot.delivery.platforms import Platforms, furnish
from bot.delivery.staff_opening import House, open_staff
from bot.delivery.staff_places import members_of, on_phone
from bot.delivery.worker import Equipment, Worker
from bot.engine import Bot
from bot.http.channels import Doors, channel_router
from bot.mail import Accounts
from bot.messages import Reply
from bot.store import Store
from bot.talk_store import Talks
from handlers.customer.case_clock import CaseClock, with_case
from handlers.handoff import Calling, Watching
from knowledge.errcodes import load_errcodes
from tests.mail import WORDING, echoing, said
from tests.platform import accounts as standing
from tests.platform.courier import Courier
from tests.platform.server import build
from tests.platform.world import Sent, World
from tests.unit.rules.cases import CHEAP, REFUND, opened

REFUSED = WORDING.say("st_refused")


def answer(turn: Turn) -> Outcome:
    if turn.message.text == "转人工":
        told = (Reply("好，已转人工。"),)
        return Outcome(told, "handoff", "human_handoff", handoff=Handoff("human_handoff"))
    if turn.message.text == "提交":
        case = replace(opened(CHEAP, **REFUND), conversation_id=turn.conversation.id)
        return with_case(said("已转店员"), 0, case, turn.now, WORDING)
    return said(f"答{turn.message.text}")


@dataclass
class Town:
    """People and platforms around one Kaidian, all in this process."""

    world: World
    courier: Courier
    store: Store

    def cards(self, person: str) -> list[Sent]:
        return [sent for sent in self.world.sent if sent.to == person and sent.buttons]

    async def heard(self, person: str, *parts: str) -> Sent:
        """The newest thing with all these parts that reached this person, once it has."""
        async with asyncio.timeout(30):
            while True:
                for sent in reversed(self.world.sent):
                    if sent.to == person and all(part in sent.text for part in parts):
                        return sent
                await asyncio.sleep(0.02)

    async def says(self, person: str, text: str, account: str = "miniprogram") -> None:
        assert (await self.courier.say(account, person, text)).status == 200

    async def taps(self, person: str, card: Sent, label: str) -> None:
        (key,) = [key for key, shown in card.buttons if shown == label]
        task = card.body["template_card"]["task_id"]
        assert (await self.courier.tap("wecom", person, task, key)).status == 200

    def changed(self) -> list[str]:
        return list(self.world.changed.values())


def lived(folder: Path, story: Callable[[Town], Awaitable[None]]) -> None:
    """Kaidian with the stand-in's accounts file, at work while the story is told."""
    asyncio.run(_lived(folder, story))


async def _lived(folder: Path, story: Callable[[Town], Awaitable[None]]) -> None:
    world, app = standing.furnish(World()), FastAPI()
    file = folder / "accounts.yaml"
    content = standing.accounts_file("http://127.0.0.1:9", "ws://127.0.0.1:9", "tea")
    content["accounts"] = [each for each in content["accounts"] if each["kind"] != "aibot"]
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    directory = load_accounts(file, {})
    store = Store(open_engine(f"sqlite:///{folder / 'kaidian.db'}"))
    store.create()
    furnish(store, directory, lambda: "secret", wall_clock())
    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(build(world))) as client,
        httpx.AsyncClient(transport=httpx.ASGITransport(app)) as pushing,
    ):
        channels = Opening(client, load_errcodes()).open(directory)
        platforms = Platforms(Accounts(directory.doors()), channels, client)
        worker = _worker(store, directory, platforms)
        app.include_router(channel_router(Doors(channels.http, worker.accept, lambda *_: None)))
        stop = asyncio.Event()
        running = asyncio.create_task(worker.run(stop))
        await story(Town(world, Courier(world, pushing, "http://kaidian"), store))
        stop.set()
        await running
    store.close()


def _worker(store: Store, directory: Directory, platforms: Platforms) -> Worker:
    members, clock = members_of(directory), CaseClock(CaseRows(store), WORDING)
    watching = Watching(Talks(store), WORDING)
    timers = {"handoff_waiting": watching.waiting, "taken_waiting": watching.unheard,
              "case_news": clock.news}  # fmt: skip
    plain = echoing(store, answer, timers)
    calling = Calling(WORDING, lambda who: on_phone(who, members))
    bot = Bot(store, plain._recognise, plain._handlers, plain._embed, timers, callers=calling)
    house = House(store, WORDING, wall_clock, lambda talk: worker.way(talk), lambda: worker.nudge())
    room = open_staff(directory, platforms, Outside(), house)
    worker = Worker(
        Equipment(
            store, bot, WORDING, platforms.accounts, platforms.channels,
            Pace(timedelta(0), timedelta(0), count=1), webhooks=room.places, staff=room.counter,
        )
    )  # fmt: skip
    return worker


def test_a_hand_over_is_told_taken_answered_and_given_back(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.says("visitor", "转人工")
        card = await town.heard("zhangsan", "等人工 · tea", "客户要人工", "转人工")
        await town.heard("lisi", "等人工 · tea")
        await town.taps("wangwu", card, "接手")
        await town.heard("wangwu", REFUSED)
        await town.taps("zhangsan", card, "接手")
        await town.heard("zhangsan", "接上了")
        assert town.changed() == ["zhangsan已接手"]
        await town.taps("lisi", card, "接手")
        await town.heard("lisi", "已由zhangsan在")
        await town.says("visitor", "杯子碎了")
        await town.heard("zhangsan", "客户说：杯子碎了")
        await town.says("zhangsan", "回复 马上给您补发", "wecom")
        await town.heard("visitor", "马上给您补发")
        await town.says("zhangsan", "交还", "wecom")
        await town.heard("visitor", WORDING.say("ho_released"))
        await town.says("visitor", "谢谢")
        await town.heard("visitor", "答谢谢")
        assert town.world.texts_to("visitor").count("马上给您补发") == 1

    lived(tmp_path, story)


def test_a_refund_is_approved_by_tap_and_the_customer_is_told(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.says("visitor", "提交")
        card = await town.heard("zhangsan", "待审核 · tea", "K1", "129元", "最晚")
        await town.taps("wangwu", card, "同意")
        await town.heard("wangwu", REFUSED)
        await town.taps("zhangsan", card, "同意")
        asked = await town.heard("zhangsan", "退129元", "确认吗")
        case = CaseRows(town.store).get("c1")
        assert case
        assert case.version == 1
        await town.taps("zhangsan", asked, "确认退129元")
        await town.heard("zhangsan", "已办", "129元")
        await town.heard("visitor", "台灯", "有进展")
        case = CaseRows(town.store).get("c1")
        assert case
        assert (case.status, case.history[-1].by) == (
            "PLATFORM_REFUNDING", "operator:zhangsan@wecom/staff",
        )  # fmt: skip
        await town.taps("lisi", card, "同意")
        await town.heard("lisi", "zhangsan", "没有再办一次")
        assert town.changed() == ["zhangsan：已同意"]

    lived(tmp_path, story)


def test_staff_read_the_list_and_the_rest_is_the_guides(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.says("zhangsan", "待办", "wecom")
        await town.heard("zhangsan", WORDING.say("st_list_empty"))
        await town.says("wangwu", "待办", "wecom")
        await town.heard("wangwu", REFUSED)
        for person in ("zhangsan", "wangwu"):
            await town.says(person, "手续费多少", "wecom")
            answer = await town.heard(person, "答手续费多少")
            assert REFUSED not in answer.text

    lived(tmp_path, story)
