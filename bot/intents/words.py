"""What a message's own letters suggest: single characters, pairs of them, and how long it is.

A ridge regression in its dual form over few and sparse marks. It costs some microseconds a message,
so it is asked before anything is embedded; it knows the very words that a vector blurs.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

RIDGE = 0.5
SEEN = 2
"""A mark counts once this many examples show it."""
OFTEN = 60
"""Marks in more sentences than these are multiplied at once."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LONGEST = 5


def marks_of(said: str) -> frozenset[str]:
    """The marks of `spelled` text. Any number is the same mark; `^` and `$` are its two ends."""
    text = f"^{_NUMBER.sub('0', said)}$"
    singles = set(text) - {"^", "$", " "}
    pairs = {text[at : at + 2] for at in range(len(text) - 1)}
    return frozenset({*singles, *pairs, f"length {min(_LONGEST, len(said) // 4)}"})


@dataclass(frozen=True, slots=True)
class Words:
    """`weights` is marks × intents; `rarity` how much a mark says; `base` what silence is worth."""

    places: Mapping[str, int]
    rarity: Array
    weights: Array
    base: Array

    def worth(self, said: str) -> Array:
        """What every intent is worth for `spelled` text; about 1 for one that is meant."""
        at, values = _values(self.places, self.rarity, said)
        worth: Array = values @ self.weights[at] + self.base
        return worth


def learn_words(said: Sequence[str], wanted: Array, trust: Array) -> Words:
    """`wanted` is sentences × intents, zeros and ones; `trust` a weight for every sentence."""
    shown = Counter(mark for one in said for mark in marks_of(one))
    kept = sorted(mark for mark, count in shown.items() if count >= SEEN)
    places = {mark: at for at, mark in enumerate(kept)}
    rarity = np.log([len(said) / shown[mark] for mark in kept]).astype(np.float32)
    if not said:
        return Words(places, rarity, wanted, np.zeros(wanted.shape[1], np.float32))
    rows = list(map(partial(_values, places, rarity), said))
    weights, base = _solve(rows, len(kept), wanted, trust)
    return Words(places, rarity, weights, base)


def _values(places: Mapping[str, int], rarity: Array, said: str) -> tuple[NDArray[np.intp], Array]:
    at = np.array(sorted(places[m] for m in marks_of(said) if m in places), np.intp)
    values = rarity[at]
    return at, values / (float(np.linalg.norm(values)) or 1.0)


def _solve(
    rows: Sequence[tuple[NDArray[np.intp], Array]], marks: int, wanted: Array, trust: Array
) -> tuple[Array, Array]:
    columns = np.zeros((marks, len(rows)), np.float32)
    for row, (at, values) in enumerate(rows):
        columns[at, row] = values
    kernel = _centred(_kernel(columns)) + np.diag(RIDGE / trust)
    dual = np.linalg.solve(kernel, wanted - wanted.mean(0))
    weights = (columns @ (dual - dual.mean(0))).astype(np.float32)
    return weights, wanted.mean(0) - columns.mean(1) @ weights


def _kernel(columns: Array) -> Array:
    """How alike two sentences are. Most marks are rare, and few sentences meet in one of those."""
    often = (columns != 0).sum(1) > OFTEN
    kernel: Array = columns[often].T @ columns[often]
    for column in columns[~often]:
        at = column.nonzero()[0]
        kernel[np.ix_(at, at)] += np.outer(column[at], column[at])
    return kernel


def _centred(kernel: Array) -> Array:
    """The kernel of the same rows less their mean."""
    mean = kernel.mean(0)
    centred: Array = kernel - mean - mean[:, None] + mean.mean()
    return centred
