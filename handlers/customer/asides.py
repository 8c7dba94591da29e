"""Questions between the verdict and the yes: what they ask about, and which words answer (pure)."""

from __future__ import annotations

import re
from typing import Literal

Facet = Literal["freight", "when", "amount", "stock", "why", "ways", ""]

_FACETS: tuple[tuple[Facet, re.Pattern[str]], ...] = (
    ("freight", re.compile("运费|邮费|快递费|邮寄费|谁(?:来)?(?:出|付|承担|掏)|到付|(?:要不?要?|得)我(?:自己)?(?:出|掏|付)|出钱|掏钱|自费")),
    ("when", re.compile("(?:几|多少)天|多久|什么时候|啥时候|几时|几号|到账|多长时间")),
    ("amount", re.compile("多少钱|退多少|退我多少|能退几|全额|几块")),
    ("stock", re.compile("没货|缺货|断码|没有货|没有(?:我的|这个|那个)?码|有货|有没有(?:货|码|大|小)")),
    ("why", re.compile("凭什么|凭啥|为什么|为啥|依据|哪条|谁规定|什么规定|有规定")),
    ("ways", re.compile("怎么办|咋办|咋整|怎么弄好|别的办法|其他办法|什么办法|怎么才能")),
)  # fmt: skip


def facet_of(text: str) -> Facet:
    """Which part of a decision is asked about; '' for the whole of it."""
    return next((name for name, words in _FACETS if words.search(text)), "")
