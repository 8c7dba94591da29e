"""What words sound like, learned from sentences that operators keep (complaints and wishes.yaml).

Read are characters, pairs and triples of them, the signals of words.yaml, so that a word listed
there helps every sentence it stands in, and, where a model is at hand, the sense of the whole. Wishes
and harms are told by a ridge regression on these, grounds by likeness to each sentence (`examples`).
What the rules found weighs beside it; neither alone decides.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from handlers.customer.counts import came_short, damaged_percent, weighed_short
from handlers.customer.examples import GRAMS, Examples, examples, weigh_examples
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


BARE = Trust(0.2, -0.2, -0.15, 0.35, 0.2, None)
SENSING = Trust(0.35, -0.13, -0.13, 0.5, 0.22, 0.28)
"""Without the sense only the rules tell harm."""
_SURE_OF_PERSON = 0.5
"""Being handed over ends what was begun: 对方听不到我说话 tells of a phone."""
_PLAIN, _HARMLESS = 0.85, 0.25
"""Of messages never learned from, a third lie beyond, and hardly one of them is read wrongly; of
those beyond 0.4 without a fault, one in eight was."""


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
_EVERY = 2  # more of the broken goods teach no more of harm, and take long
_HARMS = ("electric", "fire", "illness", "injury", "account")
_COUNTED = 3
_NOTHING = ("unsaid", "none")
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
        return _best(self.names, found @ self.weights, ruled, weight)


def _best(
    names: tuple[str, ...], scores: Vector, ruled: str | None, weight: float
) -> tuple[str, float]:
    weighed = [
        score + (weight if name == ruled else 0) for name, score in zip(names, scores, strict=True)
    ]
    at = int(np.argmax(weighed))
    return names[at], float(weighed[at])


@dataclass(frozen=True, eq=False)
class Weights:
    """Which wish; which harm."""

    wishes: Leaning
    harms: Leaning


@dataclass(frozen=True, eq=False)
class Impression:
    """What one talk sounds like, read once: `found` is what shows in it, `scores` what that says
    for any ground at all and for each of `names`."""

    weights: Weights
    found: Vector
    trust: Trust
    names: tuple[str, ...]
    scores: Vector

    @property
    def told(self) -> float:
        """How surely something is wrong: about 1, or about -1 when nothing is."""
        return float(self.scores[0])

    def ground(self, ruled: str | None) -> str | None:
        """The ground it sounds like, `ruled` being what the rules found; None when like none."""
        sure = self.trust.sure_unruled if ruled is None else self.trust.sure_ruled
        if self.told <= sure:
            return None
        return _best(self.names, self.scores[1:], ruled, self.trust.ground_ruled)[0]

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
        harmed = self.weights.harms.best(self.found, None, 0)[1]
        return abs(self.told) > _PLAIN and harmed < _HARMLESS

    def harm(self, ruled: str | None) -> str | None:
        """The harm that it surely tells of; what the rules found stands."""
        if ruled is not None or self.trust.sure_of_harm is None:
            return ruled
        name, score = self.weights.harms.best(self.found, None, 0)
        return name if score > self.trust.sure_of_harm else None


@dataclass(frozen=True, eq=False)
class Likeness:
    """`bare` weighs characters and signals, `sensing` the sense too; `examples` are compared with
    either; `middle` is the sense that all sentences share. Without `sense` the bare weights are
    used."""

    bare: Weights
    sensing: Weights
    examples: Examples
    middle: Vector
    sense: Sense | None = field(default=None, repr=False)

    def of(self, heard: Heard, ruled: str | None = None) -> Impression:
        """What is plain is not sensed, `ruled` being the wish that the rules found; utterances are
        sensed one by one: those before the last are still remembered."""
        found = features(heard)
        bare = self._impression(found, BARE)
        worded = zip(heard.said, heard.text.split("\n"), strict=False)
        said = [utterance for utterance, line in worded if line.strip()]
        if self.sense is None or not said or bare.bears_out(ruled):
            return bare
        sensed = _unit(np.stack([self.sense(each) for each in said]).sum(axis=0))
        return self._impression(_with_sense(found, sensed, self.middle), SENSING)

    def of_part(self, heard: Heard, whole: Impression) -> Impression:
        """Of a part of a talk: not sensed either, where the whole of it was plain."""
        if whole.trust is BARE:
            return self._impression(features(heard), BARE)
        return self.of(heard)

    def _impression(self, found: Vector, trust: Trust) -> Impression:
        weights = self.bare if trust is BARE else self.sensing
        return Impression(weights, found, trust, self.examples.names, self.examples.weigh(found))


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
    harms = _harms(words, lessons)
    known = _examples(full, lessons.complaints)
    return Likeness(_weights(bare, lessons, harms), _weights(full, lessons, harms), known, middle)


def _examples(full: Mapping[str, Vector], complaints: Complaints) -> Examples:
    """Any ground is learned from all sentences, which one from those of a ground."""
    names = tuple(complaints.grounds)
    owners = [name for name in names for _ in complaints.grounds[name]]
    owners += ["fault"] * len(complaints.fault) + ["taste"] * len(complaints.taste)
    told = [*_chain(complaints.grounds.values()), *complaints.fault, *complaints.taste]
    wanted = np.array(
        [[1 if o != "taste" else -1, *(float(o == n) for n in names)] for o in owners], np.float64
    )
    sides = np.array([[True, *(o in names for _ in names)] for o in owners])
    rows = np.stack([full[said] for said in told])
    signals = len(SIGNALS) + _COUNTED
    return examples(names, rows, signals, *weigh_examples(rows, signals, wanted, sides))


def _harms(words: CustomerWords, lessons: Lessons) -> Mapping[str, Sequence[str]]:
    """Beside the harms, all that harms nobody: goods that are broken, and goods that are fine."""
    harmed = set(_chain(lessons.harms.values()))
    broken = [*_chain(lessons.complaints.grounds.values()), *lessons.complaints.fault]
    unharmed = [said for said in broken[::_EVERY] if not hear(words, [said]).says(*_HARMS)]
    unharmed += lessons.complaints.taste
    mild = [*lessons.harms.get("none", ()), *(said for said in unharmed if said not in harmed)]
    return {**lessons.harms, "none": tuple(dict.fromkeys(mild))}


def _weights(
    seen: Mapping[str, Vector], lessons: Lessons, harms: Mapping[str, Sequence[str]]
) -> Weights:
    return Weights(_leaning(seen, lessons.wishes), _leaning(seen, harms))


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
    grams = np.zeros(GRAMS, dtype=np.float32)
    for gram in sorted(_grams(heard.text.split()), key=len):  # where two meet, the longer counts
        grams[zlib.crc32(gram.encode()) % GRAMS] = 1 if len(gram) > 1 else _SINGLE
    counted = (count(heard.text) for count in (came_short, weighed_short, _shares))  # _COUNTED
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
