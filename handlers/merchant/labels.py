"""Which of several names does a question mean? Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from bot.messages import plain
from knowledge.chinese import simplified

CONTENT = re.compile(r"[\u3400-\u9fff]|[a-z]+|[0-9]+")
FRAME = re.compile(
    r"为(什么|啥|何)|怎么样?|怎样|咋样?|如何|多少|多久|几|什么|啥|哪里?|谁|那|这|个|种|要|得|需|能|会|可以"
    r"|是|有|的|了|吗|呢|么|吧|不|没|钱|天|年|月|次"
)
"""Words that any question may have."""


COMPARING = re.compile(
    r"差在|差别|差异|差距|区别|不同|两样|一样|分别|对比|相比|比较|比一?比|比一下|各自|之间|相差|还是|哪儿|那种|这种"
    r"|[跟和与同比各差哪里儿些啥点选好]|一般|普通|到底|究竟"
)
"""Words that any comparison may have."""


def mentioned(question: str, labels: Sequence[str], others: Sequence[str] = ()) -> list[str]:
    """The labels that the question names, by a part that no other label of theirs has.

    `others` are names of the other axis of a table. Longer matches come first and use up the
    characters they match: in “个体户号” the word is 个体户, not the 户号 of 商户号.
    """
    left = _bare(question)
    found = set()
    parts = [*_parts(labels, others, 0), *_parts(others, labels, 1)]
    for part, axis, label in sorted(parts, key=lambda p: -len(p[0])):
        if part in left and not _denied(part, left):
            left = left.replace(part, "\0")
            found.add((axis, label))
    return [label for label in labels if (0, label) in found]


def _denied(part: str, said: str) -> bool:
    """“没认证” does not name what is 认证."""
    return bool(re.search(rf"[没未不无][做]?{re.escape(part)}", said))


def best_named(question: str, labels: Sequence[str]) -> int | None:
    """Which label has the longest part of its own in the question; None if none or two have."""
    said = _bare(question)
    longest = [0] * len(labels)
    for part, _, label in _parts(labels, (), 0):
        if part in said:
            at = labels.index(label)
            longest[at] = max(longest[at], len(part))
    most = max(longest, default=0)
    return longest.index(most) if most and longest.count(most) == 1 else None


def _parts(
    labels: Sequence[str], elsewhere: Sequence[str], axis: int
) -> Iterator[tuple[str, int, str]]:
    """(part, axis, label) for every part that stands in this label alone."""
    return ((part, axis, label) for part, label in _own(tuple(labels), tuple(elsewhere)))


@lru_cache(2048)
def _own(labels: tuple[str, ...], elsewhere: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The same tables are asked again and again."""
    found = []
    for label in labels:
        others = [_bare(o) for o in (*labels, *elsewhere) if o != label and not o.startswith("未")]
        found += [
            (part, label)
            for part in sorted(set(pieces(label)))
            if FRAME.sub("", part) and not any(part in other for other in others)
        ]
    return tuple(found)


def pieces(label: str) -> Iterable[str]:
    """Latin words whole; of Chinese words every run of two characters or more."""
    for word in re.findall(r"[a-z0-9]+|[\u3400-\u9fff]+", _bare(label)):
        if word[0] < "\u3400":
            yield word
            continue
        for start in range(len(word) - 1):
            for end in range(start + 2, len(word) + 1):
                yield word[start:end]


@lru_cache(8192)
def _bare(text: str) -> str:
    return simplified(plain(text))


def unnamed(
    said: str,
    names: Sequence[str],
    synonyms: tuple[tuple[str, ...], ...],
    frame: re.Pattern[str] = FRAME,
) -> str:
    """What a question says besides these names and the words that every question has."""
    about = [group for group in synonyms if any(w in name for w in group for name in names)]
    meant = [word for group in about for word in group]
    for word in sorted({*meant, *(piece for n in names for piece in pieces(n))}, key=len)[::-1]:
        said = said.replace(plain(word), " ")
    return "".join(CONTENT.findall(FRAME.sub("", frame.sub("", said))))
