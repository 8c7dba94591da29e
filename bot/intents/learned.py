"""Example sentences → the intent of a message that no rule surely decides.

Two ridge regressions to intents, from a message's letters (bot.intents.words) and from its vector,
whose worths are added; what the rules found weighs beside them. One pair for each audience, so that
a merchant's question about returns is never weighed against a buyer's wish to return.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.conversation import Vector
from bot.intents.rules import Rule
from bot.intents.spelling import spelled
from bot.intents.words import Words, learn_words
from bot.messages import Audience

RIDGE = 0.055
"""Of the regression from vectors; as the rest here, found on batches of sentences held back."""
RULED, GUESSED = 0.4, 0.1
"""What the finding of a rule and of a guess are worth beside the examples."""
SURE = 0.35
"""How much the letters must prefer an intent for no vector to be asked."""

USUAL: Mapping[Audience, str] = {"merchant": "merchant_question", "customer": "policy_question"}
"""What people at this door mostly want when nothing they say decides."""

_SHARED = {"human_handoff", "greeting", "thanks_bye", "out_of_scope"}
HEARD: Mapping[Audience, frozenset[str]] = {
    "merchant": frozenset(
        _SHARED
        | {
            "merchant_question",
            "launch_walkthrough",
            "compliance_check",
            "metrics_diagnosis",
            "fee_calculation",
        }
    ),
    "customer": frozenset(
        _SHARED
        | {
            "return_request",
            "refund_only_request",
            "exchange_request",
            "refund_status",
            "logistics_query",
            "policy_question",
            "complaint_escalation",
        }
    ),
}
"""Intents that people at a door have; examples of others do not count there."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Sentences whose intent we know: `matrix` holds a unit vector a row, `intents` its intent.

    `more` are (sentence, intent) pairs known by their letters alone: too many to embed.
    """

    matrix: NDArray[np.float32]
    intents: Sequence[str]
    sentences: Sequence[str]
    more: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Learned:
    """What the examples teach about one audience; `weights` is dimensions × intents."""

    usual: str
    intents: tuple[str, ...]
    words: Words
    middle: NDArray[np.float32]
    weights: NDArray[np.float32]

    def surely(self, said: str, rule: Rule | None) -> str | None:
        """The intent that the letters prefer by far, `rule` weighing beside them, else None."""
        worth = self._told(said, rule)
        if len(worth) < 2:
            return None
        second, best = np.argsort(worth)[-2:]
        return self.intents[best] if worth[best] > worth[second] + SURE else None

    def likeliest(self, said: str, rule: Rule | None, vector: Vector) -> str:
        """The intent that letters, rule and vector together suggest."""
        if self.usual not in self.intents:
            return self.usual
        worth = self._told(said, rule) + (vector - self.middle) @ self.weights
        return self.intents[int(np.argmax(worth))]

    def _told(self, said: str, rule: Rule | None) -> NDArray[np.float32]:
        worth = self.words.worth(said)
        if rule and rule.intent in self.intents:
            worth[self.intents.index(rule.intent)] += GUESSED if rule.guess else RULED
        return worth


def learn(examples: Examples, audience: Audience) -> Learned:
    """Ridge regressions; rare intents count as much as frequent ones."""
    rows = [i for i, intent in enumerate(examples.intents) if intent in HEARD[audience]]
    intents = tuple(sorted({examples.intents[i] for i in rows}))
    matrix = examples.matrix[rows]
    words = _words(examples, rows, intents)
    wanted = _wanted([examples.intents[i] for i in rows], intents)
    middle = matrix.mean(0) if rows else np.zeros(matrix.shape[1], np.float32)
    trust = _trust([examples.intents[i] for i in rows])
    weights = _solve(matrix - middle, wanted - wanted.mean(0), trust) if rows else wanted
    return Learned(USUAL[audience], intents, words, middle, weights)


def _words(examples: Examples, rows: Sequence[int], intents: Sequence[str]) -> Words:
    pairs = [(examples.sentences[i], examples.intents[i]) for i in rows]
    pairs += [pair for pair in examples.more if pair[1] in intents]
    said, meant = [spelled(said) for said, _ in pairs], [intent for _, intent in pairs]
    return learn_words(said, _wanted(meant, intents), _trust(meant))


def _wanted(meant: Sequence[str], intents: Sequence[str]) -> NDArray[np.float32]:
    rows = [[intent == one for one in intents] for intent in meant]
    return np.array(rows, np.float32).reshape(len(meant), len(intents))


def _trust(intents: Sequence[str]) -> NDArray[np.float32]:
    """A weight for every example, about 1: one of few of its kind counts for more."""
    counts = Counter(intents)
    rarity = np.array([counts[intent] ** -0.5 for intent in intents], np.float32)
    return rarity / rarity.mean() if len(intents) else rarity


def _solve(
    rows: NDArray[np.float32], wanted: NDArray[np.float32], trust: NDArray[np.float32]
) -> NDArray[np.float32]:
    weighted = rows.T * (trust / RIDGE)
    solved = np.linalg.solve(weighted @ rows + np.eye(rows.shape[1]), weighted @ wanted)
    return np.asarray(solved, np.float32)
