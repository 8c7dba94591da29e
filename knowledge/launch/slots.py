"""launch-profile.yaml: what there is to know about a merchant, and the words of conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from knowledge.launch.reader import Reading
from knowledge.launch.shapes import Slot, Stage, Tap
from knowledge.rules.faults import Fault
from knowledge.rules.shape import mapping, names
from knowledge.rules.vocabulary import MISSING, Key, Vocabulary

_FIELDS = (
    "stage",
    "ask",
    "why",
    "when",
    "tap",
    "values",
    "topic",
    "number",
    "unit",
    "wish",
    "strict",
    "able",
    "mention",
    "tells",
    "guide",
)
YES_NO = {"yes": "有", "no": "没有"}


def vocabulary_of(
    raw: Mapping[str, Any], given: Mapping[str, Iterable[str]], faults: list[Fault]
) -> Vocabulary:
    """What a condition may name: slots, derived keys, and `given` (values from other files)."""
    keys = {
        n: _key(n, mapping(f"launch-profile.yaml {n}", e, faults), given)
        for n, e in raw["keys"].items()
    }
    for name, entry in raw["derived"].items():
        keys[name] = _key(name, mapping(f"launch-profile.yaml {name}", entry, faults), given)
    for name, values in given.items():
        keys.setdefault(name, Key(name, name, "choice", values={v: v for v in values}))
    return Vocabulary(keys)


def _key(name: str, entry: Mapping[str, Any], given: Mapping[str, Iterable[str]]) -> Key:
    label = str(entry.get("label", name))
    if "number" in entry:
        low, high = entry["number"]
        return Key(name, label, "number", low=low, high=high, default=MISSING)
    values = given.get(name) or entry.get("values") or (YES_NO if "topic" in entry else {})
    return Key(name, label, "choice", values={str(v): str(v) for v in values})


def read_slots(raw: Mapping[str, Any], reading: Reading) -> dict[str, Slot]:
    """Every slot, in the order in which they are asked."""
    return {
        n: _slot(n, mapping(f"launch-profile.yaml {n}", e, reading.faults), reading)
        for n, e in raw.items()
    }


def _slot(name: str, raw: Mapping[str, Any], reading: Reading) -> Slot:
    where = f"launch-profile.yaml {name}"
    reading.faults += names(where, raw, ("label",), _FIELDS)
    stage: Stage = raw.get("stage", "")
    if stage and not (raw.get("ask") and raw.get("why")):
        reading.fault(where, "要问的事（写了 stage）必须有 ask 和 why")
    values = mapping(f"{where} values", raw.get("values") or {}, reading.faults)
    return Slot(
        name=name,
        label=str(raw.get("label", name)),
        stage=stage,
        when=tuple(reading.condition(where, one) for one in raw.get("when", ["always"])),
        asks=reading.said(f"{where} ask", raw["ask"]) if "ask" in raw else (),
        why=reading.text(where, raw.get("why")),
        taps=tuple(
            _tap(f"{where} tap", t, reading) for _, t in reading.entries(where, raw.get("tap"))
        ),
        labels={v: str(e.get("label", v)) for v, e in values.items()},
        words={v: reading.patterns(f"{where} {v}", e.get("words")) for v, e in values.items()},
        assumes={v: reading.patterns(f"{where} {v}", e.get("assume")) for v, e in values.items()},
        topics=tuple(p.written for p in reading.patterns(f"{where} topic", raw.get("topic"))),
        number=tuple(raw["number"]) if "number" in raw else None,
        wish=bool(raw.get("wish")),
        strict=bool(raw.get("strict")),
        able=bool(raw.get("able")),
        mention=bool(raw.get("mention")),
        tells=str(raw.get("tells", "")),
        links=reading.links(where, raw["guide"]) if "guide" in raw else (),
    )


def _tap(where: str, raw: Mapping[str, Any], reading: Reading) -> Tap:
    reading.faults += names(where, raw, ("set", "label"))
    key, _, value = str(raw.get("set", "")).partition("=")
    reading.condition(where, f"{key}={value}")
    return Tap(key, value, str(raw.get("label", "")))
