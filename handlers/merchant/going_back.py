"""“回到刚才那个插件，限多少商品来着”: which of the last answers a message goes on with. Pure."""

import re
from collections.abc import Sequence

from bot.conversation import Topic
from handlers.merchant.already import known
from handlers.merchant.crossing import figure_of
from handlers.merchant.labels import FRAME, pieces
from handlers.merchant.left_out import asks_again, bare
from retrieval.library import Library

_BACK = re.compile(
    r"(?:回到|回过头|说回|倒回|再说|再问|还是说|还是问|接着|继续)?(?:一下)?(?:刚才|刚刚|前面|之前|开头|最开始|一开始|上面|上一?个)"
    r"(?:那会儿?)?(?:说|问|讲|提|聊)?(?:到|过)?的?(?:[那这][个种条家样]?)?|^(?:回到|说回|再说回|说说)[那这]?[个种条]?"
)
_PART = re.compile(r"^那?(?:第([一二三四1234])|最后那?一?)个(?:问题|的话)?")
FAR = 6
"""So many answers back somebody may point."""
LEAST = 2


def goes_back(question: str) -> bool:
    """Whether it points to something before the last answer, or to what was said already."""
    said = bare(question)
    return bool(_BACK.search(said)) or asks_again(said)


def without_way_back(question: str) -> str:
    """The question without “回到刚才那个”; as it was if nothing is left."""
    rest = _BACK.sub(" ", bare(question)).strip(" ，,的")
    return rest if len(rest) >= LEAST else question


def meant_last(question: str, topics: Sequence[Topic], library: Library) -> Sequence[Topic]:
    """The topics, that one last which a message that goes back names.

    Of two it is the one with the longer part of a name; the later one of equals.
    """
    if len(topics) < 2 or not goes_back(question):
        return topics
    said = FRAME.sub(" ", without_way_back(question))
    shared = [_shared(said, topic, library) for topic in topics[-FAR:]]
    if max(shared) < LEAST:
        return topics
    at = len(shared) - 1 - shared[::-1].index(max(shared))
    meant = topics[-FAR:][at]
    return (*(topic for topic in topics if topic is not meant), meant)


def part_meant(question: str, topics: Sequence[Topic]) -> tuple[str, Sequence[Topic]]:
    """“第一个，失败了退吗” behind several questions of one message: “失败了退吗”, that part last.

    As they were where no part is pointed to, or nothing is asked of it.
    """
    found = _PART.match(bare(question))
    parts = (*topics[-1].parts, topics[-1]) if topics else ()
    rest = bare(question)[found.end() :].strip(" ，,的呢") if found else ""
    if not found or len(parts) < 2 or len(rest) < LEAST or len(topics[-1].rows) > 1:
        return question, topics
    at = len(parts) - 1 if found[1] is None else figure_of(found[1]) - 1
    return (rest, (*topics[:-1], parts[at])) if at < len(parts) else (question, topics)


def _shared(said: str, topic: Topic, library: Library) -> int:
    """The length of the longest part of `said` that stands in what was asked or told there."""
    told = " ".join(f"{p.row} {p.column} {p.section}" for p in known(topic, library))
    words = bare(f"{topic.subject} {topic.question} {told}")
    return max((len(piece) for piece in pieces(said) if piece in words), default=0)
