"""What was found for a follow-up, weighed beside the last answer: by section, page, and what was
told already. Pure."""

from collections.abc import Sequence

from bot.conversation import Topic
from handlers.merchant.already import known, told_before
from handlers.merchant.left_out import says_nothing
from handlers.merchant.unsaid import lacks_figure
from knowledge.documents import Passage
from retrieval.library import Library
from retrieval.rank import Hit

NEAR_SECTION, NEAR_PAGE = 0.12, 0.05
OWN, OWN_FEW = 0.4, 0.15
SURE, SURE_GAP = 0.5, 0.05
CLOSE_BY, CLOSE_GAP = 0.6, 0.06


def leaning(
    question: str, hits: Sequence[Hit], topics: Sequence[Topic], library: Library
) -> list[Hit]:
    """Hits again, with what stands beside the last answer moved up and what was told moved down."""
    passages = known(topics[-1], library)
    told = told_before(question, topics, library)
    sections = {_section(p) for p in passages}
    pages = {p.document for p in passages}

    def worth(hit: Hit) -> float:
        near = _section(hit.passage) in sections
        lift = NEAR_SECTION if near else NEAR_PAGE * (hit.passage.document in pages)
        return hit.score + lift - told.get(hit.passage.id, 0.0)

    return sorted((hit.moved_to(worth(hit)) for hit in hits), key=lambda hit: -hit.score)


def pooled(question: str, alone: Sequence[Hit], hits: Sequence[Hit]) -> list[Hit]:
    """Hits of a reading, nearer where the question's own words lie near as well.

    A reading repeats the last question, so that what answered that comes back; what is new must
    count. A question of hardly any words of its own says little alone.
    """
    own = OWN_FEW if says_nothing(question) else OWN
    near = {hit.passage.id: hit.score for hit in alone}
    least = min(near.values(), default=0.0)

    def worth(hit: Hit) -> float:
        return (1 - own) * hit.score + own * near.get(hit.passage.id, least)

    return sorted((hit.moved_to(worth(hit)) for hit in hits), key=lambda hit: -hit.score)


def holding(question: str, hits: Sequence[Hit], topic: Topic, library: Library) -> list[Hit]:
    """Hits on the pages of the last answer that tell a figure of the kind that is asked for."""
    pages = {passage.document for passage in known(topic, library)}
    return [
        hit
        for hit in hits
        if hit.passage.document in pages and not lacks_figure(question, hit.passage.text)
    ]


def close_by(hits: Sequence[Hit], topic: Topic, library: Library) -> list[Hit]:
    """What lies on the page of the last answer, if hardly anything told lies nearer.

    A few words (“退不退”) are nearest to questions without an answer; beside an answer they are
    about that.
    """
    pages = {p.document for p in known(topic, library)}
    told = [hit for hit in hits if hit.passage.kind != "gap"]
    near = [hit for hit in told if hit.passage.document in pages]
    if not near or near[0].score < max(CLOSE_BY, told[0].score - CLOSE_GAP):
        return []
    return near


def stays(hits: Sequence[Hit], topic: Topic, library: Library) -> bool:
    """Whether the best lies close and in the very section of the last answer."""
    first = next((hit for hit in hits if hit.passage.kind != "gap"), None)
    if first is None or first.score < max(SURE, hits[0].score - SURE_GAP):
        return False
    return same_section(first, topic, library)


def same_section(hit: Hit, topic: Topic, library: Library) -> bool:
    """Whether it stands where the last answer stood."""
    return _section(hit.passage) in {_section(p) for p in known(topic, library)}


def _section(passage: Passage) -> tuple[str, str]:
    return passage.document, passage.section
