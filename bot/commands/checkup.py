"""What `doctor` looks at on this machine: settings, data folder, database, index, the service."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx

from bot.channels.accounts import Directory
from bot.database import loss_told, open_engine
from bot.document_store import DocumentRows
from bot.errors import Faults, KaidianError, StorageLost
from bot.findings import Finding, worst
from bot.migrations import standing
from bot.settings import Settings
from bot.store import Store
from handlers.merchant.heard_advertising import FILE, read
from knowledge.advertising import load_advertising
from knowledge.choices import load_choices
from knowledge.documents import IndexState
from knowledge.expressions import Expression
from knowledge.guide import load_guide
from knowledge.launch.book import FOLDER, load_launch
from knowledge.rules.faults import ContentFaultsError
from retrieval.embed import BUNDLED

ROOM = 1_000_000_000
"""Bytes below which a disk is called nearly full."""


def settings_read(settings: Settings) -> Iterator[Finding]:
    """Settings that parse, and are still not what a real shop wants."""
    yield Finding("fine", "设置读通了")
    if settings.sandbox:
        do = "真店请去掉 KAIDIAN_SANDBOX"
        yield Finding("mind", "沙箱开着：谁都能改时钟、造店铺", do)
    if settings.host not in ("127.0.0.1", "localhost", "::1"):
        do = "前面要有讲 https 的反向代理，防火墙只放行代理"
        yield Finding("mind", f"监听 {settings.host}：本身不加密", do)
    yield from _folder(settings)


def _folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    place = folder if folder.exists() else folder.absolute().parent
    if not place.exists() or not os.access(place, os.W_OK):
        yield Finding("wrong", f"数据目录 {folder} 写不进去", "改权限，或换 KAIDIAN_DATA_DIR")
        return
    free = shutil.disk_usage(place).free
    if free < ROOM:
        yield Finding("mind", f"磁盘只剩 {free // 1_000_000} MB", "清理，或把数据目录挪到大盘")
    else:
        yield Finding("fine", f"数据目录 {folder} 可写，磁盘还剩 {free // 1_000_000_000} GB")


def content(folder: Path = FOLDER) -> Iterator[Finding]:
    """Files of rules that operators edit: refused ones, and patterns that only a compiler sees
    through, since loading compiles none."""
    found, count = [], 0
    for load in (_advertising, _launch, _choices):
        try:
            for where, each in load(folder):
                count += 1
                found += (
                    [f"{where}：“{each.written}”写得不对（{each.fault}）"] if each.fault else []
                )
        except Faults as faults:
            found += faults.details
        except ContentFaultsError as error:
            found += map(str, error.faults)
    for text in found:
        yield Finding("wrong", text, "改好再启动；写得不对的那条现在不起作用")
    if folder == FOLDER and read(FILE) is None:
        do = "python -m handlers.merchant.heard_advertising"
        yield Finding("mind", "广告例句改过还没重新学：文案检查只用规则，会多漏一些", do)
    if not found:
        yield Finding("fine", f"规则文件读通了，{count} 条说法都能用")


Patterns = Iterator[tuple[str, Expression]]


def _advertising(folder: Path) -> Patterns:
    return load_advertising(folder / "advertising.yaml").expressions()


def _launch(folder: Path) -> Patterns:
    return load_launch(load_guide(), folder).expressions()


def _choices(folder: Path) -> Patterns:
    for choice in load_choices(load_guide(), folder / "choices.yaml"):
        yield from choice.expressions()


async def service(address: str) -> tuple[Finding, ...]:
    """The service on this machine, if it left word where it is."""
    if not address:
        return (Finding("unsure", "服务没有在跑（或不用这个数据目录）", "跑起来再查一次更全"),)
    try:
        async with httpx.AsyncClient(timeout=5) as client:
            answer = await client.get(f"{address}/readyz")
    except httpx.HTTPError as error:
        text = f"服务 {address} 没有应答（{type(error).__name__}）"
        return (Finding("wrong", text, "可能卡住或被杀，重启它"),)
    if answer.status_code == 200:
        return (Finding("fine", f"服务在跑：{address}"),)
    return (Finding("wrong", f"服务 {address} 说没准备好（{answer.status_code}）", "看它的日志"),)


def database(settings: Settings) -> Iterator[Finding]:
    """Reachable, and with the tables of this program. Makes and changes none."""
    if _not_yet(settings):
        yield Finding("unsure", "还没有数据库", "第一次启动会自动建")
        return
    engine = open_engine(settings.database)
    try:
        with loss_told():
            found, newest = standing(engine)
    except StorageLost:
        # What it says is for people who chat: to send again.
        yield Finding("wrong", "数据库连不上", _where(settings))
        return
    except KaidianError as error:
        yield Finding("wrong", f"数据库不能用：{error.message}", _where(settings))
        return
    finally:
        engine.dispose()
    kind = "SQLite" if settings.database.startswith("sqlite") else "PostgreSQL"
    if found == newest:
        yield Finding("fine", f"数据库连得上（{kind}），表结构第 {newest} 版")
    else:
        text = f"数据库的表是第 {found or '0'} 版，程序要第 {newest} 版"
        yield Finding("mind", text, "先备份；下次启动会自动升级")


def _not_yet(settings: Settings) -> bool:
    return not settings.database_url and not (settings.data_dir / "kaidian.db").exists()


def _where(settings: Settings) -> str:
    given = "核对 KAIDIAN_DATABASE_URL：主机、端口、库名、用户、密码，服务有没有起来"
    return given if settings.database_url else f"查 {settings.data_dir} 的权限和磁盘"


def doors(settings: Settings, directory: Directory) -> Iterator[Finding]:
    """Entrances of the accounts file that lead elsewhere in the database."""
    if not directory.entrances or _not_yet(settings) or worst(database(settings)) != "fine":
        return
    store = Store(open_engine(settings.database))
    known = {door.name: store.entrance(door.name) for door in directory.entrances}
    store.close()
    for door in directory.entrances:
        there = known[door.name]
        if there and there != door:
            text = f"入口 {door.name} 在数据库里已通向店铺 {there.shop}（{there.audience}）"
            yield Finding("wrong", text, "在账号文件里换一个入口名")


async def index(settings: Settings, offline: bool) -> tuple[Finding, ...]:
    """Whether the index is there, of the model that is set, and complete."""
    if _not_yet(settings):
        return (Finding("unsure", "还没有索引", "第一次启动会自动建"),)
    if worst(database(settings)) != "fine":
        return (Finding("unsure", "没有查索引", "先让数据库能用"),)
    store = Store(open_engine(settings.database))
    rows = DocumentRows(store)
    state, ready, every = rows.index_state(), len(rows.digests(None)), len(rows.load(None))
    store.close()
    found = tuple(_index(settings, state, ready, every))
    return found if offline or not settings.chroma_url else (*found, await _chroma(settings))


def _index(
    settings: Settings, state: IndexState | None, ready: int, every: int
) -> Iterator[Finding]:
    model = settings.embedding_model or BUNDLED
    if state is None:
        yield Finding("unsure", "还没有索引", "第一次启动会自动建")
    elif state.model != model:
        text = f"索引是用 {state.model} 建的，现在设的是 {model}"
        yield Finding("wrong", text, "python server.py index --rebuild")
    elif ready < every:
        text = f"{every - ready} 份资料还没进索引"
        yield Finding("mind", text, "重启服务会补上；还不行就 python server.py index --rebuild")
    elif not settings.chroma_url and not (settings.data_dir / "chroma").exists():
        yield Finding("mind", "索引文件夹不见了", "重启服务会重建")
    else:
        yield Finding("fine", f"索引完整：{ready} 份资料")


async def _chroma(settings: Settings) -> Finding:
    address = f"{settings.chroma_url.rstrip('/')}/api/v2/heartbeat"
    try:
        async with httpx.AsyncClient(timeout=5) as client:
            answer = await client.get(address)
    except httpx.HTTPError as error:
        text = f"Chroma {settings.chroma_url} 连不上（{type(error).__name__}）"
        return Finding("wrong", text, "启动它：.venv/bin/chroma run --path 目录")
    fine = answer.status_code == 200
    told = f"Chroma {settings.chroma_url} " + ("在跑" if fine else f"答 {answer.status_code}")
    return Finding("fine" if fine else "wrong", told)
