"""What the business knows, as values: documents cut into passages of several grains."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

Kind = Literal["section", "list", "table", "row", "cell", "item", "sentence", "correction", "gap"]

GUIDE = ""
"""The shop name under which the guide that all shops share is kept."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who says so, when, how sure we are (指南原文/高/中/低); empty where a file says nothing."""

    source: str = ""
    dated: str = ""
    confidence: str = ""
    checked: str = ""

    @property
    def as_of(self) -> str:
        """Date and day of checking, as a reader sees them."""
        parts = [self.dated, f"{self.checked}核对" if self.checked else ""]
        return "，".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Passage:
    """The smallest thing that can answer. `text` is what a citation quotes.

    A cell has `table`, `row`, `column` and `value` (empty where the original is blank).
    A correction has `qualifies`: words; it goes with every passage of its section that holds one.
    A gap stands for questions that are known to have no answer: its `asks` pull them away from
    passages that only lie near.
    `asks` are questions in people's own words that this passage answers.
    """

    id: str
    document: str
    title: str
    section: str
    kind: Kind
    text: str
    origin: Origin = Origin()
    table: str = ""
    row: str = ""
    column: str = ""
    value: str = ""
    order: int = 0
    asks: tuple[str, ...] = ()
    qualifies: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Page and section, the way a reader would look it up."""
        return f"{self.title} › {self.section}" if self.section else self.title


@dataclass(frozen=True, slots=True)
class Document:
    """One page or file of one shop (`GUIDE` for the shared guide). `digest` covers its content."""

    id: str
    shop: str
    name: str
    title: str
    digest: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class IndexState:
    """Which collections hold the vectors, and which model made them. `ready` once all are there."""

    generation: str
    model: str
    dimensions: int


class DocumentTable(Protocol):
    """Where documents are kept for good; vectors can always be made again from it."""

    def digests(self, shop: str | None) -> dict[str, str]:
        """Document id → digest of every document that is completely indexed."""

    def put(self, document: Document, *, ready: bool) -> None:
        """Store or replace. Not `ready`: its vectors are still missing."""

    def mark_ready(self, document_id: str) -> None:
        """Its vectors are all in the collection."""

    def remove(self, document_id: str) -> None:
        """Forget the document."""

    def load(self, shop: str | None) -> Sequence[Document]:
        """Every document of the shop, or of all shops."""

    def unfinished(self) -> Sequence[Document]:
        """Documents whose vectors are still missing."""

    def index_state(self) -> IndexState | None:
        """The pointer to the collections in use."""

    def set_index_state(self, state: IndexState) -> None:
        """Switch the pointer."""


def digest_of(*parts: str) -> str:
    """A short content hash, stable across machines."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:24]


def identified(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The passages with ids from their content, so that what did not change keeps its id."""
    seen: dict[str, int] = {}
    result = []
    for order, passage in enumerate(passages):
        key = digest_of(
            passage.document,
            passage.kind,
            passage.section,
            passage.table,
            passage.row,
            passage.column,
            passage.text,
        )
        seen[key] = seen.get(key, 0) + 1
        suffix = f"-{seen[key]}" if seen[key] > 1 else ""
        result.append(replace(passage, id=key + suffix, order=order))
    return tuple(result)
