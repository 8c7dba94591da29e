"""Dialogues of customers, held against the right decision and the words that must be said.

    python -m tests.evals.dialogues [--set dialogues-fresh] --half tune [--failures]

The decision is that of turn `gold.turn`, or the last one made; words are looked for in all replies
of the dialogue joined. `also_ok` lists types and payers that count as right too, with their own
other fields. `gold.case`: none, open or closed, as the dialogue leaves it.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.rules.case import is_open
from tests.evals.answers import mean
from tests.evals.customers import Talk
from tests.evals.matching import forbidden, missing
from tests.evals.talks import Eval

NO_DECISION: Mapping[str, Any] = {"type": "none", "eligible": False}
FIELDS = {"freight": "freight_payer", "evidence": "evidence_required", "amount": "refund_fen"}


@dataclass(frozen=True)
class Judged:
    """One dialogue: which of decision, freight, evidence, amount, words and case are right."""

    row: Mapping[str, Any]
    talk: Talk
    right: Mapping[str, bool]
    words: Sequence[object]

    @property
    def whole(self) -> bool:
        return all(self.right.values())


def judge(row: Mapping[str, Any], talk: Talk) -> Judged:
    """Holds a dialogue as it went against its gold."""
    gold = row["gold"]
    made = talk.decision(gold.get("turn")) or NO_DECISION
    other = made["type"] != gold["type"] and made["type"] in gold["also_ok"]
    same = made["type"] == gold["type"] and made["eligible"] == gold["eligible"]
    fields = {name: other or made.get(f) == gold[f] or made.get(f) in gold["also_ok"]
              for name, f in FIELDS.items()}  # fmt: skip
    lacking = [*missing(talk.text, gold["must_mention"]), *forbidden(talk.text, gold["must_not"])]
    right = {"decision": other or same, **fields, "words": not lacking, "case": _case(row, talk)}
    return Judged(row, talk, right, lacking)


def _case(row: Mapping[str, Any], talk: Talk) -> bool:
    wanted = row["gold"].get("case")
    found = "none"
    if talk.cases:
        found = "open" if any(is_open(case) for case in talk.cases) else "closed"
    return wanted in (None, found)


def figures(judged: Sequence[Judged]) -> dict[str, float]:
    """Rates over all dialogues."""
    names = ("decision", *FIELDS, "words", "case")
    rates = {name: mean([each.right[name] for each in judged]) for name in names}
    return {"rows": len(judged), **rates, "whole": mean([each.whole for each in judged])}


def tell(each: Judged) -> None:
    """The transcript, and what was wrong with it."""
    wrong = [name for name, fine in each.right.items() if not fine]
    print(f"\n{'✘' if wrong else '✔'} {each.row['id']} {each.row['topic']}: {', '.join(wrong)}")
    for said in each.talk.said:
        made = said.result["decision"] or NO_DECISION
        rules = ",".join(rule["id"] for rule in made.get("rules", ()))
        print(f"  顾客：{said.message}\n  客服：{said.text}")
        print(f"        [{said.result['intent']}/{said.result['status']} {made['type']} {rules}]")
    if wrong:
        gold = each.row["gold"]
        print(f"  gold {gold['type']} {gold['freight_payer']} {gold['refund_fen']} "
              f"evidence {gold['evidence_required']}; words {each.words}; "
              f"got {_brief(each.talk.decision(gold.get('turn')))}")  # fmt: skip


def _brief(made: Mapping[str, Any] | None) -> str:
    made = made or NO_DECISION
    return " ".join(str(made.get(name)) for name in ("type", *FIELDS.values()))


DIALOGUES = Eval("dialogues", judge, lambda each: each.whole, figures, tell)

if __name__ == "__main__":
    sys.exit(DIALOGUES.command(__doc__, sys.argv[1:]))
