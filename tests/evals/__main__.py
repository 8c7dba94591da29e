"""`make eval`: every set through the real bot. `--half tune` while working, `report` for figures.

python -m tests.evals [questions followups out_of_scope intents tools launch dialogues hostile]
                      [--half report] [--failures]
"""

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import server
from bot.http.parts import Parts
from bot.messages import Audience
from bot.settings import Settings
from tests.evals.answers import one, rows, talk
from tests.evals.dialogues import DIALOGUES
from tests.evals.hostile import HOSTILE
from tests.evals.scores import (
    Figures,
    Score,
    score_answer,
    score_expectation,
    score_intent,
    score_refusal,
)

TALKS = {"dialogues": DIALOGUES.report, "hostile": HOSTILE.report}
SETS = (
    *("questions", "followups", "out_of_scope", "intents", "tools", "launch"),
    *("dialogues", "hostile"),
)


async def measure(house: Parts, name: str, half: str) -> Figures:
    """All rows of a set's half."""
    figures = Figures()
    for row in rows(name, half):
        await _measure_row(house, name, row, figures)
    return figures


async def _measure_row(house: Parts, name: str, row: dict[str, Any], figures: Figures) -> None:
    audience: Audience = row.get("audience", "merchant")
    kind_of_set = name.partition("-")[0]
    if kind_of_set == "followups":
        said = await talk(house, [turn["user"] for turn in row["turns"]])
        for number, (turn, answer) in enumerate(zip(row["turns"], said, strict=True)):
            kind = f"turn {number + 1}"
            figures.scores.append(
                score_answer({"id": row["id"], **turn}, answer, kind, said[:number])
            )
    elif kind_of_set == "launch":
        said = await talk(house, row["messages"])
        figures.scores += [score_expectation(row, one, said) for one in row["expectations"]]
    elif kind_of_set in ("questions", "tools"):
        figures.scores.append(score_answer(row, await one(house, row["question"]), row["type"]))
    elif kind_of_set == "out_of_scope":
        figures.scores.append(score_refusal(row, await one(house, row["message"], audience)))
    else:
        figures.scores.append(score_intent(row, await one(house, row["message"], audience)))


def show(name: str, figures: Figures, failures: bool) -> None:
    """A line for the set, one for each kind, and what failed if asked."""
    _line(name, figures.line())
    for kind, some in figures.by_kind().items():
        _line(f"  {kind}", some.line())
    for score in figures.scores if failures else []:
        if not score.strict or score.floating:
            print(f"✘ {score.row_id} [{score.kind}] {score.message}")
            print(f"    {score.status}: {score.reply}")
            print(f"    {_reasons(score)}")


def _reasons(score: Score) -> str:
    told = {"missing": score.missing, "forbidden": score.forbidden, "floating": score.floating}
    return "; ".join([score.wrong, *(f"{name} {found}" for name, found in told.items() if found)])


def _line(name: str, line: dict[str, float]) -> None:
    rates = "  ".join(f"{k} {v:.3f}" for k, v in line.items() if k not in ("rows", "characters"))
    print(f"{name:28} rows {line['rows']:4.0f}  {rates}  characters {line['characters']:.0f}")


def _measured(names: list[str], half: str, failures: bool) -> dict[str, dict[str, float]]:
    if not names:
        return {}
    folder = Path(os.environ.get("KAIDIAN_EVAL_DIR", "var/evals"))
    house = server.build(Settings(data_dir=folder), demo=True)
    told = {}
    for name in names:
        figures = asyncio.run(measure(house, name, half))
        show(name, figures, failures)
        told[name] = figures.line()
    return told


def main() -> int:
    """Print figures; returns 0 — the tests hold the thresholds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sets", nargs="*", default=SETS)
    parser.add_argument("--half", default="report", choices=("tune", "report", "both"))
    parser.add_argument("--failures", action="store_true")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    told = _measured(
        [n for n in chosen.sets if n.partition("-")[0] not in TALKS], chosen.half, chosen.failures
    )
    for name in (n for n in chosen.sets if n.partition("-")[0] in TALKS):
        report = TALKS[name.partition("-")[0]]
        told[name] = report(chosen.half, chosen.failures, of_set=name)
    if chosen.json:
        chosen.json.write_text(json.dumps(told, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
