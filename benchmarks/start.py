"""Starting from nothing, starting with everything in place, and embedding what is new."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure
from knowledge.guide import load_guide
from retrieval.embed import BundledEmbedder
from retrieval.library import entries
from tests.local.servers import prepared, running

SAMPLE = 200
STARTS = 3


def measure() -> list[Figure]:
    """Seconds until a server is ready, and texts embedded a second.

    The vectors of the texts we ship are kept beside the code; an operator's have to be embedded.
    """
    with TemporaryDirectory() as folder:
        first = _started(Path(folder) / "nothing")
        data = prepared(Path(folder) / "data")
        taken = sorted(_started(data) for _ in range(STARTS))
    texts = [entry.text for document in load_guide() for entry in entries(document)]
    rate = _rate(texts[:: max(1, len(texts) // SAMPLE)])
    return [
        Figure("a first start", {"seconds": first, "texts": len(texts)}),
        Figure("a second start", {"seconds": taken[STARTS // 2]}),
        Figure("embedding new texts", {"texts_per_second": rate}),
    ]


def _started(data: Path) -> float:
    begun = time.perf_counter()
    with running(data):
        return time.perf_counter() - begun


def _rate(sample: list[str]) -> float:
    embedder = BundledEmbedder()
    embedder.queries(sample[:4])
    begun = time.perf_counter()
    embedder.queries(sample)
    return len(sample) / (time.perf_counter() - begun)
