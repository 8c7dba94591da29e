"""One list out of two: closeness of meaning and shared words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.documents import Passage
from retrieval.library import Entry, Library
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
    question: str = ""
    covered: float = 0.0

    def moved_to(self, score: float) -> "Hit":
        """The same hit at another score."""
        return replace(self, score=score)

    def covering(self, terms: frozenset[str], weights: Mapping[str, float]) -> "Hit":
        """The same hit with what it covers of the question's terms counted in."""
        whole = sum(weights.values())
        share = sum(w for term, w in weights.items() if term in terms) / whole if whole else 0.0
        return replace(self, covered=share, score=self.score + COVERED * share)

    @property
    def why(self) -> str:
        """For people who want to know why this passage was found."""
        told = f"语义 {self.meaning:.2f}，关键词 {self.words:.2f}，覆盖 {self.covered:.2f}"
        return f"{told}，像“{self.question}”" if self.question else told


def fused(
    library: Library,
    near: Iterable[Near],
    words: Iterable[tuple[Entry, float]],
    weights: Mapping[str, float],
) -> list[Hit]:
    """Hits best first, one per passage: its closest vector and its best keyword match count.

    `weights` are the question's known terms with their rarity.
    """
    meaning: dict[str, list[tuple[float, str]]] = {}
    for found in near:
        # Two questions lie closer together than a question and its answer do.
        similarity = found.similarity - QUESTION_BONUS if found.question else found.similarity
        meaning.setdefault(found.passage_id, []).append((_scaled(similarity), found.question))
    share: dict[str, list[float]] = {}
    for entry, score in words:
        share.setdefault(entry.passage.id, []).append(score)
    farthest = min((close for some in meaning.values() for close, _ in some), default=0.0)
    hits = [
        _hit(library.passages[i], meaning.get(i, []), share.get(i, []), farthest).covering(
            library.terms(library.passages[i]), weights
        )
        for i in meaning.keys() | share.keys()
        if i in library.passages
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage.order, hit.passage.id))


def _scaled(similarity: float) -> float:
    return min(1.0, max(0.0, (similarity - LOW) / (HIGH - LOW)))


def _hit(
    passage: Passage, near: Sequence[tuple[float, str]], words: Sequence[float], farthest: float
) -> Hit:
    known = 1 + len(passage.asks)
    meaning = agreed([close for close, _ in near], known, farthest)
    share = agreed(words, known, 0.0)
    question = max(near, default=(0.0, ""))[1]
    return Hit(passage, MEANING * meaning + WORDS * share, meaning, share, question)


def agreed(found: Sequence[float], known: int, rest: float) -> float:
    """The best value, moved towards the mean of the best few: one chance likeness counts less.

    `known` values exist in all; those that were not found are at most `rest`.
    """
    if not found:
        return 0.0
    few = sorted([*found, *[rest] * (min(VOICES, known) - len(found))], reverse=True)[:VOICES]
    return (1 - AGREEMENT) * few[0] + AGREEMENT * sum(few) / len(few)
