"""Of callbacks that are not genuine a counter is kept, and nothing else: every channel that is
called, through the whole application; before and after, every row of every table is the same."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
import yaml

from bot.channels.accounts import load_accounts
from bot.channels.base import BODY_BYTES, REASONS, Callback
from bot.channels.crypto import aes_key
from bot.clock import wall_clock
from bot.delivery.outside import Surroundings
from bot.delivery.platforms import furnish, open_platforms
from bot.delivery.worker import Equipment, Worker
from bot.http.app import build_app
from bot.http.joined import join
from bot.http.parts import Parts
from bot.store import Store
from bot.tables import metadata
from tests.platform.accounts import ACCOUNTS, KEY, SECRET, TOKEN, Standing, accounts_file
from tests.unit.customer.house import House

SHOP = Standing("weixin_shop", "orders", "wx5555555555555555", json=True)
DOORS = {**ACCOUNTS, "weixin_shop": SHOP}
OTHER_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The application with every account of the stand-in; no worker runs."""
    folder = tmp_path_factory.mktemp("refused")
    file = accounts_file("http://127.0.0.1:9", "ws://127.0.0.1:9")
    shop = {"kind": SHOP.kind, "name": SHOP.name, "entrance": "standin-customer"}
    shop |= {"app_id": SHOP.app, "secret": SECRET, "token": TOKEN, "aes_key": KEY}
    file["accounts"].append(shop)
    (folder / "accounts.yaml").write_text(yaml.safe_dump(file), encoding="utf-8")
    directory = load_accounts(folder / "accounts.yaml", {})
    found = House(folder)
    parts, store = found.app.state.parts, found.store
    furnish(store, directory, lambda: "secret", wall_clock())
    found.app = build_app(_joined(parts, store, directory))
    yield found
    store.close()


def _joined(parts: Parts, store: Store, directory: Any) -> Parts:
    platforms = open_platforms(directory)
    outside = Surroundings(store, wall_clock).open(directory)
    worker = Worker(
        Equipment(store, parts.bot, parts.wording, platforms.accounts, platforms.channels)
    )
    joined = join(platforms, worker, store, "", outside)
    return replace(parts, worker=worker, outside=outside, joined=joined)


@dataclass(frozen=True)
class Door:
    """One account's door."""

    house: House
    standing: Standing

    def genuine(self, away: timedelta = timedelta(0)) -> Callback:
        """Signed now, or so much later: the application's clock is the wall's."""
        return self.standing.pusher().message(self.said(), wall_clock() + away)

    def said(self) -> dict[str, object]:
        said = {"ToUserName": self.standing.app, "FromUserName": "stranger", "MsgId": 1}
        said |= {"CreateTime": int(wall_clock().timestamp()), "MsgType": "text", "Content": "在吗"}
        if self.standing.kind == "commkf":
            said |= {"MsgType": "event", "Event": "commkf_send_msg_to_kf", "msg_id": "1"}
            said |= {"msg_type": "text", "text": {"content": "在吗"}}
        return said

    def call(self, callback: Callback, name: str = "") -> int:
        path = f"/channels/{self.standing.kind}/{name or self.standing.name}"
        query = "&".join(f"{key}={value}" for key, value in callback.query.items())
        answer = self.house.send(callback.method, f"{path}?{query}", callback.body)
        return answer.status_code

    def refused(self) -> dict[str, int]:
        """By reason, as /metrics tells it."""
        told = self.house.send("GET", "/metrics")
        assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
        start = f'kaidian_callbacks_refused_total{{kind="{self.standing.kind}",reason="'
        mine = [line for line in told.text.splitlines() if line.startswith(start)]
        return {
            line.removeprefix(start).split('"')[0]: int(line.rpartition(" ")[2]) for line in mine
        }

    def rows(self) -> dict[str, list[Any]]:
        with self.house.store.reading() as db:
            return {
                table.name: [tuple(row) for row in db.execute(table.select())]
                for table in metadata.sorted_tables
            }


@pytest.fixture(params=list(DOORS))
def door(house: House, request: pytest.FixtureRequest) -> Door:
    return Door(house, DOORS[request.param])


def _not_genuine(door: Door) -> list[tuple[str, Callback, str, int]]:
    genuine, other = door.genuine(), door.standing.pusher()
    signs = {"msg_signature": "0" * 40, "signature": "0" * 40}
    minutes, now = timedelta(minutes=1), wall_clock()
    forged = replace(genuine, query={**genuine.query, **signs})
    stranger = replace(other, receive_id="wx0000000000000000").message(door.said(), now)
    wrong_key = replace(other, key=aes_key(OTHER_KEY)).message(door.said(), now)
    return [
        ("signature", forged, "", 403),
        ("signature", replace(other, token="stolen").message(door.said(), now), "", 403),
        ("stale", door.genuine(-6 * minutes), "", 403),
        ("stale", door.genuine(7 * minutes), "", 403),
        ("receiver", stranger, "", 403),
        ("signature", wrong_key, "", 403),
        ("account", genuine, "nobody", 404),
        ("malformed", replace(genuine, body=genuine.body[:40]), "", 400),
        ("oversized", replace(genuine, body=b" " * (BODY_BYTES + 1)), "", 413),
    ]


def test_what_is_not_genuine_leaves_a_count_and_nothing_else(door: Door) -> None:
    kept, counted = door.rows(), door.refused()
    calls = _not_genuine(door)
    for reason, callback, name, status in calls:
        assert door.call(callback, name) == status, reason
    assert door.rows() == kept
    more = {reason: count - counted.get(reason, 0) for reason, count in door.refused().items()}
    expected = {reason: sum(reason == one[0] for one in calls) for reason in REASONS}
    assert {reason: count for reason, count in more.items() if count} == expected


def test_the_same_doors_open_to_what_is_genuine(door: Door) -> None:
    counted = door.refused()
    kept = door.rows()
    only_rings = door.standing.kind in ("kf", "weixin_shop")
    assert door.call(door.genuine()) == 200
    assert (door.rows() == kept) is only_rings
    assert door.refused() == counted
