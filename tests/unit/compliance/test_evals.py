"""The labelled texts, both halves, stay within the thresholds of acceptance."""

import pytest

from tests.evals.compliance import figures, judge, rows


@pytest.mark.parametrize("half", ["tune", "report"])
def test_thresholds_hold(half: str) -> None:
    told = figures(judge(rows(half)))
    assert told["recall"] >= 0.95
    assert told["precision"] >= 0.95
    assert told["false_alarms"] <= 0.05
    assert told["spans"] >= 0.85
