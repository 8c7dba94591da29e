"""`make chaos`, short: three set-ups, nothing lost, nothing twice, nothing out of order."""

import asyncio
from pathlib import Path

import pytest

from bot.database import open_engine
from bot.store import Store
from tests.chaos.doors import DoorPlan, door_chaos
from tests.chaos.run import SETUPS, Plan, chaos

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "setup",
    [
        name if name == "sqlite-1" else pytest.param(name, marks=pytest.mark.postgres)
        for name in SETUPS
    ],
)
def test_a_bad_world_loses_nothing_and_answers_nothing_twice(setup: str, tmp_path: Path) -> None:
    plan = Plan(setup, events=150, people=20, rate=60, every=1.5, seed=7)
    # PostgreSQL's own user must reach its folder: pytest's parents are closed to others.
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    verdict, world = chaos(plan, tmp_path)
    assert verdict.clean(), (verdict, world)
    assert verdict.turns > 100


def test_every_channel_in_a_bad_world(tmp_path: Path) -> None:
    """The same with callbacks, pages, lines and the platforms' stand-in."""
    url = f"sqlite:///{tmp_path / 'kaidian.db'}"
    Store(open_engine(url)).create()
    plan = DoorPlan(url, events=80, people=21, rate=15, every=5, seed=7)
    verdict, world = asyncio.run(door_chaos(plan, tmp_path))
    assert verdict.clean(), (verdict, world)
    assert verdict.turns > 40
