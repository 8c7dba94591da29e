"""Rows for any table of ours, odd ones too, made by Hypothesis from the table's own columns."""

from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st

from bot.tables import metadata

Rows = dict[str, list[dict[str, Any]]]

# What the door lets in: no NUL (PostgreSQL) and no half characters (SQLite).
SIGNS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
ODD = ["", " ", "NULL", "'; --", "%s :x {}", "\\N\t\r\n", "👩‍👩‍👧‍👦🇨🇳", "𠮷" * 200]
OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda m: timezone(timedelta(minutes=m)))
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=OFFSETS)
BLOBS = st.builds(lambda part, times: part * times, st.binary(max_size=40), st.integers(0, 9000))


def values(column: sa.Column[Any]) -> st.SearchStrategy[Any]:
    """What that column may hold."""
    made = _of_type(column.type, column.primary_key)
    return st.none() | made if column.nullable else made


def _of_type(kind: Any, key: bool) -> st.SearchStrategy[Any]:
    if isinstance(kind, sa.BigInteger):
        return st.integers(1 if key else -(2**63), 2**63 - 2)
    if isinstance(kind, sa.Integer):
        return st.integers(-(2**31), 2**31 - 1)
    if isinstance(kind, sa.Boolean):
        return st.booleans()
    if isinstance(kind, sa.LargeBinary):
        return BLOBS
    if isinstance(kind, sa.String):
        return st.text(SIGNS, max_size=kind.length or 400) | st.sampled_from(ODD)
    return MOMENTS


def rows_of(table: sa.Table) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Rows that may stand in one table together."""
    one = st.fixed_dictionaries({column.name: values(column) for column in table.columns})
    return st.lists(one, max_size=4, unique_by=tuple(_key(names) for names in _unique(table)))


def _unique(table: sa.Table) -> list[tuple[str, ...]]:
    keys = [c.columns for c in table.constraints if isinstance(c, sa.UniqueConstraint)]
    indexes = [index.columns for index in table.indexes if index.unique]
    together = [table.primary_key.columns, *keys, *indexes]
    return [tuple(column.name for column in columns) for columns in together]


def _key(names: tuple[str, ...]) -> Any:
    return lambda row: tuple(row[name] for name in names)


ALL_ROWS: st.SearchStrategy[Rows] = st.fixed_dictionaries(
    {table.name: rows_of(table) for table in metadata.sorted_tables}
)


def clear(engine: sa.Engine) -> None:
    with engine.begin() as db:
        for table in reversed(metadata.sorted_tables):
            db.execute(table.delete())


def fill(engine: sa.Engine, rows: Rows) -> None:
    with engine.begin() as db:
        for table in metadata.sorted_tables:
            if rows.get(table.name):
                db.execute(table.insert(), rows[table.name])


def held(engine: sa.Engine) -> Rows:
    """Everything, each table in the order that Python gives its rows."""
    with engine.begin() as db:
        found = {t.name: db.execute(t.select()).mappings().all() for t in metadata.sorted_tables}
    return {name: sorted((dict(row) for row in rows), key=repr) for name, rows in found.items()}
