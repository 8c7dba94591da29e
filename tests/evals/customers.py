"""Customers who talk to the real bot about their own orders: a row's turns, played one by one.

A turn is a sentence, or {"say", "pictures", "hours", "tap"}: pictures uploaded with it, hours that
went by before it, and the id of a choice that is sent as if it had been tapped. A row's `policy`
is the shop's own from then on; without one the defaults are.
"""

import hashlib
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import server
from bot.case_store import CaseRows
from bot.cases import CaseFile
from bot.conversation import Conversation
from bot.http.parts import Parts
from bot.messages import Message, clean
from bot.order_store import OrderRows
from bot.policy_store import PolicyRows
from bot.settings import Settings
from handlers.rules.order import Order
from tests.dialogs.built import data_folder
from tests.evals.answers import Said

SHOP = "demo"
Turn = str | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Talk:
    """What came back, turn by turn, and the cases that exist afterwards."""

    said: Sequence[Said]
    cases: Sequence[CaseFile]

    @property
    def text(self) -> str:
        return "\n".join(one.text for one in self.said)

    def decision(self, turn: int | None = None) -> Mapping[str, Any] | None:
        """Of this turn, or the last one that was made."""
        made: list[Mapping[str, Any] | None] = [one.result["decision"] for one in self.said]
        if turn is not None:
            return made[turn]
        return next((one for one in reversed(made) if one), None)


@contextmanager
def a_new_house() -> Iterator[Parts]:
    """The demo with the guide, in a folder of its own: cases of an earlier run would matter."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        shutil.copytree(data_folder(), data)
        house = server.build(Settings(data_dir=data), demo=True)
        yield house
        house.store.close()


async def play(house: Parts, row: Mapping[str, Any]) -> Talk:
    """The whole row in one new conversation; every turn is a minute after the last."""
    now, person = datetime.fromisoformat(row["now"]), uuid.uuid4().hex
    policy = house.aftersales.accept(row.get("policy", {}))
    PolicyRows(house.store).put(SHOP, policy.to_json(), "eval", now)
    orders = [Order.from_json(each) for each in (*row["orders"], *row.get("others", ()))]
    OrderRows(house.store).put(SHOP, orders, "sandbox", now)
    conversation = Conversation(
        person, 0, SHOP, "customer", "demo-customer", person, row["requester"]
    )
    house.store.start_conversation(conversation, f"token of {person}", now, now)
    said = []
    for turn in row["utterances"]:
        given: Mapping[str, Any] = {"say": turn} if isinstance(turn, str) else turn
        now += timedelta(minutes=1, hours=given.get("hours", 0))
        said.append(await _say(house, person, given, now))
    return Talk(said, await _cases(house, orders))


async def _say(house: Parts, person: str, turn: Mapping[str, Any], now: datetime) -> Said:
    pictures = tuple(_upload(house, person, now) for _ in range(turn.get("pictures", 0)))
    text = clean(turn.get("say", ""))
    message = Message(uuid.uuid4().hex, person, text, now, turn.get("tap"), pictures)
    answered = await house.bot.reply(message)
    return Said(text, dict(answered.result))


def _upload(house: Parts, person: str, now: datetime) -> str:
    number = uuid.uuid4().hex
    digest = hashlib.sha256(number.encode()).hexdigest()
    house.store.add_attachment(number, person, "png", digest, b"png", now)
    return number


async def _cases(house: Parts, orders: Sequence[Order]) -> list[CaseFile]:
    rows = CaseRows(house.store)
    return [case for order in orders for case in await rows.of_order(SHOP, order.order_no)]
