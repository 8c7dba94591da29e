"""`make chaos`, short: three set-ups, nothing lost, nothing twice, nothing out of order."""

from pathlib import Path

import pytest

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
