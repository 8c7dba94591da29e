"""What makes two questions ask the same: a measure learned from the guide's own questions.

The embedder knows what texts are about; which of a dozen passages on one matter a question wants
is often a matter of two or three of its directions. `python -m retrieval.learn_metric` learns a
projection under which the questions of one passage lie together, and keeps it in `FILE`. It only
orders what the embedder found near; how near something is remains what the embedder says, so
that whether to answer at all is decided as before. Other models than the bundled one have none.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.conversation import Vector

FILE = Path(__file__).with_name("metric.npz")
LEVEL, STEEPNESS = 0.8, 0.15
"""Brings a likeness of this measure (-1..1) to the scale of e5 similarities: best hits and
twentieth hits lie, on the mean, where the embedder has them."""
TRUST = 0.5
"""How much of a place in the order is the measure's; the rest is the embedder's."""


@dataclass(frozen=True, eq=False)
class Metric:
    """`middle`: the mean of what it was learned from, (n,); `matrix`: (n, fewer)."""

    model: str
    middle: Vector
    matrix: NDArray[np.float32]

    def of(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Unit vectors, (n,) or (k, n), in this measure; of length one again."""
        turned = (rows - self.middle) @ self.matrix
        lengths = np.linalg.norm(turned, axis=-1, keepdims=True)
        found: NDArray[np.float32] = turned / np.maximum(lengths, np.float32(1e-9))
        return found


def load(file: Path = FILE) -> Metric | None:
    """What was learned; None when the file is not there."""
    if not file.exists():
        return None
    with np.load(file, allow_pickle=False) as found:
        return Metric(str(found["model"]), found["middle"], found["matrix"])


def save(metric: Metric, file: Path = FILE) -> None:
    """Keep exactly this."""
    np.savez_compressed(
        file, model=np.array(metric.model), middle=metric.middle, matrix=metric.matrix
    )


def metric_for(model: str, file: Path = FILE) -> Metric | None:
    """The measure that fits the vectors of this model."""
    found = load(file)
    return found if found and found.model == model else None


def placed(similarity: NDArray[np.float32], likeness: NDArray[np.float32]) -> NDArray[np.float32]:
    """Where entries belong in the order: both views, on the embedder's scale."""
    levelled = np.float32(LEVEL) + np.float32(STEEPNESS) * likeness
    return np.float32(1 - TRUST) * similarity + np.float32(TRUST) * levelled
