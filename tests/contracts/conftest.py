"""Each contract is kept by everything that signs it: two databases, two Chromas, two embedders."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from chromadb.api import ClientAPI

from bot.database import open_engine
from bot.document_store import DocumentRows
from bot.store import Store
from retrieval.chroma import connect


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'kaidian.db'}"
    return str(request.getfixturevalue("postgres_database"))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = Store(open_engine(database_url))
    opened.create()
    yield opened
    opened.close()


@pytest.fixture
def table(store: Store) -> DocumentRows:
    return DocumentRows(store)


@pytest.fixture(params=["embedded", pytest.param("server", marks=pytest.mark.slow)])
def chroma(request: pytest.FixtureRequest, tmp_path: Path) -> ClientAPI:
    """A Chroma to put collections in. The server is shared: use generations of your own."""
    url = "" if request.param == "embedded" else request.getfixturevalue("chroma_url")
    return connect(url, tmp_path / "chroma")
