"""The plan over HTTP: for who chats as JSON, for whoever has the link as a page."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from bot.conversation import Conversation, Flow
from bot.http.app import build_app
from bot.http.parts import Parts, secret_digest
from bot.plan_token import conversation_of, is_good, plan_token
from handlers.merchant.launch_state import State, data_of
from handlers.rules.launch_profile import Profile
from tests.unit.customer.house import House
from tests.unit.desk import NOW

PROFILE = Profile(
    {"category": "food", "subject": "individual", "form": "packaged", "count": 30},
    {"goods": "<script>alert(1)</script>坚果", "scope": "日用百货"},
    rejected_on=date(2026, 11, 20),
)


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    found = House(tmp_path).app.state.parts
    assert isinstance(found, Parts)
    return found


def visitor(parts: Parts, flow: Flow | None) -> str:
    """A merchant's conversation with that flow; returns the token."""
    talk = Conversation("talk-of-the-plan", 0, "tea", "merchant", "tea-merchant", "v", flow=flow)
    token = "token of the chat"
    parts.store.start_conversation(talk, secret_digest(token), NOW, NOW + timedelta(days=9))
    return token


def begun() -> Flow:
    return Flow("launch", "scope", 3, 9, data_of(State(PROFILE)))


def get(parts: Parts, path: str, token: str = "") -> httpx.Response:
    async def fetch() -> httpx.Response:
        transport = httpx.ASGITransport(build_app(parts))
        async with httpx.AsyncClient(transport=transport, base_url="http://kaidian") as client:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            return await client.get(path, headers=headers)

    return asyncio.run(fetch())


def test_the_plan_as_the_contract_wants_it(parts: Parts) -> None:
    told = get(parts, "/api/plan", visitor(parts, begun())).json()
    assert told["route"] == "shop"
    assert told["mode"]["id"] == "shop_only"
    assert told["costs"]["once_fen"] == [0, 0]
    steps = {step["id"]: step for step in told["steps"]}
    assert steps["scope"]["status"] == "next"
    assert steps["open_shop"]["days"] == [1, 7]
    assert {"step", "from", "to"} <= set(told["timeline"][0])
    assert told["resubmit"]["until"] == "2026-11-27T24:00"
    assert told["plan_url"].startswith("/plan/")
    assert "token of the chat" not in told["plan_url"]


def test_without_a_plan_or_a_token_there_is_none(parts: Parts) -> None:
    token = visitor(parts, None)
    assert get(parts, "/api/plan", token).status_code == 404
    assert get(parts, "/api/plan").status_code == 401


def test_the_page_shows_the_plan_and_runs_nothing(parts: Parts) -> None:
    url = get(parts, "/api/plan", visitor(parts, begun())).json()["plan_url"]
    page = get(parts, url)
    assert page.status_code == 200
    assert "“日用百货”盖不住食品" in page.text
    assert "还差" in page.text
    assert "11月27日" in page.text
    assert "<script" not in page.text
    assert "http" not in page.text.replace("http-equiv", "")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "private, no-store"
    assert page.headers["referrer-policy"] == "no-referrer"


def test_a_link_that_is_not_ours_or_too_old_shows_nothing(parts: Parts) -> None:
    visitor(parts, begun())
    good = plan_token("talk-of-the-plan", "secret", NOW)
    old = plan_token("talk-of-the-plan", "secret", NOW - timedelta(days=31))
    forged = plan_token("talk-of-the-plan", "another secret", NOW)
    assert get(parts, f"/plan/{good}").status_code == 200
    for token in (
        old,
        forged,
        good[:-1],
        "x",
        "token%20of%20the%20chat",
        "a" * 3000,
        "..%2F..%2Fetc",
    ):
        assert get(parts, f"/plan/{token}").status_code == 404


def test_a_plan_that_has_ended_is_gone(parts: Parts) -> None:
    visitor(parts, replace(begun(), name="other"))
    token = plan_token("talk-of-the-plan", "secret", NOW)
    page = get(parts, f"/plan/{token}")
    assert page.status_code == 404
    assert "打不开" in page.text


def test_a_token_names_its_conversation_only() -> None:
    token = plan_token("talk", "secret", NOW)
    assert conversation_of(token) == "talk"
    assert is_good(token, "secret", NOW)
    assert not is_good(token, "", NOW)
    assert not is_good(token.replace("talk", "tale"), "secret", NOW)
    assert token == plan_token("talk", "secret", NOW + timedelta(minutes=1))
