"""One list out of two: closeness of meaning and shared words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from knowledge.documents import Passage
from retrieval.library import Entry, Library
from retrieval.vectors import Near

# e5 similarities of anything to anything lie between these; outside it hardly ever happens.
LOW, HIGH = 0.78, 0.97
MEANING, WORDS = 0.6, 0.4
QUESTION_BONUS = 0.02
VOICES, AGREEMENT = 3, 0.3


@dataclass(frozen=True, slots=True)
class Hit:
    """A found passage. `meaning` and `words` are 0..1; `score` is their weighted sum."""

    passage: Passage
    score: float
    meaning: float
    words: float
    question: str = ""

    def moved_to(self, score: float) -> "Hit":
        """The same hit at another score."""
        return replace(self, score=score)

    @property
    def why(self) -> str:
        """For people who want to know why this passage was found."""
        told = f"语义 {self.meaning:.2f}，关键词 {self.words:.2f}"
        return f"{told}，像“{self.question}”" if self.question else told


def fused(
    library: Library, near: Iterable[Near], words: Iterable[tuple[Entry, float]]
) -> list[Hit]:
    """Hits best first, one per passage: its closest vector and its best keyword match count."""
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
        _hit(library.passages[i], meaning.get(i, []), share.get(i, []), farthest)
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
