"""Somebody who chats with a server over HTTP."""

from typing import Any
from uuid import uuid4

import httpx

QUESTION = "企业号认证费多少钱"


class Visitor:
    """One session at one entrance; answers are checked for being answers."""

    def __init__(self, url: str, entrance: str = "demo-merchant") -> None:
        self.client = httpx.Client(base_url=url, timeout=120)
        opened = self.client.post("/api/sessions", json={"entrance": entrance})
        assert opened.status_code == 201, opened.text
        self.session: dict[str, Any] = opened.json()
        self.headers = {"Authorization": f"Bearer {self.session['token']}"}

    def at(self, url: str) -> "Visitor":
        """The same person with the same session at another server."""
        there = object.__new__(Visitor)
        there.client = httpx.Client(base_url=url, timeout=120)
        there.session, there.headers = self.session, self.headers
        return there

    def send(self, text: str, message_id: str | None = None) -> httpx.Response:
        """Posts a message; any status."""
        body = {"message_id": message_id or uuid4().hex, "text": text}
        return self.client.post("/api/messages", json=body, headers=self.headers)

    def ask(self, text: str) -> dict[str, Any]:
        """The TurnResult of a new message."""
        answer = self.send(text)
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()
        return result

    def history(self) -> list[dict[str, Any]]:
        """The server's own account of the conversation, oldest first."""
        answer = self.client.get("/api/messages", headers=self.headers)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items


def said(result: dict[str, Any]) -> str:
    """All the text of a TurnResult."""
    return "\n".join(reply["text"] for reply in result["replies"])


def quotes(result: dict[str, Any]) -> str:
    """All the citations' quotes of a TurnResult."""
    return "\n".join(c["quote"] for reply in result["replies"] for c in reply["citations"])
