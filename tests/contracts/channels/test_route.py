"""Callbacks over HTTP: counted when refused, kept before they are acknowledged."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.channels.base import BODY_BYTES, Callback, Doorbell, HttpChannel
from bot.channels.crypto import unseal
from bot.channels.desk import Desk
from bot.channels.forms import read_form
from bot.errors import StorageLost
from bot.http.channels import Doors, channel_router
from bot.http.faults import add_fault_handlers
from bot.mail import Incoming, Outgoing, Receipt
from tests.contracts.channels import test_commkf, test_kf, test_official, test_wecom
from tests.contracts.channels.callbacks import NEW, NOW

COMMKF, OFFICIAL = test_commkf.TestCallbacks(), test_official.TestCallbacks()
KF, WECOM = test_kf.TestCallbacks(), test_wecom.TestCallbacks()


class House:
    """Four accounts behind the route, and whatever they brought."""

    def __init__(self, **passive: timedelta) -> None:
        self.kept: list[Incoming] = []
        self.rung: list[tuple[str, Doorbell]] = []
        self.down, self.answers, self.taken, self.called = False, False, False, False
        self.desk = Desk(**passive)
        self.sending: asyncio.Task[Receipt] | None = None
        self.before = ""
        self.quiet = test_official.official(OFFICIAL.keys(), push=False, desk=self.desk)
        opened: list[HttpChannel] = [
            test_commkf.commkf(COMMKF.keys()),
            test_kf.kf(KF.keys()),
            test_official.official(OFFICIAL.keys(), transfer=True),
            test_wecom.wecom(WECOM.keys()),
        ]
        channels: dict[tuple[str, str], HttpChannel] = {(c.kind, c.account): c for c in opened}
        channels["official", "quiet"] = self.quiet
        self.doors = Doors(
            channels, self.accept, self.ring, self.is_taken, self.gave, self.recall, lambda: NOW
        )

    async def accept(self, letter: Incoming) -> None:
        if self.down:
            raise StorageLost("数据库连不上")
        self.kept.append(letter)
        if self.answers:
            said = Outgoing("k", "official", "quiet", letter.sender, "三天内发货")
            self.sending = asyncio.create_task(self.quiet.send(said))

    def ring(self, kind: str, doorbell: Doorbell) -> None:
        self.rung.append((kind, doorbell))

    async def recall(self, _letter: Incoming) -> str:
        return self.before

    async def is_taken(self, _letter: Incoming) -> bool:
        return self.taken

    async def gave(self, _letter: Incoming) -> bool:
        return self.called

    def call(self, path: str, callback: Callback) -> httpx.Response:
        found = self.run(lambda client: request(client, path, callback))
        assert isinstance(found, httpx.Response)
        return found

    def run(self, work: Callable[[httpx.AsyncClient], Awaitable[Any]]) -> Any:
        async def within() -> Any:
            app = FastAPI()
            app.include_router(channel_router(self.doors))
            add_fault_handlers(app)
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://k") as client:
                return await work(client)

        return asyncio.run(within())


async def request(client: httpx.AsyncClient, path: str, callback: Callback) -> httpx.Response:
    query, body = dict(callback.query), callback.body
    return await client.request(callback.method, f"/channels/{path}", params=query, content=body)


@pytest.mark.parametrize(
    ("path", "contract", "answer"),
    [
        ("commkf/main", COMMKF, "success"),
        ("official/main", OFFICIAL, "success"),
        ("wecom/main", WECOM, ""),
        ("kf/main", KF, ""),
    ],
)
def test_a_callback_is_kept_and_acknowledged(path: str, contract: Any, answer: str) -> None:
    house = House()
    response = house.call(path, contract.genuine())
    assert (response.status_code, response.text) == (200, answer)
    assert len(house.kept) + len(house.rung) == 1
    assert not house.doors.refused


@pytest.mark.parametrize(("path", "contract"), [("commkf/main", COMMKF), ("kf/main", KF)])
def test_the_address_check_is_answered(path: str, contract: Any) -> None:
    check = contract.pusher().url_check("161614+/= 0317", NOW, sealed=contract.sealed_echo)
    assert House().call(path, check).text == "161614+/= 0317"


def test_what_is_not_genuine_is_counted_and_not_kept() -> None:
    house, genuine = House(), COMMKF.genuine()
    forged = replace(genuine, query={**genuine.query, "msg_signature": "0" * 40})
    late = COMMKF.pusher().message(COMMKF.said("x"), NOW - timedelta(minutes=6))
    calls = [
        ("commkf/main", forged, 403),
        ("commkf/main", late, 403),
        ("commkf/main", replace(genuine, body=b"<xml>"), 400),
        ("commkf/main", replace(genuine, body=b"x" * (BODY_BYTES + 1)), 413),
        ("commkf/other", genuine, 404),
        ("made-up-by-a-stranger/x", genuine, 404),
    ]
    for path, callback, status in calls:
        response = house.call(path, callback)
        assert response.status_code == status
        assert response.json()["error"]["message"]
    assert house.kept == []
    assert house.doors.refused == {
        ("commkf", "signature"): 1,
        ("commkf", "stale"): 1,
        ("commkf", "malformed"): 1,
        ("commkf", "oversized"): 1,
        ("commkf", "account"): 1,
        ("other", "account"): 1,
    }


def test_of_two_signatures_neither_counts() -> None:
    house, genuine = House(), COMMKF.genuine()
    pairs = httpx.QueryParams([*genuine.query.items(), ("msg_signature", "0" * 40)])

    async def work(client: httpx.AsyncClient) -> httpx.Response:
        return await client.post("/channels/commkf/main", params=pairs, content=genuine.body)

    assert house.run(work).status_code == 400
    assert house.kept == []


def test_without_the_database_the_platform_is_asked_to_repeat() -> None:
    house = House()
    house.down = True
    assert house.call("commkf/main", COMMKF.genuine()).status_code == 503


def test_other_methods_are_refused() -> None:
    response = House().call("commkf/main", replace(COMMKF.genuine(), method="PUT"))
    assert response.status_code == 405


def test_who_may_not_write_is_answered_on_the_callback() -> None:
    house = House()
    house.answers = True
    response = house.call("official/quiet", OFFICIAL.genuine())
    sealed = read_form(response.content)[0].text("encrypt")
    assert read_form(unseal(sealed, NEW)[0])[0].text("content") == "三天内发货"


def test_a_late_answer_reaches_the_platforms_repeat() -> None:
    short = timedelta(milliseconds=20)
    house = House(hold=short, politely=short)
    assert house.call("official/quiet", OFFICIAL.genuine()).text == "success"
    house.answers = True
    assert "Encrypt" in house.call("official/quiet", OFFICIAL.genuine()).text


def test_what_the_store_knows_to_be_said_is_said_again() -> None:
    house = House()
    house.before = "三天内发货"
    response = house.call("official/quiet", OFFICIAL.genuine())
    sealed = read_form(response.content)[0].text("encrypt")
    assert read_form(unseal(sealed, NEW)[0])[0].text("content") == "三天内发货"


def test_an_answer_that_the_platform_did_not_hear_is_said_again_to_its_repeat() -> None:
    """It hung up while we spoke: to us that looks like an answer given."""
    house = House()
    house.answers = True
    first = house.call("official/quiet", OFFICIAL.genuine())
    house.answers = False  # the message is known, so nobody answers it a second time
    again = house.call("official/quiet", OFFICIAL.genuine())
    texts = [
        read_form(unseal(read_form(answer.content)[0].text("encrypt"), NEW)[0])[0].text("content")
        for answer in (first, again)
    ]
    assert texts == ["三天内发货", "三天内发货"]


def test_only_the_last_repeat_is_closed_politely() -> None:
    desk = Desk()
    waits = [desk.patience("m1") for _ in range(4)]
    assert waits[0] == waits[1] > timedelta(seconds=5) > waits[2] == waits[3]
    assert desk.patience("m2") == waits[0]


@pytest.mark.parametrize("before", [True, False])
def test_a_chat_that_is_given_away_goes_to_the_platforms_people(before: bool) -> None:
    """Given away before, or by this very message: the platform takes it as the answer to one."""
    house = House()
    house.taken, house.called = before, not before
    response = house.call("official/main", OFFICIAL.genuine())
    inner = unseal(read_form(response.content)[0].text("encrypt"), NEW)[0]
    assert read_form(inner)[0].text("msgtype") == "transfer_customer_service"
    assert [letter.silent for letter in house.kept] == [before]
