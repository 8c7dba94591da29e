"""A keyword index for Chinese: BM25 over character pairs, words in Latin letters and numbers.

Character pairs beat dictionary words on colloquial questions (tried: hit@1 0.63 to 0.48) and need
no dictionary. Postings are arrays, so that a query over 100,000 entries stays in milliseconds.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.messages import plain
from knowledge.chinese import simplified

K1 = 1.2
B = 0.4
"""Mild length normalisation: an alias of six characters should not beat every passage."""

_WORDS = re.compile(r"[a-z]+|[0-9]+(?:\.[0-9]+)?|[\u3400-\u9fff]+")
# Characters that carry questions rather than meaning; pairs of only these say nothing.
_EMPTY = frozenset(
    "的了吗呢啊吧呀么嘛哦是在有和与就都也还要请问我你您他它这那个一下想能会可以什怎样咋多少几"
)


def tokens(text: str) -> list[str]:
    """Index terms of a text: pairs of neighbouring characters, single ones where alone, words."""
    found: list[str] = []
    for word in _WORDS.findall(simplified(plain(text))):
        if word[0] < "\u3400" or len(word) == 1:
            found.append(word)
        else:
            found.extend(a + b for a, b in pairwise(word))
    return [term for term in found if not set(term) <= _EMPTY]


class KeywordIndex:
    """BM25 over fixed entries. `scores` are shares of the best score a text could reach."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [Counter(tokens(text)) for text in texts]
        self._size = len(texts)
        lengths = np.array([sum(c.values()) for c in counts] or [1], dtype=np.float32)
        self._norm = K1 * (1 - B + B * lengths / max(float(lengths.mean()), 1.0))
        postings: dict[str, list[tuple[int, int]]] = {}
        for entry, count in enumerate(counts):
            for term, times in count.items():
                postings.setdefault(term, []).append((entry, times))
        self._postings = {term: _arrays(found) for term, found in postings.items()}

    def knows(self, term: str) -> bool:
        """Whether the term stands in any entry."""
        return term in self._postings

    def idf(self, term: str) -> float:
        """Rarity of a term; a term of no entry counts as the rarest."""
        found = self._postings.get(term)
        have = len(found[0]) if found else 0
        return math.log(1 + (self._size - have + 0.5) / (have + 0.5))

    def scores(self, text: str) -> NDArray[np.float32]:
        """For every entry: BM25 over the highest sum that the known terms could give, 0 to 1."""
        result = np.zeros(self._size, dtype=np.float32)
        terms = Counter(tokens(text))
        best = sum(self.idf(term) for term in terms if term in self._postings) * (K1 + 1)
        for term in terms:
            if term in self._postings:
                entries, times = self._postings[term]
                gain = times * (K1 + 1) / (times + self._norm[entries])
                result[entries] += self.idf(term) * gain
        return result / best if best else result


def _arrays(found: list[tuple[int, int]]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    entries, times = zip(*found, strict=True)
    return np.array(entries, dtype=np.int32), np.array(times, dtype=np.float32)
