"""What customers say, in classes of expressions that operators edit (content/rules/words.yaml).

A signal is a list of alternatives; one that shows in the text shows the signal. They are read over
`spelled` text: simplified, pauses as single spaces. `<name>` stands for a class, `…` for up to six
characters without a pause, `……` for up to twelve across pauses, `_` for a pause, `[^_]` for
anything but a pause.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from knowledge.rules.faults import Fault, refuse
from knowledge.rules.shape import mapping, names, read_yaml

FILE = Path(__file__).parent / "content" / "rules" / "words.yaml"
DEPTH = 5
"""Classes may stand in classes, so deep."""

_GAPS = {"……": ".{0,12}?", "…": r"[^ ?\n]{0,6}?", "_": " ", "[^_]": r"[^ ?\n]"}
_SIGN = re.compile("(?<![?]P)<([a-z_]+)>|……|…|\\[\\^_\\]|_")
_SECTIONS = ("spelling", "classes", "signals", "stands")


@dataclass(frozen=True)
class Stand:
    """An expression that takes (or only mentions) a stand; `wish` is '' where it takes none."""

    name: str
    wish: str
    source: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when it is first looked for."""
        return re.compile(self.source, re.M)


@dataclass(frozen=True)
class Signals(Mapping[str, re.Pattern[str]]):
    """Patterns by name, each compiled when it is first looked for: all of them take half a second,
    which a start need not wait for."""

    sources: Mapping[str, str]
    compiled: dict[str, re.Pattern[str]] = field(default_factory=dict, compare=False)

    def __getitem__(self, name: str) -> re.Pattern[str]:
        found = self.compiled.get(name)
        if found is None:
            found = self.compiled[name] = re.compile(self.sources[name], re.M)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.sources)

    def __len__(self) -> int:
        return len(self.sources)


@dataclass(frozen=True, eq=False)
class CustomerWords:
    """Slips and dialect, signals by name, and stands in the order in which they are looked for."""

    spelling: Mapping[str, str]
    signals: Signals
    stands: tuple[Stand, ...]

    def compile(self) -> None:
        """Compile every pattern now: half a second that a first message need not wait for."""
        for name in self.signals:
            self.signals[name]
        for stand in self.stands:
            stand.pattern  # noqa: B018


def load_customer_words(
    needed: Iterable[str], wishes: Iterable[str], file: Path = FILE, *, known_good: bool = False
) -> CustomerWords:
    """Read the words. `needed` are the signals that are read, `wishes` those that may be taken.

    Raises ContentFaultsError with every fault: unknown class, broken pattern, missing or unread
    signal, unknown wish. `known_good`: these very words passed before, so no pattern is tried.
    """
    raw = read_yaml(file)
    faults = names(file.name, raw, _SECTIONS)
    spelling, classes, signals, stands = (
        mapping(f"{file.name} {part}", raw.get(part, {}), faults) for part in _SECTIONS
    )
    faults += names(f"{file.name} signals", signals, needed)
    read = _Patterns(file.name, classes, faults, not known_good)
    words = CustomerWords(
        {str(wrong): str(right) for wrong, right in spelling.items()},
        Signals({name: read.source(f"signals.{name}", text) for name, text in signals.items()}),
        tuple(_stand(read, name, entry, set(wishes)) for name, entry in stands.items()),
    )
    refuse(faults)
    return words


@dataclass(frozen=True)
class _Patterns:
    """Spells out what is written; notes what cannot be."""

    file: str
    classes: Mapping[str, Any]
    faults: list[Fault]
    tried: bool

    def fault(self, where: str, problem: str) -> None:
        self.faults.append(Fault(f"{self.file} {where}", problem))

    def source(self, where: str, text: object) -> str:
        """The alternatives, separated by white space, as one pattern."""
        written = text.split() if isinstance(text, str) else []
        if not written:
            self.fault(where, "应当是用空格隔开的说法")
        source = "|".join(self._expand(where, one, 0) for one in written) or "(?!)"
        if self.tried:
            self._try(where, source)
        return source

    def _try(self, where: str, source: str) -> None:
        try:
            re.compile(source, re.M)
        except re.error as error:
            self.fault(where, f"写法不成立：{error}")

    def _expand(self, where: str, text: str, depth: int) -> str:
        def written(sign: re.Match[str]) -> str:
            if sign[1] is None:
                return _GAPS[sign[0]]
            if sign[1] not in self.classes or depth > DEPTH:
                self.fault(where, f"没有词类 <{sign[1]}>")
                return ""
            parts = str(self.classes[sign[1]]).split()
            return f"(?:{'|'.join(self._expand(where, part, depth + 1) for part in parts)})"

        return _SIGN.sub(written, text)


def _stand(read: _Patterns, name: str, raw: object, wishes: set[str]) -> Stand:
    entry = mapping(f"{read.file} stands.{name}", raw, read.faults)
    read.faults.extend(names(f"{read.file} stands.{name}", entry, ("any",), ("wish",)))
    wish = str(entry.get("wish", ""))
    if wish and wish not in wishes:
        read.fault(f"stands.{name}", f"没有诉求 {wish}")
    return Stand(name, wish, read.source(f"stands.{name}", entry.get("any", "")))
