"""How alike a message is to sentences that are known, and what those say of it.

A kernel ridge regression: characters, signals and sense are compared one by one, their likeness is
added up and raised to a power, so that what is alike in several ways at once counts most. Straight
weights for each character and sense missed what only both together tell (heat *and* 一点都不).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Matrix = NDArray[np.float64]
GRAMS = 4096
# Beside the grams' likeness. Found by leaving out batches of messages, with all that was learned
# from them: more than this of the signals fits only words that were known before.
_SHOWN, _SENSED = 0.25, 1.5
_RIDGE = 0.8


@dataclass(frozen=True, eq=False)
class Postings:
    """Which sentences a gram shows in: those of gram `n` stand from `starts[n]` on."""

    starts: NDArray[np.int32]
    rows: NDArray[np.int32]
    values: Vector

    def like(self, grams: Vector, sentences: int) -> Vector:
        """The inner product with every sentence."""
        found = np.zeros(sentences, np.float32)
        for gram in np.flatnonzero(grams):
            here = slice(self.starts[gram], self.starts[gram + 1])
            found[self.rows[here]] += grams[gram] * self.values[here]
        return found


@dataclass(frozen=True, eq=False)
class Examples:
    """Sentences by row: the grams, signals and sense of each, and what it weighs.

    `bare` and `sensing` have a column for any ground at all, and one for each of `names`.
    """

    names: tuple[str, ...]
    grams: Postings
    shown: Vector
    senses: Vector
    bare: Vector
    sensing: Vector

    def weigh(self, found: Vector) -> Vector:
        """A score for any ground at all, then one for each; `found` ends in a sense or does not."""
        grams, shown, sense = parts(found, self.shown.shape[1])
        alike = self.grams.like(grams, len(self.shown)) + _SHOWN * (self.shown @ shown)
        if not sense.size:
            scores: Vector = _raised(alike) @ self.bare
            return scores
        scored: Vector = _raised(alike + _SENSED * (self.senses @ sense)) @ self.sensing
        return scored


def parts(found: Vector, signals: int) -> tuple[Vector, Vector, Vector]:
    """Grams, signals and sense (empty when it was not asked for); between them stands a one."""
    end = GRAMS + signals
    return found[..., :GRAMS], found[..., GRAMS:end], found[..., end + 1 :]


def weigh_examples(
    rows: Vector, signals: int, wanted: Matrix, sides: NDArray[np.bool_]
) -> tuple[Vector, Vector]:
    """What each sentence weighs without its sense and with it, for every column of `wanted`; a
    column is learned from the sentences that `sides` has for it. `rows` have a sense. In double
    precision, so that every machine finds the same."""
    grams, shown, sense = (part.astype(np.float64) for part in parts(rows, signals))
    bare = grams @ grams.T + _SHOWN * (shown @ shown.T)
    sensing = bare + _SENSED * (sense @ sense.T)
    return _weighed(_raised(bare), wanted, sides), _weighed(_raised(sensing), wanted, sides)


def _weighed(alike: Matrix, wanted: Matrix, sides: NDArray[np.bool_]) -> Vector:
    weights = np.zeros(wanted.shape)
    for side in np.unique(sides, axis=1).T:
        columns = np.flatnonzero((sides == side[:, None]).all(axis=0))
        at = np.flatnonzero(side)
        regular = alike[np.ix_(at, at)] + _RIDGE * np.eye(len(at))
        weights[np.ix_(at, columns)] = np.linalg.solve(regular, wanted[np.ix_(at, columns)])
    return weights.astype(np.float32)


def examples(
    names: tuple[str, ...], full: Vector, signals: int, bare: Vector, sensing: Vector
) -> Examples:
    """The sentences as they are kept; `full` holds what shows in each, sense included."""
    grams, shown, sense = parts(full, signals)
    return Examples(names, _postings(grams), shown, sense, bare, sensing)


def _postings(grams: Vector) -> Postings:
    columns, rows = np.nonzero(grams.T)
    starts = np.searchsorted(columns, np.arange(GRAMS + 1)).astype(np.int32)
    return Postings(starts, rows.astype(np.int32), grams[rows, columns].astype(np.float32))


def _raised(alike: NDArray[Any]) -> NDArray[Any]:
    half = (1 + alike) / 2
    return half * half * half
