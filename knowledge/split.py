"""Blocks → passages at every grain that can answer, from the section to the cell.

Why so many: a question wants one cell or one sentence, a comparison wants a row, “有哪些” wants a
list. Each grain has its own vector; the answer is composed from the finest that fits.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from knowledge.blocks import Block, Heading, Items, Note, Paragraph, Table
from knowledge.documents import Document, Origin, Passage, digest_of, identified

VERSION = "7"
"""Part of every digest: a changed splitter re-indexes what was split by the old one."""

DIMENSIONS = ("维度", "对比维度", "对比项", "比较项", "项目", "指标")
SECTION_LIMIT = 700
SENTENCE_LIMIT = 300


@dataclass(slots=True)
class _Section:
    heading: str
    origin: Origin
    blocks: list[Block] = field(default_factory=list)


def split(
    document_id: str, title: str, origin: Origin, blocks: Sequence[Block]
) -> tuple[Passage, ...]:
    """Passages of one document, in reading order, with ids made from their content."""
    found: list[Passage] = []
    for section in _sections(blocks, origin):
        base = Passage("", document_id, title, section.heading, "section", "", section.origin)
        found.extend(_passages(base, section.blocks))
    return identified(found)


def make_document(
    shop: str, name: str, head: dict[str, str], blocks: Sequence[Block], text: str
) -> Document:
    """A document of `text`, already read into `blocks`."""
    title = head.get("title") or _first_heading(blocks) or re.sub(r"\.\w+$", "", name)
    origin = Origin(
        head.get("source", ""),
        head.get("dated", ""),
        head.get("confidence", ""),
        head.get("checked", ""),
    )
    document_id = f"{shop}/{name}" if shop else f"guide/{name}"
    passages = split(document_id, title, origin, blocks)
    return Document(document_id, shop, name, title, digest_of(VERSION, name, text), passages)


def sentences(text: str) -> list[str]:
    """Sentences with their end marks; very long ones are cut at commas."""
    parts = [p.strip() for p in re.split(r"(?<=[。！？；!?;])(?![”’」』）)])|\n", text)]
    return [piece for part in parts if part for piece in _cut(part)]


def _cut(sentence: str) -> Iterator[str]:
    while len(sentence) > SENTENCE_LIMIT:
        at = max(sentence.rfind(mark, 0, SENTENCE_LIMIT) for mark in "，,、 ")
        at = at if at > SENTENCE_LIMIT // 3 else SENTENCE_LIMIT - 1
        yield sentence[: at + 1]
        sentence = sentence[at + 1 :]
    if sentence:
        yield sentence


def _first_heading(blocks: Sequence[Block]) -> str:
    return next((b.text for b in blocks if isinstance(b, Heading) and b.level == 1), "")


def _sections(blocks: Iterable[Block], origin: Origin) -> Iterator[_Section]:
    path: list[tuple[int, str]] = []
    section, titles = _Section("", origin), 0
    for block in blocks:
        if isinstance(block, Heading):
            yield from _closed(section, path, block.level)
            # The page's own title, its first heading, is not part of a section's name.
            titles += block.level == 1
            level = 0 if block.level == 1 and titles == 1 else block.level
            path = [(lv, name) for lv, name in path if lv < max(level, 1)] + [(level, block.text)]
            section = _Section(" › ".join(name for lv, name in path if lv), origin)
        elif isinstance(block, Note) and "来源" in block.fields and "更正" not in block.fields:
            section.origin = _origin(block, origin)
        else:
            section.blocks.append(block)
    yield from _closed(section, path, 0)


def _closed(
    section: _Section, path: Sequence[tuple[int, str]], following: int
) -> Iterator[_Section]:
    """The section, if it holds anything; a heading over nothing is itself what is said."""
    if not section.blocks and section.heading and path and following <= path[-1][0]:
        section.blocks.append(Paragraph(path[-1][1]))
    if section.blocks:
        yield section


def _origin(note: Note, default: Origin) -> Origin:
    get = note.fields.get
    return Origin(
        get("来源", default.source),
        get("日期", default.dated),
        get("可信度", default.confidence),
        get("核对", default.checked),
    )


def _passages(base: Passage, blocks: Sequence[Block]) -> Iterator[Passage]:
    yield replace(base, text=_shortened(_section_text(blocks)))
    lead = ""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from (replace(base, kind="sentence", text=s) for s in sentences(block.text))
            lead = sentences(block.text)[-1] if sentences(block.text) else ""
        elif isinstance(block, Items):
            yield from _list_passages(base, block, lead)
        elif isinstance(block, Table):
            yield from _table_passages(base, block)
        elif isinstance(block, Note):
            yield from _note_passages(base, block)


def _list_passages(base: Passage, items: Items, lead: str) -> Iterator[Passage]:
    lead = lead if lead.endswith(("：", ":")) else ""
    marks = (f"{n}. " for n in range(1, 999)) if items.ordered else iter(lambda: "- ", "")
    lines = [mark + item for mark, item in zip(marks, items.items, strict=False)]
    yield replace(base, kind="list", text=_shortened("\n".join([lead, *lines]).strip()))
    for item in items.items:
        yield replace(base, kind="item", text=item, row=item_name(item))


def item_name(item: str) -> str:
    """`自配送：适合…` → `自配送`; '' for an item without a name."""
    match = re.match(r"([^：:。，,；]{1,16})[：:]", item)
    return match[1].strip() if match else ""


def _table_passages(base: Passage, table: Table) -> Iterator[Passage]:
    caption = table.caption or base.section or base.title
    names = "、".join(row[0] for row in table.rows)
    head = f"{caption}：{names}的{'、'.join(table.columns[1:])}"
    yield replace(base, kind="table", text=_shortened(head), table=caption)
    for row in table.rows:
        yield from _row_passages(replace(base, table=caption), table.columns, row)


def _row_passages(base: Passage, columns: Sequence[str], row: Sequence[str]) -> Iterator[Passage]:
    told = "；".join(f"{c}：{v or '（原表空白）'}" for c, v in zip(columns, row, strict=True))
    yield replace(base, kind="row", text=told, row=row[0])
    for column, value in zip(columns[1:], row[1:], strict=True):
        # Where the first column holds dimensions, the things compared stand in the header.
        thing, aspect = (column, row[0]) if columns[0] in DIMENSIONS else (row[0], column)
        text = f"{thing} · {aspect}：{value or '（原表空白）'}"
        yield replace(base, kind="cell", text=text, row=row[0], column=column, value=value)


def _note_passages(base: Passage, note: Note) -> Iterator[Passage]:
    correction = note.fields.get("更正")
    if correction is None:
        body = "\n".join(f"{k}：{v}" if k else v for k, v in note.fields.items())
        yield from (replace(base, kind="sentence", text=s) for s in sentences(body))
        return
    words = tuple(w.strip() for w in note.fields.get("针对", "").split("、") if w.strip())
    origin = _origin(note, replace(base.origin, confidence=""))
    yield replace(base, kind="correction", text=correction, origin=origin, qualifies=words)


def _section_text(blocks: Sequence[Block]) -> str:
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            lines.append(block.text)
        elif isinstance(block, Items):
            lines.extend(block.items)
        elif isinstance(block, Table):
            lines.extend(" ".join(cell for cell in row if cell) for row in block.rows)
        elif isinstance(block, Note):
            lines.append(block.fields.get("更正", ""))
    return "\n".join(line for line in lines if line)


def _shortened(text: str) -> str:
    return text if len(text) <= SECTION_LIMIT else text[: SECTION_LIMIT - 1] + "…"
