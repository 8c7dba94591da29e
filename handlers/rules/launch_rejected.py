"""A rejection's words → likely causes, what to change, what to send again. Pure."""

from __future__ import annotations

from knowledge.launch.shapes import LaunchBook, Rejection

MOST = 3


def causes(book: LaunchBook, said: str) -> tuple[Rejection, ...]:
    """The known reasons that these words name, the most specific first; none if it is unknown.

    A later reason counts only by words that no earlier one has used: “类目与经营范围不符” is about
    the scope, not also about the category.
    """
    found, rest = [], said
    for rejection in book.rejections:
        hits = [m for pattern in rejection.words for m in pattern.finditer(rest)]
        if hits:
            found.append(rejection)
            rest = _without_clause(rest, hits[0].start())
    return tuple(found[:MOST])


def _without_clause(text: str, at: int) -> str:
    """`text` without the clause around that place."""
    start = text.rfind(" ", 0, at) + 1
    end = text.find(" ", at)
    return text[:start] + (text[end:] if end >= 0 else "")
