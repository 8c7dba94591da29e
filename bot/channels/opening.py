"""From the accounts file to channels that work."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx

from bot.channels.account_fields import NOT_CHANNELS
from bot.channels.accounts import Account, Directory
from bot.channels.aibot_line import Aibot
from bot.channels.aibot_state import Robot
from bot.channels.api import Api, PlatformChannel, corp_token, stable_token
from bot.channels.commkf import Commkf
from bot.channels.crypto import Keys, aes_key
from bot.channels.kf import Kf
from bot.channels.official import Official
from bot.channels.wechaty import Gateway, Wechaty
from bot.channels.wecom import Wecom
from bot.clock import Clock, wall_clock
from bot.errors import Faults
from bot.mail import Channel
from knowledge.errcodes import Codes


def platform_client() -> httpx.AsyncClient:
    """For all calls to platforms. Their addresses hold tokens, so httpx must not log them."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    return httpx.AsyncClient()


@dataclass(frozen=True, slots=True)
class Channels:
    """Every account of this process by (kind, name).

    `http`: called by their platforms. `kf`: fetched after a ring. `robots`: keep a line up; give
    each its `run`.
    """

    http: Mapping[tuple[str, str], PlatformChannel]
    kf: Mapping[tuple[str, str], Kf]
    robots: Mapping[tuple[str, str], Aibot | Wechaty]

    def all(self) -> dict[tuple[str, str], Channel]:
        """What the outbox sends through."""
        return {**self.http, **self.robots}


@dataclass(frozen=True, slots=True)
class Opening:
    """What channels are made with. `clock` is the wall clock: platforms live in real time."""

    client: httpx.AsyncClient
    codes: Mapping[str, Codes]
    clock: Clock = wall_clock

    def open(self, directory: Directory) -> Channels:
        """All of them; nothing is called yet."""
        siblings = _siblings(directory)
        http: dict[tuple[str, str], PlatformChannel] = {}
        kf: dict[tuple[str, str], Kf] = {}
        robots: dict[tuple[str, str], Aibot | Wechaty] = {}
        for account in directory.accounts:
            name = (account.kind, account.name)
            if account.kind in NOT_CHANNELS:
                continue
            if account.kind == "aibot":
                robots[name] = self._aibot(account)
            elif account.kind == "wechaty":
                robots[name] = self._wechaty(account)
            elif account.kind == "kf":
                http[name] = kf[name] = self._kf(account, siblings[account.text("corp_id")])
            else:
                http[name] = self._plain(account)
        return Channels(http, kf, robots)

    def _plain(self, account: Account) -> PlatformChannel:
        if account.kind == "commkf":
            return self._commkf(account)
        return self._wecom(account) if account.kind == "wecom" else self._official(account)

    def _commkf(self, account: Account) -> Commkf:
        return Commkf(
            account.name,
            keys_of(account, account.text("app_id")),
            self._weixin(account, "shop"),
            plain=account.text("mode") == "plain",
            openid_checked=account.flag("openid_checked"),
        )

    def _official(self, account: Account) -> Official:
        return Official(
            account.name,
            keys_of(account, account.text("app_id")),
            self._weixin(account, "weixin"),
            kind=account.kind,
            plain=account.text("mode") == "plain",
            push=account.flag("push"),
            menus=bool(account.values.get("menus", False)),
            transfer=account.flag("transfer"),
        )

    def _wecom(self, account: Account) -> Wecom:
        keys = keys_of(account, account.text("corp_id"))
        return Wecom(
            account.name,
            int(account.text("agent_id")),
            keys,
            self._corp(account),
            active=account.flag("active"),
            staff=frozenset(account.several("staff")),
        )

    def _kf(self, account: Account, siblings: Mapping[str, str]) -> Kf:
        return Kf(
            account.name,
            account.text("open_kfid"),
            keys_of(account, account.text("corp_id")),
            self._corp(account),
            self.clock,
            self.codes["kf_send_failed"],
            siblings,
            account.text("servicer"),
        )

    def _aibot(self, account: Account) -> Aibot:
        secret, codes = account.text("secret"), self.codes["wecom"]
        staff = frozenset(account.several("staff"))
        robot = Robot(account.name, account.text("bot_id"), secret, codes, staff)
        return Aibot(robot, self.clock, account.text("address"), client=self.client)

    def _wechaty(self, account: Account) -> Wechaty:
        gateway = _gateway()
        where = (account.text("endpoint"), account.text("token"))
        return Wechaty(account.name, lambda: gateway(*where), self.clock)

    def _weixin(self, account: Account, family: str) -> Api:
        login = stable_token(account.text("app_id"), account.text("secret"))
        return Api(self.client, account.text("api_base"), login, self.codes[family], self.clock)

    def _corp(self, account: Account) -> Api:
        login = corp_token(account.text("corp_id"), account.text("secret"))
        return Api(self.client, account.text("api_base"), login, self.codes["wecom"], self.clock)


def _gateway() -> Callable[[str, str], Gateway]:
    """Raises Faults without the optional packages."""
    try:
        from bot.channels.wechaty_gateway import Gateway as Connection
    except ImportError as error:
        advice = "kind: wechaty 要先装可选包：.venv/bin/pip install -r requirements/wechaty.txt"
        raise Faults("账号文件", (advice,)) from error
    return Connection


def keys_of(account: Account, receive_id: str) -> Keys:
    """What callbacks for this account are signed and sealed with, while keys rotate too."""
    tokens = (account.text("token"), account.text("previous_token"))
    keys = (account.text("aes_key"), account.text("previous_aes_key"))
    return Keys(
        tuple(token for token in tokens if token),
        tuple(aes_key(key) for key in keys if key),
        receive_id,
    )


def _siblings(directory: Directory) -> dict[str, dict[str, str]]:
    """By company: which open_kfid is which account. One address may ring for all of them."""
    found: dict[str, dict[str, str]] = {}
    for account in directory.accounts:
        if account.kind == "kf":
            company = found.setdefault(account.text("corp_id"), {})
            company[account.text("open_kfid")] = account.name
    return found
