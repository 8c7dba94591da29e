"""Which ground words sound like, learned from sentences that operators keep (complaints.yaml).

A ridge regression on what shows in them: characters, pairs and triples of them, and the signals of
words.yaml, so that a word listed there helps every sentence it stands in. Solved when the words are
loaded: some seconds, no model. Its voice is weighed against the rules' in `ground`.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handlers.customer.hearing import Heard, hear
from knowledge.complaints import Complaints
from knowledge.customer_words import CustomerWords

SURE = 0.15
"""Grounds are told as 1, none as -1; found on sentences that were held back."""
TRUST = 0.2
"""What the rules' finding a ground (or none) weighs beside that."""

SIGNALS = (
    *("electric", "fire", "illness", "injury", "account", "fine", "quality", "plainly_bad"),
    *("dirty", "cannot", "cannot_otherwise", "fresh_bad", "cosmetic", "expired", "foreign"),
    *("unlabelled", "spoiled", "broken", "by_carrier", "arrival", "wear", "wrong"),
    *("wrong_contrast", "wrong_goods", "missing", "accessory_named", "lacks_units", "weighed"),
    *("empty", "not_received", "signed_shown", "late", "fake", "fake_asked", "own_doing"),
    *("damaged_by_buyer", "used", "tag_cut", "washed", "asks", "hypothetical", "unwanted"),
    *("parts_lost", "proxy", "stalled", "lost", "sent_back", "only_asking", "clause"),
    *("light_use", "tested"),
)
_GRAMS = 4096
_SINGLE = 0.6
_RIDGE = 0.8
Vector = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Likeness:
    """`told`: weights for any ground at all; `which`: a column of weights a ground of `grounds`."""

    grounds: tuple[str, ...]
    told: Vector
    which: Vector

    def ground(self, heard: Heard, ruled: str | None) -> str | None:
        """The ground it sounds like, `ruled` being what the rules found; None when like none."""
        found = features(heard)
        rules = 0.0 if ruled is None else TRUST
        if float(found @ self.told) + (rules or -TRUST) <= SURE:
            return None
        scores = found @ self.which
        best = max(range(len(scores)), key=lambda at: scores[at] + rules * self._is(at, ruled))
        return self.grounds[best]

    def _is(self, at: int, ruled: str | None) -> bool:
        return self.grounds[at] == ruled


def learn(words: CustomerWords, complaints: Complaints) -> Likeness:
    """Weights from the sentences of all sides. The same sentences always give the same."""
    grounds = tuple(complaints.grounds)
    named = [(ground, said) for ground in grounds for said in complaints.grounds[ground]]
    others = [(None, said) for said in (*complaints.fault, *complaints.taste)]
    rows = np.stack([features(hear(words, [said])) for _, said in (*named, *others)])
    told = np.array([1.0] * (len(named) + len(complaints.fault)) + [-1.0] * len(complaints.taste))
    which = np.array([[ground == each for each in grounds] for ground, _ in named], np.float32)
    kernel = rows @ rows.T
    return Likeness(
        grounds,
        _solved(rows, kernel, told),
        _solved(rows[: len(named)], kernel[: len(named), : len(named)], which),
    )


def _solved(rows: Vector, kernel: Vector, wanted: NDArray[np.floating]) -> Vector:
    regular = kernel + _RIDGE * np.eye(len(kernel), dtype=np.float32)
    return (rows.T @ np.linalg.solve(regular, wanted)).astype(np.float32)


def features(heard: Heard) -> Vector:
    """Two halves of one length: the characters and their neighbours, the signals; and a one."""
    grams = np.zeros(_GRAMS, dtype=np.float32)
    for gram in _grams(heard.text.split()):
        grams[zlib.crc32(gram.encode()) % _GRAMS] = 1 if len(gram) > 1 else _SINGLE
    shown = np.array([heard.says(name) for name in SIGNALS], dtype=np.float32)
    one = np.array([0.5], dtype=np.float32)
    return np.concatenate([_unit(grams), _unit(shown), one])


def _unit(found: Vector) -> Vector:
    length = float(np.linalg.norm(found))
    return (found / (length or 1.0)).astype(np.float32)


def _grams(pieces: Sequence[str]) -> set[str]:
    framed = [f"^{piece}$" for piece in pieces]
    longer = (f[at : at + n] for n in (2, 3) for f in framed for at in range(len(f) - n + 1))
    return {*"".join(pieces), *longer}
