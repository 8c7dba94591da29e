"""Reference lines, rates and periods that the tools reckon with; checked when loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from knowledge.rules.faults import Fault, refuse
from knowledge.rules.shape import mapping, names, read_yaml, texts

FILE = Path(__file__).parent / "content" / "rules" / "figures.yaml"
COUNTS = ("visitors", "orders", "gmv_fen", "repeat_buyers", "buyers")
UNITS = ("rate", "fen")
Range = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Threshold:
    """A line of one guide. `limit`: a rate (0.08) or fen; `about`: the guide says “about”.

    `at_least`: the guide says ≥, else >. `industries`: words of the trades it is meant for; none
    means all.
    """

    limit: Decimal
    at_least: bool
    about: bool
    definition: str
    short: str
    source: str
    industries: tuple[str, ...]


@dataclass(frozen=True)
class Metric:
    """`over` ÷ `under`, in `unit`, against the guides' lines, and what they advise."""

    id: str
    name: str
    over: str
    under: str
    unit: str
    thresholds: tuple[Threshold, ...]
    measures: tuple[str, ...]


@dataclass(frozen=True)
class Fee:
    """A fee: its rate from–to (0.006 is 0.6%) and who says so."""

    name: str
    rate: Range
    source: str


@dataclass(frozen=True)
class Method:
    """A way of being paid, the names people give it, its fees."""

    id: str
    names: tuple[str, ...]
    items: tuple[Fee, ...]


@dataclass(frozen=True)
class Told:
    """A sentence with its source."""

    text: str
    source: str


@dataclass(frozen=True)
class Deadlines:
    """`resubmit_days` calendar days after a rejection; a review takes working days."""

    resubmit_days: int
    resubmit_source: str
    usual: tuple[int, int]
    usual_source: str
    longest: int
    longest_source: str


@dataclass(frozen=True)
class Figures:
    """All of it; `checked` is the day the sources were compared."""

    checked: str
    metrics: tuple[Metric, ...]
    methods: tuple[Method, ...]
    notes: tuple[Told, ...]
    settlement: tuple[Told, ...]
    deadlines: Deadlines


def load_figures(file: Path = FILE) -> Figures:
    """Read the file. Raises ContentFaultsError with every fault in it."""
    return _Reader(file).read()


_TOP = ("checked", "sources", "metrics", "fees", "notes", "settlement", "deadlines")


class _Reader:
    """One reading of the file; collects faults as it goes."""

    def __init__(self, file: Path) -> None:
        self._file = file.name
        self._raw = read_yaml(file)
        self._faults = names(file.name, self._raw, _TOP)
        self._sources = self._part("sources", self._raw)

    def read(self) -> Figures:
        metrics = tuple(self._metric(k, v) for k, v in self._part("metrics", self._raw).items())
        methods = tuple(self._method(k, v) for k, v in self._part("fees", self._raw).items())
        notes, settlement = self._told("notes"), self._told("settlement")
        deadlines = self._deadlines(self._part("deadlines", self._raw))
        refuse(self._faults)
        return Figures(str(self._raw["checked"]), metrics, methods, notes, settlement, deadlines)

    def _fault(self, where: str, problem: str) -> None:
        self._faults.append(Fault(f"{self._file} {where}", problem))

    def _part(self, name: str, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        return mapping(f"{self._file} {name}", raw.get(name, {}), self._faults)

    def _fields(
        self, where: str, raw: object, needed: Sequence[str], more: Sequence[str] = ()
    ) -> dict[str, Any]:
        told = mapping(f"{self._file} {where}", raw, self._faults)
        self._faults += names(f"{self._file} {where}", told, needed, more)
        return told

    def _source(self, where: str, name: object) -> str:
        if name not in self._sources:
            self._fault(where, f"sources 里没有 {name}")
        return str(self._sources.get(str(name), ""))

    def _number(self, where: str, raw: object) -> Decimal:
        if isinstance(raw, bool) or not isinstance(raw, int | float) or raw < 0:
            self._fault(where, "要写不小于 0 的数")
            return Decimal(0)
        return Decimal(str(raw))

    def _range(self, where: str, raw: object) -> Range:
        ends = raw if isinstance(raw, list) and len(raw) == 2 else [None, None]
        low, high = (self._number(where, end) for end in ends)
        if low > high:
            self._fault(where, "前一个数要不大于后一个")
        return low, high

    def _list(self, where: str, raw: object) -> list[Any]:
        if isinstance(raw, list) and raw:
            return raw
        self._fault(where, "应当是不空的列表")
        return []

    def _metric(self, name: str, raw: object) -> Metric:
        where = f"metrics {name}"
        told = self._fields(where, raw, ("name", "over", "under", "unit", "thresholds", "measures"))
        for side in ("over", "under"):
            if told.get(side) not in COUNTS:
                self._fault(where, f"{side} 要写 {'、'.join(COUNTS)} 之一")
        if told.get("unit") not in UNITS:
            self._fault(where, f"unit 要写 {'、'.join(UNITS)} 之一")
        lines = tuple(self._line(where, each) for each in self._list(where, told.get("thresholds")))
        measures = texts(f"{self._file} {where}", told.get("measures", []), self._faults)
        told_name, over, under, unit = (
            str(told.get(key)) for key in ("name", "over", "under", "unit")
        )
        return Metric(name, told_name, over, under, unit, lines, measures)

    def _line(self, where: str, raw: object) -> Threshold:
        told = self._fields(
            where,
            raw,
            ("limit", "at_least", "definition", "short", "source"),
            ("about", "industries"),
        )
        trades = texts(f"{self._file} {where}", told.get("industries", []), self._faults)
        return Threshold(
            self._number(where, told.get("limit")),
            told.get("at_least") is True,
            told.get("about") is True,
            str(told.get("definition")),
            str(told.get("short")),
            self._source(where, told.get("source")),
            trades,
        )

    def _method(self, name: str, raw: object) -> Method:
        where = f"fees {name}"
        told = self._fields(where, raw, ("names", "items"))
        items = tuple(self._fee(where, each) for each in self._list(where, told.get("items")))
        return Method(
            name, texts(f"{self._file} {where}", told.get("names", []), self._faults), items
        )

    def _fee(self, where: str, raw: object) -> Fee:
        told = self._fields(where, raw, ("name", "rate", "source"))
        return Fee(
            str(told.get("name")),
            self._range(where, told.get("rate")),
            self._source(where, told.get("source")),
        )

    def _told(self, name: str) -> tuple[Told, ...]:
        read = []
        for each in self._list(name, self._raw.get(name)):
            told = self._fields(name, each, ("text", "source"))
            read.append(Told(str(told.get("text")), self._source(name, told.get("source"))))
        return tuple(read)

    def _deadlines(self, raw: Mapping[str, Any]) -> Deadlines:
        self._faults += names(f"{self._file} deadlines", raw, ("resubmit", "review"))
        again = self._fields("deadlines resubmit", raw.get("resubmit", {}), ("days", "source"))
        review = self._fields(
            "deadlines review",
            raw.get("review", {}),
            ("usual", "longest", "usual_source", "longest_source"),
        )
        low, high = self._range("deadlines review", review.get("usual"))
        return Deadlines(
            int(self._number("deadlines resubmit", again.get("days"))),
            self._source("deadlines resubmit", again.get("source")),
            (int(low), int(high)),
            self._source("deadlines review", review.get("usual_source")),
            int(self._number("deadlines review", review.get("longest"))),
            self._source("deadlines review", review.get("longest_source")),
        )
