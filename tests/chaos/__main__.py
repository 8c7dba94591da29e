"""`python -m tests.chaos [--setup NAME] [--events N] …`: three set-ups, one verdict each."""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.chaos.judge import told
from tests.chaos.run import SETUPS, Plan, chaos


def main() -> int:
    """Exit status 1 if anything was lost, answered twice, out of order or needlessly repeated."""
    parser = argparse.ArgumentParser(prog="make chaos ARGS=…", description=__doc__)
    parser.add_argument("--setup", choices=[*SETUPS, "all"], default="all")
    parser.add_argument("--events", type=int, default=10_000, help="messages, before repeats")
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--rate", type=float, default=150, help="messages a second, about")
    parser.add_argument("--every", type=float, default=3, help="seconds between two troubles")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--real", action="store_true", help="the real bot, not one that echoes")
    parser.add_argument("--logs", action="store_true", help="what the nodes printed, too")
    chosen = parser.parse_args()
    clean = True
    for name in SETUPS if chosen.setup == "all" else [chosen.setup]:
        plan = Plan(name, chosen.events, chosen.people, chosen.rate, chosen.every, chosen.seed,
                    chosen.real, chosen.logs)  # fmt: skip
        with TemporaryDirectory(prefix="kaidian-chaos-") as folder:
            verdict, world = chaos(plan, Path(folder))
        print(told(name, verdict, world), flush=True)
        clean = clean and verdict.clean()
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
