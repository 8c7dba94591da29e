"""What words sound like, learned from sentences that operators keep (complaints and wishes.yaml).

A ridge regression on what shows in them: characters, pairs and triples of them, and the signals of
words.yaml, so that a word listed there helps every sentence it stands in. Solved when the words are
loaded: some seconds, no model. What the rules found weighs beside it; neither alone decides.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handlers.customer.hearing import Heard, hear
from handlers.customer.stands import MONEY
from knowledge.complaints import Complaints
from knowledge.customer_words import CustomerWords

# Sentences are told as 1 or -1 (0 for wishes). Found on sentences that were held back: how sure one
# must be of a ground, and of a wish that no rule found; what the rules' own finding weighs.
SURE = 0.15
GROUND_RULED = 0.2
SURE_OF_WISH = 0.2
WISH_RULED = 0.35

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
_UNSAID = "unsaid"
_GRAMS = 4096
_SINGLE = 0.6
_RIDGE = 0.8
Vector = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Leaning:
    """A column of weights for each of `names`."""

    names: tuple[str, ...]
    weights: Vector

    def best(self, found: Vector, ruled: str | None, weight: float) -> tuple[str, float]:
        """The likeliest name and how likely, the one that the rules found weighing more."""
        scores = found @ self.weights
        if ruled in self.names:
            scores[self.names.index(ruled)] += weight
        at = int(scores.argmax())
        return self.names[at], float(scores[at])


@dataclass(frozen=True, eq=False)
class Likeness:
    """`told`: weights for any ground at all; which ground; which wish."""

    told: Vector
    grounds: Leaning
    wishes: Leaning

    def ground(self, heard: Heard, ruled: str | None) -> str | None:
        """The ground it sounds like, `ruled` being what the rules found; None when like none."""
        found = features(heard)
        rules = -GROUND_RULED if ruled is None else GROUND_RULED
        if float(found @ self.told) + rules <= SURE:
            return None
        return self.grounds.best(found, ruled, GROUND_RULED)[0]

    def wish(self, heard: Heard, ruled: str | None) -> str | None:
        """The wish it sounds like, `ruled` being what the rules found; None when none is.

        Who asks for a person gets one.
        """
        if ruled == "human":
            return ruled
        name, score = self.wishes.best(features(heard), ruled, WISH_RULED)
        alike = {name, ruled} <= MONEY  # which of them the order tells better
        return name if score > SURE_OF_WISH and not alike else ruled


def learn(
    words: CustomerWords, complaints: Complaints, wishes: Mapping[str, Sequence[str]]
) -> Likeness:
    """Weights from the sentences of all sides. The same sentences always give the same."""
    every = [*complaints.grounds.values(), complaints.fault, complaints.taste, *wishes.values()]
    seen = {said: features(hear(words, [said])) for said in dict.fromkeys(_chain(every))}
    return Likeness(
        _told(seen, complaints),
        _leaning(seen, complaints.grounds),
        _leaning(seen, wishes, leave_out=_UNSAID),
    )


def _told(seen: Mapping[str, Vector], complaints: Complaints) -> Vector:
    faulty = [*_chain(complaints.grounds.values()), *complaints.fault]
    rows = np.stack([seen[said] for said in (*faulty, *complaints.taste)])
    wanted = np.array([1] * len(faulty) + [-1] * len(complaints.taste), dtype=np.float32)
    return _solved(rows, wanted)


def _leaning(
    seen: Mapping[str, Vector], sides: Mapping[str, Sequence[str]], leave_out: str = ""
) -> Leaning:
    names = tuple(name for name in sides if name != leave_out)
    owners = [name for name, side in sides.items() for _ in side]
    rows = np.stack([seen[said] for said in _chain(sides.values())])
    wanted = np.array([[owner == name for name in names] for owner in owners], dtype=np.float32)
    return Leaning(names, _solved(rows, wanted))


def _chain(sides: Iterable[Sequence[str]]) -> list[str]:
    return [said for side in sides for said in side]


def _solved(rows: Vector, wanted: Vector) -> Vector:
    """In double precision, so that every machine finds the same."""
    exact = rows.astype(np.float64)
    regular = exact @ exact.T + _RIDGE * np.eye(len(rows))
    return (exact.T @ np.linalg.solve(regular, wanted)).astype(np.float32)


def features(heard: Heard) -> Vector:
    """Two halves of one length: the characters and their neighbours, the signals; and a one."""
    grams = np.zeros(_GRAMS, dtype=np.float32)
    for gram in sorted(_grams(heard.text.split()), key=len):  # where two meet, the longer counts
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
