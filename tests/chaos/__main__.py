"""`python -m tests.chaos [--setup NAME] [--events N] …`: one verdict for each set-up.

`sqlite-1`, `postgres-2`, `postgres-4`: the delivery alone, with full disks and clocks that jump.
`doors-1` (SQLite), `doors-2` (PostgreSQL): every channel with the platforms' stand-in.
"""

import argparse
import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.database import open_engine
from bot.store import Store
from tests.chaos import door_judge
from tests.chaos.doors import DoorPlan, door_chaos
from tests.chaos.judge import told
from tests.chaos.run import SETUPS, Plan, chaos
from tests.postgres import fresh_database, postgres_in

DOORS = {"doors-1": 1, "doors-2": 2}
DOOR_RATE = 40.0
"""Callbacks a second: each is sealed, opened, answered and sent by processes on one machine."""

DOOR_EVERY = 6.0
"""Seconds between two troubles at least: the platforms' patience ends about when a killed node is
up again, and what they give up is not ours to lose."""


def main() -> int:
    """Exit status 1 if anything was lost, answered twice, out of order or needlessly repeated."""
    parser = argparse.ArgumentParser(prog="make chaos ARGS=…", description=__doc__)
    parser.add_argument("--setup", choices=[*SETUPS, *DOORS, "all"], default="all")
    parser.add_argument("--events", type=int, default=10_000, help="messages, before repeats")
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--rate", type=float, default=150, help="messages a second, about")
    parser.add_argument("--every", type=float, default=3, help="seconds between two troubles")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--real", action="store_true", help="the real bot, not one that echoes")
    parser.add_argument("--logs", action="store_true", help="what the nodes printed, too")
    chosen = parser.parse_args()
    names = [*SETUPS, *DOORS] if chosen.setup == "all" else [chosen.setup]
    verdicts = [_clean(name, chosen) for name in names]  # every one, whatever the first says
    return 0 if all(verdicts) else 1


def _clean(name: str, chosen: argparse.Namespace) -> bool:
    with TemporaryDirectory(prefix="kaidian-chaos-") as folder:
        if name in DOORS:
            return _doors(name, chosen, Path(folder))
        plan = Plan(name, chosen.events, chosen.people, chosen.rate, chosen.every, chosen.seed,
                    chosen.real, chosen.logs)  # fmt: skip
        verdict, world = chaos(plan, Path(folder))
    print(told(name, verdict, world), flush=True)
    return verdict.clean()


def _doors(name: str, chosen: argparse.Namespace, folder: Path) -> bool:
    rate, every = min(chosen.rate, DOOR_RATE), max(chosen.every, DOOR_EVERY)
    with _database(DOORS[name], folder) as url:
        plan = DoorPlan(url, chosen.events, chosen.people, rate, every, chosen.seed,
                        DOORS[name])  # fmt: skip
        verdict, world = asyncio.run(door_chaos(plan, folder))
    if chosen.logs:
        for log in sorted(folder.glob("door*.log")):
            print(f"--- {log.name}\n{log.read_text(errors='replace')[-4000:]}")
    print(door_judge.told(name, verdict, world), flush=True)
    return verdict.clean()


@contextmanager
def _database(nodes: int, folder: Path) -> Iterator[str]:
    if nodes == 1:
        url = f"sqlite:///{folder / 'kaidian.db'}"
        Store(open_engine(url)).create()
        yield url
        return
    home = folder / "postgres"
    home.mkdir()
    folder.chmod(0o755)
    with postgres_in(home) as server, fresh_database(server.url) as url:
        Store(open_engine(url)).create()
        yield url


if __name__ == "__main__":
    sys.exit(main())
