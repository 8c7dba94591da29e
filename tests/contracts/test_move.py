"""Everything of one database, in another: from SQLite to PostgreSQL and back."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.database import open_engine
from bot.errors import Conflict
from bot.migrations import upgrade
from bot.move import MoveFailed, Sum, move, tables
from bot.store import Store
from bot.tables import messages, shops
from tests.contracts.rows import ALL_ROWS, Rows, clear, fill, held
from tests.contracts.talks import NOW, log, now_in, start, turn

PAIRS = ["sqlite-postgres", "postgres-sqlite", "sqlite-sqlite"]


def quietly(_table: str) -> Callable[[int, int], None]:
    return lambda done, total: None


def engine_of(kind: str, request: pytest.FixtureRequest, file: Path) -> sa.Engine:
    if kind == "sqlite":
        return open_engine(f"sqlite:///{file}")
    return open_engine(str(request.getfixturevalue("postgres_database")))


@pytest.fixture(
    params=[
        pytest.param(pair, marks=pytest.mark.postgres if "postgres" in pair else ())
        for pair in PAIRS
    ]
)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[sa.Engine, sa.Engine]]:
    """Where from and where to; both empty."""
    kinds = str(request.param).split("-")
    source = engine_of(kinds[0], request, tmp_path / "source.db")
    target = engine_of(kinds[1], request, tmp_path / "target.db")
    yield source, target
    source.dispose()
    target.dispose()


def a_shop(name: str = "tea") -> Rows:
    return {"shops": [{"name": name, "secret": "s", "guide": True, "at": NOW}]}


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(rows=ALL_ROWS)
def test_every_row_arrives_as_it_was(pair: tuple[sa.Engine, sa.Engine], rows: Rows) -> None:
    for engine in pair:
        upgrade(engine)
        clear(engine)
    fill(pair[0], rows)
    before = held(pair[0])
    assert move(*pair, quietly) == {name: len(found) for name, found in rows.items()}
    assert held(pair[1]) == before
    assert held(pair[0]) == before


def test_more_rows_than_one_batch_and_files_of_megabytes(
    pair: tuple[sa.Engine, sa.Engine],
) -> None:
    upgrade(pair[0])
    said = {"conversation_id": "t", "sender": "visitor", "digest": "", "attachments": "[]"}
    many = [{**said, "message_id": f"m{n}", "text": f"问{n}", "at": NOW} for n in range(1203)]
    photo = {"conversation_id": "t", "kind": "image/png", "digest": "d", "at": NOW}
    files = [{**photo, "id": f"p{n}", "data": bytes([n]) * 2_000_000} for n in range(9)]
    fill(pair[0], {"messages": many, "attachments": files})
    steps: list[tuple[int, int]] = []
    moved = move(*pair, lambda table: lambda done, total: steps.append((done, total)))
    assert (moved["messages"], moved["attachments"]) == (1203, 9)
    assert steps == [(8, 9), (9, 9), (500, 1203), (1000, 1203), (1203, 1203)]
    assert held(pair[1]) == held(pair[0])


def test_talks_go_on_in_the_new_database(pair: tuple[sa.Engine, sa.Engine]) -> None:
    old, new = Store(pair[0]), Store(pair[1])
    old.create()
    start(old)
    old.complete_turn(turn(now_in(old), "m1"))
    move(*pair, quietly)
    new.create()
    new.complete_turn(turn(now_in(new), "m2"))
    assert log(new) == [("visitor", "问m1"), ("bot", "答m1"), ("visitor", "问m2"), ("bot", "答m2")]


def test_a_target_with_rows_is_refused_and_left_as_it_is(
    pair: tuple[sa.Engine, sa.Engine],
) -> None:
    for engine, name in zip(pair, ("tea", "flowers"), strict=True):
        upgrade(engine)
        fill(engine, a_shop(name))
    with pytest.raises(Conflict, match="shops"):
        move(*pair, quietly)
    assert Store(pair[1]).shop_names() == ["flowers"]


def test_what_fails_on_the_way_leaves_the_target_empty_for_another_try(
    pair: tuple[sa.Engine, sa.Engine],
) -> None:
    upgrade(pair[0])
    fill(pair[0], a_shop())

    def stumbles(table: str) -> Callable[[int, int], None]:
        if table == tables()[-1].name:
            raise RuntimeError("the plug was pulled")
        return quietly(table)

    with pytest.raises(RuntimeError):
        move(*pair, stumbles)
    assert not any(held(pair[1]).values())
    move(*pair, quietly)
    assert Store(pair[1]).shop_names() == ["tea"]


@pytest.mark.postgres
@pytest.mark.parametrize("pair", ["sqlite-postgres"], indirect=True)
def test_what_only_sqlite_can_hold_is_named(pair: tuple[sa.Engine, sa.Engine]) -> None:
    upgrade(pair[0])
    long, broken = a_shop("长" * 201), a_shop("nul\0")
    fill(pair[0], {"shops": [*long["shops"], *broken["shops"]]})
    with pytest.raises(MoveFailed) as told:
        move(*pair, quietly)
    assert "超过 200 个字" in told.value.message
    assert "不是文字" in told.value.message
    assert not any(held(pair[1]).values())


@pytest.mark.parametrize("pair", ["sqlite-sqlite"], indirect=True)
def test_what_arrives_otherwise_than_it_left_is_noticed(
    pair: tuple[sa.Engine, sa.Engine],
) -> None:
    for engine in pair:
        upgrade(engine)
    with pair[1].begin() as db:
        db.exec_driver_sql(
            "CREATE TRIGGER gremlin AFTER INSERT ON shops BEGIN UPDATE shops SET guide = 0; END"
        )
    fill(pair[0], a_shop())
    with pytest.raises(MoveFailed, match="核对不上"):
        move(*pair, quietly)
    assert not any(held(pair[1]).values())


@pytest.mark.postgres
@pytest.mark.parametrize("pair", ["postgres-sqlite"], indirect=True)
def test_a_server_that_still_uses_the_source_is_noticed(
    pair: tuple[sa.Engine, sa.Engine],
) -> None:
    elsewhere = open_engine(pair[0].url.render_as_string(hide_password=False))
    with elsewhere.connect(), pytest.raises(Conflict, match="先停掉"):
        move(*pair, quietly)
    elsewhere.dispose()
    move(*pair, quietly)


@pytest.mark.postgres
@pytest.mark.parametrize("pair", ["sqlite-postgres"], indirect=True)
def test_numbers_go_on_after_the_last(pair: tuple[sa.Engine, sa.Engine]) -> None:
    upgrade(pair[0])
    asked = {"shop": "tea", "conversation_id": "t", "text": "问", "at": NOW}
    fill(pair[0], {"unanswered": [{**asked, "seq": 41}, {**asked, "seq": 7}]})
    move(*pair, quietly)
    fill(pair[1], {"unanswered": [asked]})
    assert sorted(row["seq"] for row in held(pair[1])["unanswered"]) == [7, 41, 42]


ROW = {"a": "x", "b": None, "c": b"y", "d": NOW}


@given(st.permutations([ROW, ROW | {"a": "z"}, ROW | {"c": b""}]))
def test_a_sum_asks_for_no_order(rows: list[dict[str, object]]) -> None:
    sums = Sum()
    for row in rows:
        sums = sums.plus(row)
    other = Sum().plus(rows[2]).plus(rows[0]).plus(rows[1])
    assert sums == other


@pytest.mark.parametrize(
    "other",
    [{"a": ""}, {"a": None}, {"b": "None"}, {"c": b"Y"}, {"d": NOW + timedelta(microseconds=1)}],
)
def test_a_sum_sees_every_difference(other: dict[str, object]) -> None:
    assert Sum().plus(ROW) != Sum().plus(ROW | other)


def test_a_sum_knows_a_moment_in_every_offset() -> None:
    assert Sum().plus({"at": NOW}) == Sum().plus({"at": NOW.astimezone()})


def test_every_table_goes_along() -> None:
    assert {messages, shops} <= set(tables())
