"""Identity numbers are kept nowhere: neither as said nor as the platform told them."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from bot.delivery.accept import normal
from bot.mail import Incoming
from tests.unit.customer.house import House
from tests.unit.desk import NOW

NUMBER, MASKED = "110101199003071234", "110*************34"


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return TestClient(House(tmp_path).app)


def _said(client: TestClient, path: str, **body: Any) -> Any:
    token = client.post("/api/sessions", json={"entrance": "tea-merchant"}).json()["token"]
    client.headers["Authorization"] = f"Bearer {token}"
    return client.post(path, json=body)


def test_neither_history_nor_the_files_of_the_store_hold_one(
    client: TestClient, tmp_path: Path
) -> None:
    said = _said(client, "/api/messages", message_id="m1", text=f"法人身份证{NUMBER}")
    assert said.status_code == 200
    client.post("/api/feedback", json={"message_id": "m1", "good": False, "comment": NUMBER})
    told = client.get("/api/messages").text
    assert MASKED in told
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("kaidian.db*"))
    assert NUMBER.encode() not in kept + told.encode()


def test_a_repeat_of_a_masked_message_is_still_a_repeat(client: TestClient) -> None:
    body = {"message_id": "m1", "text": f"法人身份证{NUMBER}"}
    first = _said(client, "/api/messages", **body)
    again = client.post("/api/messages", json=body)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()


def test_a_platforms_letter_is_masked_with_its_body() -> None:
    body = f"<Content>{NUMBER}</Content>".encode()
    letter = Incoming("wecom", "a", "m", "u", "text", NOW, NUMBER, raw=body)
    assert (normal(letter).text, normal(letter).raw) == (
        MASKED,
        f"<Content>{MASKED}</Content>".encode(),
    )
    assert normal(Incoming("wecom", "a", "m", "u", "text", NOW, raw=b"\xff\x00")).raw == b"\xff\x00"
