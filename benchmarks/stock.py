"""The same pages, questions and embedder through LangChain and LlamaIndex, scored the same way.

Both pipelines are put together as the quick starts of their projects do it: LangChain with its
recursive splitter (1,000 characters, 200 of overlap) and an in-memory store, LlamaIndex with its
sentence splitter and `VectorStoreIndex`. Neither has a language model here, so that what is scored
is the passage that a model would have been given: the top one, and the top four together.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure
from retrieval.chains import ChainEmbeddings
from retrieval.embed import BundledEmbedder, Embedder
from tests.evals.answers import mean, one, rows
from tests.evals.matching import forbidden, missing

PAGES = Path(__file__).parent.parent / "knowledge" / "content" / "guide"
TOP = 4
Pipeline = Callable[[str], list[str]]
"""A question → the texts that it finds, best first."""


def measure(folder: Path) -> list[Figure]:
    """Facts, strict and characters of our replies and of both pipelines, on the report half."""
    asked = rows("questions", "report")
    embedder = BundledEmbedder()
    found = [_figure("Kaidian, the reply", asked, _replies(folder, asked))]
    for name, build in (("LangChain", langchain), ("LlamaIndex", llama_index)):
        pipeline = build(embedder)
        texts = [pipeline(row["question"]) for row in asked]
        for count in (1, TOP):
            told = ["\n".join(some[:count]) for some in texts]
            found.append(_figure(f"{name}, top {count}", asked, told))
    return found


def _replies(folder: Path, asked: Sequence[dict[str, Any]]) -> list[str]:
    import server
    from bot.settings import Settings

    house = server.build(Settings(data_dir=folder), demo=True)

    async def ask() -> list[str]:
        return [(await one(house, row["question"])).text for row in asked]

    return asyncio.run(ask())


def _figure(name: str, asked: Sequence[dict[str, Any]], told: Sequence[str]) -> Figure:
    pairs = list(zip(asked, told, strict=True))
    facts = [not missing(text, row["facts"]) for row, text in pairs]
    wrong = [bool(forbidden(text, row.get("must_not", []))) for row, text in pairs]
    strict = [fact and not bad for fact, bad in zip(facts, wrong, strict=True)]
    characters = mean([len(text) for text in told])
    return Figure(name, {"facts": mean(facts), "strict": mean(strict), "characters": characters})


def pages() -> list[tuple[str, str]]:
    """Name and text of every page of the guide."""
    return [(p.name, p.read_text(encoding="utf-8")) for p in sorted(PAGES.glob("*.md"))]


def langchain(embedder: Embedder) -> Pipeline:
    """LangChain's tutorial on retrieval: split, embed, search by similarity."""
    from langchain_core.documents import Document
    from langchain_core.vectorstores import InMemoryVectorStore
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=1000, chunk_overlap=200, add_start_index=True
    )
    whole = [Document(text, metadata={"source": name}) for name, text in pages()]
    store = InMemoryVectorStore(ChainEmbeddings(embedder))
    store.add_documents(splitter.split_documents(whole))
    return lambda question: [d.page_content for d in store.similarity_search(question, k=TOP)]


def llama_index(embedder: Embedder) -> Pipeline:
    """LlamaIndex's starter: `VectorStoreIndex.from_documents`, asked for its nearest nodes."""
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.embeddings import BaseEmbedding

    class Ours(BaseEmbedding):
        """Our embedder in the other's clothes."""

        def _get_query_embedding(self, query: str) -> list[float]:
            return [float(x) for x in embedder.query(query)]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return [float(x) for x in embedder.query(query)]

        def _get_text_embedding(self, text: str) -> list[float]:
            return [float(x) for x in embedder.passages([text])[0]]

    whole = [Document(text=text, metadata={"file_name": name}) for name, text in pages()]
    index = VectorStoreIndex.from_documents(whole, embed_model=Ours())
    retriever = index.as_retriever(similarity_top_k=TOP)
    return lambda question: [found.node.get_content() for found in retriever.retrieve(question)]
