"""The measure by which questions take their places: what it learns, and where it has a say."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import learn_metric
from retrieval.embed import BUNDLED
from retrieval.metric import Metric, load, metric_for, placed, save
from retrieval.vectors import shown

NOISY, TELLING = 24, 4


def matters(seed: int, groups: int = 6, each: int = 8) -> tuple[learn_metric.Rows, list[int]]:
    """Groups that differ in few directions and whose members differ in many."""
    rng = np.random.default_rng(seed)
    rows, labels = [], []
    for group in range(groups):
        middle = rng.normal(size=TELLING)
        for _ in range(each):
            rows.append([*(middle + rng.normal(size=TELLING) / 6), *(2 * rng.normal(size=NOISY))])
            labels.append(group)
    found = np.array(rows, dtype=np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True), labels


def right(rows: learn_metric.Rows, labels: list[int]) -> float:
    """Of how many the nearest other one is of the same group."""
    likeness = rows @ rows.T
    np.fill_diagonal(likeness, -9)
    return float(np.mean(np.array(labels)[likeness.argmax(axis=1)] == np.array(labels)))


def learned(rows: learn_metric.Rows, labels: list[int], rounds: int = 20) -> Metric:
    return learn_metric.learned("any", rows, np.array(labels), rounds=rounds)


def test_what_is_learned_finds_companions_that_the_vectors_hide() -> None:
    rows, labels = matters(1)
    metric = learned(rows, labels)
    assert right(metric.of(rows), labels) > right(rows, labels) + 0.3


def test_the_slope_is_that_of_the_loss() -> None:
    rows, groups = matters(2, groups=3, each=4)
    labels, everyone = np.array(groups), np.arange(len(groups))
    exact = rows.astype(np.float64)
    matrix = np.random.default_rng(3).normal(size=(rows.shape[1], 5))
    found = learn_metric.slope(exact, labels, matrix, everyone)  # type: ignore[arg-type]
    for at in ((0, 0), (3, 2), (20, 4)):
        nudge = np.zeros_like(matrix)
        nudge[at] = 1e-5
        rise = loss(exact, labels, matrix + nudge) - loss(exact, labels, matrix - nudge)
        assert found[at] == pytest.approx(rise / 2e-5, rel=1e-3, abs=1e-6)


def loss(rows: np.ndarray, labels: np.ndarray, matrix: np.ndarray) -> float:
    units = rows @ matrix
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    closeness = units @ units.T * learn_metric.SHARPNESS
    np.fill_diagonal(closeness, -np.inf)
    chance = np.exp(closeness - closeness.max(axis=1, keepdims=True))
    own = (chance * (labels[:, None] == labels[None])).sum(axis=1)
    return float(-np.log(own / chance.sum(axis=1)).mean())


def test_what_is_kept_comes_back_and_fits_its_model_only(tmp_path: Path) -> None:
    metric = learned(*matters(4), rounds=1)
    save(metric, tmp_path / "metric.npz")
    again = load(tmp_path / "metric.npz")
    assert again is not None
    assert np.array_equal(again.matrix, metric.matrix)
    assert metric_for("any", tmp_path / "metric.npz") is not None
    assert metric_for("another", tmp_path / "metric.npz") is None
    assert load(tmp_path / "nothing.npz") is None


def test_the_bundled_model_has_one() -> None:
    metric = metric_for(BUNDLED)
    assert metric is not None
    assert metric.matrix.shape == (384, learn_metric.DIRECTIONS)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 999), st.integers(1, 60))
def test_the_measure_orders_and_leaves_similarities_alone(seed: int, k: int) -> None:
    rows, labels = matters(seed)
    plain = shown([str(at) for at in range(len(rows))], rows)
    fine = plain.measured_by(learned(rows, labels, rounds=0))
    asked = rows[0]
    for one, other in zip(plain.nearest(asked, k), fine.nearest(asked, k), strict=True):
        assert one[:3] == other[:3]
        assert one.placed == one.similarity


def test_what_the_measure_likes_takes_an_earlier_place() -> None:
    close = np.array([0.9, 0.9], dtype=np.float32)
    first, second = placed(close, np.array([0.8, 0.1], dtype=np.float32))
    assert first > second
