"""`ask`: one question, answered in the terminal with its sources."""

import asyncio
import uuid
from argparse import Namespace
from typing import Any

import httpx

from bot.commands.remote import answer_of, unreachable_told
from bot.commands.wiring import Wiring
from bot.conversation import Conversation
from bot.http.parts import new_secret, secret_digest
from bot.http.serving import AlreadyRunning, owning, running
from bot.messages import Audience, Message, clean
from bot.settings import Settings


def ask(chosen: Namespace, settings: Settings, wiring: Wiring) -> int:
    """Asks the running server if there is one, else answers in this process."""
    audience: Audience = "customer" if chosen.customer else "merchant"
    try:
        with owning(settings.data_dir):
            result = asyncio.run(_here(chosen.question, settings, wiring, audience))
    except AlreadyRunning:
        there = running(settings.data_dir)
        if there is None:
            raise
        with unreachable_told(there["address"]):
            result = _there(chosen.question, there["address"], f"{wiring.DEMO}-{audience}")
    _show(result)
    return 0


def _show(result: dict[str, Any]) -> None:
    for reply in result["replies"]:
        print(reply["text"])
        for source in reply["citations"]:
            print(f"  ← {source['title']} › {source['section']}（{source['as_of']}）")


async def _here(
    question: str, settings: Settings, wiring: Wiring, audience: Audience
) -> dict[str, Any]:
    house = wiring.build(settings, demo=True)
    now = house.clock()
    entrance = f"{wiring.DEMO}-{audience}"
    talk = Conversation(uuid.uuid4().hex, 0, wiring.DEMO, audience, entrance, "terminal")
    house.store.start_conversation(talk, secret_digest(new_secret()), now, now)
    answered = await house.bot.reply(Message("1", talk.id, clean(question), now))
    return dict(answered.result)


def _there(question: str, address: str, entrance: str) -> dict[str, Any]:
    with httpx.Client(base_url=address, timeout=30) as client:
        session = answer_of(client.post("/api/sessions", json={"entrance": entrance}))
        bearer = {"Authorization": f"Bearer {session['token']}"}
        sent = {"message_id": "1", "text": question}
        return answer_of(client.post("/api/messages", json=sent, headers=bearer))
