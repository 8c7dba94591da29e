"""The laws and pages the rows rest on: abbreviations, full names, clause summaries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.rules.faults import Fault, refuse
from knowledge.rules.shape import mapping, names, read_yaml

_NUMBER = re.compile(r"^-?(\d+)(?:[–-](\d+))?")


@dataclass(frozen=True)
class Source:
    """One law or page. `clauses` maps numbers to summaries; empty where it has no numbers."""

    name: str
    confidence: str
    clauses: Mapping[str, str]


@dataclass(frozen=True)
class Citation:
    """One clause a row rests on; `clause` and `summary` are empty for sources without numbers."""

    short: str
    name: str
    clause: str
    summary: str
    confidence: str


@dataclass(frozen=True)
class Sources:
    """All sources by abbreviation, and the day they were checked."""

    checked: str
    by_short: Mapping[str, Source]

    def cite(self, text: str) -> tuple[list[Citation], list[str]]:
        """The clauses named in a 依据 cell, and what is wrong with it."""
        cited: list[Citation] = []
        problems: list[str] = []
        for short, rest in self._parts(text, problems):
            cited += self._clauses(short, rest, problems)
        return cited, problems

    def _parts(self, text: str, problems: list[str]) -> Iterator[tuple[str, str]]:
        for group in filter(None, re.split("[；;]", text)):
            short = ""
            for part in re.split("[、↔]", group):
                named = self._abbreviation(part)
                short = named or short
                if short:
                    yield short, part[len(named) :]
                else:
                    problems.append(f"依据“{part}”不在 sources.yaml 里")

    def _abbreviation(self, part: str) -> str:
        known = sorted(self.by_short, key=len, reverse=True)
        return next((short for short in known if part.startswith(short)), "")

    def _clauses(self, short: str, rest: str, problems: list[str]) -> Iterator[Citation]:
        source = self.by_short[short]
        if not source.clauses:
            yield Citation(short, source.name, "", rest.strip("()"), source.confidence)
            return
        match = _NUMBER.match(rest)
        if match is None:
            problems.append(f"依据“{short}{rest}”缺条号")
            return
        for number in range(int(match[1]), int(match[2] or match[1]) + 1):
            if str(number) in source.clauses:
                summary = source.clauses[str(number)]
                yield Citation(short, source.name, str(number), summary, source.confidence)
            else:
                problems.append(f"sources.yaml 的“{short}”里缺第 {number} 条")


def load_sources(path: Path) -> Sources:
    """Read sources.yaml. Raises ContentFaultsError with every fault."""
    raw = read_yaml(path)
    faults = names(path.name, raw, ("checked", "sources"))
    entries = mapping(path.name, raw.get("sources", {}), faults)
    by_short = {s: _source(f"{path.name} {s}", entry, faults) for s, entry in entries.items()}
    refuse(faults)
    return Sources(str(raw["checked"]), by_short)


def _source(where: str, raw: object, faults: list[Fault]) -> Source:
    entry = mapping(where, raw, faults)
    faults += names(where, entry, ("name", "confidence"), ("clauses",))
    if entry.get("confidence") not in ("H", "M", "L"):
        faults.append(Fault(where, "confidence 要写 H、M 或 L"))
    clauses = mapping(f"{where} clauses", entry.get("clauses", {}), faults)
    return Source(str(entry.get("name", "")), str(entry.get("confidence", "")), clauses)
