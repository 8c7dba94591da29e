"""Where one question is answered, in the light of what was answered before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.conversation import Topic, Vector
from bot.intents.claims import put_right
from handlers.merchant.already import known
from handlers.merchant.answer import Answer, once_corrected, told
from handlers.merchant.asking_on import (
    asked_of_us,
    bound_of,
    carried,
    cautions,
    side_against,
    the_rest,
    way_of,
)
from handlers.merchant.choosing import FINE
from handlers.merchant.compared import compared_by, rather
from handlers.merchant.compose import compose
from handlers.merchant.crossing import (
    across_named,
    counted_off,
    meant_beside,
    named_beside,
    named_by_place,
    other_extreme,
    pooled_figures,
    same_aspect,
    same_thing,
    says_more,
    sibling,
    swapped,
)
from handlers.merchant.figures import calculated
from handlers.merchant.figures.case import Sum
from handlers.merchant.going_back import meant_last, part_meant
from handlers.merchant.left_out import (
    asks_again,
    asks_change,
    changed_figures,
    is_short,
    names_figure,
    points_back,
    put_in,
    readings,
    says_nothing,
    wants_figures,
)
from handlers.merchant.lists import lines_of
from handlers.merchant.nearness import close_by, holding, leaning, pooled, same_section, stays
from handlers.merchant.of_self import meant_for, of_self
from handlers.merchant.shapes import wants_reason, wants_steps
from handlers.merchant.tables import side_by_side, thing_and_aspect
from handlers.merchant.unsaid import lacks_figure, lacks_who, other_act, other_rate
from handlers.merchant.vouched import behind, doubt_in
from knowledge.documents import Passage
from retrieval.answerability import answerable, confidence, evidence
from retrieval.rank import Hit, in_both
from retrieval.search import Scope, Search

LOOKED_AT = 24
FAR_OFF = 0.25
FEW = 3
"""What was told in so many of the last answers is still before the reader's eyes."""
NEWS = 0.15
"""So much farther off something new is told before the same is told again."""
_COMES_FROM = re.compile(r"(?:怎么|咋)来")
_ASKS = re.compile(r"[多几怎咋哪啥谁靠凭]|什么")
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
        topics = meant_last(question, topics, self.search.library)
        question, topics = part_meant(question, topics)
        found = self._behind(question, topics) or self.of_self(question, topics)
        found = found or self._found(question, vector, topics, "" if right else core)
        if found is None or _of_something_else(question, found.passages):
            return None
        before = {i for topic in topics[-FEW:] for i in topic.passages}
        found = once_corrected(found, topics[-1] if topics else None)
        return replace(
            found,
            lacks=not found.blank
            and (lacks_figure(question, found.text) or lacks_who(question, found.text)),
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

    def of_self(self, question: str, topics: Sequence[Topic]) -> Answer | None:
        """The last question, answered for what its asker now says to be or to sell."""
        what = of_self(question) if topics else ""
        if not what or not topics[-1].passages:
            return None
        alone, joined = self._find_all([what, f"{topics[-1].question} {what}"])
        found = meant_for(what, topics, alone, joined, self.search.library)
        if not found:
            return None
        answer = told(found, self.search.library)
        return replace(answer, question=question, subject=f"{topics[-1].question} {what}")

    def _behind(self, question: str, topics: Sequence[Topic]) -> Answer | None:
        """What the last answer rests on, if that is asked: its sum once more, or its source."""
        doubt = doubt_in(question) if topics else ""
        if not doubt:
            return None
        topic = topics[-1]
        found = behind(known(topic, self.search.library), self.search.library)
        worked_out = self._sum_of(topic) if doubt != "source" else None
        if not found or (
            doubt == "working" and not worked_out and not _COMES_FROM.search(question)
        ):
            return None
        doubt = "working" if worked_out else "source" if doubt == "working" else doubt
        text = worked_out.text if worked_out else ""
        again = (topic.rows, topic.columns)
        return Answer(text, tuple(found), *again, False, question, topic.subject, doubt=doubt)

    def _sum_of(self, topic: Topic) -> Sum | None:
        """The calculation that the last answer was."""
        library = self.search.library
        told = [Hit(p, 1.0, 1.0, 1.0) for p in known(topic, library)]
        asked = dict.fromkeys((topic.question, f"{topic.subject} {topic.question}", topic.subject))
        done = (calculated(one, told, library, self.today, self.scope.owners) for one in asked)
        sums = (one for one in done if one and " = " in one.text)
        return next((one for one in sums if one.passages[0].id in topic.passages), None)

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
        same = self._of_same(question, found, topics[-1]) if found and topics else None
        if same:
            return replace(same, question=question, subject=f"{same.subject} {question}")
        if found is None and topics and is_short(question):
            found = self._leaned(question, hits, topics)
        return replace(found, question=question, subject=question) if found else None

    def _of_same(self, question: str, found: Answer, topic: Topic) -> Answer | None:
        """The cell of the thing told of last, where a question that names none found another's.

        “以后加功能方便不” behind what SaaS costs asks that of SaaS.
        """
        cells = same_thing(question, found.passages, topic, self.search.library)
        if not cells:
            return None
        return replace(told(cells, self.search.library), subject=thing_and_aspect(cells[0])[0])

    def _worded(self, question: str, hits: Sequence[Hit]) -> Answer | None:
        library = self.search.library
        worked_out = calculated(question, hits, library, self.today, self.scope.owners)
        if worked_out:
            return told(worked_out.passages, library, worked_out.text)
        return compose(question, hits, library, first=True)

    def _after(self, question: str, topics: Sequence[Topic], alone: Sequence[Hit]) -> Answer | None:
        """An elliptical question answered beside the last answer; None if it stands alone."""
        return self._worked_out(question, topics) or self._read(question, topics, alone)

    def _worked_out(self, question: str, topics: Sequence[Topic]) -> Answer | None:
        """What follows from the last answers themselves: the second, the least, the rest, a sum."""
        library, topic = self.search.library, topics[-1]
        counted = counted_off(question, topics, library)
        if counted:
            return self._of_place(question, counted, topics)
        cells = [[p for p in known(t, library) if p.kind == "cell"] for t in reversed(topics)]
        compared = next(filter(None, (compared_by(question, some) for some in cells)), None)
        if compared:
            return told(compared, library, side_by_side(compared))
        every = (cell for some in cells for cell in some)
        less = next(filter(None, (rather(question, cell, library) for cell in every)), None)
        if less:
            subject = " ".join(thing_and_aspect(less[0]))
            return replace(told(less, library, side_by_side(less)), subject=subject)
        against = side_against(question, topics, library)
        if against:
            return told(against, library, side_by_side(against))
        others = (
            bound_of(question, topic, library)
            or other_extreme(question, topic, library)
            or the_rest(question, topics, library)
            or way_of(question, topic, library)
            or cautions(question, topic, library)
        )
        if others:
            return told(others, library, lines_of(others) if len(others) > 1 else "")
        both = pooled_figures(question, topics, library)
        if both:
            return told(both.passages, library, both.text)
        again = changed_figures(question, topic)
        found = self._worded(again, self._find(again)) if again else None
        return replace(found, subject=again) if found else None

    def _of_place(self, question: str, counted: Passage, topics: Sequence[Topic]) -> Answer | None:
        """“第二个”, and what else is asked of it."""
        library = self.search.library
        named = named_by_place(question, counted)
        if not named:
            return told(same_aspect(counted, topics[-1], library) or [counted], library)
        crossed = across_named(named, counted, library)
        if crossed:
            return told(crossed, library)
        if counted.kind == "item" and not lacks_figure(named, counted.text):
            return told([counted], library)
        hits = leaning(named, self._find(named), topics, library)
        found = compose(named, hits, library, known=stays(hits, topics[-1], library))
        return replace(found, subject=named) if found else told([counted], library)

    def _read(self, question: str, topics: Sequence[Topic], alone: Sequence[Hit]) -> Answer | None:
        """The question with what it leaves out put back, in the way that finds most."""
        library, topic = self.search.library, topics[-1]
        meant = readings(question, topic)
        figures = self._figures(question, meant[0], topic)
        if figures:
            return replace(told(figures.passages, library, figures.text), subject=meant[0])
        named = named_beside(question, topics, library)
        named = named or meant_beside(question, topic, alone, library)
        if named:
            return told(named, library)
        raw = self._find_all(meant)
        if wants_reason(question) and points_back(question):
            raw = [[hit for hit in hits if hit.passage.id not in topic.passages] for hits in raw]
        lean = (leaning(question, hits, topics, library) for hits in raw)
        found_for = [pooled(question, alone, hits) for hits in lean]
        best, text = max(zip(found_for, meant, strict=True), key=lambda pair: _top(pair[0]))
        stands = _top(alone) >= max(_top(best), CONFIDENT) and not says_nothing(question)
        if stands and (answerable(alone) or self._leaned(question, alone, topics)):
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
        if found and _ASKS.search(question) and not asks_again(question):
            found = self._news(text, found, best, topic) or found
        if found and not found.blank and lacks_figure(question, found.text):
            fuller = holding(question, best, topic, library)
            return (compose(text, fuller, library, known=there) if fuller else None) or found
        return found

    def _news(
        self, question: str, found: Answer, hits: Sequence[Hit], topic: Topic
    ) -> Answer | None:
        """What else its section says nearly as close, where an answer would only say again what
        was told."""
        if not {p.id for p in found.passages} <= set(topic.passages):
            return None
        fresh = [hit for hit in hits if hit.passage.id not in topic.passages]
        library = self.search.library
        near = [hit for hit in fresh if hit.score >= hits[0].score - NEWS]
        there = [hit for hit in near if same_section(hit, topic, library)]
        return compose(question, there, library, known=True) if there else None

    def _leaned(
        self, question: str, alone: Sequence[Hit], topics: Sequence[Topic]
    ) -> Answer | None:
        """What lies on the page of the last answer, where the question alone finds too little."""
        lean = leaning(question, alone, topics, self.search.library)
        return self._close_by(question, lean, topics[-1])

    def _close_by(self, question: str, hits: Sequence[Hit], topic: Topic) -> Answer | None:
        near = close_by(hits, topic, self.search.library)
        return compose(question, near, self.search.library, known=True) if near else None

    def _figures(self, question: str, whole: str, topic: Topic) -> Sum | None:
        """The last calculation with another thing put in, or one on what was just told."""
        if not wants_figures(question) or (wants_steps(question) and not names_figure(question)):
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
