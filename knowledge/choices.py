"""Tools to choose from (marketing, logistics): read and checked at load.

What rewards sharing is in the file too, marked `never`: it is told why not, and never recommended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import Faults
from knowledge.documents import Document
from knowledge.expressions import Expression, fault_in
from knowledge.launch.checks import section_links
from knowledge.launch.shapes import Link
from knowledge.rules.faults import ContentFaultsError, Fault
from knowledge.rules.shape import mapping, names, read_yaml, texts

FILE = Path(__file__).parent / "content" / "rules" / "choices.yaml"
_OPTION = ("id", "label", "guide")
_GOOD, _BAD = ("words", "fits", "figures", "warns"), ("never", "only")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Option:
    """One tool. `only`: it is never recommended, and this is what is said of it instead."""

    id: str
    label: str
    words: tuple[Expression, ...]
    fits: str
    figures: str
    warns: str
    only: str
    links: tuple[Link, ...]

    def named_in(self, said: str) -> bool:
        """Whether something in `spelled` text speaks for it."""
        return any(word.search(said) for word in self.words)


@dataclass(frozen=True)
class Choice:
    """A kind of tool: how people ask which one, and the options, those to recommend and others."""

    id: str
    label: str
    asks: tuple[Expression, ...]
    unsure: str
    good: tuple[Option, ...]
    never: tuple[Option, ...]

    def expressions(self) -> Iterator[tuple[str, Expression]]:
        """Every pattern, with where it stands."""
        yield from ((f"choices {self.id}", each) for each in self.asks)
        for option in self.good:
            yield from ((f"choices {self.id} {option.id}", each) for each in option.words)


def load_choices(guide: Sequence[Document], file: Path = FILE) -> tuple[Choice, ...]:
    """All choices of the file, their links resolved in `guide`. Raises Faults with every fault."""
    try:
        raw = read_yaml(file)
    except ContentFaultsError as error:
        raise Faults("the choices", tuple(map(str, error.faults))) from error
    reading = _Reading(file.name, section_links(guide))
    found = tuple(reading.choice(name, entry) for name, entry in raw.items())
    if reading.faults:
        raise Faults("the choices", tuple(map(str, reading.faults)))
    return found


class _Reading:
    """One reading of the file; collects faults as it goes."""

    def __init__(self, file: str, sections: Mapping[str, Link]) -> None:
        self._file = file
        self._sections = sections
        self.faults: list[Fault] = []

    def choice(self, name: str, raw: object) -> Choice:
        where = f"{self._file} {name}"
        told = mapping(where, raw, self.faults)
        self.faults += names(where, told, ("label", "asks", "unsure", "options"))
        options = [self._option(where, one) for one in self._listed(where, told.get("options"))]
        good = tuple(one for one in options if not one.only)
        if not good:
            self._fault(where, "没有可推荐的选项")
        return Choice(
            name,
            str(told.get("label", name)),
            self._patterns(where, told.get("asks", [])),
            str(told.get("unsure", "")),
            good,
            tuple(one for one in options if one.only),
        )

    def _option(self, choice: str, raw: object) -> Option:
        told = mapping(choice, raw, self.faults)
        where = f"{choice} {told.get('id', '?')}"
        self.faults += names(where, told, (*_OPTION, *(_BAD if told.get("never") else _GOOD)))
        links = tuple(self._links(where, told.get("guide")))
        option = Option(
            links=links,
            words=self._patterns(where, told.get("words", [])),
            **{key: str(told.get(key, "")) for key in ("id", "label", "fits", "figures", "warns")},
            only=str(told.get("only", "")),
        )
        self._check_numbers(where, option)
        return option

    def _check_numbers(self, where: str, option: Option) -> None:
        source = "".join(link.text for link in option.links)
        told = f"{option.fits}{option.figures}{option.warns}{option.only}"
        for number in dict.fromkeys(_NUMBER.findall(told)):
            if not re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.])", source):
                self._fault(where, f"出处里没有 {number}")

    def _links(self, where: str, raw: object) -> list[Link]:
        listed = texts(f"{where} guide", raw if raw is not None else [], self.faults)
        if not listed:
            self._fault(where, "缺出处 guide")
        for one in listed:
            if one not in self._sections:
                self._fault(where, f"指南里没有 {one}（写成 页名#小节）")
        return [self._sections[one] for one in listed if one in self._sections]

    def _patterns(self, where: str, raw: object) -> tuple[Expression, ...]:
        written = texts(where, raw, self.faults)
        for one in written:
            if problem := fault_in(one):
                self._fault(where, f"看不懂说法“{one}”：{problem}")
        return tuple(Expression(one) for one in written)

    def _listed(self, where: str, raw: object) -> list[Any]:
        if isinstance(raw, list):
            return raw
        self._fault(where, "options 应当是列表")
        return []

    def _fault(self, where: str, problem: str) -> None:
        self.faults.append(Fault(where, problem))
