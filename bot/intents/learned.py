"""Example sentences → the intent of a message that no rule decides.

A ridge regression from sentence vectors to intents, solved when the program starts: its time
grows with the dimensions of a vector, hardly with the number of examples. One for each audience,
so that a merchant's question about returns is never weighed against a buyer's wish to return.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.conversation import Vector
from bot.messages import Audience

RIDGE = 0.3
CLEARLY = 0.1
"""How much more an intent must be worth than the usual one before we believe it."""

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
    """Sentences whose intent we know: `matrix` holds a unit vector a row, `intents` its intent."""

    matrix: NDArray[np.float32]
    intents: Sequence[str]


@dataclass(frozen=True, slots=True)
class Learned:
    """What the examples teach about one audience; `weights` is dimensions × intents."""

    usual: str
    intents: tuple[str, ...]
    middle: NDArray[np.float32]
    weights: NDArray[np.float32]
    base: NDArray[np.float32]

    def likeliest(self, vector: Vector) -> str:
        """The intent that the examples clearly suggest, else the usual one of this door."""
        if self.usual not in self.intents:
            return self.usual
        worth = (vector - self.middle) @ self.weights + self.base
        best = int(np.argmax(worth))
        clearly = worth[best] > worth[self.intents.index(self.usual)] + CLEARLY
        return self.intents[best] if clearly else self.usual


def learn(examples: Examples, audience: Audience) -> Learned:
    """Ridge regression; rare intents count as much as frequent ones."""
    rows = [i for i, intent in enumerate(examples.intents) if intent in HEARD[audience]]
    said = [examples.intents[i] for i in rows]
    intents = tuple(sorted(set(said)))
    matrix = examples.matrix[rows]
    wanted = np.array([[i == c for c in intents] for i in said], np.float32)
    if not rows:
        return Learned(USUAL[audience], (), matrix, wanted, wanted)
    middle, base = matrix.mean(0), wanted.mean(0)
    weights = _solve(matrix - middle, wanted - base, said)
    return Learned(USUAL[audience], intents, middle, weights, base)


def _solve(
    rows: NDArray[np.float32], wanted: NDArray[np.float32], intents: Sequence[str]
) -> NDArray[np.float32]:
    counts = Counter(intents)
    rarity = np.array([counts[intent] ** 0.5 for intent in intents], np.float32)
    weighted = rows.T / (RIDGE * rarity * (1 / rarity).mean())
    solved = np.linalg.solve(weighted @ rows + np.eye(rows.shape[1]), weighted @ wanted)
    return np.asarray(solved, np.float32)
