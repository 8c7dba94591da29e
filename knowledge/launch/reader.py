"""Reading one launch file: what is taken from it, and every fault found on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any

from knowledge.expressions import Expression, fault_in
from knowledge.launch.shapes import BLANKS, Link, Said
from knowledge.rules.conditions import Condition, parse
from knowledge.rules.faults import Fault
from knowledge.rules.shape import mapping, names, texts
from knowledge.rules.vocabulary import Vocabulary


@dataclass
class Reading:
    """What all files are read against; `faults` collects everything that is wrong."""

    vocabulary: Vocabulary
    sections: Mapping[str, Link]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, where: str, problem: str) -> None:
        self.faults.append(Fault(where, problem))

    def condition(self, where: str, raw: object) -> Condition:
        """A condition; `always` where none is written."""
        problems: list[str] = []
        found = parse(str(raw if raw is not None else "always"), self.vocabulary, problems)
        self.faults += [Fault(where, problem) for problem in problems]
        return found

    def link(self, where: str, raw: object) -> Link | None:
        """A section `page#section`; a dead link is a fault."""
        found = self.sections.get(str(raw))
        if found is None:
            self.fault(where, f"指南里没有 {raw}（写成 页名#小节）")
        return found

    def links(self, where: str, raw: object) -> tuple[Link, ...]:
        """One section at least: whatever is told has a source."""
        listed = texts(f"{where} guide", raw if raw is not None else [], self.faults)
        if not listed:
            self.fault(where, "缺出处 guide")
        found = [self.link(where, one) for one in listed]
        return tuple(one for one in found if one)

    def patterns(self, where: str, raw: object) -> tuple[Expression, ...]:
        """Expressions as people say them."""
        found = [self.pattern(where, one) for one in texts(where, raw or [], self.faults)]
        return tuple(one for one in found if one)

    def pattern(self, where: str, raw: str) -> Expression | None:
        problem = fault_in(raw)
        if problem:
            self.fault(where, f"看不懂说法“{raw}”：{problem}")
        return None if problem else Expression(raw)

    def text(self, where: str, raw: object) -> str:
        """A text whose blanks are all known."""
        told = str(raw or "")
        try:
            unknown = [n for _, n, _, _ in Formatter().parse(told) if n and n not in BLANKS]
        except ValueError as error:
            self.fault(where, f"花括号不成对：{error}")
            return told
        for name in unknown:
            self.fault(where, f"不认识空格 {{{name}}}，可用：{'、'.join(BLANKS)}")
        return told

    def said(self, where: str, raw: object) -> tuple[Said, ...]:
        """A text, or a list of `{when, text}`."""
        if isinstance(raw, str):
            return (Said((), self.text(where, raw)),)
        return tuple(self._said(f"{where}[{n}]", one) for n, one in self.entries(where, raw))

    def _said(self, where: str, one: Mapping[str, Any]) -> Said:
        self.faults += names(where, one, ("text",), ("when",))
        return Said(self.condition(where, one.get("when")), self.text(where, one.get("text")))

    def entries(self, where: str, raw: object) -> Iterable[tuple[int, dict[str, Any]]]:
        """The mappings of a list, numbered from 1."""
        if raw is None:
            return []
        if not isinstance(raw, list):
            self.fault(where, "应当是列表")
            return []
        return [(n, mapping(f"{where}[{n}]", one, self.faults)) for n, one in enumerate(raw, 1)]
