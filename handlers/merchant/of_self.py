"""“我做女装的” after “客单价呢”: what the asker tells, for the last question. Pure."""

import re
from collections.abc import Sequence

from bot.conversation import Topic
from handlers.merchant.already import known
from handlers.merchant.crossing import named_beside
from handlers.merchant.left_out import bare
from knowledge.documents import Passage
from retrieval.library import Library
from retrieval.rank import Hit

_OF_SELF = re.compile(
    r"(?:那|对了|就)?(?:我|俺|咱)们?(?:家|店里?|这边?|这儿)?(?:就|只|主要|其实)?(?:是|做|卖|开|搞|弄|属于)"
    r"(?P<what>[^多几怎咋哪啥谁什吗呢店 ]{1,8}?)(?:生意)?[的呀啊哈哦嘛]*"
)
NEAR = 0.35


def of_self(message: str) -> str:
    """What the asker is or sells (`女装`), if the message says nothing else."""
    found = _OF_SELF.fullmatch(bare(message))
    return found["what"] if found else ""


def meant_for(
    what: str,
    topics: Sequence[Topic],
    alone: Sequence[Hit],
    joined: Sequence[Hit],
    library: Library,
) -> list[Passage]:
    """The part of the last answer, or what stands beside it, that is for such a person; [] if none.

    `alone`: what the thing itself finds; `joined`: what it finds behind the last question.
    """
    beside = named_beside(what, topics, library)
    if beside:
        return beside
    told = known(topics[-1], library)
    pages = {p.document for p in told}
    near = {hit.passage.id for hit in alone if hit.score >= NEAR}
    found = [h.passage for h in joined if h.passage.id in near and h.passage.document in pages]
    fine = [p for p in found if p.kind in ("cell", "item", "sentence")]
    same = fine[:1] == told and what not in fine[0].text
    return [] if same else fine[:1]
