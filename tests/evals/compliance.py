"""Texts, checked: recall, precision, false alarms on clean texts, spans found.

    python -m tests.evals.compliance --half tune [--failures]

A text counts as flagged when its verdict is `violation`. Recall: flagged of those labelled so;
precision: labelled so of those flagged; false alarms: clean texts with any other verdict. A span is
found when a finding of its kind overlaps it by half of the shorter; `any_kind` does not ask for
the kind. `review` is the share of review texts that get that verdict.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handlers.merchant.heard_advertising import open_heard
from handlers.rules.compliance import Checked, Finding
from knowledge.advertising import load_advertising
from retrieval.embed import open_embedder

SET = Path(__file__).parent / "sets" / "compliance.jsonl"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Judged:
    """One row and what was found."""

    row: Row
    checked: Checked

    @property
    def spans(self) -> list[tuple[bool, bool]]:
        """For every span of the gold: found, found with its kind."""
        return [self._found(gold) for gold in self.row["violations"]]

    def _found(self, gold: Mapping[str, str]) -> tuple[bool, bool]:
        at = self.row["text"].find(gold["span"])
        near = [f for f in self.checked.findings if _overlaps(f, at, at + len(gold["span"]))]
        return bool(near), any(f.ban.kind == gold["kind"] for f in near)


def _overlaps(found: Finding, start: int, end: int) -> bool:
    shared = min(found.end, end) - max(found.start, start)
    return shared > 0 and 2 * shared >= min(found.end - found.start, end - start)


def rows(half: str, file: Path = SET) -> list[Row]:
    """The rows of a half; `both` for all."""
    every = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [row for row in every if half in ("both", row["half"])]


def judge(some: Iterable[Row]) -> list[Judged]:
    """Every row checked."""
    advertising = load_advertising()
    heard = open_heard(open_embedder("").query, bundled=True)
    assert heard, "python -m handlers.merchant.heard_advertising"
    return [Judged(row, heard.check(row["text"], advertising)) for row in some]


def figures(judged: list[Judged]) -> dict[str, float]:
    """The rates of acceptance; see above."""
    flagged = [each for each in judged if each.checked.verdict == "violation"]
    spans = [span for each in judged for span in each.spans]
    labelled = _labelled(judged)
    bad, clean, review = labelled("violation"), labelled("clean"), labelled("review")
    return {
        "rows": len(judged),
        "recall": _rate(bad, lambda each: each.checked.verdict == "violation"),
        "precision": _rate(flagged, lambda each: each.row["label"] == "violation"),
        "false_alarms": _rate(clean, lambda each: each.checked.verdict != "clean"),
        "review": _rate(review, lambda each: each.checked.verdict == "review"),
        "spans": sum(kind for _, kind in spans) / max(1, len(spans)),
        "spans_any_kind": sum(found for found, _ in spans) / max(1, len(spans)),
    }


def _labelled(judged: list[Judged]) -> Callable[[str], list[Judged]]:
    return lambda label: [each for each in judged if each.row["label"] == label]


def _rate(some: list[Judged], good: Callable[[Judged], bool]) -> float:
    return sum(good(each) for each in some) / max(1, len(some))


def tell(each: Judged) -> None:
    """One row that came out otherwise than its gold."""
    found = [(f.ban.id, f.ban.kind, f.verdict, f.span) for f in each.checked.findings]
    gold = [(span["kind"], span["span"]) for span in each.row["violations"]]
    print(f"✘ {each.row['text']}\n    gold {each.row['label']} {gold}")
    print(f"    got  {each.checked.verdict} {found}")


def main(arguments: list[str]) -> int:
    """Print the figures, and with --failures what went wrong (never of the report half)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", default="tune", choices=("tune", "report", "both"))
    parser.add_argument("--file", type=Path, default=SET)
    parser.add_argument("--failures", action="store_true")
    asked = parser.parse_args(arguments)
    judged = judge(rows(asked.half, asked.file))
    for each in judged:
        wrong = each.checked.verdict != each.row["label"] or not all(k for _, k in each.spans)
        if asked.failures and wrong and each.row["half"] != "report":
            tell(each)
    print("  ".join(f"{name} {value:.3f}" for name, value in figures(judged).items()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
