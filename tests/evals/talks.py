"""One command line for every eval that plays customers: a set, a half, transcripts, figures."""

import argparse
import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from bot.http.parts import Parts
from tests.evals.answers import rows
from tests.evals.customers import Talk, a_new_house, play

J = TypeVar("J")


@dataclass(frozen=True)
class Eval(Generic[J]):
    """`judge` holds a talk against its row, `whole` says whether nothing was wrong with it."""

    name: str
    judge: Callable[[Mapping[str, Any], Talk], J]
    whole: Callable[[J], bool]
    figures: Callable[[Sequence[J]], dict[str, float]]
    tell: Callable[[J], None]

    async def measure(self, house: Parts, half: str, of_set: str = "") -> list[J]:
        """All rows of a half, played one after the other and judged."""
        chosen = rows(of_set or self.name, half)
        return [self.judge(row, await play(house, row)) for row in chosen]

    def report(
        self, half: str, failures: bool, every: bool = False, of_set: str = ""
    ) -> dict[str, float]:
        """Plays, prints, and gives the figures."""
        with a_new_house() as house:
            judged = asyncio.run(self.measure(house, half, of_set))
        for each in judged:
            if every or (failures and not self.whole(each)):
                self.tell(each)
        told = self.figures(judged)
        line = "  ".join(f"{k} {v:.3f}" for k, v in told.items() if k != "rows")
        print(f"{of_set or self.name:18} rows {told['rows']:3}  {line}")
        return told

    def command(self, about: str | None, arguments: list[str]) -> int:
        """Prints the figures; --failures: talks that went wrong, --all: every one of them."""
        parser = argparse.ArgumentParser(description=about)
        parser.add_argument("--set", default=self.name)
        parser.add_argument("--half", default="report", choices=("tune", "report", "both"))
        parser.add_argument("--failures", action="store_true")
        parser.add_argument("--all", action="store_true")
        parser.add_argument("--json", type=Path)
        asked = parser.parse_args(arguments)
        told = self.report(asked.half, asked.failures, asked.all, asked.set)
        if asked.json:
            asked.json.write_text(json.dumps(told, indent=1))
        return 0
