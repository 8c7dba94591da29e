"""A merchant goes on in another channel by a one-time code; nobody gets there by guessing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.channels.twin import Twin
from bot.contact_store import Contacts
from bot.conversation import Conversation, Flow, Handler, Outcome, Turn, Vector
from bot.delivery.merge import Pace
from bot.delivery.worker import Equipment, Worker
from bot.engine import Bot
from bot.mail import Accounts
from bot.messages import Entrance, Message, Reply
from bot.pass_store import Passes
from bot.store import Store
from bot.tables import passes
from handlers.going_on import GOOD_FOR, TRIES, TRIES_OF_ALL, GoingOn
from tests.mail import NOW, WORDING, echoing, incoming

MERCHANT = Entrance("demo-merchant", "demo", "merchant")
DOORS = {("twin", "main"): MERCHANT, ("twin", "other"): MERCHANT,
         ("twin", "tea"): Entrance("tea-merchant", "tea", "merchant"),
         ("twin", "buyers"): Entrance("demo-customer", "demo", "customer")}  # fmt: skip
UNKNOWN = WORDING.say("go_unknown")


def walks(turn: Turn) -> Outcome:
    flow = turn.conversation.flow
    said = [*(flow.data["said"] if flow else ()), turn.message.text]
    told = Reply(f"记下了：{'、'.join(said)}")
    return Outcome((told,), "flow", flow=Flow("launch", "ask", data={"said": said}))


@dataclass
class Town:
    """A web chat and several accounts; every `says` is one turn."""

    store: Store
    now: datetime = NOW
    codes: list[str] = field(default_factory=lambda: ["832119", "832119", "104729", "299792"])
    numbers: int = 0

    def __post_init__(self) -> None:
        plain = echoing(self.store, walks)
        going = GoingOn(Passes(self.store), WORDING, lambda: self.codes.pop(0))

        async def recognise(
            message: Message, talk: Conversation, vector: Callable[[], Awaitable[Vector]]
        ) -> str:
            return "go_on" if going.claims(message, talk) else "echo"

        handlers: dict[str, Handler] = {**plain._handlers, "go_on": going}
        self.bot = Bot(self.store, recognise, handlers, plain._embed)

    def web(self, text: str, number: str = "", talk: str = "web") -> str:
        self.numbers += 1
        if self.store.conversation(talk) is None:
            new = Conversation(talk, 0, "demo", "merchant", "demo-merchant", f"v-{talk}")
            self.store.start_conversation(new, f"token of {talk}", NOW, NOW + timedelta(days=30))
        session = self.store.session(f"token of {talk}")
        assert session
        message = Message(number or f"m{self.numbers}", session.conversation_id, text, self.now)
        return _text(asyncio.run(self.bot.reply(message)).result)

    def says(self, text: str, account: str = "main", sender: str = "老王", room: str = "") -> str:
        """On a platform: what came back there."""
        self.numbers += 1
        letter = incoming(
            f"p{self.numbers}", text, sender, account=account, room=room, sent_at=self.now
        )

        async def served() -> list[str]:
            twin = Twin(account)
            every = (Pace(timedelta(0), timedelta(0), count=1), lambda: self.now, lambda: self.now)
            worker = Worker(
                Equipment(self.store, self.bot, WORDING, Accounts(DOORS), (twin,), *every)
            )
            await worker.accept(letter)
            for taken in worker.serving.take(9, frozenset()):
                await worker.serving.serve(taken)
            for sending in worker.delivering.take(9, frozenset()):
                await worker.delivering.deliver(sending)
            return [line.text for line in twin.shelf.all()]

        return "\n".join(asyncio.run(served()))

    def given(self) -> int:
        with self.store.reading() as db:
            return int(db.execute(sa.select(sa.func.count()).select_from(passes)).scalar_one())


def _text(result: Mapping[str, Any]) -> str:
    return "\n".join(reply["text"] for reply in result["replies"])


@pytest.fixture
def town(store: Store) -> Town:
    return Town(store)


def test_the_launch_goes_on_where_the_code_is_said(town: Town) -> None:
    town.web("卖坚果")
    assert "832119" in town.web("换个地方接着聊")
    assert "记下了：卖坚果" in town.says("接着聊 832119")
    assert town.says("个体户") == "记下了：卖坚果、个体户"
    assert town.web("30个品") == "记下了：卖坚果、个体户、30个品", "both are one conversation"
    assert town.given() == 0


def test_and_from_a_platform_to_the_web(town: Town) -> None:
    town.says("卖茶")
    town.says("换个地方接着聊")
    before = town.web("在吗")
    assert before == "记下了：在吗"
    town.web("接着聊：８３２１１９。", number="again")
    assert town.web("有公众号") == "记下了：卖茶、有公众号"
    assert "接上了" in town.web("接着聊：８３２１１９。", number="again"), "a repeat is a repeat"


def test_words_to_the_person_follow(town: Town) -> None:
    town.web("卖坚果")
    town.web("换个地方接着聊")
    town.says("接着聊832119")
    contact = Contacts(town.store).contact_of("web")
    assert contact
    assert contact.sender == "老王"


def test_a_code_works_once(town: Town) -> None:
    town.web("卖坚果")
    town.web("换个地方接着聊")
    assert "接上了" in town.says("接着聊 832119")
    assert town.says("接着聊 832119", sender="小偷") == UNKNOWN


@pytest.mark.parametrize(
    ("account", "later"), [("tea", timedelta(0)), ("main", GOOD_FOR), ("main", timedelta(days=1))]
)
def test_not_in_another_shop_and_not_later(town: Town, account: str, later: timedelta) -> None:
    town.web("卖坚果")
    town.web("换个地方接着聊")
    town.now += later
    assert town.says("接着聊 832119", account) == UNKNOWN
    assert "坚果" not in town.says("我说到哪了", account)


def test_customers_neither_get_nor_use_codes(town: Town) -> None:
    town.web("卖坚果")
    town.web("换个地方接着聊")
    told = town.says("接着聊 832119", "buyers")
    assert "坚果" not in told
    assert town.given() == 1
    town.says("换个地方接着聊", "buyers")
    assert town.given() == 1


def test_a_new_code_takes_the_place_of_the_old(town: Town) -> None:
    town.codes = ["111111", "222222"]
    town.web("卖坚果")
    town.web("换个地方接着聊")
    town.web("换个地方接着聊")
    assert town.says("接着聊 111111") == UNKNOWN
    assert "接上了" in town.says("接着聊 222222")


def test_two_never_get_the_same_code(town: Town) -> None:
    town.web("卖坚果")
    town.web("换个地方接着聊")
    assert "104729" in town.web("换个地方接着聊", talk="another"), "the first choice was taken"
    assert "坚果" in town.says("接着聊 832119")


def test_guessing_ends_soon_and_a_lock_tells_nothing(town: Town) -> None:
    town.web("卖坚果")
    town.web("换个地方接着聊")
    for guess in range(TRIES):
        assert town.says(f"接着聊 00000{guess}", sender="小偷") == UNKNOWN
    assert town.says("接着聊 832119", sender="小偷") == UNKNOWN, "right, and too late"
    assert "接上了" in town.says("接着聊 832119"), "others are not locked out"


def test_many_names_guess_no_more_than_one_shop_bears(town: Town) -> None:
    town.web("卖坚果")
    town.web("换个地方接着聊")
    for guess in range(TRIES_OF_ALL):
        town.web(f"接着聊 {guess:06}", talk=f"thief-{guess}")
    assert town.web("接着聊 832119", talk="thief-last") == UNKNOWN


def test_no_code_in_a_group(town: Town) -> None:
    assert town.says("换个地方接着聊", room="群") == WORDING.say("go_alone")
    town.web("卖坚果")
    town.web("换个地方接着聊")
    assert town.says("接着聊 832119", room="群") == WORDING.say("go_alone")
    assert town.given() == 1


def test_here_is_here(town: Town) -> None:
    town.web("换个地方接着聊")
    assert town.web("接着聊 832119") == WORDING.say("go_here")
    assert town.given() == 1


def test_at_the_same_moment_one_of_two_gets_there(town: Town) -> None:
    town.web("卖坚果")
    town.web("换个地方接着聊")
    for talk in ("a", "b"):
        town.web("喂", talk=talk)

    async def both() -> list[str]:
        asked = [Message("x", talk, "接着聊 832119", town.now) for talk in ("a", "b")]
        return [_text(each.result) for each in await asyncio.gather(*map(town.bot.reply, asked))]

    told = asyncio.run(both())
    assert sorted("接上了" in text for text in told) == [False, True]


@pytest.mark.parametrize(
    "text", ["接着聊", "接着聊聊手续费", "我们接着聊什么", "换个地方发货行吗", "832119"]
)
def test_other_words_are_no_wish_to_go(town: Town, text: str) -> None:
    assert town.web(text).startswith("记下了")
    assert town.given() == 0
