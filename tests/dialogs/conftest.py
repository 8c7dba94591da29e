"""The whole house with the real guide, wired by server.py as for a demo."""

import shutil
from collections.abc import Iterator

import pytest

import server
from bot.http.parts import Parts
from bot.settings import Settings
from tests.dialogs.built import data_folder


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """One running Kaidian for all dialogues; every dialogue is a conversation of its own."""
    folder = tmp_path_factory.mktemp("house") / "data"
    shutil.copytree(data_folder(), folder)
    built = server.build(Settings(data_dir=folder), demo=True)
    yield built
    built.store.close()
