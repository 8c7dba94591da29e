"""Running servers. Index and guide are made once and kept (tests/dialogs/built.py)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chroma import chroma_server
from tests.local.servers import KEY, Running, prepared, running, with_guide
from tests.postgres import fresh_database

Temporary = pytest.TempPathFactory


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: Temporary) -> Iterator[str]:
    """The demo, as a new user starts it."""
    with running(prepared(tmp_path_factory.mktemp("demo") / "data")) as server:
        yield server.url


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: Temporary) -> Iterator[Running]:
    """The demo with the sandbox on and a known operator key."""
    folder = prepared(tmp_path_factory.mktemp("sandbox") / "data")
    with running(folder, KAIDIAN_SANDBOX="1", KAIDIAN_OPERATOR_KEY=KEY) as server:
        yield server


@pytest.fixture(scope="session")
def sandbox_url(sandbox: Running) -> str:
    return sandbox.url


@pytest.fixture(scope="session")
def guide_chroma_url(tmp_path_factory: Temporary) -> Iterator[str]:
    """A Chroma server in which the guide is indexed."""
    folder = prepared(tmp_path_factory.mktemp("guide-chroma") / "data")
    with chroma_server(folder / "chroma") as url:
        yield url


@pytest.fixture(scope="session")
def postgres_sandbox(postgres_url: str, tmp_path_factory: Temporary) -> Iterator[Running]:
    """As `sandbox`, on PostgreSQL."""
    folder = prepared(tmp_path_factory.mktemp("postgres-sandbox") / "data")
    with (
        fresh_database(postgres_url) as url,
        running(
            folder,
            KAIDIAN_DATABASE_URL=with_guide(url),
            KAIDIAN_SANDBOX="1",
            KAIDIAN_OPERATOR_KEY=KEY,
        ) as server,
    ):
        yield server


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder of the test's own, with the guide indexed."""
    return prepared(tmp_path / "data")
