"""Whether words that no signal knows sound more like a fault or like a matter of taste.

A ridge regression on characters and pairs of them, solved when it is first needed: a fraction of a
second, no model. It is asked last and only believed when it is sure, because a fault that was
never told costs the shop the freight.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from handlers.customer.hearing import Heard, hear
from knowledge.complaints import Complaints
from knowledge.customer_words import CustomerWords

SURE = 0.55
"""Faults are told as 1, taste as -1; found on sentences that were held back."""

_DIMENSIONS = 4096
_RIDGE = 1.0
Vector = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Likeness:
    """What was learned from sentences, worked out when it is first asked: most words need it not."""

    words: CustomerWords
    complaints: Complaints

    @cached_property
    def weights(self) -> Vector:
        """Of characters and pairs; the last one stands for no word at all."""
        return _weights(self.words, self.complaints)

    def sounds_faulty(self, heard: Heard) -> bool:
        """Whether what was said of the goods surely sounds like a fault."""
        return bool(features(heard) @ self.weights > SURE)


def learn(words: CustomerWords, complaints: Complaints) -> Likeness:
    """What the sentences of both sides teach. The same sentences always teach the same."""
    return Likeness(words, complaints)


def _weights(words: CustomerWords, complaints: Complaints) -> Vector:
    said = (*complaints.fault, *complaints.taste)
    rows = np.stack([features(hear(words, [sentence])) for sentence in said])
    wanted = np.array([1.0] * len(complaints.fault) + [-1.0] * len(complaints.taste))
    kernel = rows @ rows.T + _RIDGE * np.eye(len(said))
    found: Vector = (rows.T @ np.linalg.solve(kernel, wanted)).astype(np.float32)
    return found


def features(heard: Heard) -> Vector:
    """Characters and pairs, without the goods' names and without what is wanted of them."""
    found = np.zeros(_DIMENSIONS + 1, dtype=np.float32)
    for gram in _grams(_about_goods(heard).split()):
        found[zlib.crc32(gram.encode()) % _DIMENSIONS] = 1
    length = float(np.linalg.norm(found))
    found[:-1] /= length or 1.0
    found[-1] = 1
    return found


def _about_goods(heard: Heard) -> str:
    text = heard.text.replace("东西", " ")
    for stand in heard.words.stands:
        text = stand.pattern.sub(" ", text)
    return text


def _grams(pieces: Sequence[str]) -> list[str]:
    framed = [f"^{piece}$" for piece in pieces]
    pairs = [piece[at : at + 2] for piece in framed for at in range(len(piece) - 1)]
    return [*"".join(pieces), *pairs]
