"""All rows of one database, brought into another that is empty; nothing lost, nothing half done.

Goes over the tables of bot.tables, whichever they are. What was read from the source and what
stands in the target are compared by count and by digest before the target keeps anything.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DataError

from bot.database import OUR_NAME, loss_told, writer_of
from bot.errors import Conflict, KaidianError
from bot.migrations import upgrade
from bot.tables import metadata

Progress = Callable[[str], Callable[[int, int], None]]
"""For a table's name, what is called with the number of its rows that are done, and of all."""

# Rows with files in them are large.
ROWS, ROWS_WITH_BYTES = 500, 8


class MoveFailed(KaidianError):
    """The target does not hold what the source holds. It was left empty."""

    code = "move_failed"


@dataclass(frozen=True, slots=True)
class Sum:
    """Of some rows of one table, in any order: how many, and a digest."""

    rows: int = 0
    digest: int = 0

    def plus(self, row: Mapping[str, Any]) -> "Sum":
        written = "\0".join(f"{name}={_plain(row[name])}" for name in sorted(row))
        own = hashlib.sha256(written.encode("utf-8", "surrogatepass")).digest()
        # Added up, since two databases sort text differently.
        return Sum(self.rows + 1, (self.digest + int.from_bytes(own)) % 2**256)


def move(source: sa.Engine, target: sa.Engine, progress: Progress) -> dict[str, int]:
    """Copies everything; returns the number of rows by table.

    Both are brought to the newest revision first. Raises Conflict (somebody uses the source, or the
    target holds rows) and MoveFailed (a value that the target cannot hold, or a difference).
    """
    with loss_told():
        upgrade(source)
        upgrade(target)
        with _frozen(source) as old, _locked(target) as new:
            _refuse_rows(new)
            sums = {table.name: _copy(old, new, table, progress) for table in tables()}
            for table in tables():
                _verify(new, table, sums[table.name])
    return {name: found.rows for name, found in sums.items()}


def tables() -> list[sa.Table]:
    """Every table, those that others refer to first."""
    return list(metadata.sorted_tables)


@contextmanager
def _frozen(source: sa.Engine) -> Iterator[sa.Connection]:
    """The source as of one moment, that nobody changes meanwhile. Raises Conflict."""
    with writer_of(source).begin() as db:
        if db.dialect.name == "postgresql":
            db.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            _lock(db, "SHARE")
            _refuse_others(db)
        yield db


@contextmanager
def _locked(target: sa.Engine) -> Iterator[sa.Connection]:
    """The target, that nobody else writes meanwhile."""
    with writer_of(target).begin() as db:
        if db.dialect.name == "postgresql":
            _lock(db, "EXCLUSIVE")
        yield db


def _lock(db: sa.Connection, mode: str) -> None:
    names = ", ".join(db.dialect.identifier_preparer.format_table(table) for table in tables())
    db.exec_driver_sql(f"LOCK TABLE {names} IN {mode} MODE")


def _refuse_others(db: sa.Connection) -> None:
    # A server on another machine shares the database but not the data folder, nor its lock.
    others = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = :ours AND pid <> pg_backend_pid()"
    )
    if count := db.execute(others, {"ours": OUR_NAME}).scalar_one():
        raise Conflict(f"还有 Kaidian 连着原来的数据库（{count} 个连接）。先停掉所有服务再搬")


def _refuse_rows(db: sa.Connection) -> None:
    held = [t.name for t in tables() if db.execute(sa.select(sa.literal(1)).select_from(t)).first()]
    if held:
        raise Conflict(
            f"目标数据库不是空的，这些表里已有内容：{'、'.join(held)}。请换一个空的数据库"
        )


def _copy(old: sa.Connection, new: sa.Connection, table: sa.Table, progress: Progress) -> Sum:
    total = old.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
    done, step = Sum(), progress(table.name)
    for rows in _batches(old, table):
        _insert(new, table, rows)
        done = reduce(Sum.plus, rows, done)
        step(done.rows, total)
    _count_on(new, table)
    return done


def _batches(db: sa.Connection, table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    large = any(isinstance(column.type, sa.LargeBinary) for column in table.columns)
    size = ROWS_WITH_BYTES if large else ROWS
    # In the order of the key: a row may be needed by a later one.
    every = table.select().order_by(*table.primary_key.columns)
    found = db.execution_options(yield_per=size).execute(every).mappings()
    return ([dict(row) for row in rows] for rows in found.partitions(size))


def _insert(db: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    try:
        db.execute(table.insert(), rows)
    except (DataError, UnicodeError) as error:
        named = _misfits(table, rows) or [str(error)]
        raise MoveFailed(
            f"表 {table.name} 里有目标数据库放不下的内容：\n  - "
            + "\n  - ".join(named)
            + "\n目标数据库仍是空的；改好后再搬一次",
            tuple(named),
        ) from error


def _misfits(table: sa.Table, rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Each value that is too long or no text, with the key of its row."""
    keys = [column.name for column in table.primary_key.columns]
    return [
        f"{', '.join(f'{key}={row[key]!r}' for key in keys)} 的 {column.name}：{reason}"
        for row in rows
        for column in table.columns
        if (reason := _misfit(column, row[column.name]))
    ]


def _misfit(column: sa.Column[Any], value: Any) -> str:
    if not isinstance(value, str):
        return ""
    if "\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
        return "含有不是文字的字符"
    limit = getattr(column.type, "length", None)
    return f"超过 {limit} 个字" if limit and len(value) > limit else ""


def _count_on(db: sa.Connection, table: sa.Table) -> None:
    """PostgreSQL counts in a sequence, which knows nothing of numbers that were given."""
    column = table.autoincrement_column
    if db.dialect.name != "postgresql" or column is None:
        return
    sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
    following = sa.func.coalesce(sa.select(sa.func.max(column)).scalar_subquery(), 0) + 1
    db.execute(sa.select(sa.func.setval(sequence, following, False)))


def _verify(db: sa.Connection, table: sa.Table, wanted: Sum) -> None:
    found = reduce(Sum.plus, (row for rows in _batches(db, table) for row in rows), Sum())
    if found != wanted:
        raise MoveFailed(
            f"表 {table.name} 核对不上：原来 {wanted.rows} 行，搬过去 {found.rows} 行，"
            "或者内容有出入。目标数据库仍是空的，原来的数据库没有动"
        )


def _plain(value: Any) -> str:
    """The same text for the same value, whichever database gave it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return repr(value)
