"""For chains of one's own: the same search and the same embedder as LangChain parts.

Apart from the rest because importing LangChain takes most of a second.
"""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from retrieval.embed import Embedder
from retrieval.rank import Hit
from retrieval.search import Scope, Search


class ChainEmbeddings(Embeddings):
    """An embedder as LangChain's `Embeddings`."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_query(self, text: str) -> list[float]:
        return [float(x) for x in self._embedder.query(text)]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float(x) for x in vector] for vector in self._embedder.passages(texts)]


class GuideRetriever(BaseRetriever):
    """The search as LangChain's retriever: the best `k` passages of what `scope` may know."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    search: Search
    scope: Scope
    k: int = 4

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **_: Any
    ) -> list[Document]:
        vector = self.search.embedder.query(query)
        return [_as_langchain(hit) for hit in self.search.find(query, vector, self.scope, self.k)]


def _as_langchain(hit: Hit) -> Document:
    about = {"document": hit.passage.document, "section": hit.passage.path, "score": hit.score}
    return Document(page_content=hit.passage.text, id=hit.passage.id, metadata=about)
