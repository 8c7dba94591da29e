"""`index`: add files to a shop's knowledge, through the running server or under its lock.

Two processes must not write one embedded index: vectors that another process added were silently
missed by queries until the server's own next write (tried).
"""

import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from bot.commands.progress import bar
from bot.commands.remote import answer_of, unreachable_told
from bot.commands.wiring import Wiring
from bot.errors import BadInput, KaidianError
from bot.http.serving import AlreadyRunning, owning, running
from bot.operations import read_document
from bot.settings import Settings
from knowledge.documents import Document
from knowledge.read import SUFFIXES, file_bytes

POLLS, PAUSE = 3600, 0.5


def index(chosen: Namespace, settings: Settings, wiring: Wiring) -> int:
    """Exit status 1 if any file had a fault; the others are indexed all the same."""
    if not chosen.paths and not chosen.rebuild:
        raise BadInput("请写明要加的文件或文件夹：python server.py index 我的资料/ --shop 店名")
    try:
        with owning(settings.data_dir):
            return _here(chosen, settings, wiring)
    except AlreadyRunning:
        there = running(settings.data_dir)
        if there is None or chosen.rebuild:
            raise
        with unreachable_told(there["address"]):
            return _there(chosen, there["address"], there["key"])


def _here(chosen: Namespace, settings: Settings, wiring: Wiring) -> int:
    store = wiring.open_store(settings)
    writer = wiring.open_index(settings, store)
    if chosen.rebuild:
        print(f"Rebuilt {writer.rebuild(bar('Rebuilding'))} documents.")
    if not chosen.paths:
        return 0
    shop = shop_for(chosen.shop, store.shop_names())
    documents, faults = _read_all(shop, files_in(chosen.paths))
    done = writer.update(documents, bar("Indexing"))
    print(f"{shop}: {done.added} indexed, {done.unchanged} unchanged, {len(faults)} with faults")
    return _told(faults)


def _there(chosen: Namespace, address: str, key: str) -> int:
    with httpx.Client(base_url=address, headers={"X-API-Key": key}, timeout=60) as client:
        shops = answer_of(client.get("/api/shops"))["items"]
        shop = shop_for(chosen.shop, [item["name"] for item in shops])
        files = [("files", (str(path), file_bytes(path))) for path in files_in(chosen.paths)]
        sent = client.post("/api/knowledge/documents", params={"shop": shop}, files=files)
        job = _finished(client, answer_of(sent)["job"])
    print(
        f"{shop}: {len(files)} files given to the running server, {len(job['faults'])} with faults"
    )
    return _told([f"{fault['file']}：{fault['reason']}" for fault in job["faults"]])


def _finished(client: httpx.Client, job_id: str) -> dict[str, Any]:
    progress = bar("Indexing")
    for _ in range(POLLS):
        job = answer_of(client.get(f"/api/knowledge/jobs/{job_id}"))
        if job["total"]:
            progress(job["done"], job["total"])
        if job["status"] != "running":
            return job
        time.sleep(PAUSE)
    raise KaidianError(f"任务 {job_id} 半小时还没完成，请看服务的日志")


def shop_for(named: str | None, names: Sequence[str]) -> str:
    """The shop meant. Raises BadInput that lists the shops."""
    if named in names:
        return str(named)
    if named is None and len(names) == 1:
        return names[0]
    known = "、".join(names) or "还没有，先运行 python server.py shop add 店名"
    raise BadInput(f"请用 --shop 写明店铺。现有：{known}")


def files_in(paths: Sequence[Path]) -> list[Path]:
    """Files named, and those of the known kinds in folders named. Raises BadInput."""
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise BadInput(f"找不到：{'、'.join(missing)}")
    return [file for path in paths for file in _under(path)]


def _under(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES)


def _read_all(shop: str, paths: Sequence[Path]) -> tuple[list[Document], list[str]]:
    documents, faults = [], []
    for path in paths:
        try:
            documents.append(read_document(shop, str(path), file_bytes(path)))
        except BadInput as error:
            faults.append(f"{path}：{error.message}")
    return documents, faults


def _told(faults: Sequence[str]) -> int:
    for fault in faults:
        print(f"  {fault}", file=sys.stderr)
    return 1 if faults else 0
