"""Fits the weights of retrieval.answerability to labelled questions (the tune halves only).

python -m tests.calibrate      prints WEIGHTS and BIAS to be put there, and what they do
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import server
from bot.intents.recognise import by_rule
from bot.settings import Settings
from retrieval.answerability import evidence
from retrieval.search import Scope
from tests.evals.answers import SETS, rows

Matrix = NDArray[np.float64]
NAMES = ("meaning", "words", "gap_meaning", "gap_words", "covered")


def features() -> tuple[Matrix, Matrix]:
    """(a row of evidence a question, 1 where the guide answers it)."""
    folder = Path(os.environ.get("KAIDIAN_EVAL_DIR", "var/evals"))
    search = server.build(Settings(data_dir=folder), demo=True).knowledge.search
    labelled = list(messages())
    found = []
    for text, _ in labelled:
        hits = search.find(text, search.embedder.query(text), Scope("", True), 24)
        told = evidence(hits)
        found.append([getattr(told, name) for name in NAMES])
    return np.array(found), np.array([float(answered) for _, answered in labelled])


def messages() -> Iterator[tuple[str, bool]]:
    """What may be learned from: the calibration set and the tune halves, and what the guide knows.

    What rules decline never comes so far.
    """
    for line in (SETS / "calibration.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield row["message"], bool(row["answered"])
    for name in ("questions", "questions-more", "questions-fresh"):
        yield from ((row["question"], True) for row in rows(name, "tune"))
    for name in ("followups", "followups-more", "followups-fresh"):
        yield from ((row["turns"][0]["user"], True) for row in rows(name, "tune"))
    for name in ("out_of_scope", "out_of_scope-fresh"):
        for row in rows(name, "tune"):
            if by_rule(row["message"], "merchant") != "out_of_scope":
                yield row["message"], False


def fit(x: Matrix, y: Matrix, ridge: float = 3e-3, steps: int = 6000) -> Matrix:
    """Weights and, last, the bias of a logistic regression by gradient descent."""
    middle, spread = x.mean(0), x.std(0) + 1e-9
    z = np.hstack([(x - middle) / spread, np.ones((len(x), 1))])
    weights = np.zeros(z.shape[1])
    for _ in range(steps):
        told = 1 / (1 + np.exp(-z @ weights))
        pull = ridge * np.append(weights[:-1], 0)
        weights -= 0.5 * (z.T @ (told - y) / len(y) + pull)
    scaled = weights[:-1] / spread
    return np.append(scaled, weights[-1] - scaled @ middle)


def main() -> None:
    """Print the weights and the rates at a few thresholds."""
    x, y = features()
    weights = fit(x, y)
    print(dict(zip((*NAMES, "bias"), weights.round(2).tolist(), strict=True)))
    told = 1 / (1 + np.exp(-(x @ weights[:-1] + weights[-1])))
    for enough in (0.1, 0.15, 0.2, 0.25, 0.3, 0.4):
        kept, let_by = (told[y == 1] >= enough).mean(), (told[y == 0] >= enough).mean()
        print(f"at {enough}: {kept:.3f} of the answerable kept, {let_by:.3f} of the others let by")


if __name__ == "__main__":
    main()
