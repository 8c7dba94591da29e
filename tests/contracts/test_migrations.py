"""Every database comes to the newest tables, from wherever it stood, with its rows."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.database import open_engine
from bot.errors import SchemaRefused
from bot.migrations import FIRST, revisions, upgrade
from bot.migrations.running import run
from bot.store import Store
from bot.tables import metadata
from tests.contracts.talks import NOW, TALK, now_in, start
from tests.dialogs.built import ROOT


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """An empty database."""
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


def difference(engine: sa.Engine) -> list[object]:
    """What Alembic would still change to come to bot.tables."""
    with engine.connect() as db:
        compared = {"compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(db, opts=compared), metadata))


def stand_at(engine: sa.Engine, revision: str) -> None:
    with engine.begin() as db:
        db.execute(sa.text("UPDATE alembic_version SET version_num = :to"), {"to": revision})


def as_before_revisions(engine: sa.Engine) -> None:
    """The first tables without Alembic's own, as `create_all` made them once."""
    with engine.begin() as db:
        run(db, FIRST)
        db.exec_driver_sql("DROP TABLE alembic_version")


def test_revisions_are_numbered_without_gap_or_fork() -> None:
    assert revisions() == [f"{number:04}" for number in range(1, len(revisions()) + 1)]


def test_an_empty_database_gets_the_tables_of_today(engine: sa.Engine) -> None:
    upgrade(engine)
    assert difference(engine) == []


def test_the_comparison_sees_what_is_missing(engine: sa.Engine) -> None:
    upgrade(engine)
    with engine.begin() as db:
        db.exec_driver_sql("DROP INDEX messages_in_order")
        db.exec_driver_sql("ALTER TABLE conversations DROP COLUMN handoff_id")
    assert len(difference(engine)) == 2


def test_a_database_from_before_revisions_is_taken_over_with_its_rows(engine: sa.Engine) -> None:
    as_before_revisions(engine)
    store = Store(engine)
    store.add_shop("tea", "secret", False, NOW)
    start(store)
    store.create()
    assert difference(engine) == []
    assert store.shop_names() == ["tea"]
    assert now_in(store) == TALK


def test_tables_that_an_old_database_never_had_are_made(engine: sa.Engine) -> None:
    as_before_revisions(engine)
    with engine.begin() as db:
        db.exec_driver_sql("DROP TABLE policies")
    upgrade(engine)
    assert difference(engine) == []


def test_somebody_elses_tables_are_refused_and_left_alone(engine: sa.Engine) -> None:
    with engine.begin() as db:
        db.exec_driver_sql("CREATE TABLE messages (id INTEGER PRIMARY KEY, body TEXT)")
    with pytest.raises(SchemaRefused, match="messages"):
        upgrade(engine)
    assert sa.inspect(engine).get_table_names() == ["messages"]


def test_tables_of_other_names_are_none_of_our_business(engine: sa.Engine) -> None:
    with engine.begin() as db:
        db.exec_driver_sql("CREATE TABLE tea (leaf INTEGER)")
    upgrade(engine)
    assert "tea" in sa.inspect(engine).get_table_names()


def test_a_step_that_fails_is_told_and_changes_nothing(engine: sa.Engine) -> None:
    with engine.begin() as db:
        db.exec_driver_sql("CREATE VIEW messages AS SELECT 1 AS seq")
    with pytest.raises(SchemaRefused, match="什么都没有改动"):
        upgrade(engine)
    assert sa.inspect(engine).get_table_names() == []


def test_a_database_of_a_newer_version_is_refused(engine: sa.Engine) -> None:
    upgrade(engine)
    stand_at(engine, "9999")
    with pytest.raises(SchemaRefused, match=r"9999.*请升级本程序"):
        upgrade(engine)


def test_servers_that_start_together_make_the_tables_once(
    engine: sa.Engine, database_url: str
) -> None:
    program = (
        "import sys; from bot.database import open_engine; from bot.store import Store;"
        "Store(open_engine(sys.argv[1])).create()"
    )
    command = [sys.executable, "-c", program, database_url]
    started = [subprocess.Popen(command, cwd=ROOT) for _ in range(3)]
    assert [process.wait(120) for process in started] == [0, 0, 0]
    assert difference(engine) == []


def test_threads_that_start_together_make_the_tables_once(engine: sa.Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, [engine] * 4))
    assert difference(engine) == []


def test_a_start_with_nothing_to_do_leaves_alembic_alone(
    engine: sa.Engine, database_url: str
) -> None:
    upgrade(engine)
    program = (
        "import sys; from bot.database import open_engine; from bot.store import Store;"
        "Store(open_engine(sys.argv[1])).create(); sys.exit('alembic' in sys.modules)"
    )
    command = [sys.executable, "-c", program, database_url]
    assert subprocess.run(command, cwd=ROOT, timeout=120, check=False).returncode == 0
