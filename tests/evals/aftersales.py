"""After-sales decisions against the golds: from facts, and from the customer's words alone.

    python -m tests.evals.aftersales --half tune [--text] [--failures]

From text, facts that come from uploads, the case or the shop (`beyond_words`) are supplied; all
others have to be understood. `also_ok` of a gold lists types and payers that count as right too.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from handlers.customer.evaluate import AfterSales, open_after_sales
from handlers.rules.decide import Request, decide
from handlers.rules.decision import Decision
from handlers.rules.order import Order
from knowledge.policies import read_policy
from knowledge.rules.vocabulary import Value, read_stated
from retrieval.embed import BundledEmbedder

SET = Path(__file__).parent / "sets" / "aftersales.jsonl"
CORE = ("type", "eligible", "freight_payer")
EXACT = (*CORE, "evidence_required", "reason_class", "refund_fen")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Judged:
    """One row: which of the gold's fields came out differently."""

    row: Row
    said: Mapping[str, object]
    decision: Decision
    wrong: tuple[str, ...]

    @property
    def core(self) -> bool:
        """Type, eligible and freight are right."""
        return not set(self.wrong) & set(CORE)


def rows(half: str, file: Path = SET) -> list[Row]:
    """The rows of a half; `both` for all."""
    every = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [row for row in every if half in ("both", row["half"])]


def from_facts(house: AfterSales, row: Row) -> Judged:
    """Decided from the stated facts of the row; the rules must match too."""
    decision = _decide(house, row, read_stated(house.book.vocabulary, row["facts"]))
    ids = [rule.id for rule in decision.rules]
    more = () if ids == row["gold"].get("rules", ids) else ("rules",)
    return Judged(row, row["facts"], decision, (*_wrong(row, decision, EXACT), *more))


def from_text(house: AfterSales, row: Row) -> Judged:
    """Decided from what the customer says, and what words cannot tell."""
    vocabulary = house.book.vocabulary
    said = house.understand(row["utterances"], Order.from_json(row["order"]))
    words = read_stated(vocabulary, said, words_only=True)
    beyond = {name: row["facts"][name] for name in row.get("beyond_words", ())}
    decision = _decide(house, row, {**words, **read_stated(vocabulary, beyond)})
    return Judged(row, said, decision, _wrong(row, decision, EXACT))


def _decide(house: AfterSales, row: Row, stated: Mapping[str, Value]) -> Decision:
    policy = read_policy(house.book.policy, row.get("policy") or {})
    now = datetime.fromisoformat(row["now"])
    order = Order.from_json(row["order"])
    return decide(house.rules, Request(order, policy, now, stated, row.get("requester")))


def _wrong(row: Row, decision: Decision, names: Iterable[str]) -> tuple[str, ...]:
    """The fields that differ; another type that counts as right brings its own other fields."""
    got, gold = decision.to_json(), row["gold"]
    fine = gold.get("also_ok", ())
    if got["type"] != gold["type"] and got["type"] in fine:
        return ()
    differing = (name for name in names if got[name] != gold[name])
    return tuple(n for n in differing if not (n == "freight_payer" and got[n] in fine))


def figures(judged: list[Judged]) -> dict[str, float]:
    """Rates: `core` of all rows; evidence, amount and reason of the rows whose core is right."""
    right = [each for each in judged if each.core]
    rates = {"rows": float(len(judged)), "core": len(right) / len(judged)}
    for name in ("evidence_required", "refund_fen", "reason_class"):
        rates[name] = sum(name not in each.wrong for each in right) / max(1, len(right))
    rates["exact"] = sum(not each.wrong for each in judged) / len(judged)
    return rates


def measure(half: str, text: bool, house: AfterSales | None = None) -> list[Judged]:
    """All rows of a half, judged."""
    house = house or open_after_sales(embedder=BundledEmbedder() if text else None)
    judge = from_text if text else from_facts
    return [judge(house, row) for row in rows(half)]


def _tell(each: Judged) -> None:
    print(f"✘ {each.row['id']} {', '.join(each.wrong)}: {' / '.join(each.row['utterances'])}")
    print(f"    facts {each.row['facts']}\n    read  {dict(each.said)}")
    rules = ",".join(rule.id for rule in each.decision.rules)
    print(f"    got {each.decision.type} by {rules}, gold {each.row['gold']['type']}")


def main(arguments: list[str]) -> int:
    """Print the figures, and with --failures what went wrong (half tune only)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", default="tune", choices=("tune", "report", "both"))
    parser.add_argument("--text", action="store_true", help="from the customer's words alone")
    parser.add_argument("--failures", action="store_true")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    judged = measure(asked.half, asked.text)
    for each in judged:
        if asked.failures and asked.half == "tune" and each.wrong:
            _tell(each)
    told = figures(judged)
    print("  ".join(f"{name} {value:.3f}" for name, value in told.items()))
    if asked.json:
        asked.json.write_text(json.dumps(told, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
