"""Conversations and turns to put into a store."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.clock import SHANGHAI
from bot.conversation import Conversation
from bot.store import Store
from bot.turn_writing import CompletedTurn

NOW = datetime(2026, 11, 21, 12, tzinfo=SHANGHAI)
TALK = Conversation("talk", 0, "demo", "customer", "demo-customer", "visitor", "buyer")


def start(store: Store, talk: Conversation = TALK) -> Conversation:
    store.start_conversation(talk, f"token of {talk.id}", NOW, NOW + timedelta(days=30))
    return talk


def turn(before: Conversation, number: str, **other: Any) -> CompletedTurn:
    """A turn of `before` that says 问… and answers 答…."""
    plain = CompletedTurn(
        before=before,
        after=before,
        message_id=number,
        digest=f"digest of {number}",
        text=f"问{number}",
        attachments=(),
        choice=None,
        at=NOW,
        reply_text=f"答{number}",
        result={"message_id": number},
    )
    return replace(plain, **other)


def now_in(store: Store, talk: Conversation = TALK) -> Conversation:
    found = store.conversation(talk.id)
    assert found
    return found


def log(store: Store, talk: Conversation = TALK) -> list[tuple[str, str]]:
    return [(line.sender, line.text) for line in store.history(talk.id, 0, 1000)]
