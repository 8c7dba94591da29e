"""A customer of the demo shop, vouched for, at a moment: `Visit(house, "xiaolin", now).say(…)`."""

import asyncio
import hashlib
import uuid
from datetime import datetime, timedelta

from bot.conversation import Conversation
from bot.http.parts import Parts
from bot.messages import Message
from bot.order_store import OrderRows
from handlers.orders.demo import demo_orders
from handlers.rules.order import Order
from tests.dialogs.talk import Answer


def demo_order(number: str, now: datetime) -> Order:
    """The demo order that ends in these digits, as of this moment."""
    orders = demo_orders("demo", lambda: now).read()
    return next(order for order in orders if order.order_no.endswith(number))


class Visit:
    """One conversation; every line is said a minute after the last."""

    def __init__(self, house: Parts, buyer: str | None, now: datetime, *orders: Order) -> None:
        self.house, self.now = house, now
        self.id = uuid.uuid4().hex
        OrderRows(house.store).put("demo", orders, "sandbox", now)
        person = Conversation(self.id, 0, "demo", "customer", "demo-customer", self.id, buyer)
        house.store.start_conversation(person, f"token of {self.id}", now, now)

    def say(self, text: str = "", tap: str | None = None, pictures: int = 0) -> Answer:
        self.now += timedelta(minutes=1)
        ids = tuple(self._upload() for _ in range(pictures))
        message = Message(uuid.uuid4().hex, self.id, text, self.now, tap, ids)
        answered = asyncio.run(self.house.bot.reply(message))
        return Answer(text, answered.result)

    def _upload(self) -> str:
        number = uuid.uuid4().hex
        digest = hashlib.sha256(number.encode()).hexdigest()
        self.house.store.add_attachment(number, self.id, "png", digest, b"png", self.now)
        return number
