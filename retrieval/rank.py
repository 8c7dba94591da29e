"""One list out of two: closeness of meaning and shared words."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from knowledge.documents import Passage
from retrieval.chroma import Near
from retrieval.library import Entry, Library

# e5 similarities of anything to anything lie between these; outside it hardly ever happens.
LOW, HIGH = 0.78, 0.97
MEANING, WORDS = 0.6, 0.4
QUESTION_BONUS = 0.02


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
    meaning: dict[str, tuple[float, str]] = {}
    for found in near:
        # Two questions lie closer together than a question and its answer do.
        similarity = found.similarity - QUESTION_BONUS if found.question else found.similarity
        close = (_scaled(similarity), found.question)
        meaning[found.passage_id] = max(meaning.get(found.passage_id, (0.0, "")), close)
    share: dict[str, float] = {}
    for entry, score in words:
        share[entry.passage.id] = max(share.get(entry.passage.id, 0.0), score)
    hits = [
        _hit(library.passages[i], *meaning.get(i, (0.0, "")), share.get(i, 0.0))
        for i in meaning.keys() | share.keys()
        if i in library.passages
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage.order, hit.passage.id))


def _scaled(similarity: float) -> float:
    return min(1.0, max(0.0, (similarity - LOW) / (HIGH - LOW)))


def _hit(passage: Passage, meaning: float, question: str, words: float) -> Hit:
    score = MEANING * meaning + WORDS * words
    return Hit(passage, score, meaning, words, question)
