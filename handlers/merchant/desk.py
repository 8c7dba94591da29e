"""Where one question is answered, in the light of what was answered before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.conversation import Topic, Vector
from bot.intents.claims import put_right
from handlers.merchant.already import known
from handlers.merchant.asking_on import (
    asked_of_us,
    carried,
    side_against,
    sources_of,
    the_rest,
    way_of,
)
from handlers.merchant.compared import compared_by
from handlers.merchant.compose import FINE, Answer, compose, told
from handlers.merchant.figures import calculated
from handlers.merchant.figures.case import Sum
from handlers.merchant.followup import (
    asks_change,
    changed_figures,
    close_by,
    counted_off,
    holding,
    is_short,
    leaning,
    named_beside,
    names_figure,
    other_extreme,
    points_back,
    pooled,
    pooled_figures,
    put_in,
    readings,
    says_more,
    says_nothing,
    sibling,
    stays,
    swapped,
    wants_figures,
)
from handlers.merchant.lists import lines_of
from handlers.merchant.shapes import wants_reason
from handlers.merchant.tables import side_by_side
from handlers.merchant.unsaid import lacks_figure, other_act, other_rate
from knowledge.documents import Passage
from retrieval.answerability import confidence, evidence
from retrieval.rank import Hit, in_both
from retrieval.search import Scope, Search

LOOKED_AT = 24
FAR_OFF = 0.25
TELLS_WHY = ("item", "sentence")
"""What may tell why something is so; a cell only says that it is."""
BESIDE, BESIDE_GAP = 0.55, 0.06
"""How near a part must lie to what another part was answered from, and how little nearer else."""
DOUBTED = 0.7
"""Below this a question is read without what is told beside it as well."""
CONFIDENT = 0.62
"""Above this a question stands for itself, however short it is."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where one question is answered: what may be read, and today's date."""

    search: Search
    scope: Scope
    today: date

    def answer(
        self, question: str, vector: Vector, topics: Sequence[Topic], core: str = ""
    ) -> Answer | None:
        """The answer to one question, in the light of what was answered before.

        `core`: what is asked, without what is told beside it.
        """
        ours = asked_of_us(question, topics)
        if ours:
            found = self._worded(ours, self._find(ours))
            return replace(found, question=ours, subject=ours) if found else None
        right = put_right(question) if topics else ""
        question = f"那{right}呢" if right else question
        found = self._found(question, vector, topics, "" if right else core)
        if found is None or _of_something_else(question, found.passages):
            return None
        before = topics[-1].passages if topics else ()
        return replace(
            found,
            lacks=not found.blank and lacks_figure(question, found.text),
            repeats=found.passages[0].id in before,
        )

    def beside(self, question: str, vector: Vector, others: Sequence[Answer]) -> Answer | None:
        """What else the sections say that answer the other parts of the message, if little lies
        nearer: a part leans on them as a question leans on the one before."""
        told = {p.id for other in others for p in other.passages}
        sections = {(p.document, p.section) for other in others for p in other.passages}
        hits = self.search.find(question, vector, self.scope, LOOKED_AT)
        new = [h for h in hits if h.passage.kind in FINE and h.passage.id not in told]
        near = [h for h in new if (h.passage.document, h.passage.section) in sections]
        if not near or near[0].meaning < BESIDE or near[0].score < new[0].score - BESIDE_GAP:
            return None
        found = compose(question, near[:1], self.search.library, known=True)
        if found is None or found.blank or lacks_figure(question, found.text):
            return None
        return replace(found, question=question, subject=question)

    def same_row(self, question: str, answer: Answer | None, last: Answer | None) -> Answer | None:
        """A part that names no row goes on with that before (“个体认证多少钱 能卖多少件”)."""
        rows = {p.row for p in last.passages if p.kind == "cell"} if last else set()
        if not answer or len(rows) != 1 or len(answer.columns) != 1:
            return answer
        beside = carried(question, answer.passages[0], rows.pop(), self.search.library)
        return replace(told(beside, self.search.library), question=question) if beside else answer

    def _found(
        self, question: str, vector: Vector, topics: Sequence[Topic], core: str
    ) -> Answer | None:
        hits = self.search.find(question, vector, self.scope, LOOKED_AT)
        if core and confidence(evidence(hits)) < DOUBTED:
            hits = in_both(hits, self._find(core))  # what is told beside it leads astray
        if topics and (points_back(question) or is_short(question)):
            found = self._after(question, topics, hits)
            if found:
                last = topics[-1]
                subject = found.subject or put_in(question, last) or last.subject
                return replace(found, question=question, subject=subject)
        found = self._worded(question, hits)
        if found is None and topics and is_short(question):
            lean = leaning(question, hits, topics, self.search.library)
            found = self._close_by(question, lean, topics[-1])
        return replace(found, question=question, subject=question) if found else None

    def _worded(self, question: str, hits: Sequence[Hit]) -> Answer | None:
        library = self.search.library
        worked_out = calculated(question, hits, library, self.today, self.scope.owners)
        if worked_out:
            return told(worked_out.passages, library, worked_out.text)
        return compose(question, hits, library)

    def _after(self, question: str, topics: Sequence[Topic], alone: Sequence[Hit]) -> Answer | None:
        """An elliptical question answered beside the last answer; None if it stands alone."""
        return self._worked_out(question, topics) or self._read(question, topics, alone)

    def _worked_out(self, question: str, topics: Sequence[Topic]) -> Answer | None:
        """What follows from the last answers themselves: the second, the least, the rest, a sum."""
        library, topic = self.search.library, topics[-1]
        named, rests_on = sources_of(question, topic, library)
        if named:
            return Answer(named, tuple(rests_on))
        counted = counted_off(question, topics, library)
        if counted:
            return told([counted], library)
        cells = [[p for p in known(t, library) if p.kind == "cell"] for t in reversed(topics)]
        compared = next(filter(None, (compared_by(question, some) for some in cells)), None)
        if compared:
            return told(compared, library, side_by_side(compared))
        against = side_against(question, topics, library)
        if against:
            return told(against, library, side_by_side(against))
        others = (
            other_extreme(question, topic, library)
            or the_rest(question, topics, library)
            or way_of(question, topic, library)
        )
        if others:
            return told(others, library, lines_of(others) if len(others) > 1 else "")
        both = pooled_figures(question, topics, library)
        if both:
            return told(both.passages, library, both.text)
        again = changed_figures(question, topic)
        found = self._worded(again, self._find(again)) if again else None
        return replace(found, subject=again) if found else None

    def _read(self, question: str, topics: Sequence[Topic], alone: Sequence[Hit]) -> Answer | None:
        """The question with what it leaves out put back, in the way that finds most."""
        library, topic = self.search.library, topics[-1]
        meant = readings(question, topic)
        figures = self._figures(question, meant[0], topic)
        if figures:
            return told(figures.passages, library, figures.text)
        named = named_beside(question, topics, library)
        if named:
            return told(named, library)
        raw = self._find_all(meant)
        if wants_reason(question) and points_back(question):
            raw = [[hit for hit in hits if hit.passage.id not in topic.passages] for hits in raw]
        lean = (leaning(question, hits, topics, library) for hits in raw)
        found_for = [pooled(question, alone, hits) for hits in lean]
        best, text = max(zip(found_for, meant, strict=True), key=lambda pair: _top(pair[0]))
        if _top(alone) >= max(_top(best), CONFIDENT) and not says_nothing(question):
            return None
        beside = swapped(question, topic, raw[0], library)
        if any(says_more(question, (cell.row, cell.column), library) for cell in beside):
            beside = [*_near(beside, best)]
        if wants_reason(question) and points_back(question):
            first = next((hit.passage for hit in best if hit.passage.kind in TELLS_WHY), None)
            return told([first], library) if first else None
        beside = beside or sibling(question, topic, library)
        there = stays(best, topic, library)
        found = told(beside, library) if beside else compose(text, best, library, known=there)
        found = found or self._close_by(text, best, topic)
        if found and not found.blank and lacks_figure(question, found.text):
            fuller = holding(question, best, topic, library)
            return (compose(text, fuller, library, known=there) if fuller else None) or found
        return found

    def _close_by(self, question: str, hits: Sequence[Hit], topic: Topic) -> Answer | None:
        near = close_by(hits, topic, self.search.library)
        return compose(question, near, self.search.library, known=True) if near else None

    def _figures(self, question: str, whole: str, topic: Topic) -> Sum | None:
        """The last calculation with another thing put in, or one on what was just told."""
        if not wants_figures(question):
            return None
        library = self.search.library
        before = known(topic, library)
        hits = [*(Hit(p, 1.0, 1.0, 1.0) for p in before), *self._find(whole)]
        found = calculated(whole, hits, library, self.today, self.scope.owners)
        same = found is not None and found.passages == tuple(before[: len(found.passages)])
        new = names_figure(question) or asks_change(question)
        return None if same and not new else found

    def _find(self, text: str) -> list[Hit]:
        return self._find_all([text])[0]

    def _find_all(self, texts: Sequence[str]) -> list[list[Hit]]:
        """Hits of several texts, embedded side by side."""
        vectors = self.search.embedder.queries(texts)
        pairs = zip(texts, vectors, strict=True)
        return [self.search.find(text, vector, self.scope, LOOKED_AT) for text, vector in pairs]


def _of_something_else(question: str, passages: Sequence[Passage]) -> bool:
    """Whether what is asked about is no more than near to what was found."""
    return other_rate(question, passages) or other_act(question, passages)


def _near(cells: Sequence[Passage], hits: Sequence[Hit]) -> Sequence[Passage]:
    """The cells, unless the question found something much closer."""
    scores = [hit.score for hit in hits if hit.passage in cells]
    return cells if scores and max(scores) >= hits[0].score - FAR_OFF else []


def topic_of(answer: Answer) -> Topic:
    """What the next question may point back to."""
    told = tuple(passage.id for passage in answer.passages)
    return Topic(answer.question, answer.subject, told, answer.rows, answer.columns)


def _top(hits: Sequence[Hit]) -> float:
    return hits[0].score if hits else 0.0
