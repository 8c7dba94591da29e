"""Questions about the guide and its rules: the one thing asked, cited, or an honest no."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.conversation import Outcome, Status, Topic, Turn, Vector
from bot.grounding import ungrounded
from bot.intents.reactions import asked_after
from bot.messages import Choice, Citation, Reply
from handlers.merchant.answer import Answer, said
from handlers.merchant.asking_on import spoken_of
from handlers.merchant.desk import LOOKED_AT, Desk, topic_of
from handlers.merchant.left_out import leans
from handlers.merchant.parts import core_of, questions_in, short, stands
from handlers.merchant.unsaid import asks_who
from handlers.merchant.vouched import vouched
from knowledge.documents import Passage
from knowledge.wording import Wording
from retrieval.answerability import confidence, evidence
from retrieval.search import Scope, Search

log = logging.getLogger(__name__)

HANDOFF = Choice("handoff", "转人工")
SURE = 0.55
"""The guide's claim on a message that the examples took for none of our business."""
SAID = {"item", "sentence", "correction"}
"""What a section says one after the other; a cell has its own place."""
CERTAIN = 0.9
"""The same, on one that a rule takes for somebody else's."""


@dataclass(frozen=True, slots=True)
class GuideHandler:
    """Answers from the passages that the asker's shop may see."""

    search: Callable[[], Search]
    scope: Callable[[str], Scope]
    wording: Wording

    async def __call__(self, turn: Turn) -> Outcome:
        asked = asked_after(turn.message.text)
        questions = questions_in(asked)
        vector = await turn.vector() if questions == [turn.message.text] else None
        found = await asyncio.to_thread(self._answers, turn, questions, vector)
        answers = [answer for answer in found if answer]
        if not answers or self._invented(turn, answers):
            return self._declined(turn)
        left = [asked for asked, answer in zip(questions, found, strict=True) if not answer]
        return self._told(turn, answers, [part for part in left if stands(part)])

    async def knows(self, turn: Turn) -> bool:
        """Whether the guide surely answers the message as it stands."""
        return await self._confidence(turn) >= SURE

    async def of_self(self, turn: Turn) -> Outcome | None:
        """The last answer for what a merchant now says to be or to sell; None if it is the same."""
        topics = spoken_of(turn.conversation.topics, turn.message.text)
        desk = Desk(self.search(), self.scope(turn.conversation.shop), turn.now.date())
        found = await asyncio.to_thread(desk.of_self, asked_after(turn.message.text), topics)
        if found is None or self._invented(turn, [found]):
            return None
        return replace(self._told(turn, [found], []), intent="merchant_question")

    async def has(self, turn: Turn) -> bool:
        """Whether there is no doubt that it does."""
        return await self._confidence(turn) >= CERTAIN

    async def _confidence(self, turn: Turn) -> float:
        scope, text = self.scope(turn.conversation.shop), turn.message.text
        vector = await turn.vector()
        hits = await asyncio.to_thread(self.search().find, text, vector, scope, LOOKED_AT)
        return confidence(evidence(hits))

    def _answers(
        self, turn: Turn, questions: Sequence[str], vector: Vector | None
    ) -> list[Answer | None]:
        """One for each question, in their order; None where nothing is good enough."""
        search = self.search()
        vectors = [vector] if vector is not None else search.embedder.queries(questions)
        desk = Desk(search, self.scope(turn.conversation.shop), turn.now.date())
        topics = spoken_of(turn.conversation.topics, turn.message.text)
        found: list[Answer | None] = []
        for question, vector in zip(questions, vectors, strict=True):
            last = questions[len(found) - 1] if found else ""
            before = [topic_of(a) if a else Topic(last, last) for a in found[-1:]]
            before = before if leans(question, last) else []
            core = core_of(question) if len(questions) == 1 else ""
            answer = desk.answer(question, vector, (*topics, *before), core)
            found.append(desk.same_row(question, answer, next(filter(None, reversed(found)), None)))
        return self._filled(desk, questions, vectors, found) if len(found) > 1 else found

    def _filled(
        self,
        desk: Desk,
        questions: Sequence[str],
        vectors: Sequence[Vector],
        found: Sequence[Answer | None],
    ) -> list[Answer | None]:
        """A part that nothing answers, or only what another part was told, beside that answer."""
        filled = list(found)
        for place, answer in enumerate(found):
            others = [a for a in (*filled[:place], *found[place + 1 :]) if a]
            told = {p.id for other in others for p in other.passages}
            passages = answer.passages if answer else ()
            again = {p.id for p in passages} <= told and {p.kind for p in passages} <= SAID
            if others and (answer is None or (again and place)):
                more = desk.beside(questions[place], vectors[place], others)
                filled[place] = more or answer
        return filled

    def _told(self, turn: Turn, answers: Sequence[Answer], left: Sequence[str]) -> Outcome:
        """`left`: parts of the message that nothing answers; that is said, never passed over."""
        last = answers[-1]
        passages = tuple(dict.fromkeys(p for answer in answers for p in answer.passages))
        topic = replace(topic_of(last), parts=tuple(topic_of(one) for one in answers[:-1]))
        lines = [line for answer in answers for line in self._words(answer).split("\n")]
        lines += [self.wording.say("part_unsaid", part=short(part)) for part in left]
        text = "\n".join(_each_once(lines))
        reply = Reply(text, _offered(answers, left), cited(passages))
        nothing = all(answer.lacks for answer in answers)
        unsaid = bool(left) or any(answer.lacks for answer in answers)
        status: Status = "declined" if nothing else "answered"
        return Outcome((reply,), status, topic=topic, unanswered=unsaid)

    def _invented(self, turn: Turn, answers: Sequence[Answer]) -> bool:
        """Whether a number of the reply rests on nothing; then it must not leave."""
        topics = turn.conversation.topics
        asked = [turn.message.text, *(t.subject for t in topics), *(t.question for t in topics)]
        for answer in answers:
            quotes = [citation.quote for citation in cited(answer.passages)]
            floating = ungrounded(self._words(answer), [*asked, *quotes])
            if floating:
                log.error("ungrounded %s in the answer to message %s", floating, turn.message.id)
                return True
        return False

    def _words(self, answer: Answer) -> str:
        if answer.doubt:
            return vouched(answer.doubt, answer.passages, self.wording, answer.text)
        if answer.lacks and asks_who(answer.question):
            return self.wording.say("no_office")
        if answer.lacks:
            known = "" if answer.repeats else said(answer.passages[0])
            return (
                self.wording.say("no_figure", known=known)
                if known
                else self.wording.say("no_figure_at_all")
            )
        if not answer.blank:
            return answer.text
        return self.wording.say("blank_cell", row=answer.rows[0], column=answer.columns[0])

    def _declined(self, turn: Turn) -> Outcome:
        key = f"declined_{turn.conversation.audience}"
        key = "declined_again" if turn.conversation.misses else key
        reply = Reply(self.wording.say(key), (HANDOFF,))
        return Outcome((reply,), "declined", unanswered=True)


def _each_once(lines: Sequence[str]) -> list[str]:
    """The lines without repetitions, as an item or by itself."""
    told: dict[str, str] = {}
    for line in lines:
        told.setdefault(line.removeprefix("· "), line)
    return [*told.values()]


def _offered(answers: Sequence[Answer], left: Sequence[str]) -> tuple[Choice, ...]:
    """A person, where the guide itself does not know."""
    unknown = any(answer.blank or answer.lacks for answer in answers)
    return (HANDOFF,) if unknown or left else ()


def cited(passages: tuple[Passage, ...]) -> tuple[Citation, ...]:
    """One citation a passage, each once."""
    return tuple(dict.fromkeys(_citation(p) for p in passages))


def _citation(p: Passage) -> Citation:
    title = f"{p.title}（{p.origin.source}）" if p.origin.source else p.title
    quote = f"{p.table}：{p.text}" if p.table else p.text
    return Citation(p.document, title, p.section or p.title, quote, p.origin.as_of)
