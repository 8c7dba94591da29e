"""The shared guide: pages and, beside each, the questions that its passages answer.

Loaded whole and checked whole: Faults lists everything that is wrong at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from bot.errors import Faults
from knowledge.blocks import Block, Heading, Note
from knowledge.documents import GUIDE, Document, Passage, digest_of, identified
from knowledge.read import blocks_of
from knowledge.split import VERSION, make_document
from knowledge.yaml_text import parse_yaml

CONFIDENCES = ("指南原文", "高", "中", "低")
GAPS = "unanswered.yaml"
FOLDER = Path(__file__).parent / "content" / "guide"


def load_guide(folder: Path = FOLDER) -> tuple[Document, ...]:
    """Every page of the folder with its questions. Raises Faults."""
    faults: list[str] = []
    pages = [_load_page(path, faults) for path in sorted(folder.glob("*.md"))]
    pages += _load_gaps(folder / GAPS, faults)
    if not pages:
        faults.append(f"{folder}: no *.md pages here")
    if faults:
        raise Faults("the guide", tuple(faults))
    return tuple(pages)


def _load_page(path: Path, faults: list[str]) -> Document:
    text = _read_text(path, faults)
    head, blocks = blocks_of(path.name, text)
    faults.extend(f"{path.name}: {fault}" for fault in _page_faults(head, blocks))
    page = make_document(GUIDE, path.name, head, blocks, text)
    faults.extend(f"{path.name}: {fault}" for fault in _correction_faults(page.passages))
    beside = path.with_suffix(".questions.yaml")
    if not beside.exists():
        return page
    asked = _read_text(beside, faults)
    passages = with_questions(page.passages, _read_yaml(beside, asked, faults), beside.name, faults)
    return replace(page, digest=digest_of(page.digest, asked), passages=passages)


def _read_text(path: Path, faults: list[str]) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        faults.append(f"{path.name}: not UTF-8; save it as UTF-8")
        return ""


def _load_gaps(path: Path, faults: list[str]) -> list[Document]:
    """The questions that are known to have no answer, as one document; none without the file."""
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8")
    themes = parse_yaml(text)
    if not isinstance(themes, dict) or not all(isinstance(v, list) for v in themes.values()):
        faults.append(f"{path.name}: must map themes to lists of questions")
        return []
    document_id = f"guide/{path.name}"
    gaps = [
        Passage(
            "", document_id, "还没写的", str(theme), "gap", str(theme), asks=tuple(map(str, asked))
        )
        for theme, asked in themes.items()
    ]
    digest = digest_of(VERSION, text)
    return [Document(document_id, GUIDE, path.name, "还没写的", digest, identified(gaps))]


def _page_faults(head: Mapping[str, Any], blocks: Sequence[Block]) -> Iterator[str]:
    for key in ("title", "checked"):
        if key not in head:
            yield f"the head lacks `{key}:`"
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        if isinstance(block, Heading) and block.level == 2:
            yield from _source_faults(block.text, following)


def _source_faults(heading: str, following: Block | None) -> Iterator[str]:
    fields = following.fields if isinstance(following, Note) else {}
    for key in ("来源", "日期", "可信度"):
        if key not in fields:
            yield f"“{heading}” lacks `{key}：` in the line below its heading"
    if fields.get("可信度", "高") not in CONFIDENCES:
        yield f"“{heading}”: 可信度 must be one of {'、'.join(CONFIDENCES)}"


def _correction_faults(passages: Sequence[Passage]) -> Iterator[str]:
    for passage in passages:
        if passage.kind != "correction":
            continue
        if not passage.qualifies:
            yield f"“{passage.section}”: the correction “{passage.text[:20]}…” lacks `针对：`"
        for word in passage.qualifies:
            if not any(qualified_by(p, word) for p in passages if p.section == passage.section):
                yield f"“{passage.section}”: nothing in the section holds the `针对` word “{word}”"


def qualified_by(passage: Passage, word: str) -> bool:
    """Whether a correction for `word` goes with this passage of its section."""
    if passage.kind not in ("cell", "item", "sentence"):
        return False
    return word in f"{passage.row} {passage.column} {passage.text}"


def _read_yaml(path: Path, text: str, faults: list[str]) -> list[Any]:
    try:
        found = parse_yaml(text)
    except yaml.YAMLError as error:
        faults.append(f"{path.name}: not YAML: {str(error)[:200]}")
        return []
    if not isinstance(found, list):
        faults.append(f"{path.name}: must be a list of entries")
        return []
    return found


def with_questions(
    passages: Sequence[Passage], entries: Sequence[Any], name: str, faults: list[str]
) -> tuple[Passage, ...]:
    """The passages with the entries' questions attached; what does not fit goes to `faults`."""
    asks: dict[str, list[str]] = {}
    for number, entry in enumerate(entries, 1):
        where = f"{name} entry {number}"
        found = _target(passages, entry, where, faults)
        if found:
            asks.setdefault(found.id, []).extend(str(a) for a in entry["ask"])
    return tuple(
        replace(p, asks=tuple(dict.fromkeys(asks[p.id]))) if p.id in asks else p for p in passages
    )


_SHAPES = ({"row", "column"}, {"text"}, {"table"}, {"row"}, {"list"}, set[str]())


def _target(
    passages: Sequence[Passage], entry: Any, where: str, faults: list[str]
) -> Passage | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("ask"), list) or not entry["ask"]:
        faults.append(f"{where}: needs `section` and a list `ask`")
        return None
    keys = {str(k) for k in entry} - {"section", "ask"}
    if keys not in _SHAPES:
        faults.append(
            f"{where}: name the passage by row and column, row, text, table, list or none"
        )
        return None
    found = [p for p in passages if p.section == entry.get("section") and _names(p, entry)]
    if len(found) != 1:
        faults.append(f"{where}: fits {len(found)} passages instead of one ({_told(entry)})")
        return None
    return found[0]


def _names(passage: Passage, entry: Mapping[str, Any]) -> bool:
    if "column" in entry:
        return (passage.kind, passage.row, passage.column) == (
            "cell",
            entry["row"],
            entry["column"],
        )
    if "row" in entry:
        return passage.kind in ("row", "item") and passage.row == entry["row"]
    if "text" in entry:
        fits = passage.kind in ("sentence", "item", "correction")
        return fits and str(entry["text"]) in passage.text
    if "table" in entry:
        return passage.kind == "table" and passage.table == entry["table"]
    if "list" in entry:
        return passage.kind == "list" and str(entry["list"]) in passage.text
    return passage.kind == "section"


def _told(entry: Mapping[str, Any]) -> str:
    return "，".join(f"{k}={v}" for k, v in entry.items() if k != "ask")
