"""The words of one owner's passages: which of them share a question's words, and how many."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import numpy as np

from knowledge.documents import Document, Passage
from retrieval.keyword import KeywordIndex, tokens
from retrieval.library import Entry, entries


class Shelf:
    """The keyword index over the passages of one owner."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._entries = [entry for document in documents for entry in entries(document)]
        self._index = KeywordIndex([entry.text for entry in self._entries])
        passages = [passage for document in documents for passage in document.passages]
        self._place = {passage.id: place for place, passage in enumerate(passages)}
        places = [self._place[entry.passage.id] for entry in self._entries]
        self._place_of = np.array(places, dtype=np.int32)
        # What is known to be unknown is found by its questions only; its own words count too.
        self._gaps = {p.id: _terms(p) for p in passages if p.kind == "gap"}

    def weights(self, text: str) -> Mapping[str, float]:
        """How rare each term of a text is here; terms that stand in no entry are left out."""
        return {term: self._index.idf(term) for term in tokens(text) if self._index.knows(term)}

    def best(self, text: str, k: int) -> list[tuple[Entry, float]]:
        """The `k` entries with the highest keyword share, zeros left out."""
        if not self._entries:
            return []
        scores = self._index.scores(text)
        some = np.argpartition(-scores, min(k, len(scores) - 1))[:k]
        order = some[np.argsort(-scores[some], kind="stable")]
        return [(self._entries[i], float(scores[i])) for i in order if scores[i] > 0]

    def covered(self, found: Iterable[str], weights: Mapping[str, float]) -> dict[str, float]:
        """By id of those found that stand here, 0 to 1: how much of the weight their terms have.

        A passage's terms are those of its text, of what stands above it and of its questions.
        """
        ids = [passage_id for passage_id in found if passage_id in self._place]
        places = np.array([self._place[i] for i in ids], dtype=np.int32)
        share, whole = np.zeros(len(ids)), sum(weights.values()) or 1.0
        there = np.zeros(len(self._place), dtype=np.bool_)
        for term, weight in weights.items():
            there[:] = False
            there[self._place_of[self._index.entries_with(term)]] = True
            share += there[places] * (weight / whole)
        told = dict(zip(ids, share.tolist(), strict=True))
        return told | {i: self._of_gap(i, weights) / whole for i in told if i in self._gaps}

    def _of_gap(self, passage_id: str, weights: Mapping[str, float]) -> float:
        return sum(weight for term, weight in weights.items() if term in self._gaps[passage_id])


def _terms(passage: Passage) -> frozenset[str]:
    told = (passage.title, passage.section, passage.table, passage.text, *passage.asks)
    return frozenset(chain.from_iterable(tokens(text) for text in told))
