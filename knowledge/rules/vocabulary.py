"""The words the decision table is written in: fact keys, their values and defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from knowledge.rules.faults import ContentFaultsError, Fault, refuse
from knowledge.rules.shape import given, mapping, names, read_yaml, texts

Value = str | int | tuple[str, ...]
Kind = Literal["choice", "list", "number"]
Scope = Literal["stated", "derived", "outcome", "policy"]

MISSING = "missing"
_FIELDS = ("from", "default", "values", "number", "list", "title", "words")


@dataclass(frozen=True)
class Key:
    """One fact: its kind, values (code → Chinese name) or number range, default and givers.

    `default` is the value of an absent fact; `missing` where the table has none.
    `givers` are the letters of vocabulary.yaml; `words` limits what a buyer's words may say.
    """

    name: str
    label: str
    kind: Kind
    scope: Scope = "stated"
    values: Mapping[str, str] = field(default_factory=dict)
    low: int = 0
    high: int = 0
    default: Value = MISSING
    givers: frozenset[str] = frozenset()
    words: tuple[str, ...] | None = None
    title: bool = False

    @property
    def from_words(self) -> bool:
        """Whether words or pictures of the buyer may fill this fact."""
        return bool(self.givers & {"W", "E"})


@dataclass(frozen=True)
class Vocabulary:
    """All keys by name. `keys` includes policy values, which rows may read too."""

    keys: Mapping[str, Key]

    @cached_property
    def stated(self) -> Mapping[str, Key]:
        """The keys that may be given from outside."""
        return {name: key for name, key in self.keys.items() if key.scope == "stated"}

    @cached_property
    def defaults(self) -> Mapping[str, Value]:
        """The value of every stated key when nothing is known."""
        return {name: key.default for name, key in self.stated.items()}


def load_vocabulary(path: Path) -> Vocabulary:
    """Read vocabulary.yaml. Raises ContentFaultsError with all faults."""
    raw = read_yaml(path)
    faults: list[Fault] = names(path.name, raw, ("keys", "derived", "outcome"))
    keys: dict[str, Key] = {}
    scopes: tuple[tuple[str, Scope], ...] = (
        ("keys", "stated"),
        ("derived", "derived"),
        ("outcome", "outcome"),
    )
    for section, scope in scopes:
        entries = mapping(f"{path.name} {section}", raw.get(section, {}), faults)
        for name, entry in entries.items():
            keys[name] = _key(f"{path.name} {name}", name, entry, scope, faults)
    refuse(faults)
    return Vocabulary(keys)


def _key(where: str, name: str, raw: object, scope: Scope, faults: list[Fault]) -> Key:
    entry = mapping(where, raw, faults)
    faults += names(where, entry, ("label",), _FIELDS)
    if ("values" in entry) == ("number" in entry):
        faults.append(Fault(where, "values 和 number 要写一个，也只能写一个"))
    low, high = _range(where, entry.get("number", [0, 0]), faults)
    key = Key(
        name=name,
        label=str(entry.get("label", name)),
        kind="number" if "number" in entry else "list" if entry.get("list") else "choice",
        scope=scope,
        values=mapping(where, entry.get("values", {}), faults),
        low=low,
        high=high,
        default=() if entry.get("list") else entry.get("default", MISSING),
        givers=frozenset(str(entry.get("from", ""))),
        words=texts(f"{where} words", entry["words"], faults) if "words" in entry else None,
        title=bool(entry.get("title")),
    )
    faults += _bad_default(where, key)
    return key


def _range(where: str, raw: object, faults: list[Fault]) -> tuple[int, int]:
    if isinstance(raw, list) and len(raw) == 2 and all(type(n) is int for n in raw):
        return raw[0], raw[1]
    faults.append(Fault(where, "number 要写成 [最小, 最大]"))
    return 0, 0


def _bad_default(where: str, key: Key) -> list[Fault]:
    if key.default == MISSING or not key.default:
        return []
    good = key.default in key.values if key.kind == "choice" else type(key.default) is int
    return [] if good else [Fault(where, f"default {key.default} 不是它的值")]


def read_stated(
    vocabulary: Vocabulary, raw: Mapping[str, Any], words_only: bool = False
) -> dict[str, Value]:
    """Check facts given from outside; null means not given.

    With `words_only` (a buyer's words) keys that words cannot fill are refused: words never set
    policy, ownership, dates or a result. Raises ContentFaultsError with every fault.
    """
    keys = {n: key for n, key in vocabulary.stated.items() if key.from_words or not words_only}
    faults = given("facts", raw, keys)
    good: dict[str, Value] = {}
    for name, value in raw.items():
        if name in keys and value is not None:
            _take(keys[name], value, words_only, good, faults)
    if faults:
        raise ContentFaultsError(faults)
    return good


def _take(
    key: Key, value: object, words_only: bool, good: dict[str, Value], faults: list[Fault]
) -> None:
    checked = _checked(key, value)
    if checked is None or (words_only and key.words is not None and checked not in key.words):
        faults.append(Fault(f"facts.{key.name}", f"值不对，应当是{expected(key)}"))
    else:
        good[key.name] = checked


def _checked(key: Key, value: object) -> Value | None:
    if key.kind == "list":
        return _checked_list(key, value)
    if key.kind == "number":
        whole = type(value) is int and key.low <= value <= key.high
        return value if whole and isinstance(value, int) else None
    text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
    if not isinstance(text, str) or not text.strip():
        return None
    return text if key.title or text in key.values or text == key.default else None


def _checked_list(key: Key, value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list | tuple):
        return None
    if not all(isinstance(item, str) and item in key.values for item in value):
        return None
    return tuple(name for name in key.values if name in value)


def expected(key: Key) -> str:
    """What a value of this key looks like, for a fault message."""
    if key.kind == "number":
        return f"{key.low}–{key.high} 的整数"
    if key.title:
        return "商品名，或 one、all、missing"
    return f"{'|'.join(key.values)}{'（可多选，列表）' if key.kind == 'list' else ''}"
