"""Where files may be fetched from, and how a robot's are opened."""

import asyncio
import base64
import json
from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.aibot_items import key_of, message
from bot.channels.aibot_line import Aibot
from bot.channels.aibot_state import Robot
from bot.channels.base import Failed
from bot.channels.crypto import sealed_block
from bot.channels.forms import read_json
from bot.channels.media import opened_file, trusted
from bot.mail import Receipt
from knowledge.errcodes import load_errcodes
from tests.contracts.channels.callbacks import NOW
from tests.platform.files import keep, keep_sealed
from tests.platform.server import build
from tests.platform.world import World

HOME = "https://api.weixin.qq.com"
HERE = "ws://127.0.0.1:8101"
PICTURE = b"\xff\xd8\xff\xe0" + b"a picture" * 50


@pytest.mark.parametrize(
    ("address", "home", "fine"),
    [
        ("https://mmbiz.qpic.cn/abc?x=1", HOME, True),
        ("https://ww-aibot-img-1.cos.ap-guangzhou.myqcloud.com/a", HOME, True),
        ("https://api.weixin.qq.com/file", HOME, True),
        ("http://mmbiz.qpic.cn/abc", HOME, False),
        ("https://mmbiz.qpic.cn:8443/abc", HOME, False),
        ("https://evilqpic.cn/abc", HOME, False),
        ("https://mmbiz.qpic.cn@127.0.0.1/abc", HOME, False),
        ("https://127.0.0.1/abc", HOME, False),
        ("http://127.0.0.1:8000/abc", HOME, False),
        ("https://[::1]/abc", HOME, False),
        ("https://[broken/abc", HOME, False),
        ("https://a:b/abc", HOME, False),
        ("file:///etc/passwd", HOME, False),
        ("", HOME, False),
        ("http://127.0.0.1:8100/_files/a", HERE, True),
        ("http://127.0.0.1:8100/_files/a", "http://127.0.0.1:8101", True),
        ("http://10.0.0.1/_files/a", HERE, False),
    ],
)
def test_addresses_lead_to_the_platform_or_nowhere(address: str, home: str, fine: bool) -> None:
    assert trusted(address, home) is fine


@given(st.binary(max_size=500), st.binary(min_size=32, max_size=32), st.booleans())
def test_a_robots_file_opens_with_its_key(data: bytes, key: bytes, bare: bool) -> None:
    told = base64.b64encode(key).decode()
    assert opened_file(sealed_block(data, key), told.rstrip("=") if bare else told) == data


@given(st.binary(max_size=200), st.text(max_size=60))
def test_what_does_not_open_is_told(data: bytes, key: str) -> None:
    found = opened_file(data, key)
    assert isinstance(found, bytes | Failed)


def frame(**body: object) -> str:
    whole = {"msgid": "1", "from": {"userid": "li"}, "chattype": "single", **body}
    return json.dumps({"cmd": "aibot_msg_callback", "body": whole})


def fetched(world: World, raw: str, most: int = 10_000) -> list[bytes | Receipt]:
    letter = message("main", "r", read_json(raw.encode()).form("body"), raw, NOW)
    assert letter

    async def work() -> list[bytes | Receipt]:
        transport = httpx.ASGITransport(app=build(world))
        async with httpx.AsyncClient(transport=transport) as client:
            robot = Robot("main", "bot", "s", load_errcodes()["wecom"])
            line = Aibot(robot, lambda: NOW, HERE, tick=timedelta(seconds=1), client=client)
            return [await line.fetch(letter, name, most) for name in letter.media]

    return asyncio.run(work())


def test_a_robot_fetches_what_each_address_has_and_its_own_key() -> None:
    world = World(lambda: NOW)
    items, places = [], []
    for data in (PICTURE, PICTURE + b"2"):
        name, key = keep_sealed(world, data)
        places.append((f"http://127.0.0.1:8100/_files/{name}", key))
        image = {"url": places[-1][0], "aeskey": key}
        items.append({"msgtype": "image", "image": image})
    raw = frame(msgtype="mixed", mixed={"msg_item": items})
    assert fetched(world, raw) == [PICTURE, PICTURE + b"2"]
    assert [key_of(raw.encode(), url) for url, _ in places] == [key for _, key in places]


def test_a_robots_picture_that_is_gone_or_too_large_or_elsewhere_is_told() -> None:
    world = World(lambda: NOW)
    plain = keep(world, PICTURE)
    base = "http://127.0.0.1:8100/_files"
    for url, most in ((f"{base}/none", 900), (f"{base}/{plain}", 9), ("http://10.0.0.1/a", 900)):
        (found,) = fetched(world, frame(msgtype="image", image={"url": url}), most)
        assert isinstance(found, Receipt)
        assert (found.trouble, bool(found.detail)) == ("refused", True)
