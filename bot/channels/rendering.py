"""Replies within a platform's limits, which count bytes, not characters."""

from collections.abc import Sequence

from bot.mail import Receipt
from bot.messages import Choice


def in_bytes(text: str) -> int:
    """How long a platform takes `text` to be."""
    return len(text.encode())


def numbered(text: str, choices: Sequence[Choice]) -> str:
    """`text` with its choices as lines, for platforms without menus."""
    if not choices:
        return text
    lines = [f"{place}. {choice.label}" for place, choice in enumerate(choices, 1)]
    return "\n".join([text, *lines])


def too_long(text: str, limit: int) -> Receipt | None:
    """The refusal of a text that the platform would cut off unseen; None where it fits."""
    size = in_bytes(text)
    if size <= limit:
        return None
    return Receipt("refused", detail=f"回复有 {size} 字节，超过上限 {limit}：请拆成几条")
