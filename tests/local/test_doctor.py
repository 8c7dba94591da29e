"""`doctor` against the stand-in over real HTTP, and against nothing at all."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
import yaml
from fastapi import FastAPI
from starlette.types import ASGIApp

from bot.channels.accounts import load_accounts
from bot.channels.opening import Opening, platform_client
from bot.clock import Clock, wall_clock
from bot.commands.doctor import examined, report
from bot.database import open_engine
from bot.findings import Finding, Section
from bot.http.channels import Doors, channel_router
from bot.http.faults import add_fault_handlers
from bot.settings import Settings
from bot.store import Store
from knowledge.errcodes import load_errcodes
from tests.local.servers import command
from tests.platform.accounts import KEY, SECRET, TOKEN, accounts_file, furnish
from tests.platform.server import build
from tests.platform.world import World, error
from tests.ports import free_port

KINDS = ("commkf", "kf", "official", "quiet", "miniprogram", "wecom")
FROM = "from ip: 203.0.113.9, more info at https://open.work.weixin.qq.com"


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The app on a free port."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        end = time.monotonic() + 30
        while not server.started:
            assert time.monotonic() < end, "it did not start"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)


@dataclass
class Clinic:
    """The stand-in, an accounts file for it, and a service with these accounts' doors."""

    world: World
    folder: Path
    base: str
    stack: ExitStack = field(default_factory=ExitStack)

    @property
    def file(self) -> Path:
        return self.folder / "accounts.yaml"

    def write(self, base: str = "", change: Callable[[dict[str, Any]], None] | None = None) -> None:
        content = accounts_file(base or self.base, "ws://127.0.0.1:9", "tea")
        for account in content["accounts"]:
            if change:
                change(account)
        self.file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")

    def service(self, without: str = "") -> str:
        """Where a service answers that has read the file as it stands now."""
        channels = Opening(platform_client(), load_errcodes()).open(load_accounts(self.file, {}))
        known = {name: each for name, each in channels.http.items() if name[1] != without}
        app = FastAPI()
        app.include_router(channel_router(Doors(known, _nobody, lambda *_: None)))
        add_fault_handlers(app)
        return self.stack.enter_context(served(app))

    def examined(
        self, url: str = "", *, offline: bool = False, clock: Clock = wall_clock
    ) -> list[Section]:
        settings = Settings(data_dir=self.folder / "data", accounts=self.file)
        return asyncio.run(examined(settings, {}, url, offline, clock))


async def _nobody(_letter: object) -> None:
    raise AssertionError("a check must not be stored")


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    world = furnish(World())
    with ExitStack() as stack, served(build(world)) as base:
        found = Clinic(world, tmp_path, base, stack)
        found.write()
        yield found


def of(sections: list[Section], kind: str) -> tuple[Finding, ...]:
    (found,) = [each for each in sections if f" {kind}/" in each.title or each.title == kind]
    return found.findings


def marked(found: tuple[Finding, ...], mark: str) -> list[str]:
    return [f"{each.text} {each.do}".strip() for each in found if each.mark == mark]


def test_a_sound_set_up_has_nothing_wrong_and_sends_nothing(clinic: Clinic) -> None:
    sections = clinic.examined(clinic.service())
    assert [marked(section.findings, "wrong") for section in sections] == [[]] * len(sections)
    for kind in ("commkf", "kf", "wecom", "miniprogram"):
        told = str(marked(of(sections, kind), "fine"))
        assert "自检通过" in told
        assert "拿到访问凭证" in told
        assert "时钟与平台差" in told
        assert "回调地址答对了" in told
    assert "青瓷小店" in str(of(sections, "commkf"))
    assert "咨询客服" in str(of(sections, "kf"))
    assert "店员助手" in str(of(sections, "wecom"))
    assert "顶掉" in str(of(sections, "aibot"))
    assert clinic.world.sent == []


def test_no_secret_is_ever_printed(clinic: Clinic) -> None:
    clinic.world.plan("cgi-bin/stable_token", error(40125, f"invalid appsecret {SECRET[:3]}"))
    told = "\n".join(report(clinic.examined(clinic.service())))
    for secret in (KEY, SECRET, f"Token {TOKEN}", "token-1"):
        assert secret not in told


def test_a_shop_is_not_to_be_switched_before_its_address_was_called(clinic: Clinic) -> None:
    before, after = clinic.examined(), clinic.examined(clinic.service())
    assert "先别" in of(before, "commkf")[-1].text
    assert "检查都过了" in of(after, "commkf")[-1].text
    clinic.world.plan("channels/ec/basics/info/get", error(48001, "api unauthorized"))
    broken = of(clinic.examined(clinic.service()), "commkf")
    assert "超级管理员" in str(marked(broken, "wrong"))
    assert "先别" in broken[-1].text


@pytest.mark.parametrize(
    ("kind", "path", "answer", "advice"),
    [
        ("wecom", "cgi-bin/agent/get", error(60020, f"not allow to access {FROM}"), "企业可信 IP"),
        ("wecom", "cgi-bin/agent/get", error(60020, f"not allow to access {FROM}"), "203.0.113.9"),
        ("wecom", "cgi-bin/agent/get", error(301002, "no privilege"), "AgentId"),
        ("wecom", "cgi-bin/gettoken", error(40001, "invalid credential"), "重新复制 Secret"),
        ("kf", "cgi-bin/kf/account/list", error(48002, "forbidden"), "可调用接口的应用"),
        (
            "commkf",
            "cgi-bin/stable_token",
            error(40164, "invalid ip 203.0.113.9 ipv6 ::1, not in whitelist"),
            "203.0.113.9",
        ),
        (
            "miniprogram",
            "cgi-bin/message/custom/business/typing",
            error(48001, "api unauthorized"),
            "微信认证",
        ),
        ("miniprogram", "cgi-bin/callback/check", {"errcode": 0, "dns": [], "ping": []}, "域名"),
        (
            "miniprogram",
            "cgi-bin/callback/check",
            {"errcode": 0, "ping": [{"package_loss": "100%"}]},
            "100%",
        ),
    ],
)
def test_an_errcode_becomes_the_next_action(
    clinic: Clinic, kind: str, path: str, answer: dict[str, object], advice: str
) -> None:
    content = accounts_file(clinic.base, "ws://127.0.0.1:9", "tea")
    content["accounts"] = [each for each in content["accounts"] if each["kind"] == kind]
    clinic.file.write_text(yaml.safe_dump(content), encoding="utf-8")
    clinic.world.plan(path, answer)
    found = of(clinic.examined(), kind)
    told = str(marked(found, "wrong") + marked(found, "mind"))
    assert advice in told


def test_a_customer_service_account_that_is_not_the_apis(clinic: Clinic) -> None:
    clinic.world.kf_accounts = {"wkStandIn": False}
    assert "API 管理" in str(marked(of(clinic.examined(), "kf"), "wrong"))
    clinic.world.kf_accounts = {f"wkOther{n}": True for n in range(250)}
    assert "open_kfid" in str(marked(of(clinic.examined(), "kf"), "wrong"))
    clinic.world.kf_accounts["wkStandIn"] = True
    assert marked(of(clinic.examined(), "kf"), "wrong") == []


def test_without_a_network_it_says_what_it_could_not_check(clinic: Clinic) -> None:
    clinic.write("http://127.0.0.1:9")
    sections = clinic.examined()
    assert all(marked(section.findings, "wrong") == [] for section in sections)
    assert "连不上平台" in str(marked(of(sections, "kf"), "unsure"))
    offline = str(marked(of(clinic.examined(offline=True), "kf"), "unsure"))
    assert "没有联网查" in offline
    assert "连不上" not in offline


def test_a_service_that_has_not_read_the_file_anew(clinic: Clinic) -> None:
    stale = clinic.service(without="staff")

    def other(account: dict[str, Any]) -> None:
        if account["kind"] == "kf":
            account["token"] = "changed"

    clinic.write(change=other)
    sections = clinic.examined(stale)
    assert "重启" in str(marked(of(sections, "kf"), "wrong"))
    assert "不认识这个账号" in str(marked(of(sections, "wecom"), "wrong"))


def test_a_clock_that_is_off(clinic: Clinic) -> None:
    sections = clinic.examined(clinic.service(), clock=lambda: wall_clock() + timedelta(minutes=10))
    found = str(marked(of(sections, "kf"), "wrong"))
    assert "超过五分钟" in found
    assert "对时" in found


def test_an_address_that_nobody_outside_can_reach(clinic: Clinic) -> None:
    sections = clinic.examined(f"http://127.0.0.1:{free_port()}")
    title = next(each.title for each in sections if each.title.startswith("公网地址"))
    assert "不是公网域名" in str(of(sections, title))
    assert "连不上" in str(marked(of(sections, "kf"), "wrong"))


def test_who_may_act_and_who_is_told(clinic: Clinic) -> None:
    told = of(clinic.examined(offline=True), "wecom")
    assert "2 名店员" in str(marked(told, "fine"))
    assert "没有试发提醒" in str(marked(told, "unsure"))
    clinic.write(change=lambda account: account.update(
        {"alert": ["boss", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"]}
        if account["kind"] == "wecom" else {}
    ))  # fmt: skip
    assert "1 个收提醒的人不在 staff" in str(
        marked(of(clinic.examined(offline=True), "wecom"), "mind")
    )
    clinic.write(change=lambda account: account.pop("staff", None))
    assert "不能接手会话" in str(marked(of(clinic.examined(offline=True), "wecom"), "unsure"))
    clinic.write(change=lambda account: account.pop("alert", None))
    assert "没有写 alert" in str(marked(of(clinic.examined(offline=True), "wecom"), "mind"))


def test_a_personal_account_is_a_risk_that_is_named(clinic: Clinic) -> None:
    content = accounts_file(clinic.base, "ws://127.0.0.1:9", "tea")
    personal = {"kind": "wechaty", "name": "wx", "entrance": "standin-customer", "token": "abc"}
    clinic.file.write_text(yaml.safe_dump(content | {"accounts": [personal]}), encoding="utf-8")
    assert "封号" in str(marked(of(clinic.examined(offline=True), "wechaty"), "mind"))


def test_keys_in_rotation_are_both_tried(clinic: Clinic) -> None:
    def rotating(account: dict[str, Any]) -> None:
        if account["kind"] in ("kf", "commkf"):
            account["previous_token"] = "before"
            account["previous_aes_key"] = KEY[::-1]

    clinic.write(change=rotating)
    sections = clinic.examined(offline=True)
    for kind in ("kf", "commkf"):
        assert "旧密钥加密、签名、解密自检通过" in str(marked(of(sections, kind), "fine"))
        assert "previous_token" in str(marked(of(sections, kind), "mind"))


def test_an_entrance_that_leads_elsewhere_already(clinic: Clinic) -> None:
    folder = clinic.folder / "data"
    folder.mkdir()
    store = Store(open_engine(f"sqlite:///{folder / 'kaidian.db'}"))
    store.create()
    store.add_shop("standin", "secret", True, wall_clock())  # with its entrance standin-customer
    store.close()
    (told,) = marked(of(clinic.examined(offline=True), "账号文件"), "wrong")
    assert "standin-customer" in told
    assert "换一个入口名" in told


def test_every_fault_of_the_file_is_told(clinic: Clinic) -> None:
    def broken(account: dict[str, Any]) -> None:
        if "aes_key" in account:
            account["aes_key"] = "short"

    clinic.write(change=broken)
    faults = marked(of(clinic.examined(), "账号文件"), "wrong")
    assert len(faults) == len(KINDS)
    assert all("43 位" in fault for fault in faults)


@pytest.mark.slow
def test_as_a_command_it_ends_with_one_line_and_a_status(data: Path, clinic: Clinic) -> None:
    fine = command(data, "doctor", KAIDIAN_ACCOUNTS=str(clinic.file))
    assert (fine.returncode, fine.stderr) == (0, "")
    assert "索引完整" in fine.stdout
    assert "表结构第" in fine.stdout
    assert fine.stdout.splitlines()[-1].startswith("结论：0 处要改")
    clinic.world.secrets.clear()
    broken = command(data, "doctor", KAIDIAN_ACCOUNTS=str(clinic.file))
    assert broken.returncode == 1
    other = command(data, "doctor", KAIDIAN_EMBEDDING_MODEL="another", KAIDIAN_SANDBOX="1")
    assert other.returncode == 1
    assert "index --rebuild" in other.stdout
    assert "沙箱开着" in other.stdout
    assert not (data.parent / "unborn").exists()
    assert command(data.parent / "unborn", "doctor").returncode == 0
