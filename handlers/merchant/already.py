"""What was told in the last turns need not be told again: what comes beside it. Pure."""

from collections.abc import Sequence

from bot.conversation import Topic
from bot.messages import plain
from handlers.merchant.labels import CONTENT, FRAME, unnamed
from handlers.merchant.left_out import asks_again
from handlers.merchant.lists import items_of
from handlers.merchant.shapes import wants_quantity
from knowledge.chinese import simplified
from knowledge.documents import Passage
from retrieval.library import Library

_WHERE = frozenset("在去上到哪里儿啊呀")
AGAIN, BEFORE = 0.15, 0.12
"""How much farther off lies what the last answer told, and what one before it told."""


def known(topic: Topic, library: Library) -> list[Passage]:
    """The passages that an answer was made of, those that are still there."""
    return [library.passages[i] for i in topic.passages if i in library.passages]


def told_before(question: str, topics: Sequence[Topic], library: Library) -> dict[str, float]:
    """Passage id → how much it is moved down, for all that the last answers told.

    A cell of the very last answer may be meant again by a mere “占多少”.
    """
    if asks_again(question):
        return {}
    found: dict[str, float] = {}
    words = set(unnamed(simplified(plain(question)), (), ())) - _WHERE
    words -= set(f"{topics[-1].subject}{topics[-1].question}") if topics else set()
    for far, topic in enumerate(reversed(topics)):
        for passage in known(topic, library):
            if far == 0 and words and words <= set(simplified(plain(passage.text))):
                continue  # it asks for a part of just this
            again = far == 0 and passage.kind == "cell" and _only_how_much(question)
            more = 0.0 if again else BEFORE if far else AGAIN
            found[passage.id] = found.get(passage.id, 0.0) + more
    told = [library.passages[i] for i in found]
    return found | {p.id: BEFORE for item in told for p in _lists_told(item, found, library)}


def _lists_told(item: Passage, told: dict[str, float], library: Library) -> list[Passage]:
    """The lists beside a told item of which the better half was told."""
    if item.kind != "item":
        return []
    lists = [p for p in library.section(item) if p.kind == "list"]
    items = [(one, items_of(one, library)) for one in lists]
    return [one for one, held in items if sum(p.id in told for p in held) * 2 >= len(held) > 0]


def _only_how_much(question: str) -> bool:
    said = simplified(plain(question))
    return wants_quantity(said) and len("".join(CONTENT.findall(FRAME.sub("", said)))) <= 1
