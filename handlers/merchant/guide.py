"""Questions about the guide and its rules: the one thing asked, cited, or an honest no."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bot.conversation import Outcome, Topic, Turn, Vector
from bot.messages import Choice, Citation, Reply
from handlers.merchant.compose import Answer, compose
from knowledge.documents import Passage
from knowledge.wording import Wording
from retrieval.search import Scope, Search

HANDOFF = Choice("handoff", "转人工")


@dataclass(frozen=True, slots=True)
class GuideHandler:
    """Answers from the passages that the asker's shop may see."""

    search: Callable[[], Search]
    scope: Callable[[str], Scope]
    wording: Wording

    async def __call__(self, turn: Turn) -> Outcome:
        answer = await asyncio.to_thread(self._answer, turn, await turn.vector())
        return self._told(turn, answer) if answer else self._declined(turn)

    def _answer(self, turn: Turn, vector: Vector) -> Answer | None:
        search, scope = self.search(), self.scope(turn.conversation.shop)
        hits = search.find(turn.message.text, vector, scope)
        return compose(turn.message.text, hits, search.library)

    def _told(self, turn: Turn, answer: Answer) -> Outcome:
        topic = Topic(
            turn.message.text, tuple(p.id for p in answer.passages), answer.rows, answer.columns
        )
        if answer.blank:
            text = self.wording.say("blank_cell", row=answer.rows[0], column=answer.columns[0])
            reply = Reply(text, (HANDOFF,), cited(answer.passages))
        else:
            reply = Reply(answer.text, (), cited(answer.passages))
        return Outcome((reply,), "answered", topic=topic)

    def _declined(self, turn: Turn) -> Outcome:
        key = (
            "declined_again"
            if turn.conversation.misses
            else f"declined_{turn.conversation.audience}"
        )
        reply = Reply(self.wording.say(key), (HANDOFF,))
        return Outcome((reply,), "declined", unanswered=True)


def cited(passages: tuple[Passage, ...]) -> tuple[Citation, ...]:
    """One citation a passage, each once."""
    return tuple(dict.fromkeys(_citation(p) for p in passages))


def _citation(p: Passage) -> Citation:
    title = f"{p.title}（{p.origin.source}）" if p.origin.source else p.title
    quote = f"{p.table}：{p.text}" if p.table else p.text
    return Citation(p.document, title, p.section or p.title, quote, p.origin.as_of)
