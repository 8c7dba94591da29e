"""Vectors in Chroma, through LangChain's vector store: embedded by default, a server by address.

The guide is one collection; shops are hashed into a fixed number of others and filtered inside
(a collection costs about 3 MB of memory, a filter about 1 ms per 1,000 vectors).
"""

import zlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.api.models.Collection import Collection
from chromadb.config import Settings as ChromaSettings
from langchain_chroma import Chroma

from bot.conversation import Vector
from knowledge.documents import GUIDE
from retrieval.chains import ChainEmbeddings
from retrieval.embed import Embedder
from retrieval.library import Entry
from retrieval.vectors import Near, Shown, near_of, shown

BUCKETS = 8


def connect(url: str, folder: Path) -> ClientAPI:
    """Chroma at `url`, or embedded in `folder`."""
    quiet = ChromaSettings(anonymized_telemetry=False)
    if url:
        place = urlsplit(url)
        secure = place.scheme == "https"
        port = place.port or (443 if secure else 80)
        return chromadb.HttpClient(place.hostname or "", port, ssl=secure, settings=quiet)
    folder.mkdir(parents=True, exist_ok=True)
    return chromadb.PersistentClient(str(folder), settings=quiet)


def collections(client: ClientAPI, embedder: Embedder) -> Callable[[str], "ChromaVectors"]:
    """What opens a generation by its name."""
    return partial(ChromaVectors, client, embedder)


class ChromaVectors:
    """The collections of one generation (the port `Vectors`)."""

    def __init__(self, client: ClientAPI, embedder: Embedder, generation: str) -> None:
        self._client = client
        self._embedder = embedder
        # e5 models embed the two sides differently; questions are stored the way they are asked.
        self._texts = {False: _Known(embedder, embedder.passages)}
        self._texts[True] = _Known(embedder, embedder.queries)
        self.generation = generation
        self._open: dict[tuple[str, bool], Chroma] = {}
        self._found: dict[str, Collection] = {}

    def add(self, document_id: str, shop: str, entries: Sequence[Entry]) -> None:
        for asked in (False, True):
            some = [entry for entry in entries if entry.is_question is asked]
            if some:
                self._collection(shop, asked).add_texts(
                    [entry.text for entry in some],
                    [_metadata(entry, document_id, shop) for entry in some],
                    [entry.id for entry in some],
                )

    def remember(self, document_id: str, shop: str) -> None:
        wanted = ["documents", "metadatas", "embeddings"]
        found = self._collection(shop).get(where={"document": document_id}, include=wanted)
        rows = zip(found["documents"], found["metadatas"], found["embeddings"], strict=True)
        for text, about, vector in rows:
            self._texts[bool(about["question"])].vectors[text] = [float(x) for x in vector]

    def forget(self) -> None:
        for texts in self._texts.values():
            texts.vectors.clear()

    def remove(self, document_id: str, shop: str) -> None:
        self._collection(shop).delete(where={"document": document_id})

    def count(self, document_id: str, shop: str) -> int:
        found = self._collection(shop).get(where={"document": document_id}, include=[])
        return len(found["ids"])

    def nearest(self, vector: Vector, shop: str, k: int) -> list[Near]:
        # Not through LangChain, which has texts and metadata read too: three times the work.
        found = self._asked(shop).query(
            query_embeddings=[vector.tolist()],
            n_results=k,
            where=_only(shop),
            include=["distances"],
        )
        pairs = zip(found["ids"][0], (found["distances"] or [[]])[0], strict=True)
        return [near_of(entry, 1 - distance) for entry, distance in pairs]

    def everything(self, shop: str, most: int) -> Shown | None:
        collection = self._asked(shop)
        if collection.count() > most:
            return None
        found = collection.get(where=_only(shop), include=["embeddings"])
        return shown(found["ids"], np.array(found["embeddings"], dtype=np.float32))

    def drop(self) -> None:
        for collection in self._client.list_collections():
            if collection.name.startswith(f"{self.generation}-"):
                self._client.delete_collection(collection.name)
        self._open.clear()
        self._found.clear()

    def _asked(self, shop: str) -> Collection:
        """Chroma's own handle, made where it is not there yet."""
        name = self._name(shop)
        if name not in self._found:
            self._collection(shop)
            self._found[name] = self._client.get_collection(name, embedding_function=None)
        return self._found[name]

    def _name(self, shop: str) -> str:
        return f"{self.generation}-{_bucket(shop)}"

    def _collection(self, shop: str, asked: bool = False) -> Chroma:
        name = self._name(shop)
        if (name, asked) not in self._open:
            self._open[name, asked] = Chroma(
                collection_name=name,
                embedding_function=self._texts[asked],
                client=self._client,
                collection_configuration={"hnsw": {"space": "cosine"}},
            )
        return self._open[name, asked]


class _Known(ChainEmbeddings):
    """Embeds what it has not been told yet; texts of a changed document are mostly the old ones."""

    def __init__(self, embedder: Embedder, embed: Callable[[Sequence[str]], list[Vector]]) -> None:
        super().__init__(embedder)
        self._embed = embed
        self.vectors: dict[str, list[float]] = {}

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        new = [text for text in dict.fromkeys(texts) if text not in self.vectors]
        fresh = dict(zip(new, (v.tolist() for v in self._embed(new)), strict=True))
        return [fresh.get(text) or self.vectors[text] for text in texts]


def _bucket(shop: str) -> str:
    return "guide" if shop == GUIDE else f"shops{zlib.crc32(shop.encode()) % BUCKETS}"


def _only(shop: str) -> dict[str, Any] | None:
    return None if shop == GUIDE else {"shop": shop}


def _metadata(entry: Entry, document_id: str, shop: str) -> dict[str, str]:
    asked = entry.text if entry.is_question else ""
    return {"passage": entry.passage.id, "document": document_id, "shop": shop, "question": asked}
