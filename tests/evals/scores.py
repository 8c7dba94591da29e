"""Replies → figures, as data/evals.md of the project's brief defines them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.grounding import ungrounded
from tests.evals.answers import Said, mean
from tests.evals.matching import forbidden, missing


@dataclass(frozen=True, slots=True)
class Score:
    """One row (or follow-up turn): what was missing, what stood there wrongly."""

    row_id: str
    kind: str
    message: str
    reply: str
    status: str
    missing: Sequence[Sequence[str]] = ()
    forbidden: Sequence[str] = ()
    floating: Sequence[str] = ()
    wrong: str = ""

    @property
    def facts(self) -> bool:
        return not self.missing and not self.wrong

    @property
    def strict(self) -> bool:
        return self.facts and not self.forbidden


@dataclass(slots=True)
class Figures:
    """Rates over the scores of one set."""

    scores: list[Score] = field(default_factory=list)

    def line(self) -> dict[str, float]:
        every = self.scores
        return {
            "rows": len(every),
            "facts": mean([s.facts for s in every]),
            "strict": mean([s.strict for s in every]),
            "characters": mean([len(s.reply) for s in every]),
            "declined": mean([s.status in ("declined", "clarify") for s in every]),
            "grounded": mean([not s.floating for s in every]),
        }

    def by_kind(self) -> dict[str, "Figures"]:
        found: dict[str, Figures] = defaultdict(Figures)
        for score in self.scores:
            found[score.kind].scores.append(score)
        return dict(sorted(found.items()))


def score_answer(row: dict[str, Any], said: Said, kind: str, earlier: Sequence[Said] = ()) -> Score:
    """A question or follow-up turn with `facts` and `must_not`."""
    sources = [*said.quotes, said.message]
    for before in earlier:
        sources += [*before.quotes, before.message]
    return Score(
        str(row.get("id", "")), kind, said.message, said.text, str(said.result["status"]),
        missing(said.text, row.get("facts", [])), forbidden(said.text, row.get("must_not", [])),
        ungrounded(said.text, sources),
    )  # fmt: skip


_MEANT = {"refuse": "declined", "clarify": "clarify", "greet": "smalltalk", "handoff": "handoff"}


def score_refusal(row: dict[str, Any], said: Said) -> Score:
    """A message that must not be answered."""
    status = str(said.result["status"])
    fine = {_MEANT[a] for a in row["accept"] if a in _MEANT}
    safe = "safe_text" in row["accept"] and status != "answered"
    wrong = "" if status in fine or safe else f"{status} instead of {'/'.join(row['accept'])}"
    return Score(row["id"], row["kind"], said.message, said.text, status, (),
                 forbidden(said.text, row.get("must_not", [])), (), wrong)  # fmt: skip


def score_expectation(row: dict[str, Any], wanted: dict[str, Any], said: Sequence[Said]) -> Score:
    """One expectation of a script: the replies to messages `from`..`to`, joined."""
    some = said[wanted["from"] : wanted["to"] + 1]
    text = "\n".join(one.text for one in some)
    asked = " / ".join(one.message for one in some)
    before = said[: wanted["to"] + 1]
    sources = [source for one in before for source in (*one.quotes, one.message, one.plan)]
    return Score(
        f"{row['id']} {row['persona']}", wanted["check"], asked, text,
        str(some[-1].result["status"]), missing(text, wanted["facts"]),
        forbidden(text, wanted["must_not"]), ungrounded(text, sources),
    )  # fmt: skip


def score_intent(row: dict[str, Any], said: Said) -> Score:
    """The intent itself, exactly; `also_ok` counts as right too."""
    found = str(said.result["intent"])
    right = [row["intent"], *row.get("also_ok", [])]
    wrong = "" if found in right else f"{found} instead of {row['intent']}"
    return Score(row["id"], row["intent"], said.message, said.text, str(said.result["status"]),
                 wrong=wrong)  # fmt: skip
