"""A real PostgreSQL for the tests: one server a session on loopback, a database a test."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa

from tests.needed import lacking
from tests.ports import free_port

DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Postgres:
    """A running server. `restart` crashes it and starts it again; False if it did not come up."""

    url: str
    restart: Callable[[], bool]


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of its database `postgres`."""
    folder = Path(tempfile.mkdtemp(prefix="kaidian-postgres-"))
    try:
        with postgres_in(folder) as server:
            yield server.url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres_in(folder: Path) -> Iterator[Postgres]:
    """A server whose data lie in that empty folder, which will be its owner's."""
    owner, port = _owner(), free_port()
    if owner:
        # initdb refuses root, and the folder must be the owner's own.
        shutil.chown(folder, owner)
    data = str(folder / "data")
    control = [str(program("pg_ctl")), "--pgdata", data]
    make = ["initdb", "-o", "--auth=trust --username=postgres --encoding=UTF8 --no-sync"]
    listen = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c max_connections=200"
    log = str(folder / "log")
    _run([*control, *make], owner)
    start = ["--wait", "--log", log, "-o", listen]
    _run([*control, "start", *start], owner)

    def restart() -> bool:
        return _done([*control, "restart", "--mode", "immediate", *start], owner)

    try:
        yield Postgres(f"postgresql://postgres@127.0.0.1:{port}/postgres", restart)
    finally:
        _done([*control, "stop", "--mode", "immediate"], owner)


def program(name: str) -> Path:
    """Debian keeps the server's programs off the PATH, by version."""
    found = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda p: int(p.parts[-3]))
    on_path = shutil.which(name)
    if not found and not on_path:
        lacking("no PostgreSQL server: apt-get install postgresql")
    return found[-1] if found else Path(str(on_path))


def _owner() -> str | None:
    """Who runs the server: ourselves, or Debian's user `postgres` if we are root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        lacking("no user postgres: apt-get install postgresql")


def _done(command: list[str], owner: str | None) -> bool:
    try:
        _run(command, owner)
    except subprocess.CalledProcessError:
        return False
    return True


def _run(command: list[str], owner: str | None) -> None:
    # Output goes nowhere: the server would inherit a pipe and hold it open.
    quiet = subprocess.DEVNULL
    subprocess.run(
        command, check=True, user=owner, cwd="/", stdin=quiet, stdout=quiet, stderr=quiet
    )


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """The address of an empty database on that server, gone afterwards."""
    name = f"kaidian_{uuid4().hex[:12]}"
    place = sa.make_url(server).set(drivername="postgresql+psycopg")
    admin = sa.create_engine(place, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
    with admin.connect() as db:
        db.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield place.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as db:
            db.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        admin.dispose()
