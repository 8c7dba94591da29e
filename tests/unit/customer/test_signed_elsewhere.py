"""Whom the shop's own site has signed goes on where a platform has the talk; nobody else does."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.conversation import Conversation
from bot.inbox_store import GOES_ON
from bot.tables import contacts
from tests.unit.customer.house import House
from tests.unit.desk import NOW

EXPIRES = int((NOW + timedelta(hours=1)).timestamp())


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = House(tmp_path)
    yield opened
    opened.store.close()


def talk(house: House, number: str = "there", age: timedelta = timedelta(0), **more: Any) -> None:
    """A talk of buyer b1 in the tea shop; on a platform unless `web`."""
    web = more.pop("web", False)
    known: dict[str, Any] = {"shop": "tea", "audience": "customer", "buyer_id": "b1"} | more
    made = Conversation(
        number, 0, entrance=f"{known['shop']}-customer", visitor_id="commkf:o1", **known
    )
    house.store.add_conversation(made, NOW - age)
    if not web:
        values = {"id": uuid.uuid4().hex, "channel": "commkf", "account": "shop", "sender": number}
        with house.store.writing() as db:
            db.execute(contacts.insert().values(
                **values, room="", conversation_id=number, openings="[]", offered="[]", tries=0
            ))  # fmt: skip


def signed(shop: str = "tea", buyer: str = "b1", secret: str = "secret") -> dict[str, Any]:
    told = f"{shop}:{buyer}:{EXPIRES}".encode()
    signature = hmac.new(secret.encode(), told, hashlib.sha256).hexdigest()
    return {"buyer_id": buyer, "expires": EXPIRES, "signature": signature}


def opened(house: House, identity: dict[str, Any] | None, entrance: str = "tea-customer") -> Any:
    body = {"entrance": entrance, "visitor_id": "v9"} | ({"identity": identity} if identity else {})
    return house.send("POST", "/api/sessions", body)


def test_the_signed_buyer_goes_on(house: House) -> None:
    talk(house)
    answer = opened(house, signed()).json()
    assert answer["conversation_id"] == "there"
    assert answer["visitor_id"] == "v9", "what the platform calls this person is not told"
    told = house.say("/api/messages", {"message_id": "1", "text": "在吗"}, answer["token"])
    assert told.status_code == 200
    assert house.store.history("there", 0, 9)[0].text == "在吗"


@pytest.mark.parametrize(
    "other",
    [{"web": True}, {"age": GOES_ON + timedelta(days=1)}, {"buyer_id": "b2"}, {"shop": "flowers"},
     {"audience": "merchant"}, {"buyer_id": None}],
)  # fmt: skip
def test_nobody_gets_into_another_talk(house: House, other: dict[str, Any]) -> None:
    talk(house, **other)
    assert opened(house, signed()).json()["conversation_id"] != "there"


def test_without_a_signature_or_with_a_wrong_one(house: House) -> None:
    talk(house)
    assert opened(house, None).json()["conversation_id"] != "there"
    for identity in (
        signed(secret="guess"), signed(shop="flowers"), {"buyer_id": "b1"},
        {**signed(buyer="b2"), "buyer_id": "b1"},
    ):  # fmt: skip
        assert opened(house, identity).status_code == 401
    assert opened(house, signed(), "flowers-customer").status_code == 401
