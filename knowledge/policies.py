"""A shop's after-sales policy: its values, their defaults and floors, and recorded promises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from knowledge.rules.faults import Fault, refuse
from knowledge.rules.shape import given, mapping, names, read_yaml
from knowledge.rules.vocabulary import Key, Value

Setting = int | bool | str


@dataclass(frozen=True)
class Promise:
    """A promise on record: kinder values, and exclusions it lifts.

    Empty `titles` or `orders` mean every item or order of the shop.
    """

    text: str
    values: tuple[tuple[str, Setting], ...] = ()
    lifts: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()

    def covers(self, order_no: str, title: str) -> bool:
        """Whether the promise was made for this item of this order."""
        return (not self.orders or order_no in self.orders) and (
            not self.titles or title in self.titles
        )


@dataclass(frozen=True)
class Policy:
    """Effective or written values of aftersales-facts.md §7; money in fen."""

    no_reason_days: int
    return_freight: str
    exchange_support: bool
    fresh_hours: int
    refund_only_max_fen: int
    review_above_fen: int
    auto_refund_max_fen: int
    price_protection_days: int
    ship_hours: int
    missing_claims_review: int
    deduct_outbound_freight: bool
    promises: tuple[Promise, ...] = ()

    def facts(self) -> dict[str, Value]:
        """The values as rows read them: true and false are yes and no."""
        named = {name: getattr(self, name) for name in VALUES}
        return {n: ("no", "yes")[v] if isinstance(v, bool) else v for n, v in named.items()}

    def to_json(self) -> dict[str, Any]:
        """The Policy of api.md."""
        written = {name: getattr(self, name) for name in VALUES}
        return {**written, "promises": [_promise_json(promise) for promise in self.promises]}


VALUES = tuple(field.name for field in fields(Policy) if field.name != "promises")


@dataclass(frozen=True)
class PolicyValue:
    """What policy.yaml says of one value: range or choices, default, floor, kinder direction."""

    name: str
    label: str
    default: Setting
    floor: Setting
    kinder: str | tuple[Setting, ...]
    source: str
    choices: tuple[str, ...] = ()
    low: int = 0
    high: int = 0

    def rank(self, value: Setting) -> int:
        """Higher is kinder to the buyer."""
        if isinstance(self.kinder, tuple):
            return self.kinder.index(value)
        return int(value) if self.kinder == "higher" else -int(value)

    def fits(self, value: object) -> bool:
        """Whether `value` has the right type and range."""
        if type(self.default) is bool:
            return type(value) is bool
        if self.choices:
            return isinstance(value, str) and value in self.choices
        return type(value) is int and self.low <= value <= self.high

    def expected(self) -> str:
        """What a good value looks like."""
        if type(self.default) is bool:
            return "true 或 false"
        return "|".join(self.choices) if self.choices else f"{self.low}–{self.high} 的整数"

    def key(self) -> Key:
        """This value as a key that rows may read."""
        if type(self.default) is bool:
            return Key(self.name, self.label, "choice", "policy", {"yes": "是", "no": "否"})
        if self.choices:
            return Key(self.name, self.label, "choice", "policy", {c: c for c in self.choices})
        return Key(self.name, self.label, "number", "policy", low=self.low, high=self.high)


@dataclass(frozen=True, eq=False)  # one per rule book, so its identity is its key in caches
class PolicySpec:
    """All policy values by name."""

    values: Mapping[str, PolicyValue]

    @property
    def defaults(self) -> Policy:
        """The policy of a shop that has set nothing."""
        return Policy(**{n: v.default for n, v in self.values.items()})  # type: ignore[arg-type]

    @property
    def floor(self) -> Policy:
        """The harshest policy the law and the platform allow."""
        return Policy(**{n: v.floor for n, v in self.values.items()})  # type: ignore[arg-type]

    def kindest(self, policy: Policy, *others: Iterable[tuple[str, Setting]]) -> Policy:
        """Per value the kindest to the buyer of `policy`, the floor and `others`."""
        best: dict[str, Any] = {name: getattr(policy, name) for name in self.values}
        for name, value in ((n, v) for other in (self._floors(), *others) for n, v in other):
            best[name] = max(best[name], value, key=self.values[name].rank)
        return replace(policy, **best)

    def _floors(self) -> list[tuple[str, Setting]]:
        return [(name, value.floor) for name, value in self.values.items()]


def load_policy_spec(path: Path) -> PolicySpec:
    """Read policy.yaml. Raises ContentFaultsError with every fault."""
    raw = read_yaml(path)
    faults = names(path.name, raw, ("values",))
    entries = mapping(path.name, raw.get("values", {}), faults)
    faults += names(f"{path.name} values", entries, VALUES)
    specs = {n: _value(f"{path.name} {n}", n, e, faults) for n, e in entries.items()}
    refuse(faults)
    return PolicySpec(specs)


def _value(where: str, name: str, raw: object, faults: list[Fault]) -> PolicyValue:
    entry = mapping(where, raw, faults)
    needed = ("label", "default", "kinder", "floor", "source")
    faults += names(where, entry, needed, ("number", "choices", "flag"))
    low, high = entry.get("number", [0, 0])
    kinder = entry.get("kinder", "higher")
    value = PolicyValue(
        name=name,
        label=str(entry.get("label", name)),
        default=entry.get("default", 0),
        floor=entry.get("floor", 0),
        kinder=tuple(kinder) if isinstance(kinder, list) else kinder,
        source=str(entry.get("source", "")),
        choices=tuple(entry.get("choices", ())),
        low=low,
        high=high,
    )
    faults += _inconsistent(where, value)
    return value


def _inconsistent(where: str, value: PolicyValue) -> list[Fault]:
    faults = [
        Fault(where, f"{word} 应当是{value.expected()}")
        for word, setting in (("default", value.default), ("floor", value.floor))
        if not value.fits(setting)
    ]
    if isinstance(value.kinder, str) and value.kinder not in ("higher", "lower"):
        faults.append(Fault(where, "kinder 要写 higher、lower 或由差到好的列表"))
    return faults


def read_policy(spec: PolicySpec, raw: Mapping[str, Any]) -> Policy:
    """A shop's policy from JSON or YAML; absent values take their default.

    Raises ContentFaultsError listing every unknown name and bad value. Whether the values are
    harsher than the law is `handlers.rules.floor`'s question.
    """
    faults: list[Fault] = []
    settings = _settings("policy", spec, raw, ("promises",), faults)
    promised = raw.get("promises", [])
    if not isinstance(promised, list):
        faults.append(Fault("policy.promises", "应当是列表"))
        promised = []
    promises = tuple(
        _promise(f"policy.promises[{at}]", spec, item, faults) for at, item in enumerate(promised)
    )
    refuse(faults)
    return replace(spec.defaults, **settings, promises=promises)


def _settings(
    where: str,
    spec: PolicySpec,
    raw: Mapping[str, Any],
    others: tuple[str, ...],
    faults: list[Fault],
) -> dict[str, Any]:
    faults += given(where, raw, (*spec.values, *others))
    settings = {n: raw[n] for n in spec.values if n in raw}
    for name, value in settings.items():
        if not spec.values[name].fits(value):
            faults.append(Fault(f"{where}.{name}", f"应当是{spec.values[name].expected()}"))
    return settings


_PROMISE_LISTS = ("lifts", "titles", "orders")
_LIFTABLE = ("custom", "fresh", "digital", "press", "hygiene", "activated", "near_expiry", "defect")


def _promise(where: str, spec: PolicySpec, raw: object, faults: list[Fault]) -> Promise:
    entry = mapping(where, raw, faults)
    settings = _settings(where, spec, entry, ("text", *_PROMISE_LISTS), faults)
    if not isinstance(entry.get("text"), str) or not entry["text"].strip():
        faults.append(Fault(where, "缺 text：承诺的原话"))
    lists = {
        name: _names(f"{where}.{name}", entry.get(name, []), faults) for name in _PROMISE_LISTS
    }
    unknown = [name for name in lists["lifts"] if name not in _LIFTABLE]
    if unknown:
        faults.append(Fault(f"{where}.lifts", f"有不认识的除外项，应当是 {'|'.join(_LIFTABLE)}"))
    return Promise(str(entry.get("text", "")), tuple(sorted(settings.items())), **lists)


def _names(where: str, raw: object, faults: list[Fault]) -> tuple[str, ...]:
    if isinstance(raw, list) and all(isinstance(item, str) for item in raw):
        return tuple(raw)
    faults.append(Fault(where, "应当是文字列表"))
    return ()


def _promise_json(promise: Promise) -> dict[str, Any]:
    written = {
        name: list(value) for name, value in asdict(promise).items() if name in _PROMISE_LISTS
    }
    return {"text": promise.text, **dict(promise.values), **{n: v for n, v in written.items() if v}}
