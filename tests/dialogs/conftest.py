"""The whole house with the real guide, wired by server.py as for a demo; and one without it."""

import shutil
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace

import pytest

import server
from bot.conversation import Conversation, Vector
from bot.engine import Bot
from bot.http.parts import Parts
from bot.intents.recognise import by_aftersales, by_choice, by_rule
from bot.messages import Message
from bot.settings import Settings
from handlers.merchant.guide import GuideHandler
from handlers.table import at_the_counter
from tests.dialogs.built import data_folder
from tests.unit.customer.house import House


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """One running Kaidian for all dialogues; every dialogue is a conversation of its own."""
    folder = tmp_path_factory.mktemp("house") / "data"
    shutil.copytree(data_folder(), folder)
    built = server.build(Settings(data_dir=folder), demo=True)
    yield built
    built.store.close()


@pytest.fixture(scope="session")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """The after-sales counter: server.py's handlers, no guide; words that only learned examples
    could place, or that would have to be embedded, are an error here."""
    plain = House(tmp_path_factory.mktemp("counter"))
    parts: Parts = plain.app.state.parts
    orders = server.open_orders(parts.store, demo=True)
    returns = server.open_returns(parts.store, parts.aftersales, orders, parts.wording)
    guide = GuideHandler(lambda: parts.knowledge.search, parts.scope, parts.wording)
    handlers = at_the_counter(guide, returns, parts.wording)
    yield replace(parts, orders=orders, bot=Bot(parts.store, _by_rules, handlers, _never))
    plain.store.close()


async def _by_rules(
    message: Message, talk: Conversation, vector: Callable[[], Awaitable[Vector]]
) -> str:
    decided = by_choice(message.choice) or by_aftersales(message, talk)
    decided = decided or by_rule(message.text, talk.audience)
    assert decided, f"no rule knows {message.text}"
    return decided


def _never(text: str) -> Vector:
    raise AssertionError(f"embedded: {text}")
