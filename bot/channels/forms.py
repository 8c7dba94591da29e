"""Callback bodies, XML or JSON, as one kind of value with names in lower case.

The official samples spell JSON keys now `ToUserName`, now `tousername`, so case tells nothing.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from xml.parsers import expat

from bot.channels.base import Malformed
from bot.messages import clean

DEPTH = 16


class Form:
    """A mapping read without surprises: what is absent or of another type is empty."""

    def __init__(self, fields: Mapping[str, Any] | None = None) -> None:
        self.given: Mapping[str, Any] = fields or {}
        """As it came, names and all."""
        self._fields = {str(name).lower(): value for name, value in (fields or {}).items()}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._fields

    def __bool__(self) -> bool:
        return bool(self._fields)

    def text(self, *names: str) -> str:
        """The first of these that is text or a whole number, cleaned; else ''."""
        for name in names:
            value = self._fields.get(name.lower())
            if isinstance(value, str) and value:
                return clean(value)
            if isinstance(value, int) and not isinstance(value, bool):
                return str(value)
        return ""

    def number(self, name: str) -> int:
        """A whole number, else 0."""
        found = self.text(name).strip()
        digits = found.removeprefix("-")
        return int(found) if digits.isascii() and digits.isdigit() and len(digits) < 20 else 0

    def form(self, name: str) -> "Form":
        """A form within."""
        value = self._fields.get(name.lower())
        return Form(value if isinstance(value, dict) else None)

    def forms(self, name: str) -> "tuple[Form, ...]":
        """Forms in a list; in XML a single one may stand alone."""
        value = self._fields.get(name.lower())
        items = value if isinstance(value, list) else [value]
        return tuple(Form(item) for item in items if isinstance(item, dict))

    def texts(self, name: str) -> tuple[str, ...]:
        """Texts in a list."""
        value = self._fields.get(name.lower())
        items = value if isinstance(value, list) else [value]
        return tuple(clean(item) for item in items if isinstance(item, str) and item)


def read_form(body: bytes) -> tuple[Form, bool]:
    """The form, and whether it is JSON. Raises Malformed."""
    start = body.lstrip()[:1]
    if start == b"{":
        return read_json(body), True
    if start == b"<":
        return read_xml(body), False
    raise Malformed


def read_json(body: bytes) -> Form:
    """A JSON object. Raises Malformed."""
    try:
        value = json.loads(body.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Malformed from error
    if not isinstance(value, dict) or any(depth > DEPTH for depth in _depths(value)):
        raise Malformed
    return Form(value)


def _refuse(name: str) -> float:
    raise ValueError(name)


def _depths(value: object) -> Iterator[int]:
    waiting = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        yield depth
        if isinstance(item, dict):
            waiting += [(child, depth + 1) for child in item.values()]
        elif isinstance(item, list):
            waiting += [(child, depth + 1) for child in item]


def read_xml(body: bytes) -> Form:
    """What stands inside the outermost element. Raises Malformed; any DOCTYPE is refused.

    Without a DOCTYPE there are no entities but XML's own five, so nothing expands or is fetched.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Malformed from error
    return Form(reader.root if isinstance(reader.root, dict) else None)


class _Reader:
    """Builds plain dicts and texts; repeated names become lists."""

    def __init__(self) -> None:
        self.root: dict[str, Any] | str = {}
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data

    def _doctype(self, *_: object) -> None:
        raise ValueError("DOCTYPE")

    def _start(self, name: str, _attributes: object) -> None:
        if len(self._open) >= DEPTH:
            raise ValueError("depth")
        self._open.append((name, {}, []))

    def _data(self, text: str) -> None:
        self._open[-1][2].append(text)

    def _end(self, name: str) -> None:
        _, children, texts = self._open.pop()
        value: dict[str, Any] | str = children or "".join(texts)
        if not self._open:
            self.root = value
            return
        siblings = self._open[-1][1]
        if name not in siblings:
            siblings[name] = value
        elif isinstance(siblings[name], list):
            siblings[name].append(value)
        else:
            siblings[name] = [siblings[name], value]


def write_xml(fields: Mapping[str, str | int]) -> bytes:
    """A flat answer. Text stands in CDATA, which its own end mark may not break out of."""
    inner = "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields.items())
    return f"<xml>{inner}</xml>".encode()


def _value(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    return f"<![CDATA[{clean(value).replace(']]>', ']]]]><![CDATA[>')}]]>"


def write_json(value: object) -> bytes:
    """JSON in real UTF-8: platforms refuse text in \\u escapes (40033).

    Half a character becomes a question mark.
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
