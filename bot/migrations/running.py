"""Alembic at work on one open transaction."""

from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from bot.errors import SchemaRefused
from bot.migrations import FIRST, HOME


def config(db: sa.Connection) -> Config:
    """Alembic's configuration for that connection; there is no alembic.ini."""
    made = Config()
    made.set_main_option("script_location", str(HOME).replace("%", "%%"))
    made.attributes["connection"] = db
    return made


def run(db: sa.Connection, to: str = "head") -> None:
    """The revisions that are missing, up to `to`. Raises SchemaRefused for tables not ours.

    The first revision makes only what is missing, so that it also takes over a database from before
    there were revisions.
    """
    if not sa.inspect(db).has_table("alembic_version"):
        _refuse_strangers(db)
    command.upgrade(config(db), to)


def _refuse_strangers(db: sa.Connection) -> None:
    """Tables of our names must be what the first revision would make."""
    found = _columns(db)
    if not found:
        return
    wrong = [
        name for name, columns in _first_columns().items() if found.get(name, columns) != columns
    ]
    if wrong:
        raise SchemaRefused(
            f"数据库里已有同名但结构不同的表：{'、'.join(sorted(wrong))}。什么都没有改动。"
            "请换一个数据库：KAIDIAN_DATABASE_URL"
        )


def _first_columns() -> dict[str, set[str]]:
    """Tables and columns of the first revision, from an empty database that had only it."""
    with sa.create_engine("sqlite://").begin() as db:
        command.upgrade(config(db), FIRST)
        return _columns(db)


def _columns(db: sa.Connection) -> dict[str, set[str]]:
    seen: dict[Any, Any] = sa.inspect(db).get_multi_columns()
    return {name: {column["name"] for column in columns} for (_, name), columns in seen.items()}
