"""The whole HTTP application with real parts, an empty guide and a temporary SQLite."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from bot.clock import SettableClock
from bot.database import open_engine
from bot.delivery.worker import Equipment, Worker
from bot.document_store import DocumentRows
from bot.engine import Bot
from bot.http.app import build_app
from bot.http.parts import Parts, secret_digest
from bot.operations import Knowledge
from bot.order_store import OrderRows
from bot.settings import Settings
from bot.store import Store
from handlers.customer.evaluate import open_after_sales
from handlers.merchant.checks import open_checks
from knowledge.choices import load_choices
from knowledge.wording import load_wording
from retrieval.answerability import answerable
from retrieval.chroma import collections, connect
from retrieval.index import Index
from retrieval.search import Scope, Search
from tests.contracts.letters import Letters
from tests.unit.desk import NOW, Desk
from tests.unit.launch_book import BOOK, GUIDE

OWNER, CLERK = "key of the owner", "key of the tea shop's clerk"


class House:
    """Sends requests as one of the key holders."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(open_engine(f"sqlite:///{folder / 'kaidian.db'}"))
        self.store.create()
        for shop in ("tea", "flowers"):
            self.store.add_shop(shop, "secret", False, NOW)
        self.store.put_operator_key(secret_digest(OWNER), "", "owner")
        self.store.put_operator_key(secret_digest(CLERK), "tea", "clerk")
        self.app: FastAPI = build_app(_parts(self.store, folder))

    def send(self, method: str, path: str, body: Any = None, key: str = OWNER) -> httpx.Response:
        """One request; `body` is sent as JSON, bytes as they are."""
        return asyncio.run(self._send(method, path, body, key))

    def say(self, path: str, body: Any, token: str) -> httpx.Response:
        """One request of somebody who chats."""
        return asyncio.run(self._say(path, body, token))

    async def _say(self, path: str, body: Any, token: str) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url="http://kaidian") as client:
            return await client.post(path, json=body, headers={"Authorization": f"Bearer {token}"})

    async def _send(self, method: str, path: str, body: Any, key: str) -> httpx.Response:
        sent = {"content": body} if isinstance(body, bytes) else {"json": body}
        headers = {"X-API-Key": key, "Content-Type": "application/json"}
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url="http://kaidian") as client:
            given = {} if body is None else sent
            return await client.request(method, path, headers=headers, **given)


def _parts(store: Store, folder: Path) -> Parts:
    letters, table = Letters(), DocumentRows(store)
    index = Index(collections(connect("", folder / "chroma"), letters), letters, table)
    knowledge = Knowledge(index, Search(letters, index.vectors(), table), table)
    bot: Bot = Desk(store).bot()
    settings, wording, clock = Settings(data_dir=folder), load_wording(), SettableClock(lambda: NOW)
    return Parts(
        settings,
        store,
        bot,
        knowledge,
        wording,
        clock,
        Scope,
        answerable,
        open_after_sales(),
        open_checks(),
        BOOK,
        False,
        Worker(Equipment(store, bot, wording, clock=clock)),
        OrderRows(store),
        choices=load_choices(GUIDE),
    )
