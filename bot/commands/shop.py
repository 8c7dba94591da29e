"""`shop add` and `shop list`."""

import re
from argparse import Namespace

from bot.clock import wall_clock
from bot.commands.wiring import Wiring
from bot.errors import BadInput, Conflict
from bot.http.parts import new_secret
from bot.settings import Settings

NAME = r"[A-Za-z0-9_-]{1,64}"


def add_shop(chosen: Namespace, settings: Settings, wiring: Wiring) -> int:
    """A real shop; prints its entrances and the secret its own site signs buyers with."""
    if not re.fullmatch(NAME, chosen.name):
        raise BadInput("店名用字母、数字、- 和 _，最多 64 个字符")
    store, secret = wiring.open_store(settings), new_secret()
    if not store.add_shop(chosen.name, secret, True, wall_clock()):
        raise Conflict(f"店铺 {chosen.name} 已经有了")
    print(f"Shop {chosen.name}: entrances {chosen.name}-merchant and {chosen.name}-customer")
    print(f"Secret for signing buyers (shown only now, keep it): {secret}")
    return 0


def list_shops(_chosen: Namespace, settings: Settings, wiring: Wiring) -> int:
    """Names, one a line."""
    for name in wiring.open_store(settings).shop_names():
        print(name)
    return 0
