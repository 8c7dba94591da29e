"""Questions between the verdict and the yes: what they ask about, and which words answer (pure)."""

from __future__ import annotations

import re
from typing import Literal

Facet = Literal["freight", "when", "amount", ""]

_FACETS: tuple[tuple[Facet, re.Pattern[str]], ...] = (
    ("freight", re.compile("运费|邮费|快递费|邮寄费|谁(?:来)?(?:出|付|承担)|到付")),
    ("when", re.compile("(?:几|多少)天|多久|什么时候|啥时候|几时|几号|到账|多长时间")),
    ("amount", re.compile("多少钱|退多少|退我多少|能退几|全额|几块")),
)  # fmt: skip


def facet_of(text: str) -> Facet:
    """Which part of a decision is asked about; '' for the whole of it."""
    return next((name for name, words in _FACETS if words.search(text)), "")
