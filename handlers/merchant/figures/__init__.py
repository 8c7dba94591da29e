"""Arithmetic on guide figures, with the calculation shown. Pure.

Every operand stands in the person's message or in a cited passage, so every result is grounded.
"""

import re
from collections.abc import Sequence
from datetime import date

from bot.messages import plain
from handlers.merchant.figures.case import Case, Rule, Sum
from handlers.merchant.figures.cells import apart, changed, together
from handlers.merchant.figures.damages import damages, food_damages
from handlers.merchant.figures.deadline import deadline
from handlers.merchant.figures.fees import fee, per_head
from handlers.merchant.figures.metric import metric
from handlers.merchant.figures.shares import difference, others, part, spread, total
from handlers.merchant.figures.yearly import years
from knowledge.chinese import arabic, simplified
from knowledge.documents import GUIDE
from retrieval.library import Library
from retrieval.rank import Hit

RULES: tuple[Rule, ...] = (
    *(deadline, metric, food_damages, damages, fee, per_head),
    *(years, others, total, difference, part, spread, apart, together, changed),
)
_TOO_LONG = re.compile(r"[\d零〇一二两三四五六七八九十百千万亿]{13}")
"""Nobody's money, visitors or years have that many numerals."""


def calculated(
    question: str,
    hits: Sequence[Hit],
    library: Library,
    today: date,
    owners: Sequence[str] = (GUIDE,),
) -> Sum | None:
    """The first calculation that the question asks for and there are figures for."""
    said = simplified(plain(question))
    if _TOO_LONG.search(said):
        return None
    case = Case(arabic(said), hits, library, today, owners)
    return next((found for rule in RULES if (found := rule(case))), None)
