"""What words sound like, learned from sentences that operators keep (complaints and wishes.yaml).

A ridge regression on what shows in them: characters, pairs and triples of them, the signals of
words.yaml, so that a word listed there helps every sentence it stands in, and, where a model is at
hand, the sense of the whole. What the rules found weighs beside it; neither alone decides.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from handlers.customer.counts import came_short, damaged_percent, weighed_short
from handlers.customer.hearing import Heard, hear
from handlers.customer.stands import MONEY
from knowledge.complaints import Complaints
from knowledge.customer_words import CustomerWords

Vector = NDArray[np.float32]
Sense = Callable[[str], Vector]
"""An utterance as a unit vector of the bundled model; some 25 ms of computing."""


@dataclass(frozen=True)
class Trust:
    """What the rules' own finding weighs, and how sure one must be of a ground that they found, of
    one that they did not, and of a wish or a harm that they did not find. Found on sentences held
    back, in which a fault is told as 1, none as -1, a wish or a harm as 1 or 0."""

    ground_ruled: float
    sure_ruled: float
    sure_unruled: float
    wish_ruled: float
    sure_of_wish: float
    sure_of_harm: float | None


BARE = Trust(0.2, -0.2, 0.35, 0.35, 0.2, None)
SENSING = Trust(0.35, -0.4, -0.15, 0.5, 0.22, 0.32)
"""Without the sense only the rules tell harm."""
_SURE_OF_PERSON = 0.5
"""Being handed over ends what was begun: 对方听不到我说话 tells of a phone."""
_PLAIN, _HARMLESS = 0.4, 0.3
"""Of 224 messages never learned from, 158 lay beyond; sensed, three of them read otherwise."""


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
_NOTHING = ("unsaid", "none")
_GRAMS = 4096
_SINGLE = 0.6
_RIDGE = 0.8
# What was heard last: a message is read again with what stood before it.
_REMEMBERED = 64


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
class Weights:
    """`told`: weights for any ground at all; which ground; which wish; which harm."""

    told: Vector
    grounds: Leaning
    wishes: Leaning
    harms: Leaning


@dataclass(frozen=True, eq=False)
class Impression:
    """What one talk sounds like, read once: `found` is what shows in it."""

    weights: Weights
    found: Vector
    trust: Trust

    def ground(self, ruled: str | None) -> str | None:
        """The ground it sounds like, `ruled` being what the rules found; None when like none."""
        sure = self.trust.sure_unruled if ruled is None else self.trust.sure_ruled
        if float(self.found @ self.weights.told) <= sure:
            return None
        return self.weights.grounds.best(self.found, ruled, self.trust.ground_ruled)[0]

    def wish(self, ruled: str | None) -> str | None:
        """The wish it sounds like, `ruled` being what the rules found; None when none is.

        Who asks for a person gets one, and what goes beyond the goods is named in so many words.
        """
        if ruled in ("human", "compensation"):
            return ruled
        name, score = self.weights.wishes.best(self.found, ruled, self.trust.wish_ruled)
        alike = {name, ruled} <= MONEY  # which of them the order tells better
        sure = max(self.trust.sure_of_wish, _SURE_OF_PERSON if name == "human" else 0)
        return name if score > sure and not alike else ruled

    def bears_out(self, ruled: str | None) -> bool:
        """Whether it plainly sounds like the wish that the rules found, of goods that are plainly
        at fault or plainly not, and like no harm: more would hardly say otherwise."""
        if ruled is None or self.wish(ruled) != ruled:
            return False
        told = abs(float(self.found @ self.weights.told))
        harmed = self.weights.harms.best(self.found, None, 0)[1]
        return told > _PLAIN and harmed < _HARMLESS

    def harm(self, ruled: str | None) -> str | None:
        """The harm that it surely tells of; what the rules found stands."""
        if ruled is not None or self.trust.sure_of_harm is None:
            return ruled
        name, score = self.weights.harms.best(self.found, None, 0)
        return name if score > self.trust.sure_of_harm else None


@dataclass(frozen=True, eq=False)
class Likeness:
    """`bare` weighs characters and signals, `sensing` the sense too; `middle` is the sense that
    all sentences share. Without `sense` the bare weights are used."""

    bare: Weights
    sensing: Weights
    middle: Vector
    sense: Sense | None = field(default=None, repr=False)

    def of(self, heard: Heard, ruled: str | None = None) -> Impression:
        """What is plain is not sensed, `ruled` being the wish that the rules found; utterances are
        sensed one by one: those before the last are still remembered."""
        found = features(heard)
        bare = Impression(self.bare, found, BARE)
        worded = zip(heard.said, heard.text.split("\n"), strict=False)
        said = [utterance for utterance, line in worded if line.strip()]
        if self.sense is None or not said or bare.bears_out(ruled):
            return bare
        sensed = _unit(np.stack([self.sense(each) for each in said]).sum(axis=0))
        return Impression(self.sensing, _with_sense(found, sensed, self.middle), SENSING)

    def of_part(self, heard: Heard, whole: Impression) -> Impression:
        """Of a part of a talk: not sensed either, where the whole of it was plain."""
        if whole.trust is BARE:
            return Impression(self.bare, features(heard), BARE)
        return self.of(heard)


@dataclass(frozen=True)
class Lessons:
    """Sentences of operators: by ground, by wish and by harm."""

    complaints: Complaints
    wishes: Mapping[str, Sequence[str]]
    harms: Mapping[str, Sequence[str]]

    def sentences(self) -> list[str]:
        """Every sentence once."""
        told = (*self.complaints.grounds.values(), self.complaints.fault, self.complaints.taste)
        return list(dict.fromkeys(_chain((*told, *self.wishes.values(), *self.harms.values()))))


def learn(words: CustomerWords, lessons: Lessons, sensed: Mapping[str, Vector]) -> Likeness:
    """Weights from the sentences of all sides. The same sentences always give the same.

    `sensed` holds the sense of every sentence.
    """
    bare = {said: features(hear(words, [said])) for said in lessons.sentences()}
    every = np.stack([sensed[said] for said in bare]).astype(np.float64)
    middle: Vector = every.mean(axis=0).astype(np.float32)
    full = {said: _with_sense(found, sensed[said], middle) for said, found in bare.items()}
    return Likeness(_weights(bare, lessons), _weights(full, lessons), middle)


def _weights(seen: Mapping[str, Vector], lessons: Lessons) -> Weights:
    harmed = set(_chain(lessons.harms.values()))
    unharmed = tuple(said for said in lessons.complaints.taste if said not in harmed)
    harms = {**lessons.harms, "none": (*lessons.harms.get("none", ()), *unharmed)}
    return Weights(
        _told(seen, lessons.complaints),
        _leaning(seen, lessons.complaints.grounds),
        _leaning(seen, lessons.wishes),
        _leaning(seen, harms),
    )


def _told(seen: Mapping[str, Vector], complaints: Complaints) -> Vector:
    faulty = [*_chain(complaints.grounds.values()), *complaints.fault]
    rows = np.stack([seen[said] for said in (*faulty, *complaints.taste)])
    wanted = np.array([1] * len(faulty) + [-1] * len(complaints.taste), dtype=np.float32)
    return _solved(rows, wanted)


def _leaning(seen: Mapping[str, Vector], sides: Mapping[str, Sequence[str]]) -> Leaning:
    names = tuple(name for name in sides if name not in _NOTHING)
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


@lru_cache(_REMEMBERED)
def features(heard: Heard) -> Vector:
    """Two halves of one length: the characters and their neighbours, signals and counts; a one."""
    grams = np.zeros(_GRAMS, dtype=np.float32)
    for gram in sorted(_grams(heard.text.split()), key=len):  # where two meet, the longer counts
        grams[zlib.crc32(gram.encode()) % _GRAMS] = 1 if len(gram) > 1 else _SINGLE
    counted = (count(heard.text) for count in (came_short, weighed_short, _shares))
    shown = np.array([*map(heard.says, SIGNALS), *counted], dtype=np.float32)
    one = np.array([0.5], dtype=np.float32)
    return np.concatenate([_unit(grams), _unit(shown), one])


def _shares(text: str) -> bool:
    """Whether a damaged share is told."""
    return damaged_percent(text, None) is not None


def _with_sense(bare: Vector, sensed: Vector, middle: Vector) -> Vector:
    """The sense as a third part; sentences of one trade differ little from their middle."""
    return np.concatenate([bare, _unit(sensed - middle)])


def _unit(found: Vector) -> Vector:
    length = float(np.linalg.norm(found))
    return (found / (length or 1.0)).astype(np.float32)


def _grams(pieces: Sequence[str]) -> set[str]:
    framed = [f"^{piece}$" for piece in pieces]
    longer = (f[at : at + n] for n in (2, 3) for f in framed for at in range(len(f) - n + 1))
    return {*"".join(pieces), *longer}
