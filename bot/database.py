"""How we speak to a database: connections, transactions, and what we say when it is gone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.errors import StorageLost

OUR_NAME = "kaidian"
"""What a PostgreSQL server shows its administrator about our connections."""


def open_engine(url: str) -> sa.Engine:
    """An engine with our transaction habits for SQLite. Connects when first used."""
    sqlite = url.startswith("sqlite")
    engine = sa.create_engine(
        url, pool_pre_ping=not sqlite, pool_size=8, connect_args=_connect_args(sqlite)
    )
    if sqlite:
        sa.event.listen(engine, "connect", _sqlite_habits)
        sa.event.listen(engine, "begin", _sqlite_begin)
    return engine


def writer_of(engine: sa.Engine) -> sa.Engine:
    """The same engine, whose transactions say at once that they will write."""
    return engine.execution_options(kaidian_write=True)


def _connect_args(sqlite: bool) -> dict[str, Any]:
    if sqlite:
        return {"timeout": 30, "check_same_thread": False}
    return {"connect_timeout": 5, "application_name": OUR_NAME}


def _sqlite_habits(connection: Any, _record: object) -> None:
    # The driver must not begin transactions by itself, or BEGIN IMMEDIATE below comes too late.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: sa.Connection) -> None:
    # A reader that becomes a writer can deadlock; a writer says so at once and waits in line.
    writing = connection.get_execution_options().get("kaidian_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def loss_told() -> Iterator[None]:
    """Lost connections, full disks and locked files become one error that says what to do."""
    try:
        yield
    except OperationalError as error:
        raise StorageLost("数据库暂时连不上，请稍后再发一次，不会重复处理") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise StorageLost("数据库连接断了，请稍后再发一次，不会重复处理") from error
        raise
