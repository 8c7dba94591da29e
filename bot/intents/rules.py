"""Ordered rules over signals: the first whose condition holds decides.

Written as a table, one rule a line: intent, condition, why. In a condition the terms, separated by
spaces, must all hold; `a|b` holds if either signal shows; `!a` holds if it does not. What
they find weighs beside what examples teach: `~` before an intent says that it is only guessed,
`!` that it is certain.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from bot.intents.signals import Signals


@dataclass(frozen=True, slots=True)
class Rule:
    """`when` these signals show, the person wants `intent`. `name` says why, for people."""

    name: str
    when: str
    intent: str
    guess: bool = False
    certain: bool = False

    @property
    def terms(self) -> list[list[str]]:
        """The alternatives of every term."""
        return [term.split("|") for term in self.when.split()]

    def holds(self, shown: Signals) -> bool:
        """Whether every term has an alternative that holds."""
        needed, barred, others = _read(self.when)
        plainly = needed <= shown and barred.isdisjoint(shown)
        return plainly and all(any(_shows(one, shown) for one in term) for term in others)


def table(lines: str) -> tuple[Rule, ...]:
    """The rules of a text: `intent | condition | why`; `#` begins a remark, `+ ` continues a line.

    Raises ValueError for a line that has not three columns.
    """
    said = re.sub(r"\n\s*\+ ", " ", lines).splitlines()
    rows = [line.strip() for line in said if line.strip() and not line.strip().startswith("#")]
    return tuple(map(_rule, rows))


def decide(rules: Sequence[Rule], shown: Signals) -> Rule | None:
    """The first rule that holds."""
    return next((rule for rule in rules if rule.holds(shown)), None)


def faults_of(
    rules: Iterable[Rule], signals: Collection[str], intents: Collection[str]
) -> list[str]:
    """Every misspelt signal or intent and every doubled name, for a test to refuse."""
    found: list[str] = []
    seen: set[str] = set()
    for rule in rules:
        words = [one.removeprefix("!") for term in rule.terms for one in term]
        found += [f"{rule.name}: no signal `{word}`" for word in words if word not in signals]
        found += [f"{rule.name}: no intent `{rule.intent}`"] * (rule.intent not in intents)
        found += [f"{rule.name}: stands twice"] * (rule.name in seen)
        seen.add(rule.name)
    return found


def _rule(row: str) -> Rule:
    intent, when, why = re.split(r"\s+\|\s+", row)
    return Rule(why, when, intent.lstrip("~!"), intent[0] == "~", intent[0] == "!")


@cache
def _read(when: str) -> tuple[frozenset[str], frozenset[str], tuple[tuple[str, ...], ...]]:
    """Of a condition, read once: what must show, what must not, and the terms with a choice."""
    terms = [term.split("|") for term in when.split()]
    alone = [term[0] for term in terms if len(term) == 1]
    barred = frozenset(one[1:] for one in alone if one[0] == "!")
    needed = frozenset(one for one in alone if one[0] != "!")
    return needed, barred, tuple(tuple(term) for term in terms if len(term) > 1)


def _shows(word: str, shown: Signals) -> bool:
    return word[1:] not in shown if word[0] == "!" else word in shown
