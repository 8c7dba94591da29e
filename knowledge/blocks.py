"""The shapes a page is made of, whatever file it came from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `ordered` means the order matters."""

    items: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Every row has as many cells as `columns`; a blank cell is ''."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A block quote of `key：value` lines: source, correction."""

    fields: dict[str, str]


Block = Heading | Paragraph | Items | Table | Note
