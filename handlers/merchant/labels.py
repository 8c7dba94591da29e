"""Which of several names does a question mean? Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.messages import plain
from knowledge.chinese import simplified


def mentioned(question: str, labels: Sequence[str], others: Sequence[str] = ()) -> list[str]:
    """The labels that the question names, by a part that no other label of theirs has.

    `others` are names of the other axis of a table. Longer matches come first and use up the
    characters they match: in “个体户号” the word is 个体户, not the 户号 of 商户号.
    """
    left = _bare(question)
    found = set()
    parts = [*_parts(labels, others, 0), *_parts(others, labels, 1)]
    for part, axis, label in sorted(parts, key=lambda p: -len(p[0])):
        if part in left:
            left = left.replace(part, "\0")
            found.add((axis, label))
    return [label for label in labels if (0, label) in found]


def _parts(
    labels: Sequence[str], elsewhere: Sequence[str], axis: int
) -> Iterator[tuple[str, int, str]]:
    """(part, axis, label) for every part that stands in this label alone."""
    for label in labels:
        others = [_bare(other) for other in (*labels, *elsewhere) if other != label]
        for part in set(pieces(label)):
            if not any(part in other for other in others):
                yield part, axis, label


def pieces(label: str) -> Iterable[str]:
    """Latin words whole; of Chinese words every run of two characters or more."""
    for word in re.findall(r"[a-z0-9]+|[\u3400-\u9fff]+", _bare(label)):
        if word[0] < "\u3400":
            yield word
            continue
        for start in range(len(word) - 1):
            for end in range(start + 2, len(word) + 1):
                yield word[start:end]


def _bare(text: str) -> str:
    return simplified(plain(text))
