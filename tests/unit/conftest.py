"""Fixtures of the unit tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.database import open_engine
from bot.store import Store
from tests.unit.desk import NOW, TALK, Desk


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(open_engine(f"sqlite:///{tmp_path / 'kaidian.db'}"))
    opened.create()
    opened.start_conversation(TALK, "token", NOW, NOW)
    yield opened
    opened.close()


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)
