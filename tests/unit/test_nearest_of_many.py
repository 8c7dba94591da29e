"""Many vectors are sought in two steps: the closest are those of an exact comparison."""

import numpy as np

from bot.conversation import Vector
from retrieval.kept import load
from retrieval.vectors import DIRECTIONS, MANY, Shown, shown

KEPT = load()


def of_the_guide(count: int) -> Vector:
    """So many of the vectors we ship."""
    return np.asarray(KEPT.middle + KEPT.rows[:count] * KEPT.steps[:count, None], dtype=np.float32)


def test_the_closest_are_those_of_an_exact_comparison() -> None:
    rows = of_the_guide(6_000)
    ids = [str(at) for at in range(len(rows))]
    quick = shown(ids, rows)
    exact = Shown(ids, quick.rows)
    for asked in rows[::200]:
        assert quick.nearest(asked, 192)[:32] == exact.nearest(asked, 192)[:32]


def test_few_are_compared_exactly_at_once() -> None:
    assert shown(["a", "b"], of_the_guide(2)).short is None
    many = shown([str(at) for at in range(MANY)], of_the_guide(MANY))
    assert many.short is not None
    assert many.short.shape == (MANY, DIRECTIONS)
