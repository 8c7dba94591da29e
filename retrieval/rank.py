"""One list out of two: closeness of meaning and shared words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.documents import Passage
from retrieval.library import Entry, Library, key_of
from retrieval.vectors import Near

# e5 similarities of anything to anything lie between these; outside it hardly ever happens.
LOW, HIGH = 0.78, 0.97
MEANING, WORDS, COVERED = 0.6, 0.1, 0.25
QUESTION_BONUS = 0.02
VOICES, AGREEMENT = 3, 0.3


@dataclass(frozen=True, slots=True)
class Hit:
    """A found passage. `meaning`, `words` and `covered` are 0..1; `score` is their weighted sum.

    `words` compares with one text; `covered` is the share of the question's known terms, by
    rarity, that stand anywhere in the passage, above it or in its questions.
    """

    passage: Passage
    score: float
    meaning: float
    words: float
    key: str = ""
    covered: float = 0.0

    def moved_to(self, score: float) -> "Hit":
        """The same hit at another score."""
        return replace(self, score=score)

    @property
    def question(self) -> str:
        """The question of the passage that was closest, if it was one."""
        return next((ask for ask in self.passage.asks if self.key == key_of(ask)), "")

    @property
    def why(self) -> str:
        """For people who want to know why this passage was found."""
        told = f"语义 {self.meaning:.2f}，关键词 {self.words:.2f}，覆盖 {self.covered:.2f}"
        return f"{told}，像“{self.question}”" if self.question else told


def fused(
    library: Library,
    near: Iterable[Near],
    words: Iterable[tuple[Entry, float]],
    covered: Mapping[str, float],
    most: int,
) -> list[Hit]:
    """At most so many hits, best first, one per passage: its closest vector and its best keyword
    match count. `covered`, by passage: the share of the question's terms that stand in it.
    """
    meaning: dict[str, list[tuple[float, str]]] = {}
    for found in near:
        # Two questions lie closer together than a question and its answer do.
        similarity = found.similarity - QUESTION_BONUS if found.key else found.similarity
        meaning.setdefault(found.passage_id, []).append((_scaled(similarity), found.key))
    share: dict[str, list[float]] = {}
    for entry, score in words:
        share.setdefault(entry.passage.id, []).append(score)
    farthest = min((close for some in meaning.values() for close, _ in some), default=0.0)
    passages = library.passages
    rated = [
        _rated(passages[i], (meaning.get(i, ()), farthest), share.get(i, ()), covered.get(i, 0.0))
        for i in meaning.keys() | share.keys()
        if i in passages
    ]
    return [Hit(p, *figures) for p, figures in sorted(rated, key=_best_first)[:most]]


Figures = tuple[float, float, float, str, float]
"""Of a hit: score, meaning, words, key, covered."""


def _best_first(rated: tuple[Passage, Figures]) -> tuple[float, int, str]:
    passage, figures = rated
    return -figures[0], passage.order, passage.id


def _scaled(similarity: float) -> float:
    return min(1.0, max(0.0, (similarity - LOW) / (HIGH - LOW)))


def _rated(
    passage: Passage,
    near: tuple[Sequence[tuple[float, str]], float],
    words: Sequence[float],
    covered: float,
) -> tuple[Passage, Figures]:
    """`near`: what lies close, and how close what was not found lies at most."""
    known = 1 + len(passage.asks)
    closest, key = max(near[0], default=(0.0, ""))
    meaning = agreed([close for close, _ in near[0]], known, near[1]) if closest else 0.0
    share = agreed(words, known, 0.0)
    score = MEANING * meaning + WORDS * share + COVERED * covered
    return passage, (score, meaning, share, key, covered)


def agreed(found: Sequence[float], known: int, rest: float) -> float:
    """The best value, moved towards the mean of the best few: one chance likeness counts less.

    `known` values exist in all; those that were not found are at most `rest`.
    """
    if not found:
        return 0.0
    few = sorted([*found, *[rest] * (min(VOICES, known) - len(found))], reverse=True)[:VOICES]
    return (1 - AGREEMENT) * few[0] + AGREEMENT * sum(few) / len(few)


def in_both(one: Sequence[Hit], other: Sequence[Hit]) -> list[Hit]:
    """Hits of two readings of a message in one list: best is what lies near in both.

    What one reading alone finds counts there as the last of the other. A passage is as near as
    either reading says, a gap as both say.
    """
    sides = [{hit.passage.id: hit for hit in hits} for hits in (one, other)]
    least = [min((hit.score for hit in hits), default=0.0) for hits in (one, other)]
    found: list[Hit] = []
    for key in dict.fromkeys((*sides[0], *sides[1])):
        both = [side.get(key) for side in sides]
        scores = [hit.score if hit else low for hit, low in zip(both, least, strict=True)]
        nearest = max((hit for hit in both if hit), key=lambda hit: hit.meaning)
        if nearest.passage.kind == "gap":
            nearest = _halfway(nearest, both)
        found.append(nearest.moved_to(sum(scores) / 2))
    return sorted(found, key=lambda hit: -hit.score)


def _halfway(gap: Hit, both: Sequence[Hit | None]) -> Hit:
    near = [hit for hit in both if hit]
    meaning, words = (sum(h.meaning for h in near) / 2, sum(h.words for h in near) / 2)
    return replace(gap, meaning=meaning, words=words)
