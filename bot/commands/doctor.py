"""`doctor`: checks a real set-up and says what to do next. Sends nothing, changes nothing."""

import asyncio
import os
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import httpx

from bot.channels.account_fields import NOT_CHANNELS
from bot.channels.accounts import Account, Directory, load_accounts
from bot.channels.checkup import (
    NAMES,
    at_the_platform,
    before_switching,
    on_paper,
    over_http,
    public,
    round_trip,
    twice,
)
from bot.channels.opening import Channels, Opening, platform_client
from bot.channels.rehearsal import pairs
from bot.clock import Clock, wall_clock
from bot.commands.checkup import content, database, doors, index, service, settings_read
from bot.commands.wiring import Wiring
from bot.errors import Faults
from bot.findings import Finding, Mark, Section, worst
from bot.http.serving import running
from bot.messages import Entrance
from bot.settings import Settings
from knowledge.errcodes import load_errcodes

_SIGNS: Mapping[Mark, str] = {"fine": "✓", "unsure": "?", "mind": "!", "wrong": "✗"}
_LINE_KINDS = ("aibot", "wechaty")


def doctor(chosen: Namespace, settings: Settings, _wiring: Wiring) -> int:
    """Exit status 1 if anything does not work."""
    sections = asyncio.run(examined(settings, os.environ, chosen.url or "", chosen.offline))
    print("\n".join(report(sections)))
    wrong = any(worst(section.findings) == "wrong" for section in sections)
    return 1 if wrong else 0


async def examined(
    settings: Settings,
    environ: Mapping[str, str],
    url: str,
    offline: bool,
    clock: Clock = wall_clock,
) -> list[Section]:
    """Every finding, by what it is about. `url`: where platforms reach this service."""
    there = running(settings.data_dir)
    local = str(there["address"]) if there else ""
    house = (*settings_read(settings), *await service(local), *database(settings))
    sections = [Section("本机", (*house, *await index(settings, offline)))]
    sections.append(Section("规则文件", tuple(content())))
    directory, faults = accounts(settings, environ)
    sections.append(Section("账号文件", (*faults, *doors(settings, directory))))
    if url:
        sections.append(Section(f"公网地址 {url}", tuple(public(url)) or (_looks_public(url),)))
    async with platform_client() as client:
        try:
            channels = Opening(client, load_errcodes(), clock).open(directory)
        except Faults as faults:  # optional packages are missing
            wrong = tuple(Finding("wrong", fault) for fault in faults.details)
            return [*sections, Section("账号", wrong)]
        reach = Reach(client, url, local, offline)
        for account in directory.accounts:
            door = _door(directory, account)
            found = await examine(account, door, channels, reach, clock)
            title = f"{NAMES[account.kind]} {account.kind}/{account.name}"
            sections.append(Section(title, tuple(found)))
    return sections


def _looks_public(url: str) -> Finding:
    return Finding("fine", f"{url} 是 https 域名")


def accounts(
    settings: Settings, environ: Mapping[str, str]
) -> tuple[Directory, tuple[Finding, ...]]:
    """The accounts file, or its faults one by one."""
    if settings.accounts is None:
        text = "没有设 KAIDIAN_ACCOUNTS：只有网页聊天能用"
        return Directory(), (Finding("mind", text, "接微信先写账号文件，见 docs/channels/"),)
    try:
        directory = load_accounts(settings.accounts, environ)
    except Faults as faults:
        return Directory(), tuple(Finding("wrong", fault) for fault in faults.details)
    read = (
        f"{settings.accounts} 读通了：{len(directory.shops)} 家店，{len(directory.accounts)} 个账号"
    )
    return directory, (Finding("fine", read), *twice(directory))


def _door(directory: Directory, account: Account) -> Entrance:
    return directory.doors()[account.kind, account.name]


@dataclass(frozen=True, slots=True)
class Reach:
    """How far this check may go. `url` and `local` are '' where there is no such address."""

    client: httpx.AsyncClient
    url: str
    local: str
    offline: bool


async def examine(
    account: Account, door: Entrance, channels: Channels, reach: Reach, clock: Clock
) -> list[Finding]:
    """One account."""
    found = list(on_paper(account, door))
    if account.kind in NOT_CHANNELS:
        text = "没有试：订单和售后要真的去问，告警要真的发一条"
        return [*found, Finding("unsure", text, "查一笔自己的订单、看一次告警就知道")]
    if account.kind in _LINE_KINDS:
        return [*found, _line(account)]
    channel = channels.http[account.kind, account.name]
    found += round_trip(account, channel, clock())
    if reach.offline:
        text = "没有联网查：访问凭证、白名单、权限、时钟"
        found.append(Finding("unsure", text, "去掉 --offline 再查"))
    else:
        found += await at_the_platform(account, channel.api, reach.client, clock())
    found += await _called(account, reach, clock)
    if account.kind == "commkf":
        found.append(before_switching(found, bool(reach.url)))
    return found


async def _called(account: Account, reach: Reach, clock: Clock) -> list[Finding]:
    """As its platform would call it: on this machine, and from outside as far as we know how."""
    pair = next(pairs(account))
    places = [place for place in (reach.local, reach.url) if place]
    found = [await over_http(account, pair, reach.client, place, clock()) for place in places]
    return found if reach.url else [*found, _not_called(account)]


def _not_called(account: Account) -> Finding:
    path = f"/channels/{account.kind}/{account.name}"
    return Finding(
        "unsure",
        f"没有查公网能不能到回调地址 https://你的域名{path}",
        "加 --url https://你的域名 再查；从公司外面的网络查最准",
    )


def _line(account: Account) -> Finding:
    if account.kind == "aibot":
        text = "没有试连：一个机器人只许一条长连接，一试就会把正在跑的那条顶掉"
        return Finding("unsure", text, "看服务日志里有没有“被顶掉”或订阅失败的提示")
    return Finding("unsure", "没有试连网关", "看服务日志里的 wechaty 提示")


def report(sections: Sequence[Section]) -> Iterator[str]:
    """The lines to print."""
    for section in sections:
        yield section.title
        for found in section.findings:
            yield f"  {_SIGNS[found.mark]} {found.text}"
            if found.do:
                yield f"      → {found.do}"
        yield ""
    marks = [found.mark for section in sections for found in section.findings]
    counts = [marks.count(mark) for mark in ("wrong", "mind", "unsure")]
    yield f"结论：{counts[0]} 处要改（✗），{counts[1]} 处要留意（!），{counts[2]} 处没法查（?）。"
