"""Does what was found answer the question? A calibrated probability, not a rank.

Similarities of e5 lie close together, so a raw threshold says little. What decides is the contest
between the nearest passage and the nearest question that is known to have no answer (a gap).
Weights: logistic regression over tests/evals/sets/calibration.jsonl and the tune halves of the
other sets (`python -m tests.calibrate`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.rank import Hit


@dataclass(frozen=True, slots=True)
class Evidence:
    """The nearest passage and the nearest gap, 0 to 1: in meaning and in shared words.

    `covered`: how much of the question's known terms one of the nearest passages has.
    """

    meaning: float
    words: float
    gap_meaning: float
    gap_words: float
    covered: float = 0.0


WEIGHTS = Evidence(meaning=14.8, words=1.5, gap_meaning=-9.0, gap_words=-17.0, covered=3.5)
BIAS = -3.7
ENOUGH = 0.45
"""Below this probability we say that the knowledge has no answer."""
CLEARLY = 0.1
"""A passage so much nearer in meaning than any gap answers, however many words a gap shares.

Of 1,900 labelled questions it lets by none more that has no answer.
"""

FLOOR = 0.48
"""What lies farther off in meaning only shares words: so did none of 1,681 questions that have an
answer."""


def evidence(hits: Sequence[Hit]) -> Evidence:
    """What speaks for and against."""
    told = [hit for hit in hits if hit.passage.kind != "gap"][:4]
    gaps = [hit for hit in hits if hit.passage.kind == "gap"]
    return Evidence(
        max((hit.meaning for hit in told), default=0.0),
        max((hit.words for hit in told), default=0.0),
        max((hit.meaning for hit in gaps), default=0.0),
        max((hit.words for hit in gaps), default=0.0),
        max((hit.covered for hit in told), default=0.0),
    )


def confidence(found: Evidence) -> float:
    """Probability that the question is answered by what was found."""
    score = (
        BIAS
        + WEIGHTS.meaning * found.meaning
        + WEIGHTS.words * found.words
        + WEIGHTS.gap_meaning * found.gap_meaning
        + WEIGHTS.gap_words * found.gap_words
        + WEIGHTS.covered * found.covered
    )
    return 1 / (1 + math.exp(-score))


def answerable(hits: Sequence[Hit]) -> bool:
    """Whether to answer at all: what was found decides, or lies clearly nearer than any gap."""
    found = evidence(hits)
    clearly = found.meaning - found.gap_meaning >= CLEARLY
    return found.meaning >= FLOOR and (clearly or confidence(found) >= ENOUGH)
