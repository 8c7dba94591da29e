"""The tables of a database, brought to what this program needs. There is no way back down.

Alembic runs the revisions of `versions/`; it is imported only where there is something to do.
"""

from pathlib import Path
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from bot.database import writer_of
from bot.errors import SchemaRefused

HOME = Path(__file__).resolve().parent
FIRST = "0001"

# Any number will do that nothing else on the same PostgreSQL database takes as a lock.
_LOCK = 0x6B616964
# Alembic keeps the running migration in module globals.
_ONE_AT_A_TIME = Lock()


def revisions() -> list[str]:
    """Numbers of all revisions, oldest first: four digits, from the names of their files."""
    return sorted(path.stem[1:5] for path in (HOME / "versions").glob("r[0-9]*_*.py"))


def upgrade(engine: sa.Engine) -> None:
    """Bring the tables to the newest revision, whole or not at all.

    A database from before there were revisions is taken over with its rows. Servers that start
    together wait for the first. Raises SchemaRefused.
    """
    known = revisions()
    with engine.connect() as db:
        if _revision(db, known) == known[-1]:
            return
    with _ONE_AT_A_TIME, writer_of(engine).begin() as db:
        if db.dialect.name == "postgresql":
            db.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        if _revision(db, known) != known[-1]:
            _run(db)


def standing(engine: sa.Engine) -> tuple[str | None, str]:
    """(Where the database stands, where this program wants it); None: before its first revision.

    Only looks. Raises SchemaRefused for a database of a newer program.
    """
    known = revisions()
    with engine.connect() as db:
        return _revision(db, known), known[-1]


def _revision(db: sa.Connection, known: list[str]) -> str | None:
    """Where the database stands; None before its first revision. Raises SchemaRefused."""
    if not sa.inspect(db).has_table("alembic_version"):
        return None
    found = db.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if found is None or found in known:
        return found
    raise SchemaRefused(
        f"这个数据库是更新版本的 Kaidian 用过的（结构第 {found} 版），"
        f"本程序只认识到第 {known[-1]} 版。请升级本程序，或换一个数据库：KAIDIAN_DATABASE_URL"
    )


def _run(db: sa.Connection) -> None:
    from bot.migrations.running import run

    try:
        run(db)
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        raise SchemaRefused(f"数据库的表没能升级，什么都没有改动。原因：{error.orig}") from error
