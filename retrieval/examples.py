"""Vectors of the intent examples, kept in the data folder so that a second start is quick."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.documents import digest_of
from retrieval.embed import Embedder
from retrieval.index import Progress, silent

BATCH = 16


def example_matrix(
    embedder: Embedder, sentences: Sequence[str], folder: Path, progress: Progress = silent
) -> NDArray[np.float32]:
    """A unit vector a sentence; only sentences that are not in the folder yet are embedded."""
    path = folder / f"examples-{digest_of(embedder.name)[:8]}.npz"
    known = _load(path)
    missing = [s for s in dict.fromkeys(sentences) if digest_of(s) not in known]
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        known |= {digest_of(s): v for s, v in zip(batch, embedder.queries(batch), strict=True)}
        progress(start + len(batch), len(missing))
    if missing:
        _save(path, {digest_of(s): known[digest_of(s)] for s in sentences})
    rows = [known[digest_of(s)] for s in sentences]
    return np.array(rows, dtype=np.float32).reshape(len(rows), embedder.dimensions)


def _load(path: Path) -> dict[str, NDArray[np.float32]]:
    try:
        with np.load(path, allow_pickle=False) as found:
            return dict(zip(found["ids"].tolist(), found["vectors"], strict=True))
    except (OSError, ValueError, KeyError, EOFError):
        return {}  # missing, or cut off by a crash: it is only a cache


def _save(path: Path, vectors: dict[str, NDArray[np.float32]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".tmp.npz")
    np.savez(unfinished, ids=np.array(list(vectors)), vectors=np.array(list(vectors.values())))
    unfinished.replace(path)
