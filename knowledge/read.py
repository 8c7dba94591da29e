"""Files → blocks. Markdown through markdown-it; plain text line by line."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.errors import BadInput
from bot.messages import clean
from knowledge.blocks import Block, Heading, Items, Note, Paragraph, Table
from knowledge.yaml_text import parse_yaml

MAX_FILE_BYTES = 20_000_000
SUFFIXES = (".md", ".markdown", ".txt")

_PARSER = MarkdownIt("commonmark").enable("table")


def file_bytes(path: Path) -> bytes:
    """The file's content. Raises BadInput that names the file and the reason."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path.name}：打不开（{error.strerror}）") from error


def decode(name: str, data: bytes) -> str:
    """Text of a file's bytes: UTF-8, else GB 18030, which old Chinese editors still write."""
    if len(data) > MAX_FILE_BYTES:
        raise BadInput(f"{name}：超过 20 MB，请拆成几个文件")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return clean(data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n"))
        except UnicodeDecodeError:
            continue
    raise BadInput(f"{name}：不是文本文件，或编码不是 UTF-8/GB18030")


def front_matter(text: str) -> tuple[dict[str, str], str]:
    """The `---` head of a page and the rest. A page without one has an empty head."""
    match = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    if not match:
        return {}, text
    try:
        head = parse_yaml(match[1])
    except (yaml.YAMLError, ValueError):  # a date like 2026-13-45 is a ValueError
        return {}, text
    if not isinstance(head, dict):
        return {}, text
    return {str(k): str(v) for k, v in head.items()}, text[match.end() :]


def markdown_blocks(text: str) -> list[Block]:
    """Blocks of a Markdown page."""
    tree = SyntaxTreeNode(_PARSER.parse(text))
    return list(_captioned(block for node in tree.children for block in _block(node)))


def text_blocks(text: str) -> list[Block]:
    """Blocks of a plain text file: short unpunctuated lines are headings, `|` makes tables."""
    blocks: list[Block] = []
    for kind, lines in _runs(text.split("\n")):
        blocks.extend(_text_block(kind, lines))
    return list(_captioned(blocks))


def _block(node: SyntaxTreeNode) -> Iterator[Block]:
    if node.type == "heading":
        yield Heading(int(node.tag[1:]), _plain(node))
    elif node.type == "paragraph":
        yield from _paragraph(_plain(node))
    elif node.type in ("bullet_list", "ordered_list"):
        yield Items(tuple(_plain(item) for item in node.children), node.type == "ordered_list")
    elif node.type == "table":
        yield _table([[_plain(cell) for cell in row.children] for row in _rows(node)])
    elif node.type == "blockquote":
        yield _note(_plain(node))
    elif node.type == "html_block":
        yield from _paragraph(re.sub(r"<[^>]*>", " ", node.content).strip())
    elif node.type in ("fence", "code_block"):
        yield from _paragraph(node.content)


def _paragraph(text: str) -> Iterator[Block]:
    """A paragraph; lines with bars in it are a table that lost its shape."""
    for kind, lines in _runs(text.split("\n")):
        if kind == "bar":
            yield from _text_block("bar", lines)
        else:
            yield Paragraph("\n".join(lines))


def _plain(node: SyntaxTreeNode) -> str:
    """Text of a node with its marks gone and its line breaks kept."""
    if node.type in ("text", "code_inline"):
        return node.content
    if node.type in ("softbreak", "hardbreak"):
        return "\n"
    if node.type == "html_inline":
        return ""
    joint = "\n" if node.type in ("list_item", "blockquote", "bullet_list", "ordered_list") else ""
    return joint.join(_plain(child) for child in node.children).strip()


def _rows(table: SyntaxTreeNode) -> Iterator[SyntaxTreeNode]:
    for part in table.children:
        yield from part.children


def _table(rows: list[list[str]]) -> Table:
    """First row is the header; short rows are filled with blanks, which stay blanks."""
    width = max(len(row) for row in rows)
    full = [tuple(cell.strip() for cell in row) + ("",) * (width - len(row)) for row in rows]
    return Table(full[0], tuple(full[1:]))


def _note(text: str) -> Note:
    """`> 来源：…｜日期：…` or one `key：value` a line."""
    pairs = [part.partition("：") for part in re.split(r"[\n｜]", text)]
    fields = {key.strip(): value.strip() for key, _, value in pairs}
    ours = "来源" in fields or "更正" in fields
    return Note(fields if ours and len(fields) == len(pairs) else {"": text})


def _captioned(blocks: Iterable[Block]) -> Iterator[Block]:
    """A `表…：caption` line goes into the table below it."""
    waiting: Paragraph | None = None
    for block in blocks:
        if isinstance(block, Table) and waiting:
            yield Table(block.columns, block.rows, _caption(waiting.text))
            waiting = None
            continue
        if waiting:
            yield waiting
        waiting = block if isinstance(block, Paragraph) and _caption(block.text) else None
        if not waiting:
            yield block
    if waiting:
        yield waiting


def _caption(text: str) -> str:
    match = re.fullmatch(r"表\s*\d*\s*[:：]\s*(\S.{0,60})", text.strip())
    return match[1].strip() if match else ""


_RULE = re.compile(r"[\s|:+-]*-[\s|:+-]*")
_SIZE_OF_HEADING = 40


def _line_kind(line: str) -> str:
    bare = line.strip()
    if not bare:
        return "gap"
    if bare.count("|") >= 2 or ("|" in bare and _RULE.fullmatch(bare)):
        return "bar"
    if re.match(r"[-*•·●]\s*\S", bare):
        return "item"
    if re.match(r"\d{1,2}[.)、](?!\d)\s*\S", bare):
        return "step"
    if re.match(r"#{1,6}\s", bare) or _looks_like_heading(bare):
        return "heading"
    return "text"


def _looks_like_heading(line: str) -> bool:
    numbered = re.match(r"(第?[一二三四五六七八九十]+[、章节.]|\d{1,2}(\.\d+)+\.?\s)\s*\S", line)
    return bool(numbered) and len(line) <= _SIZE_OF_HEADING and line[-1] not in "。；！？;.!?"


def _runs(lines: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Neighbouring lines of one kind."""
    kind, run = "gap", list[str]()
    for line in lines:
        now = _line_kind(line)
        if now != kind or now in ("heading", "text"):
            if run and kind != "gap":
                yield kind, run
            kind, run = now, []
        run.append(line.strip())
    if run and kind != "gap":
        yield kind, run


def _text_block(kind: str, lines: list[str]) -> Iterator[Block]:
    if kind == "bar":
        rows = [
            line.strip("|").split("|") if line.startswith("|") else _cells(line)
            for line in lines
            if not _RULE.fullmatch(line)
        ]
        if len(rows) > 1:
            yield _table(rows)
        elif rows:
            yield Paragraph(" ".join(cell.strip() for cell in rows[0]))
    elif kind in ("item", "step"):
        marks = r"^([-*•·●]|\d{1,2}[.)、])\s*"
        yield Items(tuple(re.sub(marks, "", line) for line in lines), kind == "step")
    elif kind == "heading":
        yield Heading(_level(lines[0]), lines[0].lstrip("# "))
    else:
        yield Paragraph(lines[0])


def _cells(line: str) -> list[str]:
    # "a | b |": the last bar closes the row, it does not open another cell.
    return (line[:-1] if line.endswith("|") else line).split("|")


def _level(line: str) -> int:
    marks = re.match(r"#+", line)
    return len(marks[0]) if marks else 2


def blocks_of(name: str, text: str) -> tuple[dict[str, Any], list[Block]]:
    """Head and blocks of a file, by the ending of its name."""
    if name.lower().endswith((".md", ".markdown")):
        head, body = front_matter(text)
        return dict(head), markdown_blocks(body)
    return {}, text_blocks(text)
