"""Servers that several folders of tests use. Each is started when first asked for."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.chroma import chroma_server
from tests.postgres import fresh_database, postgres_server

# Speed is measured by `make bench`; a slow machine fails no test.
settings.register_profile("kaidian", deadline=None)
settings.load_profile("kaidian")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server; make databases of your own in it."""
    with postgres_server() as url:
        yield url


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """An empty database on it."""
    with fresh_database(postgres_url) as url:
        yield url


@pytest.fixture(scope="session")
def chroma_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty Chroma server; put collections of your own in it."""
    with chroma_server(tmp_path_factory.mktemp("chroma")) as url:
        yield url
