"""One account of every kind on the stand-in, as the platform and as Kaidian's accounts file."""

from dataclasses import dataclass, field
from typing import Any

from bot.channels.crypto import aes_key
from tests.gateway import TOKEN as TOKEN_OF_GATEWAY
from tests.platform.pushing import Pusher
from tests.platform.world import World

KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
TOKEN, SECRET = "standin", "stand-in-secret"
ROBOT = "robot"
STAFF = "zhangsan"
"""A member who may act, and gets the alerts; `lisi` is another."""
CORP, KFID = "ww1111222233334444", "wkStandIn"
APPS = {
    "commkf": "wx1111111111111111",
    "official": "wx2222222222222222",
    "quiet": "wx3333333333333333",
    "miniprogram": "wx4444444444444444",
}


@dataclass(frozen=True)
class Standing:
    """An account: how it is called back, and what stands in the accounts file."""

    kind: str
    name: str
    app: str
    entry: dict[str, Any] = field(default_factory=dict)
    json: bool = False

    def pusher(self) -> Pusher:
        return Pusher(TOKEN, aes_key(KEY), self.app, self.json)


ACCOUNTS = {
    "commkf": Standing("commkf", "shop", APPS["commkf"], {"openid_checked": True}, json=True),
    "kf": Standing("kf", "kf", CORP, {"open_kfid": KFID}),
    "official": Standing("official", "oa", APPS["official"], {"transfer": True}),
    "quiet": Standing("official", "quiet", APPS["quiet"], {"push": False}),
    "miniprogram": Standing("miniprogram", "mini", APPS["miniprogram"], json=True),
    "wecom": Standing(
        "wecom",
        "staff",
        CORP,
        {"agent_id": 1000002, "staff": [STAFF, "lisi"], "alert": [STAFF, "lisi"]},
    ),
}
"""By the name that tests and the page use."""


def accounts_file(base: str, line: str, shop: str = "demo") -> dict[str, Any]:
    """What Kaidian needs to talk to the stand-in at `base`, and to its robot at `line`."""
    entrances = [
        {"name": "standin-customer", "shop": shop, "audience": "customer"},
        {"name": "standin-staff", "shop": shop, "audience": "merchant"},
    ]
    robot = {"kind": "aibot", "name": ROBOT, "entrance": "standin-staff", "bot_id": ROBOT}
    robot |= {"staff": [STAFF]}  # type: ignore[dict-item]
    accounts = [_entry(standing, base) for standing in ACCOUNTS.values()]
    accounts.append({**robot, "secret": SECRET, "address": line})
    return {"shops": [shop], "entrances": entrances, "accounts": accounts}


def _entry(standing: Standing, base: str) -> dict[str, Any]:
    staff = standing.kind == "wecom"
    company = standing.kind in ("kf", "wecom")
    return {
        "kind": standing.kind,
        "name": standing.name,
        "entrance": "standin-staff" if staff else "standin-customer",
        "corp_id" if company else "app_id": standing.app,
        "secret": SECRET,
        "token": TOKEN,
        "aes_key": KEY,
        "api_base": base,
        **standing.entry,
    }


def wechaty_entry(endpoint: str) -> dict[str, Any]:
    """A personal account on a wechaty gateway (tests.gateway), for customers."""
    account = {"kind": "wechaty", "name": "phone", "entrance": "standin-customer"}
    return {**account, "endpoint": endpoint, "token": TOKEN_OF_GATEWAY}


def furnish(world: World) -> World:
    """The world knows these accounts' secrets."""
    for standing in ACCOUNTS.values():
        world.secrets[standing.app].add(SECRET)
    return world
