"""Which of the passages found are told: the best one, and what stands beside it. Pure.

Which grain answers what kind of question: docs/decisions/0017 and 0020.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.grounding import numbers
from bot.messages import plain
from handlers.merchant.grain import beside, whole_of
from handlers.merchant.lists import items_of, named_items
from handlers.merchant.shapes import (
    asks_to_do,
    holds_quantity,
    sees_conflict,
    wants_comparison,
    wants_each,
    wants_quantity,
    wants_reason,
    wants_steps,
)
from handlers.merchant.tables import grid_around, refined
from handlers.merchant.unsaid import other_matter
from knowledge.documents import Passage
from retrieval.library import Library
from retrieval.rank import Hit

FINE = ("cell", "item", "sentence", "correction")
CLOSE = 0.14
"""A runner-up this close to the best says something that the asker may have meant."""
EXACT = 0.07
"""The same, where the best already holds the number that is asked for."""
SHARED = 0.8
"""What another section says beside a figure shares at least so much of what that shares."""
NEAR_ENOUGH = 0.72
"""What lies farther off in meaning is told without other sections beside it."""
OWN_WORDS = 0.6
MOST = 4
SAME_SECTION = 0.14
NUMBERS = 0.04
"""A number that the asker names stands in few passages."""
UNCOUNTED = 0.05
"""What holds no number is seldom what “how much” asks for."""
ELSEWHERE = 0.15
VALUED = 0.2
"""Who names the whole value of a cell (“38%那个是什么”) asks what it is of."""
LIMITED = 0.12
ALIKE = 0.7
_DRAWBACK = re.compile(r"缺点|短板|不足|坏处|毛病|劣势|弊端|局限")
_LIMITS = re.compile(r"限制|代价|缺点|不足")
_HOW = re.compile(r"方案|手段|要点|办法|措施|做法|步骤")
_RAISE = re.compile(r"提(?![交现供示醒前取到])|拉[高升]|涨|上去|搞高|弄高")
_DONT = re.compile(r"别照?做")


def chosen(
    question: str, hits: Sequence[Hit], library: Library, first: bool = False
) -> list[Passage]:
    """The best passage, and those beside it that the question may mean as well.

    `first`: it is read as it stands; what lies far off is told alone.
    """
    fine = _ordered(question, [hit for hit in hits if hit.passage.kind in FINE])
    if not fine:  # all that was found led to a list
        return items_of(hits[0].passage, library)[:MOST] or [hits[0].passage]
    best = _told_instead(question, _how(question, fine[0].passage, library), fine, library)
    whole = (
        whole_of(question, best, hits, library)
        or _advised_against(question, best, library)
        or _crossing(question, fine, library)
    )
    if whole:
        return whole
    found = refined(question, best, hits, library) if best.kind == "cell" else [best]
    if len(found) == 1 and _empty(found[0]):
        return found  # an empty cell is the whole answer
    if best.kind == "correction":
        found = [*_corrected(best, fine, library), best]
    wanted = _Wanted.of(question, best)
    if wanted.exact and _is_named(question, best, library):
        return found
    if first and not wanted.broad:
        top, *others = fine
        fine = [top, *(h for h in others if wanted.near(h.passage) or not _loose(h, top))]
    return _with_those_beside(question, wanted, found, fine, library)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """How much is asked: `broad`, steps or reasons; `exact`, a number that the best one holds."""

    best: Passage
    broad: bool
    exact: bool

    @classmethod
    def of(cls, question: str, best: Passage) -> "_Wanted":
        counted = wants_quantity(question) and _counts(best, question)
        broad = wants_steps(question) or wants_reason(question)
        return cls(best, broad, counted and not sees_conflict(question))

    def near(self, passage: Passage) -> bool:
        """Whether it stands in the section of the best one."""
        return (passage.document, passage.section) == (self.best.document, self.best.section)

    def reach(self, question: str, passage: Passage) -> float:
        """How far behind the best one it may lie."""
        usual = EXACT if self.exact and not self.broad else CLOSE
        if passage.document == self.best.document:
            return usual + (SAME_SECTION if self.near(passage) and self.broad else 0)
        return 0 if self.exact else min(usual, EXACT) if wants_steps(question) else usual


def _is_named(question: str, best: Passage, library: Library) -> bool:
    """Whether it is the very thing that is named, and no other is wanted beside it."""
    if wants_each(question) or wants_comparison(question) or best.kind != "cell":
        return False
    return grid_around(best, library).named(question)[0] == [best.row]


def _with_those_beside(
    question: str,
    wanted: _Wanted,
    found: Sequence[Passage],
    fine: Sequence[Hit],
    library: Library,
) -> list[Passage]:
    """What was found, and what lies hardly farther and adds to it."""
    told, conflict = list(found), sees_conflict(question)
    alone = _names_it(question, wanted.best, library)
    for hit in fine[1:]:
        passage, near = hit.passage, wanted.near(hit.passage)
        if wanted.exact and not near and hit.covered < fine[0].covered * SHARED:
            continue  # near in meaning, but of other words than what is asked
        if len(told) >= (4 if wanted.broad else 3):
            continue
        if hit.score < fine[0].score - wanted.reach(question, passage):
            continue
        other = (alone and near and passage.kind == "item") or _empty(passage)
        other = other or (wanted.broad and _bare_figure(passage))
        if not other and _adds(passage, told, library, conflict):
            told.append(passage)
    return told


def _loose(hit: Hit, best: Hit) -> bool:
    """Whether it is likely there by chance: of another section, and beside what lies far off itself
    or of fewer of the words that are asked.
    """
    return best.meaning < NEAR_ENOUGH or hit.covered < best.covered * OWN_WORDS


def _empty(passage: Passage) -> bool:
    return passage.kind == "cell" and not passage.value


def _bare_figure(passage: Passage) -> bool:
    """A share or a sum tells nobody how or why."""
    return passage.kind == "cell" and any(sign.isdigit() for sign in passage.value[:2])


def _how(question: str, best: Passage, library: Library) -> Passage:
    """Who asks how, near what is the matter, wants the column that says what is done about it."""
    raised = _RAISE.search(question) and wants_steps(question) and not numbers(question)
    if best.kind == "item" and best.row and raised:
        page = library.documents[best.document].passages
        same = (p for p in page if p.kind == "cell" and p.row == best.row)
        return next((p for p in same if _HOW.search(p.column) and p.value), best)
    if best.kind != "cell" or not wants_steps(question) or _HOW.search(best.column):
        return best
    grid = grid_around(best, library)
    elsewhere = grid.named(question)[1] and not asks_to_do(question)
    told = [] if elsewhere else [c for c in grid.columns if _HOW.search(c)]
    return next(iter(grid.pick([best.row], told)), best)


def _advised_against(question: str, best: Passage, library: Library) -> list[Passage]:
    """Who asks how, and is nearest to one way that nobody should go, is told the ways beside it."""
    if best.kind != "item" or not wants_steps(question) or _names_it(question, best, library):
        return []
    if not any(_DONT.search(note.text) for note in library.corrections(best)):
        return []
    lists = (p for p in library.section(best) if p.kind == "list" and best.text in p.text)
    return [p for one in lists for p in items_of(one, library) if p != best][:MOST]


def _crossing(question: str, fine: Sequence[Hit], library: Library) -> list[Passage]:
    """The near cell whose row and column are both named, before a sentence that names neither."""
    best = fine[0].passage
    if best.kind == "cell" or not wants_quantity(question) or _names_it(question, best, library):
        return []
    for hit in fine[1:4]:
        if hit.passage.kind == "cell" and hit.score >= fine[0].score - CLOSE and hit.passage.value:
            rows, columns = grid_around(hit.passage, library).named(question)
            if (rows, columns) == ([hit.passage.row], [hit.passage.column]):
                return [hit.passage]
    return []


def _told_instead(question: str, best: Passage, fine: Sequence[Hit], library: Library) -> Passage:
    """An empty cell whose column nobody names gives way to what its row says about as near."""
    if best.kind != "cell" or best.value or not wants_quantity(question):
        return best
    if best.column in grid_around(best, library).named(question)[1]:
        return best
    row = (h.passage for h in fine if h.score >= fine[0].score - CLOSE and h.passage.kind == "cell")
    same = (p for p in row if (p.table, p.row) == (best.table, best.row))
    return next((p for p in same if holds_quantity(p.value, question)), best)


def _names_it(question: str, best: Passage, library: Library) -> bool:
    """Whether the question names this very item of its list: then its neighbours are not meant."""
    return best.kind == "item" and named_items(question, beside(best, library), library) == [best]


def _ordered(question: str, fine: list[Hit]) -> list[Hit]:
    """Reasons stand in sentences; disagreements in corrections, which otherwise come second."""

    def worth(hit: Hit) -> float:
        if wants_reason(question) and hit.passage.kind == "cell":
            return hit.score - 0.06
        if hit.passage.kind == "correction":
            return hit.score + (0.06 if sees_conflict(question) else -0.05)
        if quantity and not _counts(hit.passage, question):
            return hit.score - UNCOUNTED
        if steps and (_bare_figure(hit.passage) or _empty(hit.passage)):
            return hit.score - UNCOUNTED * 2
        if drawback and _LIMITS.search(hit.passage.row):
            return hit.score + LIMITED
        return hit.score + NUMBERS * len(asked & set(numbers(hit.passage.text)))

    quantity, steps = wants_quantity(question), wants_steps(question)
    drawback = bool(_DRAWBACK.search(question)) and not wants_comparison(question)
    asked = {n for n in numbers(question) if len(n) > 1}

    said = plain(question)

    def apart(hit: Hit) -> float:
        value = plain(hit.passage.value)
        named = len(value) > 2 and any(c.isdigit() for c in value) and value in said
        moved = VALUED * named - ELSEWHERE * other_matter(question, hit.passage)
        return worth(hit) + moved

    return sorted(fine, key=lambda hit: -apart(hit))


def _counts(passage: Passage, question: str) -> bool:
    """Whether it says how much or how many; an empty cell says that nobody knows."""
    blank = passage.kind == "cell" and not passage.value
    text = passage.text
    for named in sorted(numbers(question), key=len, reverse=True):
        text = text.replace(named, "")  # what the asker knows is not what is asked
    return blank or holds_quantity(text, question)


def _corrected(note: Passage, fine: Sequence[Hit], library: Library) -> list[Passage]:
    """What the correction is about: the guide's word comes first."""
    return [h.passage for h in fine if note in library.corrections(h.passage)][:1]


def _adds(passage: Passage, found: Sequence[Passage], library: Library, conflict: bool) -> bool:
    """Whether it tells something new that is no neighbour's value."""
    if passage in found or any(passage in library.corrections(one) for one in found):
        return False
    if passage.kind == "correction" and not conflict:
        return False  # nobody understands it without what it corrects
    if _told_beside(passage, found, library):
        return False
    return passage.kind != "cell" or not any(one.kind == "cell" for one in found)


def _told_beside(passage: Passage, found: Sequence[Passage], library: Library) -> bool:
    """Whether a correction of what is told names every number of it, and it the same thing."""
    said = set(numbers(passage.value or passage.text))
    beside = (note for one in found if one.row == passage.row for note in library.corrections(one))
    sure = bool(passage.row) or len(said) > 1
    return bool(said) and any(
        said <= set(numbers(note.text)) and (sure or _alike(passage.text, note.text))
        for note in beside
    )


def _alike(text: str, note: str) -> bool:
    """Whether most signs of a text stand in a correction too."""
    signs = set(text)
    return len(signs & set(note)) >= ALIKE * len(signs)
