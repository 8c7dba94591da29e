"""kill -9 between any two steps of a turn: no trace or a whole turn, and one answer in the end."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.dialogs.built import ROOT
from tests.local.servers import WATCHDOG, kaidian, with_guide

pytestmark = pytest.mark.slow

FEWEST_STEPS = 20
"""Statements, transactions, commits and the handler of one turn; fewer means we watch nothing."""


def lives(url: str, folder: Path) -> list[dict[str, Any]]:
    """What each restart found, step by step (tests/local/killed.py)."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.local.killed", url, str(folder)],
        cwd=ROOT,
        env=kaidian(folder),
        capture_output=True,
        text=True,
        timeout=WATCHDOG,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def every_turn_was_whole_or_nothing(found: list[dict[str, Any]]) -> bool:
    """And the repeat answered it exactly once."""
    traces = [(life["left"], life["version"]) for life in found]
    allowed = [([], 0), (["visitor", "bot"], 1)]
    once = all(life["now"] == ["visitor", "bot"] and life["same"] for life in found)
    assert all(trace in allowed for trace in traces), traces
    assert all(allowed[i] in traces for i in (0, 1)), "died only before, or only after the commit"
    return once


def test_a_killed_turn_leaves_nothing_or_everything_on_sqlite(data: Path) -> None:
    found = lives("", data)
    assert len(found) >= FEWEST_STEPS
    assert every_turn_was_whole_or_nothing(found)


@pytest.mark.postgres
def test_a_killed_turn_leaves_nothing_or_everything_on_postgres(
    data: Path, postgres_database: str
) -> None:
    found = lives(with_guide(postgres_database), data)
    assert len(found) >= FEWEST_STEPS
    assert every_turn_was_whole_or_nothing(found)
