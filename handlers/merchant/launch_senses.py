"""What a message means that no rule of the walkthrough understands: nearest to which examples?

Two ridge regressions, from letters and from the vector, as for the intents (bot.intents.learned),
over the sentences of launch-senses.yaml and, for what means nothing here, over the sentences of the
other intents. The letters are asked first; only where they are not sure is a vector wanted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.conversation import Vector
from bot.intents.learned import HEARD, Examples
from bot.intents.spelling import spelled
from bot.intents.words import Words, learn_words
from knowledge.launch.senses import NOTHING, Sense

ELSEWHERE = HEARD["merchant"] - {"launch_walkthrough"}
RIDGE = 0.055
Array = NDArray[np.float32]


class Sure(NamedTuple):
    """What the best sense must be `worth`, 1 being certain, and how far `ahead` of the next one."""

    worth: float
    ahead: float


USUALLY, BEYOND_DOUBT = Sure(0.42, 0.12), Sure(0.65, 0.25)
"""Where nothing else understands a message, and where the guide may have a word; found on sentences
held back."""


@dataclass(frozen=True, eq=False)
class Senses:
    """What the examples teach. Columns of `weights` are `known`; the first is NOTHING."""

    known: tuple[Sense, ...]
    words: Words
    middle: Array
    weights: Array

    def meant(
        self, text: str, vector: Vector, fitting: Collection[Sense], sure: Sure = USUALLY
    ) -> Sense | None:
        """The sense of a message among those that fit where the walkthrough stands, else None."""
        worth = self.words.worth(spelled(text)) + (vector - self.middle) @ self.weights
        ranked = [int(at) for at in np.argsort(-worth) if at == 0 or self.known[at] in fitting]
        best = ranked[0]
        second = float(worth[ranked[1]]) if len(ranked) > 1 else 0.0
        clear = worth[best] >= sure.worth and worth[best] - second >= sure.ahead
        return self.known[best] if best and clear else None


def learn_senses(examples: Mapping[Sense, Sequence[str]], own: Array, intents: Examples) -> Senses:
    """`own`: a unit vector for every sentence of `examples`, in their order; `intents` tell what
    people say that means nothing here.
    """
    rest = [at for at, intent in enumerate(intents.intents) if intent in ELSEWHERE]
    others = [intents.sentences[at] for at in rest]
    matrix = np.vstack([own, intents.matrix[rest]])
    known = (NOTHING, *(sense for sense in examples if sense != NOTHING))
    said = [one for some in examples.values() for one in some]
    meant = [sense for sense, some in examples.items() for _ in some]
    meant += [NOTHING] * len(others)
    wanted = np.array([[sense == one for one in known] for sense in meant], np.float32)
    counts = Counter(meant)
    trust = np.array([counts[sense] ** -0.5 for sense in meant], np.float32)
    trust /= trust.mean()
    words = learn_words([spelled(one) for one in (*said, *others)], wanted, trust)
    middle = matrix.mean(0)
    weights = _solve(matrix - middle, wanted - wanted.mean(0), trust)
    return Senses(known, words, middle, weights)


def _solve(rows: Array, wanted: Array, trust: Array) -> Array:
    weighted = rows.T * (trust / RIDGE)
    solved = np.linalg.solve(weighted @ rows + np.eye(rows.shape[1]), weighted @ wanted)
    return np.asarray(solved, np.float32)
