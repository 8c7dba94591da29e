"""Example sentences → the intent of a message that no rule decides.

A ridge regression from sentence vectors to intents, solved when the program starts: a fraction of
a second for two thousand examples. One for each audience, so that a merchant's question about
returns is never weighed against a buyer's wish to return.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.conversation import Vector
from bot.messages import Audience

RIDGE = 0.3
CLEARLY = 0.1
"""How much more an intent must be worth than the usual one before we believe it."""

USUAL: Mapping[Audience, str] = {
    "merchant": "merchant_question",
    "customer": "policy_question",
}
"""What people at this door mostly want when nothing they say decides."""

SHARED = frozenset({"human_handoff", "greeting", "thanks_bye", "out_of_scope"})
MERCHANT = SHARED | {
    "merchant_question",
    "launch_walkthrough",
    "compliance_check",
    "metrics_diagnosis",
    "fee_calculation",
}
CUSTOMER = SHARED | {
    "return_request",
    "refund_only_request",
    "exchange_request",
    "refund_status",
    "logistics_query",
    "policy_question",
    "complaint_escalation",
}
HEARD: Mapping[Audience, frozenset[str]] = {"merchant": MERCHANT, "customer": CUSTOMER}
"""Intents that people at a door have; examples of others do not count there."""


@dataclass(frozen=True)
class Examples:
    """Sentences whose intent we know: `matrix` holds a unit vector a row, `intents` its intent."""

    matrix: NDArray[np.float32]
    intents: Sequence[str]

    def likeliest(self, vector: Vector, audience: Audience) -> str:
        """The intent that the examples suggest; the usual one of this door if they do not."""
        classes, middle, weights, base = self._fitted[audience]
        usual = USUAL[audience]
        if usual not in classes:
            return usual
        worth = dict(zip(classes, (vector - middle) @ weights + base, strict=True))
        best = max(classes, key=lambda intent: float(worth[intent]))
        return best if worth[best] > worth[usual] + CLEARLY else usual

    @cached_property
    def _fitted(self) -> dict[Audience, "_Fit"]:
        return {audience: self._fit(audience) for audience in HEARD}

    def _fit(self, audience: Audience) -> "_Fit":
        rows = [i for i, intent in enumerate(self.intents) if intent in HEARD[audience]]
        return _solve(self.matrix[rows], [self.intents[i] for i in rows])


_Fit = tuple[list[str], NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]
"""Intents, the mean vector, weights (dimensions × intents) and the intents' frequencies."""


def _solve(matrix: NDArray[np.float32], intents: Sequence[str]) -> _Fit:
    """Ridge regression in its dual form; rare intents count as much as frequent ones."""
    counts = Counter(intents)
    classes = sorted(counts)
    wanted = np.array([[i == c for c in classes] for i in intents], np.float32)
    if not classes:
        return [], np.zeros(0, np.float32), np.zeros((0, 0), np.float32), np.zeros(0, np.float32)
    middle, base = matrix.mean(0), wanted.mean(0)
    rarity = np.array([counts[i] ** 0.5 for i in intents], np.float32)
    centred = matrix - middle
    ridge = np.diag(RIDGE * rarity * (1 / rarity).mean())
    duals = np.linalg.solve(centred @ centred.T + ridge, wanted - base)
    return classes, middle, (centred.T @ duals).astype(np.float32), base
