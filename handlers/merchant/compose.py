"""Hits → the words of an answer. Pure; knows nothing of channels or conversations."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.documents import Passage
from retrieval.library import Library
from retrieval.rank import Hit

FINE = ("cell", "item", "sentence", "correction")
ANSWERABLE = 0.42


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say and what it rests on. `blank`: the asked cell is empty in the original."""

    text: str
    passages: tuple[Passage, ...]
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    blank: bool = False


def answerable(question: str, hits: Sequence[Hit]) -> bool:
    """Whether anything found is good enough to answer with."""
    best = next((hit for hit in hits if hit.passage.kind in FINE), None)
    return best is not None and best.score >= ANSWERABLE


def compose(question: str, hits: Sequence[Hit], library: Library) -> Answer | None:
    """The answer to one question, or None if nothing found is good enough."""
    best = next((hit for hit in hits if hit.passage.kind in FINE), None)
    if best is None or not answerable(question, hits):
        return None
    return _single(best.passage, library)


def _single(passage: Passage, library: Library) -> Answer:
    rows = (passage.row,) if passage.row else ()
    columns = (passage.column,) if passage.column else ()
    notes = tuple(library.corrections(passage))
    if passage.kind == "cell" and not passage.value:
        return Answer("", (passage, *notes), rows, columns, blank=True)
    text = "\n".join([_said(passage), *(note.text for note in notes)])
    return Answer(text, (passage, *notes), rows, columns)


def _said(passage: Passage) -> str:
    if passage.kind == "cell":
        return f"{passage.row}的{passage.column}：{passage.value}。"
    return passage.text
