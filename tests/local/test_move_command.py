"""`server.py move`: one command to another database, with words for everything in the way."""

import sqlite3
from pathlib import Path

import pytest

from bot.http.serving import owning
from tests.local.servers import command

pytestmark = pytest.mark.slow


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A data folder whose database holds one shop."""
    folder = tmp_path / "var"
    assert command(folder, "shop", "add", "tea").returncode == 0
    return folder


@pytest.mark.postgres
def test_to_postgres_and_back_by_one_command_each(
    shop: Path, postgres_database: str, tmp_path: Path
) -> None:
    there = postgres_database.replace("postgresql+psycopg", "postgresql")
    moved = command(shop, "move", there)
    assert (moved.returncode, moved.stderr.count("Traceback")) == (0, 0), moved.stderr
    assert "shops：1 行" in moved.stdout
    assert "KAIDIAN_DATABASE_URL" in moved.stdout
    listed = command(shop, "shop", "list", KAIDIAN_DATABASE_URL=there)
    assert listed.stdout.split() == ["tea"]
    back = f"sqlite:///{tmp_path / 'back.db'}"
    assert command(shop, "move", back, KAIDIAN_DATABASE_URL=there).returncode == 0
    listed = command(shop, "shop", "list", KAIDIAN_DATABASE_URL=back)
    assert listed.stdout.split() == ["tea"]


def refused(folder: Path, to: str, **settings: str) -> str:
    """What is said; nothing else may happen."""
    done = command(folder, "move", to, **settings)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_running_server_is_to_be_stopped_first(shop: Path, tmp_path: Path) -> None:
    with owning(shop):
        assert "先停掉" in refused(shop, f"sqlite:///{tmp_path / 'new.db'}")
    assert not (tmp_path / "new.db").exists()


def test_a_database_that_is_not_empty_is_refused(shop: Path, tmp_path: Path) -> None:
    command(tmp_path / "other", "shop", "add", "flowers")
    to = f"sqlite:///{tmp_path / 'other' / 'kaidian.db'}"
    assert "shops" in refused(shop, to)
    assert command(tmp_path / "other", "shop", "list").stdout.split() == ["flowers"]


def test_what_makes_no_sense_is_told(shop: Path, tmp_path: Path) -> None:
    assert "postgresql://" in refused(shop, "mysql://root@127.0.0.1/kaidian")
    assert "不用搬" in refused(shop, f"sqlite:///{shop / '..' / 'var' / 'kaidian.db'}")
    assert "连不上" in refused(shop, "postgresql://nobody@127.0.0.1:1/nothing")
    nowhere = tmp_path / "nowhere"
    assert "KAIDIAN_DATA_DIR" in refused(nowhere, f"sqlite:///{tmp_path / 'new.db'}")
    assert not (nowhere / "kaidian.db").exists()


def test_a_database_of_a_newer_kaidian_is_refused_by_every_command(shop: Path) -> None:
    with sqlite3.connect(shop / "kaidian.db") as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    done = command(shop, "shop", "list")
    assert (done.returncode, done.stdout) == (2, "")
    assert "请升级本程序" in done.stderr
