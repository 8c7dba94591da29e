"""A merchant opens a shop and a customer returns a lamp, on every channel, over real processes."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.channels.base import BODY_BYTES
from bot.clock import wall_clock
from tests.dialogs.test_launch import DEMO_A
from tests.evals.matching import contains
from tests.gateway import US
from tests.local.platforms import EVERYWHERE, Both, joined, until
from tests.platform.accounts import ACCOUNTS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def merchants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    with joined(tmp_path_factory.mktemp("merchants"), "standin-staff") as both:
        yield both


@pytest.fixture(scope="module")
def customers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    with joined(tmp_path_factory.mktemp("customers"), "standin-customer") as both:
        yield both


@pytest.mark.parametrize("account", EVERYWHERE)
def test_a_merchant_is_walked_through(merchants: Both, account: str) -> None:
    first, second, third = (merchants.ask(account, f"m-{account}", line) for line in DEMO_A)
    for fact in ("个体户", "坚果", "30个品", "有公众号吗", "经营范围里有食品吗"):
        assert contains(first, fact), first
    for fact in ("0.6%", "回到开店", "盖不住食品"):
        assert contains(second, fact), second
    for fact in ("1-3天", "资料没写", "增项"):
        assert contains(third, fact), third


@pytest.mark.parametrize("account", EVERYWHERE)
def test_a_customer_returns_a_lamp(customers: Both, account: str) -> None:
    buyer = f"c-{account}"
    order = lamp(customers, buyer, EVERYWHERE.index(account))
    answer = customers.ask(account, buyer, "落地灯太高了不喜欢 想退")
    if account != "commkf":  # the platform vouches for no one else
        assert contains(answer, "订单号"), answer
        answer = customers.ask(account, buyer, f"{order} 0425")
    for fact in ("459元", "第3天"):
        assert contains(answer, fact), answer
    assert contains(customers.ask(account, buyer, "好的"), "审核")
    [case] = case_of(customers, order)
    assert case["status"] == "MERCHANT_PROCESSING"
    customers.operator.post(
        f"/api/cases/{case['id']}/approve", json={"expected_version": case["version"]}
    ).raise_for_status()
    assert contains(customers.ask(account, buyer, "到哪了"), "寄回")


def lamp(both: Both, buyer: str, number: int) -> str:
    """An order of this buyer alone, signed for two days ago."""
    now, order = wall_clock(), f"37261000009{number:02}"
    lamp = {"title": "落地灯", "category": "家居", "price_fen": 45900, "qty": 1}
    body = {
        "buyer": buyer,
        "receiver_phone_last4": "0425",
        "status": "signed",
        "paid_at": (now - timedelta(days=6)).isoformat(),
        "shipped_at": (now - timedelta(days=5)).isoformat(),
        "signed_at": (now - timedelta(days=3)).isoformat(),
        "amount_fen": 45900,
        "items": [lamp | {"no_reason_excluded": False}],
    }
    both.operator.put(f"/api/sandbox/orders/{order}", json=body).raise_for_status()
    return order


def case_of(both: Both, order: str) -> list[dict[str, Any]]:
    found = both.operator.get("/api/cases", params={"order_no": order})
    found.raise_for_status()
    items: list[dict[str, Any]] = found.json()["items"]
    return items


@pytest.mark.parametrize("account", [name for name in EVERYWHERE if name in ACCOUNTS])
def test_what_is_not_genuine_leaves_nothing(customers: Both, account: str) -> None:
    standing = ACCOUNTS[account]
    path = f"/channels/{standing.kind}/{standing.name}"
    now, stranger = wall_clock(), f"stranger-{account}"
    said = {"ToUserName": standing.app, "FromUserName": stranger, "CreateTime": 1, "MsgId": 1}
    said |= {"MsgType": "text", "Content": "在吗"}
    genuine = standing.pusher().message(said, now)
    late = standing.pusher().message(said, now - timedelta(minutes=6))
    forged = dict(genuine.query) | {"msg_signature": "0" * 40, "signature": "0" * 40}
    calls = [
        (path, forged, genuine.body, 403),
        (path, dict(late.query), late.body, 403),
        (path + "-unknown", dict(genuine.query), genuine.body, 404),
        (path, dict(genuine.query), genuine.body[:40], 400),
        (path, dict(genuine.query), b" " * (BODY_BYTES + 1), 413),
    ]
    with httpx.Client(base_url=customers.server.url) as client:
        for where, query, body, status in calls:
            assert client.post(where, params=query, content=body).status_code == status
    assert customers.heard(stranger) == []


def test_a_person_is_called_and_the_bot_is_silent_then(customers: Both) -> None:
    """微信客服: after “转人工” the platform's own people have the chat."""
    assert contains(customers.ask("kf", "wants-a-person", "转人工"), "已转人工")
    until(lambda: state_of(customers, "wants-a-person") == 2)
    before = customers.heard("wants-a-person")
    assert customers.say("kf", "wants-a-person", "还在吗")["status"] == 200
    assert customers.ask("kf", "somebody-else", "你好")  # read after it, answered already
    assert customers.heard("wants-a-person") == before
    todos = customers.operator.get("/api/todos").json()["items"]
    assert not [todo for todo in todos if "人工手里" in todo["text"]]


def test_a_chat_comes_back_from_the_platforms_people(customers: Both) -> None:
    """微信客服: a servicer takes it and ends it; the bot says so, answers, and may call again."""
    person = "comes-back"
    customers.ask("kf", person, "转人工")
    until(lambda: state_of(customers, person) == 2)
    customers.servicer(person, "take")
    customers.say("kf", person, "（对接待说的话）")
    until(lambda: not waits(customers, person))
    before = len(customers.heard(person))
    customers.servicer(person, "end")
    until(lambda: len(customers.heard(person)) > before)
    assert contains(customers.heard(person)[-1], "我接着在")
    assert contains(customers.ask("kf", person, "运费谁出"), "运费")
    assert contains(customers.ask("kf", person, "转人工"), "已转人工")
    until(lambda: state_of(customers, person) == 2)


def waits(both: Both, person: str) -> bool:
    """Whether staff see this person wait for one of them."""
    found = both.operator.get("/api/conversations", params={"waiting": True}).json()
    return any(talk["visitor_id"].endswith(person) for talk in found["items"])


def test_an_official_accounts_people_get_the_very_message_that_calls_them(
    customers: Both,
) -> None:
    """The platform gives a chat away only in answer to a message of the person."""
    said = customers.say("official", "calls", "转人工")
    assert said["passive"] == "（transfer_customer_service）"
    until(lambda: bool(customers.heard("calls")))
    again = customers.say("official", "calls", "在吗")
    assert again["passive"] == "（transfer_customer_service）"


def test_in_a_room_only_the_mentioned_answers_and_tells_nothing_of_orders(customers: Both) -> None:
    """A personal account in a group: the same buyer is served in private."""
    order, room = lamp(customers, "c-room", 88), "family@chatroom"
    phone = customers.phone()
    phone.says("c-room", f"我要退货 {order} 0425", room=room)
    for text in ("落地灯太高了不喜欢 想退", f"{order} 0425 退货", "我的快递到哪了"):
        before = len(customers.heard(room))
        phone.says("c-room", f"@us {text}", room=room, mentions=[US])
        until(lambda before=before: len(customers.heard(room)) > before)  # type: ignore[misc]
    heard = customers.heard(room)
    assert len(heard) == 3, "nobody had mentioned us in the first"
    for answer in heard:
        assert contains(answer, "发私聊"), answer
        assert not contains(answer, "459元"), answer
    assert case_of(customers, order) == []
    customers.ask("wechaty", "c-room", "落地灯太高了不喜欢 想退")
    assert contains(customers.ask("wechaty", "c-room", f"{order} 0425"), "459元")


def state_of(both: Both, person: str) -> int:
    found = both.platform.get("/_stand_in/state", params={"person": person}).json()
    return int(found["state"])


def test_a_welcome_comes_in_time(customers: Both) -> None:
    entered = {"account": "kf", "person": "enters", "text": "在吗", "enter": True}
    customers.platform.post("/_stand_in/say", json=entered)
    until(lambda: len(customers.heard("enters")) == 2)
    assert contains(customers.heard("enters")[0], "我是AI客服")


def test_what_did_not_arrive_after_all_is_somebodys_to_do(customers: Both) -> None:
    """微信客服 takes a message and says later that it could not deliver it."""
    customers.trouble(fails={"person": "blocked", "fail_type": 4})
    assert customers.say("kf", "blocked", "运费谁出")["status"] == 200
    customers.ask("kf", "rings-again", "你好")

    def told() -> bool:
        customers.say("kf", "rings-again", "你好")
        todos = customers.operator.get("/api/todos").json()["items"]
        return any(todo["kind"] == "undelivered" for todo in todos)

    until(told)


def test_a_buyers_talk_goes_on_where_the_platform_vouches(customers: Both) -> None:
    """From the shop's own site to 微信小店: the same buyer, the same conversation."""
    order = lamp(customers, "goes-on", 77)
    web = httpx.Client(base_url=customers.server.url, timeout=60)
    opened = web.post(
        "/api/sessions",
        json={"entrance": "demo-customer", "identity": {"buyer_id": "goes-on"}},
    ).json()
    headers = {"Authorization": f"Bearer {opened['token']}"}
    asked = {"message_id": "1", "text": "落地灯太高了不喜欢 想退"}
    first = web.post("/api/messages", json=asked, headers=headers).json()
    assert first["decision"]["type"] == "return_refund", first
    assert contains(customers.ask("commkf", "goes-on", "好的"), "审核")
    assert len(case_of(customers, order)) == 1
    assert len(web.get("/api/messages", headers=headers).json()["items"]) == 4
