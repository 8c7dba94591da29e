"""How searching grows with the number of passages: 1,000, 10,000 and 100,000 of them.

Vectors are random and texts are strings of random characters: only the time is of interest. The
query's own embedding is left out, since it does not grow.
"""

import random
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.figures import Figure
from bot.conversation import Vector
from bot.database import open_engine
from bot.document_store import DocumentRows
from bot.store import Store
from knowledge.documents import GUIDE, Document, Passage
from retrieval.chroma import ChromaVectors, connect
from retrieval.embed import Embedder
from retrieval.library import Entry
from retrieval.search import Scope, Search

SIZES = (1_000, 10_000, 100_000)
QUERIES = 200
BATCH = 2_000
SIGNS = [chr(0x4E00 + n) for n in range(2_000)]


class Random(Embedder):
    """Vectors that mean nothing."""

    name, dimensions = "random", 384

    def __init__(self, seed: int = 7) -> None:
        self._random = np.random.default_rng(seed)

    def queries(self, texts: Sequence[str]) -> list[Vector]:
        found = self._random.standard_normal((len(texts), self.dimensions), dtype=np.float32)
        return list(found / np.linalg.norm(found, axis=1, keepdims=True))

    passages = queries


def measure() -> list[Figure]:
    """p50 and p95 of one search in milliseconds, for each size."""
    return [Figure(f"{size:,} passages", _searched(size)) for size in SIZES]


def _searched(size: int) -> dict[str, float]:
    rng, embedder = random.Random(size), Random()
    passages = tuple(_passages(size, rng))
    document = Document("bench", GUIDE, "bench", "bench", "bench", passages)
    with TemporaryDirectory() as folder:
        vectors = ChromaVectors(connect("", Path(folder)), embedder, "bench")
        for start in range(0, size, BATCH):
            some = passages[start : start + BATCH]
            vectors.add("bench", GUIDE, [Entry(p, p.text, False) for p in some])
        table = document_table(Path(folder))
        table.put(document, ready=True)
        search = Search(embedder, vectors, table)
        taken = [_timed(search, embedder, _text(rng, 14)) for _ in range(QUERIES)]
    return {"p50_ms": statistics.median(taken), "p95_ms": statistics.quantiles(taken, n=20)[18]}


def document_table(folder: Path) -> DocumentRows:
    """A document table of its own."""
    store = Store(open_engine(f"sqlite:///{folder / 'bench.db'}"))
    store.create()
    return DocumentRows(store)


def _timed(search: Search, embedder: Random, text: str) -> float:
    vector = embedder.query(text)
    started = time.perf_counter()
    search.find(text, vector, Scope("", True), 24)
    return (time.perf_counter() - started) * 1000


def _passages(size: int, rng: random.Random) -> Iterator[Passage]:
    for number in range(size):
        yield Passage(f"p{number}", "bench", "", "", "sentence", _text(rng, 40), order=number)


def _text(rng: random.Random, length: int) -> str:
    # Squared: some characters are common and most are rare, as in any language.
    return "".join(SIGNS[int(len(SIGNS) * rng.random() ** 2)] for _ in range(length))
