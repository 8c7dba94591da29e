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
    whole = np.zeros((len(rows), marks), np.float32)
    for row, (at, values) in zip(whole, rows, strict=True):
        row[at] = values
    middle, base = whole.mean(0), wanted.mean(0)
    whole -= middle
    kernel = whole @ whole.T + np.diag(RIDGE / trust).astype(np.float32)
    weights = np.asarray(whole.T @ np.linalg.solve(kernel, wanted - base), np.float32)
    return weights, base - middle @ weights
