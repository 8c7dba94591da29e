"""Everything that is known, in memory: passages by id, and what belongs together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.documents import Document, Passage, digest_of
from knowledge.guide import qualified_by

Synonyms = tuple[tuple[str, ...], ...]
KEY = 12
"""Characters of a question's key."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be found: a passage's own text, or a question it answers."""

    passage: Passage
    text: str
    is_question: bool

    @property
    def id(self) -> str:
        """The passage's id; of a question with its key behind."""
        return f"{self.passage.id}?{key_of(self.text)}" if self.is_question else self.passage.id


def key_of(question: str) -> str:
    """What stands for one of a passage's questions in the vector store."""
    return digest_of(question)[:KEY]


@lru_cache(65_536)
def parts_of(entry_id: str) -> tuple[str, str]:
    """The id of the passage, and the key of the question or ''."""
    passage, _, key = entry_id.rpartition("?")
    return (passage, key) if passage and len(key) == KEY else (entry_id, "")


class Library:
    """A snapshot; a changed document makes a new one."""

    def __init__(self, documents: Iterable[Document], synonyms: Synonyms = ()) -> None:
        self.synonyms = synonyms
        self.documents = {document.id: document for document in documents}
        self.shop_of = {d.id: d.shop for d in self.documents.values()}
        every = [p for d in self.documents.values() for p in d.passages]
        self.passages = {p.id: p for p in every}
        self._sections: dict[tuple[str, str], list[Passage]] = {}
        for passage in every:
            self._sections.setdefault((passage.document, passage.section), []).append(passage)

    def section(self, passage: Passage) -> Sequence[Passage]:
        """Everything in the section of `passage`, in reading order."""
        return self._sections.get((passage.document, passage.section), ())

    def table(self, passage: Passage) -> Sequence[Passage]:
        """The cells of the table that `passage` belongs to, row by row."""
        return [p for p in self.section(passage) if p.kind == "cell" and p.table == passage.table]

    def corrections(self, passage: Passage) -> Sequence[Passage]:
        """What corrects or contradicts this passage."""
        return [
            note
            for note in self.section(passage)
            if note.kind == "correction" and any(qualified_by(passage, w) for w in note.qualifies)
        ]


def entries(document: Document) -> list[Entry]:
    """What of a document gets vectors and keywords."""
    found = [Entry(p, index_text(p), False) for p in document.passages if p.kind != "gap"]
    found += [Entry(p, ask, True) for p in document.passages for ask in p.asks]
    return found


def index_text(passage: Passage) -> str:
    """The passage as it is embedded: with what a reader would have seen above it."""
    above = " ".join(dict.fromkeys(x for x in (passage.title, passage.section, passage.table) if x))
    return f"{above}：{passage.text}"
