"""What titles, descriptions and promotions must not say: read and checked at load.

Patterns are regular expressions over one spelling (handlers/rules/disguise.py): simplified, lower
case, full stops as `。`, commas as `，`, spaces kept. `<name>` is a class of the file, `…` at most
six and `……` at most sixteen characters of the same sentence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.chinese import simplified
from knowledge.expressions import Expression, fault_in
from knowledge.rules.faults import Fault, refuse
from knowledge.rules.shape import mapping, names, read_yaml, texts

FILE = Path(__file__).parent / "content" / "rules" / "advertising.yaml"
KINDS = (
    "absolute_word",
    "induced_share",
    "false_claim",
    "medical_claim",
    "fake_goods",
    "image_rights",
)
VERDICTS = ("violation", "review")
SEVERITIES = ("high", "medium", "low")
_CLASS = re.compile(r"<([a-z_]+)>")
_OPEN_ENDED = re.compile(r"(?<!\\)\.[*+]|\][*+]|\\[a-zA-Z][*+]")
Patterns = tuple[Expression, ...]


@dataclass(frozen=True)
class Basis:
    """A rule as it is told: `text` says it, `source` and `date` where it stands, `short` cites."""

    text: str
    source: str
    date: str
    short: str


@dataclass(frozen=True)
class Around:
    """What stands around a find: right before it, right after it, or anywhere in its sentence."""

    before: Patterns = ()
    after: Patterns = ()
    near: Patterns = ()

    def fits(self, before: str, found: str, after: str) -> bool:
        """Whether any of the patterns does; both sides end with the sentence."""
        return (
            any(pattern.search(before) for pattern in self.before)
            or any(pattern.match(after) for pattern in self.after)
            or any(pattern.search(f"{before}{found}{after}") for pattern in self.near)
        )


@dataclass(frozen=True)
class Ban:
    """Expressions of one kind. `unless` makes them harmless, `review` a matter of judgement.

    `firm`: what excuses expressions in general (a denial) does not excuse these.
    """

    id: str
    kind: str
    say: Patterns
    unless: Around
    review: Around
    verdict: str
    severity: str
    why: str
    advice: str
    basis: Basis
    firm: bool = False


@dataclass(frozen=True)
class Example:
    """A factual wording to offer for goods whose name holds one of the words."""

    goods: tuple[str, ...]
    say: str


@dataclass(frozen=True)
class Advertising:
    """Everything the check is told."""

    checked: str
    spelling: Mapping[str, str]
    denials: Around
    bans: tuple[Ban, ...]
    labels: Mapping[str, str]
    examples: tuple[Example, ...]

    def expressions(self) -> Iterator[tuple[str, Expression]]:
        """Every pattern, with where it stands."""
        arounds = [("denials", self.denials)]
        for ban in self.bans:
            yield from ((f"bans {ban.id}", each) for each in ban.say)
            arounds += [(f"bans {ban.id}", around) for around in (ban.unless, ban.review)]
        for where, around in arounds:
            for part in (around.before, around.after, around.near):
                yield from ((where, each) for each in part)

    def compile(self) -> int:
        """Compile everything now, so that the first check need not wait; how many there are."""
        return len([each.regex for _, each in self.expressions()])


def load_advertising(file: Path = FILE) -> Advertising:
    """Read the file. Raises ContentFaultsError with every fault in it."""
    return _Reader(file).read()


_TOP = ("checked", "spelling", "classes", "bases", "kinds", "denials", "bans", "examples")
_BAN = ("id", "kind", "say")
_BAN_MORE = ("unless", "review", "verdict", "severity", "why", "advice", "basis", "firm")


class _Reader:
    """One reading of the file; collects faults as it goes."""

    def __init__(self, file: Path) -> None:
        self._where = file.name
        self._raw = read_yaml(file)
        self._faults = names(file.name, self._raw, _TOP)
        self._classes: dict[str, str] = {}
        self._bases: dict[str, Basis] = {}
        self._kinds: dict[str, Mapping[str, Any]] = {}

    def read(self) -> Advertising:
        self._read_classes()
        self._bases = {name: self._basis(name, raw) for name, raw in self._part("bases").items()}
        self._kinds = dict(self._part("kinds"))
        self._check_kinds()
        denials = self._around("denials", self._raw.get("denials"))
        bans = self._bans()
        examples = tuple(self._example(each) for each in self._list("examples"))
        spelling = {str(k): str(v) for k, v in self._part("spelling").items()}
        self._check_spelling(spelling)
        refuse(self._faults)
        labels = {kind: str(told["label"]) for kind, told in self._kinds.items()}
        return Advertising(str(self._raw["checked"]), spelling, denials, bans, labels, examples)

    def _part(self, name: str) -> Mapping[str, Any]:
        return mapping(f"{self._where} {name}", self._raw.get(name, {}), self._faults)

    def _list(self, name: str) -> Sequence[Any]:
        raw = self._raw.get(name, [])
        if isinstance(raw, list):
            return raw
        self._fault(name, "应当是列表")
        return []

    def _fault(self, where: str, problem: str) -> None:
        self._faults.append(Fault(f"{self._where} {where}", problem))

    def _read_classes(self) -> None:
        for name, raw in self._part("classes").items():
            words = texts(f"{self._where} classes {name}", raw, self._faults)
            self._look_over(f"classes {name}", words)
            self._classes[name] = "(?:" + "|".join(words) + ")"

    def _look_over(self, where: str, patterns: Collection[str]) -> None:
        """Note what is wrong with patterns; a class may use those above it."""
        for pattern in patterns:
            if _OPEN_ENDED.search(pattern):
                self._fault(where, f"“{pattern}”里有不限长度的重复，请写成 {{0,n}}")
            elif problem := fault_in(pattern):
                self._fault(where, f"“{pattern}”写得不对：{problem}")
            for name in _CLASS.findall(pattern):
                if name not in self._classes:
                    self._fault(where, f"没有词类 <{name}>")

    def _patterns(self, where: str, raw: object, shape: str = "{}") -> Patterns:
        if raw is None:
            return ()
        written = texts(f"{self._where} {where}", raw, self._faults)
        self._look_over(where, written)
        return tuple(Expression(shape.format(each), self._write_out) for each in written)

    def _write_out(self, pattern: str) -> str:
        """`pattern` with its classes, theirs and the gaps."""
        while _CLASS.search(pattern):
            pattern = _CLASS.sub(lambda m: self._classes.get(m[1], "(?!)"), pattern)
        # As the text is told (handlers/rules/disguise.py): 哪吒 is read as 哪咤.
        told = "".join(map(simplified, pattern))
        return told.replace("……", "[^。]{0,16}").replace("…", "[^。]{0,6}")

    def _around(self, where: str, raw: object) -> Around:
        if raw is None:
            return Around()
        told = mapping(f"{self._where} {where}", raw, self._faults)
        self._faults += names(f"{self._where} {where}", told, (), ("before", "after", "near"))
        return Around(
            self._patterns(where, told.get("before"), "(?:{})$"),
            self._patterns(where, told.get("after"), "(?:{})"),
            self._patterns(where, told.get("near")),
        )

    def _basis(self, name: str, raw: object) -> Basis:
        told = mapping(f"{self._where} bases {name}", raw, self._faults)
        self._faults += names(
            f"{self._where} bases {name}", told, ("text", "source", "date", "short")
        )
        return Basis(*(str(told.get(key, "")) for key in ("text", "source", "date", "short")))

    def _check_kinds(self) -> None:
        self._faults += names(f"{self._where} kinds", self._kinds, KINDS)
        for kind, raw in self._kinds.items():
            where = f"{self._where} kinds {kind}"
            told = mapping(where, raw, self._faults)
            self._faults += names(where, told, ("label", "severity", "why", "advice", "basis"))
            self._kinds[kind] = told

    def _bans(self) -> tuple[Ban, ...]:
        read = [self._ban(number, raw) for number, raw in enumerate(self._list("bans"), 1)]
        seen: set[str] = set()
        for ban in read:
            if ban.id in seen:
                self._fault("bans", f"编号 {ban.id} 出现两次")
            seen.add(ban.id)
        return tuple(read)

    def _ban(self, number: int, raw: object) -> Ban:
        told = mapping(f"{self._where} bans 第{number}条", raw, self._faults)
        name = str(told.get("id", f"第{number}条"))
        where = f"bans {name}"
        self._faults += names(f"{self._where} {where}", told, _BAN, _BAN_MORE)
        kind = str(told.get("kind"))
        told = {**self._kinds.get(kind, {}), "verdict": "violation", **told}
        self._choice(where, "kind", kind, KINDS)
        self._choice(where, "verdict", told["verdict"], VERDICTS)
        self._choice(where, "severity", told.get("severity"), SEVERITIES)
        if told.get("basis") not in self._bases:
            self._fault(where, f"bases 里没有依据 {told.get('basis')}")
        return Ban(
            name,
            kind,
            self._patterns(where, told.get("say", [])),
            self._around(where, told.get("unless")),
            self._around(where, told.get("review")),
            str(told["verdict"]),
            str(told.get("severity")),
            str(told.get("why")),
            str(told.get("advice")),
            self._bases.get(str(told.get("basis")), Basis("", "", "", "")),
            told.get("firm") is True,
        )

    def _choice(self, where: str, name: str, value: object, allowed: Collection[str]) -> None:
        if value not in allowed:
            self._fault(where, f"{name} 要写 {'、'.join(allowed)} 之一")

    def _example(self, raw: object) -> Example:
        told = mapping(f"{self._where} examples", raw, self._faults)
        self._faults += names(f"{self._where} examples", told, ("goods", "say"))
        goods = texts(f"{self._where} examples", told.get("goods", []), self._faults)
        return Example(goods, str(told.get("say", "")))

    def _check_spelling(self, spelling: Mapping[str, str]) -> None:
        for written, read in spelling.items():
            latin = written.isascii() and written.isalpha() and written.islower()
            if len(read) != 1 or not (len(written) == 1 or latin):
                self._fault("spelling", f"“{written}: {read}”：左边一个字或小写拼音，右边一个字")
