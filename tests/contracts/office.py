"""A shop whose staff work on the phone: a customer, a case, and what the members send."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.case_store import CaseRows
from bot.cases import CaseFile
from bot.contact_store import Contact
from bot.conversation import Conversation, Handoff, Outcome, Turn
from bot.delivery.deciding import Deciding
from bot.delivery.staff import StaffCounter
from bot.delivery.staff_places import on_phone
from bot.delivery.staff_said import Speech
from bot.engine import Bot
from bot.mail import Accounts, Todo
from bot.messages import Choice, Entrance, Message, Reply
from bot.outbox_store import Todos
from bot.store import Store
from bot.talk_operations import TalkDesk
from bot.talk_store import Talks
from handlers.customer.case_clock import with_case
from handlers.handoff import Calling, Watching
from tests.mail import WORDING, echoing, said
from tests.unit.rules.cases import CHEAP, NOW, REFUND, opened

TALK = Conversation("talk", 0, "tea", "customer", "tea-customer", "v1", "b1")
MEMBERS = {("wecom", "staff"): frozenset({"zhang", "li"}), ("aibot", "robot"): frozenset({"zhang"})}
DOORS = {
    ("wecom", "staff"): Entrance("tea-staff", "tea", "merchant"),
    ("aibot", "robot"): Entrance("tea-staff", "tea", "merchant"),
    ("wecom", "florist"): Entrance("flowers-staff", "flowers", "merchant"),
}


def answer(turn: Turn) -> Outcome:
    if turn.message.text == "转人工":
        asked = Handoff("human_handoff")
        return Outcome((Reply("好，已转人工。"),), "handoff", "human_handoff", handoff=asked)
    return said(f"答{turn.message.text}")


@dataclass
class Office:
    """`taps`: what the last answer offered. `marks`: what tapped cards say now."""

    store: Store
    now: datetime = NOW
    numbers: int = 0
    taps: tuple[Choice, ...] = ()
    marks: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store.start_conversation(TALK, "token", NOW, NOW + timedelta(days=30))
        watching = Watching(Talks(self.store), WORDING)
        timers = {"handoff_waiting": watching.waiting, "taken_waiting": watching.unheard}
        plain = echoing(self.store, answer, timers)
        calling = Calling(WORDING, lambda who: on_phone(who, MEMBERS))
        self.bot = Bot(
            self.store, plain._recognise, plain._handlers, plain._embed, timers, callers=calling
        )
        self.counter = StaffCounter(
            self.store,
            Speech(WORDING),
            Accounts(DOORS),
            MEMBERS | {("wecom", "florist"): frozenset({"hua"})},
            Deciding(self.store, lambda: self.now),
            TalkDesk(self.store, WORDING),
            lambda: self.now,
            self._mark,
        )

    async def _mark(
        self, _contact: Contact, extra: Mapping[str, str], number: int, words: str
    ) -> None:
        self.marks.append((number, words))

    def customer(self, text: str) -> Mapping[str, Any]:
        self.numbers += 1
        message = Message(f"c{self.numbers}", TALK.id, text, self.now)
        return asyncio.run(self.bot.reply(message)).result

    def applies(self, case: CaseFile | None = None) -> CaseFile:
        """The customer hands in a case; a refund of a damaged lamp unless told otherwise."""
        made = case or opened(CHEAP, **REFUND)
        bot = echoing(self.store, lambda _: with_case(said("已转"), 0, made, self.now, WORDING))
        self.numbers += 1
        asyncio.run(bot.reply(Message(f"c{self.numbers}", TALK.id, "提交", self.now)))
        return made

    def staff(
        self, text: str = "", tap: str | None = None, who: str = "zhang", account: str = "staff",
        room: str = "", number: str = "",
    ) -> str | None:  # fmt: skip
        """What a member gets; None: it is for the guide."""
        self.numbers += 1
        kind = "aibot" if account == "robot" else "wecom"
        contact = Contact(f"k-{who}", f"talk of {who}", "tea", kind, account, who, room, (), (), 0)
        message = Message(
            number or f"s{self.numbers}", contact.conversation_id, text, self.now, tap
        )
        outcome = asyncio.run(self.counter.answer(contact, message, {}))
        if outcome is None:
            return None
        (reply,) = outcome.replies
        self.taps = reply.choices
        return reply.text

    def tapped(self, label: str, **more: Any) -> str:
        """The button of the last answer that bears this label."""
        (key,) = [each.id for each in self.taps if each.label == label]
        told = self.staff(tap=key, **more)
        assert told is not None
        return told

    @property
    def case(self) -> CaseFile:
        found = CaseRows(self.store).get("c1")
        assert found
        return found

    @property
    def talk(self) -> Conversation:
        found = self.store.conversation(TALK.id)
        assert found
        return found

    def todos(self) -> list[dict[str, Any]]:
        return Todos(self.store).open("tea", 0, 100)

    def number(self, kind: str) -> int:
        """The newest open to-do of this kind."""
        return max(int(todo["seq"]) for todo in self.todos() if todo["kind"] == kind)

    def log(self) -> list[tuple[str, str]]:
        return [(line.sender, line.text) for line in self.store.history(TALK.id, 0, 1000)]

    def foreign_todo(self) -> int:
        """A to-do of another shop."""
        todo = Todo("handoff", "handoff:other:called", "别家的事", urgent=True)
        self.store.add_todo(("other", "flowers"), todo, self.now)
        (found,) = Todos(self.store).open("flowers", 0, 9)
        return int(found["seq"])
