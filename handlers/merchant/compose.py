"""Hits → the words of an answer. Pure; knows nothing of channels or conversations."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.conversation import Topic
from bot.grounding import numbers
from bot.messages import plain
from handlers.merchant.grain import beside, whole_of
from handlers.merchant.lists import body, items_of, lines_of, listed, named_items
from handlers.merchant.shapes import (
    asks_to_do,
    holds_quantity,
    sees_conflict,
    wants_choice,
    wants_comparison,
    wants_each,
    wants_judgement,
    wants_quantity,
    wants_reason,
    wants_steps,
)
from handlers.merchant.tables import (
    compared,
    grid_around,
    names_several,
    refined,
    sets_apart,
    side_by_side,
    weighs,
)
from handlers.merchant.unsaid import other_matter
from handlers.merchant.vouched import Doubt
from knowledge.documents import Passage
from retrieval.answerability import answerable
from retrieval.library import Library
from retrieval.rank import Hit

FINE = ("cell", "item", "sentence", "correction")
CLOSE = 0.14
"""A runner-up this close to the best says something that the asker may have meant."""
EXACT = 0.07
"""The same, where the best already holds the number that is asked for."""
SHARED = 0.8
"""What another section says beside a figure shares at least so much of what that shares."""
NEARER = 0.03
JUDGED = 0.1
MOST = 4
ROOM = 300
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
_HOLDS = re.compile(r"违规|合规|[能可该]|现在|还|行|对吗|真")
_LIMITS = re.compile(r"限制|代价|缺点|不足")
_HOW = re.compile(r"方案|手段|要点|办法|措施|做法|步骤")
_RAISE = re.compile(r"提(?![交现供示醒前取到])|拉[高升]|涨|上去|搞高|弄高")
_DONT = re.compile(r"别照?做")
GUIDE_WORD = "指南原文"


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say and what it rests on. `blank`: the asked cell is empty in the original; `lacks`:
    what was found tells no figure of the kind that was asked for; `repeats`: it was told before;
    `doubt`: it is asked what the last answer rests on.
    """

    text: str
    passages: tuple[Passage, ...]
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    blank: bool = False
    question: str = ""
    subject: str = ""
    lacks: bool = False
    repeats: bool = False
    doubt: Doubt = ""


def compose(
    question: str, hits: Sequence[Hit], library: Library, known: bool = False
) -> Answer | None:
    """The answer to one question, or None if nothing found is good enough.

    `known`: that there is an answer need not be asked.
    """
    if not any(hit.passage.kind in FINE for hit in hits):
        return None
    if not (known or answerable(hits) or names_several(question, hits, library)):
        return None
    hits = led([hit for hit in hits if hit.passage.kind != "gap"], library)
    apart = sets_apart(question, hits, library) or weighs(question, hits, library)
    cells = compared(question, hits, library) if apart or not _stated(question, hits) else []
    if len(cells) > 1:
        return told(cells, library, side_by_side(cells), question)
    row = row_meant(question, hits, library)
    if row:
        return told(row, library, side_by_side(row), question)
    items = listed(question, hits, library)
    if items:
        return told(items, library, lines_of(items), question)
    return told(cells or chosen(question, hits, library), library, question=question)


def led(hits: Sequence[Hit], library: Library) -> list[Hit]:
    """“…有这些办法：” is no answer: the list that it leads stands in for it."""
    found: dict[str, Hit] = {}
    for hit in hits:
        passage = hit.passage
        if passage.text.endswith("："):
            lists = (p for p in library.section(passage) if p.kind == "list")
            passage = next((p for p in lists if p.text.startswith(passage.text)), passage)
        led_to = hit if passage is hit.passage else replace(hit, passage=passage)
        found.setdefault(passage.id, led_to)
    return list(found.values())


def _stated(question: str, hits: Sequence[Hit]) -> bool:
    """Whether a statement or a list lies nearer than any table; who asks “哪个” wants the table."""
    said = [hit.score for hit in hits if hit.passage.kind in ("item", "sentence")]
    if wants_judgement(question) and said and said[0] >= hits[0].score - JUDGED:
        return True
    if wants_choice(question) or hits[0].passage.kind not in ("item", "sentence", "list"):
        return False
    tables = [hit.score for hit in hits if hit.passage.table]
    return not tables or tables[0] <= hits[0].score - NEARER


def row_meant(question: str, hits: Sequence[Hit], library: Library) -> list[Passage]:
    """The cells of an aspect's row that lies nearest of all, for all things compared."""
    best = hits[0].passage
    if best.kind != "row":
        return []
    grid = grid_around(best, library)
    if not grid.transposed or grid.asked(question)[0]:
        return []
    return grid.pick([best.row], grid.columns)


def chosen(question: str, hits: Sequence[Hit], library: Library) -> list[Passage]:
    """The best passage, and those beside it that the question may mean as well."""
    fine = _ordered(question, [hit for hit in hits if hit.passage.kind in FINE])
    if not fine:  # all that was found led to a list
        return items_of(hits[0].passage, library)[:MOST] or [hits[0].passage]
    best = _told_instead(question, _how(question, fine[0].passage, library), fine, library)
    whole = whole_of(question, best, hits, library)
    if whole:
        return whole
    instead = _advised_against(question, best, library) or _crossing(question, fine, library)
    if instead:
        return instead
    found = refined(question, best, hits, library) if best.kind == "cell" else [best]
    if len(found) == 1 and found[0].kind == "cell" and not found[0].value:
        return found  # an empty cell is the whole answer
    if best.kind == "correction":
        found = [*_corrected(best, fine, library), best]
    alone = _names_it(question, best, library)
    broad = wants_steps(question) or wants_reason(question)
    exact = wants_quantity(question) and _counts(best, question) and not sees_conflict(question)
    usual = EXACT if exact and not broad else CLOSE
    if (
        exact
        and not (wants_each(question) or wants_comparison(question))
        and best.kind == "cell"
        and grid_around(best, library).named(question)[0] == [best.row]
    ):
        return found  # the very thing that is named
    for hit in fine[1:]:
        near = (hit.passage.document, hit.passage.section) == (best.document, best.section)
        reach = usual + (SAME_SECTION if near and broad else 0)
        if hit.passage.document != best.document:
            reach = 0 if exact else min(reach, EXACT) if wants_steps(question) else reach
        if exact and not near and hit.covered < fine[0].covered * SHARED:
            continue  # near in meaning, but of other words than what is asked
        if len(found) < (4 if broad else 3) and hit.score >= fine[0].score - reach:
            other = alone and near and hit.passage.kind == "item"
            other = other or _empty(hit.passage) or (broad and _bare_figure(hit.passage))
            adds = _adds(hit.passage, found, library, sees_conflict(question))
            found += [hit.passage] if adds and not other else []
    return found


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


def told(found: Sequence[Passage], library: Library, text: str = "", question: str = "") -> Answer:
    """The answer that says these passages, each correction once, behind what it corrects."""
    notes = list(dict.fromkeys(note for p in found for note in library.corrections(p)))
    rest = (
        [note for note in notes if note not in found]
        if not text or text.startswith("·") or "\n" not in text
        else []
    )
    lines = [text] if text else [_named(p, library) for p in found]
    for note in _fullest(rest):
        if sum(len(line) for line in lines) + len(note.text) <= ROOM:
            lines.append(note.text)
    rows = tuple(dict.fromkeys(p.row for p in found if p.row))
    columns = tuple(dict.fromkeys(p.column for p in found if p.column))
    blank = len(found) == 1 and found[0].kind == "cell" and not found[0].value
    return Answer("\n".join(lines), (*found, *rest), rows, columns, blank, question)


def _fullest(notes: Sequence[Passage]) -> list[Passage]:
    """Without those that another one says and goes on."""
    heads = [note.text.rstrip("。") for note in notes]
    return [
        note
        for note, head in zip(notes, heads, strict=True)
        if not any(other != head and other.startswith(head) for other in heads)
    ]


def once_corrected(answer: Answer, last: Topic | None) -> Answer:
    """The answer without a correction that stood below the last one as well."""
    first, *others = answer.passages
    asked = _HOLDS.search(answer.question)  # then the correction is the answer
    if last is None or asked or first.kind != "cell" or first.id in last.passages:
        return answer
    notes = [p.text for p in others if p.kind == "correction" and p.id in last.passages]
    again = [note for note in notes if f"\n{note}" in answer.text]
    text = answer.text
    for note in again:
        text = text.replace(f"\n{note}", "")
    return replace(answer, text=f"{text}\n更正同上一条。") if again else answer


def _named(passage: Passage, library: Library) -> str:
    """What a correction follows is named as the guide's own word."""
    corrected = passage.origin.confidence == GUIDE_WORD and library.corrections(passage)
    return f"指南写：{said(passage)}" if corrected else said(passage)


def said(passage: Passage) -> str:
    """One passage in the reply's own words."""
    if passage.kind == "cell":
        return passage.text.replace(" · ", "的", 1).replace("（原表空白）", "原表这格是空的") + "。"
    return body(passage) if passage.kind == "item" else passage.text
