"""The decision table as values, and its loader that lists every fault at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.rules.conditions import Condition, parse
from knowledge.rules.faults import Fault
from knowledge.rules.shape import mapping, names, read_yaml, texts
from knowledge.rules.sources import Sources
from knowledge.rules.vocabulary import Vocabulary

PHASES = ("guard", "decision", "modifier", "fallback")
NOT_ELIGIBLE = frozenset({"reject", "ask", "escalate", "info_only"})
EFFECTS = frozenset(
    {
        "refund:-gift_price",
        "refund:-outbound_freight",
        "refund:by_price_share",
        "refund:coupon_as_coupon",
        "refund:unchanged",
        "freight_refund:with_last_item",
        "needs_human:yes",
        "channel:offline",
        "compensation:late",
        "policy:kinder",
        "clause:void",
    }
)
AMOUNTS = ("share", "damage_steps", "affected", "missing_part", "price_drop")
DEADLINES = ("review", "return_received")
_INTERNAL = re.compile(r"→|\b\d+[a-f]\b|[A-Z]{2,}|[a-z]{3,}")
_WAY = "另一条路"
_OPTIONAL = ("also_ok", "amount", "deadline", _WAY)
_PROSE = ("订单状态", "条件", "时限动作", "下一步", "依据")
_TOP = ("version", "appeal", "advice")
_COMMON = ("id", "order", "phase", "when", *_PROSE)
_OUTPUT = ("type", "freight_payer", "evidence_required", "needs_human", "reason_class")


@dataclass(frozen=True)
class Row:
    """One row of the table. Modifiers have only `effects`; the other phases have the outputs.

    `action` tells the shop's staff what to do, `steps` the customer what happens next.
    `amount` says how a refund without return is computed, `way` what a refused buyer can still do.
    """

    id: str
    order: int
    phase: str
    when: str
    condition: Condition
    status: str
    text: str
    action: str
    source: str
    steps: tuple[str, ...]
    type: str = ""
    also_ok: tuple[str, ...] = ()
    freight_payer: str = "none"
    evidence_required: bool = False
    needs_human: bool | str = False
    reason_class: str = "stated"
    effects: tuple[str, ...] = ()
    amount: str = "share"
    deadline: str = "review"
    way: str = ""


@dataclass(frozen=True)
class Table:
    """The rows by `order`, the version their maintainers gave them, and two closing sentences."""

    version: str
    appeal: str
    advice: str
    rows: tuple[Row, ...]

    @property
    def first_match(self) -> tuple[Row, ...]:
        """Guards, decisions, then the fallback: the first true one ends it."""
        return tuple(row for row in self.rows if row.phase != "modifier")

    @property
    def modifiers(self) -> tuple[Row, ...]:
        """The rows of the third pass."""
        return tuple(row for row in self.rows if row.phase == "modifier")


def read_table(path: Path, vocabulary: Vocabulary, sources: Sources) -> tuple[Table, list[Fault]]:
    """The table in a YAML file and everything wrong with its rows."""
    raw = read_yaml(path)
    faults = names(path.name, raw, (*_TOP, "rows"))
    entries = raw.get("rows") if isinstance(raw.get("rows"), list) else []
    if not entries:
        faults.append(Fault(path.name, "rows 应当是行的列表"))
    rows = [
        _row(_where(path.name, at, entry), entry, vocabulary, sources, faults)
        for at, entry in enumerate(entries or [])
    ]
    faults += _repeated(path.name, rows) + _order_faults(path.name, rows)
    version, appeal, advice = (str(raw.get(name, "")) for name in _TOP)
    ordered = tuple(sorted(rows, key=lambda row: row.order))
    return Table(version, appeal, advice, ordered), faults


def _where(file: str, at: int, entry: object) -> str:
    name = entry.get("id") if isinstance(entry, dict) else None
    return f"{file} 行 {name}" if name else f"{file} 第 {at + 1} 行"


def _row(
    where: str, raw: object, vocabulary: Vocabulary, sources: Sources, faults: list[Fault]
) -> Row:
    entry = mapping(where, raw, faults)
    modifier = entry.get("phase") == "modifier"
    own = ("effect",) if modifier else _OUTPUT
    faults += names(where, entry, (*_COMMON, *own), () if modifier else _OPTIONAL)
    problems: list[str] = []
    condition = parse(str(entry.get("when", "")), vocabulary, problems)
    problems += sources.cite(str(entry.get("依据", "")))[1]
    problems += _value_problems(entry, modifier, vocabulary)
    if not modifier:
        problems += _reads_outcome(condition, vocabulary)
    faults += [Fault(where, problem) for problem in problems]
    return _build(where, entry, condition, faults)


def _build(where: str, entry: Mapping[str, Any], condition: Condition, faults: list[Fault]) -> Row:
    order = entry.get("order")
    return Row(
        id=str(entry.get("id", "")),
        order=order if type(order) is int else 0,
        phase=str(entry.get("phase", "")),
        when=str(entry.get("when", "")),
        condition=condition,
        status=str(entry.get("订单状态", "")),
        text=str(entry.get("条件", "")),
        action=str(entry.get("时限动作", "")),
        source=str(entry.get("依据", "")),
        steps=tuple(str(entry.get("下一步", "")).split("；")),
        type=str(entry.get("type", "")),
        also_ok=texts(f"{where} also_ok", entry.get("also_ok", []), faults),
        freight_payer=str(entry.get("freight_payer", "none")),
        evidence_required=entry.get("evidence_required") is True,
        needs_human=entry.get("needs_human", False),
        reason_class=str(entry.get("reason_class", "stated")),
        effects=texts(f"{where} effect", entry.get("effect", []), faults),
        amount=str(entry.get("amount", "share")),
        deadline=str(entry.get("deadline", "review")),
        way=str(entry.get(_WAY, "")),
    )


def _value_problems(entry: Mapping[str, Any], modifier: bool, vocabulary: Vocabulary) -> list[str]:
    problems = [f"{name} 不能空着" for name in ("id", *_PROSE) if not _filled(entry.get(name))]
    if _INTERNAL.search(str(entry.get("下一步", ""))):
        problems.append("下一步是说给顾客的，不能有行号、箭头或英文代码")
    if entry.get("phase") not in PHASES:
        problems.append(f"phase 应当是 {'|'.join(PHASES)}")
    if type(entry.get("order")) is not int:
        problems.append("order 应当是整数")
    if modifier:
        bad = [e for e in _listed(entry.get("effect")) if e not in EFFECTS]
        return problems + [f"没有效果 {effect}" for effect in bad]
    return problems + _output_problems(entry, vocabulary)


def _output_problems(entry: Mapping[str, Any], vocabulary: Vocabulary) -> list[str]:
    types = tuple(vocabulary.keys["type"].values)
    allowed: dict[str, tuple[object, ...]] = {
        "type": types,
        "freight_payer": ("buyer", "merchant", "none", "policy"),
        "evidence_required": (True, False),
        "needs_human": (True, False, "policy"),
        "reason_class": (*vocabulary.keys["reason_class"].values, "stated"),
        "amount": AMOUNTS,
        "deadline": DEADLINES,
    }
    problems = [
        f"{name} 没有值 {entry[name]}，应当是 {'|'.join(str(v) for v in values)}"
        for name, values in allowed.items()
        if name in entry and entry[name] not in values
    ]
    if entry.get("type") == "reject" and not _filled(entry.get(_WAY)):
        problems.append(f"拒绝的行要写{_WAY}")
    offered = [t for t in _listed(entry.get("also_ok")) if t not in types or t in NOT_ELIGIBLE]
    return problems + [f"also_ok 里不能有 {name}" for name in offered]


def _filled(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _reads_outcome(condition: Condition, vocabulary: Vocabulary) -> list[str]:
    read = {key for term in condition for key in term.reads}
    late = sorted(key for key in read if vocabulary.keys[key].scope == "outcome")
    return [f"只有修正行能读 {key}" for key in late]


def _repeated(file: str, rows: Iterable[Row]) -> list[Fault]:
    faults: list[Fault] = []
    seen: dict[tuple[str, str], str] = {}
    for row in rows:
        for name, value in (("id", row.id), ("order", str(row.order))):
            if (name, value) in seen:
                faults.append(Fault(f"{file} 行 {row.id}", f"{name} {value} 重复了，请换一个"))
            seen[name, value] = row.id
    return faults


def _order_faults(file: str, rows: list[Row]) -> list[Fault]:
    last = [row for row in rows if row.phase == "fallback"]
    if len(last) != 1 or last[0].condition:
        return [Fault(file, "要有且只有一行 fallback，条件写 always")]
    places = {p: [r.order for r in rows if r.phase == p] for p in PHASES}
    return [
        Fault(file, f"{first} 行的 order 要全部小于 {second} 行")
        for first, second in (("guard", "decision"), ("decision", "fallback"))
        if places[first] and places[second] and max(places[first]) > min(places[second])
    ]
