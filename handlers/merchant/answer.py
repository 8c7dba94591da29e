"""An answer: what is said, and the passages it rests on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.conversation import Topic
from handlers.merchant.lists import body
from handlers.merchant.vouched import Doubt
from knowledge.documents import Passage
from retrieval.library import Library

ROOM = 300
"""Characters; corrections that make it longer stay with the citations."""
GUIDE_WORD = "指南原文"
_HOLDS = re.compile(r"违规|合规|[能可该]|现在|还|行|对吗|真")


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
