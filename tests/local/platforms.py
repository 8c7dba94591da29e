"""Kaidian with an accounts file, and whom it talks to: the platforms' stand-in, and npm's real
wechaty gateway where it is installed. All of them real processes."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.dialogs.built import ROOT
from tests.gateway import Gateway, gateway, installed
from tests.local.servers import KEY, Running, prepared, running
from tests.needed import lacking
from tests.platform.accounts import wechaty_entry
from tests.ports import free_port, listens

EVERYWHERE = ("commkf", "kf", "official", "quiet", "miniprogram", "wecom", "robot", "wechaty")
"""The accounts of the stand-in, by the name that its page uses, and the gateway's."""


@dataclass(frozen=True)
class Both:
    """`platform`: the stand-in's own calls. `operator`: Kaidian's, with the operator's key."""

    platform: httpx.Client
    operator: httpx.Client
    server: Running
    gateway: Gateway | None = None

    def say(self, account: str, person: str, text: str) -> dict[str, Any]:
        """A person writes; how the callback went."""
        if account == "wechaty":
            self.phone().says(person, text)
            return {"status": 200}
        asked = {"account": account, "person": person, "text": text}
        found: dict[str, Any] = self.platform.post("/_stand_in/say", json=asked).json()
        return found

    def phone(self) -> Gateway:
        """The gateway, once the server listens to it. Without npm's packages the test is skipped,
        or fails in CI."""
        found = self.gateway or lacking("wechaty's gateway is missing: sh requirements/node.sh")
        until(lambda: found.listening)
        return found

    def heard(self, person: str) -> list[str]:
        """Everything that has reached this person, or this room."""
        if self.gateway and self.gateway.heard(person):
            return self.gateway.heard(person)
        items = self.platform.get("/_stand_in/sent", params={"person": person}).json()["items"]
        return [item["text"] for item in items]

    def ask(self, account: str, person: str, text: str) -> str:
        """A person writes and waits for the answer."""
        before = len(self.heard(person))
        assert self.say(account, person, text)["status"] == 200
        until(lambda: len(self.heard(person)) > before)
        return "\n".join(self.heard(person)[before:])

    def servicer(self, person: str, act: str) -> None:
        """Somebody of 微信客服's own people takes this chat, or ends it."""
        asked = {"person": person, "act": act}
        self.platform.post("/_stand_in/people", json=asked).raise_for_status()

    def trouble(self, **what: Any) -> None:
        self.platform.post("/_stand_in/trouble", json=what).raise_for_status()


def until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


@contextmanager
def joined(folder: Path, entrance: str = "") -> Iterator[Both]:
    """Both processes. `entrance`: every account stands there; '' leaves the file as written."""
    port, kaidian, accounts = free_port(), free_port(), folder / "accounts.yaml"
    phone = gateway() if installed() else nullcontext()
    with stand_in(port, kaidian, accounts) as platform, phone as peer:
        if peer:
            add_gateway(accounts, peer)
        if entrance:
            move_all(accounts, entrance)
        settings = {"KAIDIAN_PORT": str(kaidian), "KAIDIAN_ACCOUNTS": str(accounts)}
        settings |= {"KAIDIAN_SANDBOX": "1", "KAIDIAN_OPERATOR_KEY": KEY}
        with (
            running(prepared(folder / "data"), **settings) as server,
            httpx.Client(base_url=server.url, headers={"X-API-Key": KEY}, timeout=60) as operator,
        ):
            yield Both(platform, operator, server, peer)


@contextmanager
def stand_in(port: int, kaidian: int, accounts: Path) -> Iterator[httpx.Client]:
    """`python -m tests.platform`."""
    command = [sys.executable, "-m", "tests.platform", "--port", str(port)]
    command += ["--line-port", str(free_port()), "--accounts", str(accounts)]
    command += ["--kaidian", f"http://127.0.0.1:{kaidian}"]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        until(lambda: listens(port), 180)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=90) as client:
            yield client
    finally:
        process.terminate()
        process.wait(20)


def add_gateway(accounts: Path, peer: Gateway) -> None:
    """An account on the gateway, for customers."""
    told = yaml.safe_load(accounts.read_text(encoding="utf-8"))
    told["accounts"].append(wechaty_entry(peer.endpoint))
    accounts.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")


def move_all(accounts: Path, entrance: str) -> None:
    """Every account stands at this entrance now."""
    told = yaml.safe_load(accounts.read_text(encoding="utf-8"))
    for account in told["accounts"]:
        account["entrance"] = entrance
    accounts.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
