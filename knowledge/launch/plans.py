"""launch.yaml, launch-routes.yaml, launch-categories.yaml, launch-rejections.yaml → values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from knowledge.launch.reader import Reading
from knowledge.launch.shapes import (
    Category,
    Chosen,
    Fee,
    Licence,
    Mode,
    Rejection,
    Route,
    Span,
    Step,
)
from knowledge.rules.shape import mapping, names, texts

_TOLD = ("subject", "filing", "fees", "time", "traffic")
_STEP = (
    "short", "main", "after", "done", "said", "documents", "fees", "days", "blockers", "checks",
    "note", "notes",
)  # fmt: skip


def read_categories(raw: Mapping[str, Any], reading: Reading) -> dict[str, Category]:
    """By id, in file order."""
    return {
        i: _category(i, mapping(f"launch-categories.yaml {i}", e, reading.faults), reading)
        for i, e in raw.items()
    }


def _category(category_id: str, raw: Mapping[str, Any], reading: Reading) -> Category:
    where = f"launch-categories.yaml {category_id}"
    optional = ("licences", "notes", "blocked")
    reading.faults += names(where, raw, ("label", "covers", "words", "scope", "guide"), optional)
    return Category(
        id=category_id,
        label=str(raw.get("label", category_id)),
        covers=str(raw.get("covers", "")),
        words=reading.patterns(f"{where} words", raw.get("words")),
        scope=texts(f"{where} scope", raw.get("scope", []), reading.faults),
        licences=tuple(
            _licence(f"{where} licences[{n}]", one, reading)
            for n, one in reading.entries(where, raw.get("licences"))
        ),
        notes=texts(f"{where} notes", raw.get("notes", []), reading.faults),
        blocked=str(raw.get("blocked", "")),
        links=reading.links(where, raw.get("guide")),
    )


def _licence(where: str, raw: Mapping[str, Any], reading: Reading) -> Licence:
    reading.faults += names(where, raw, ("name", "has"), ("when",))
    pattern = reading.patterns(where, [str(raw.get("has", "-"))])
    never = reading.pattern(where, "(?!)")
    assert never
    has = pattern[0] if pattern else never
    return Licence(str(raw.get("name", "")), reading.condition(where, raw.get("when")), has)


def read_routes(raw: Mapping[str, Any], reading: Reading) -> dict[str, Route]:
    """The roads, each told whole: subject, filing, fees, time, traffic."""
    return {
        i: _route(i, mapping(f"launch-routes.yaml {i}", e, reading.faults), reading)
        for i, e in raw.items()
    }


def _route(route_id: str, raw: Mapping[str, Any], reading: Reading) -> Route:
    where = f"launch-routes.yaml {route_id}"
    reading.faults += names(where, raw, ("label", *_TOLD, "guide"))
    told = {name: str(raw.get(name, "")) for name in _TOLD}
    return Route(
        route_id, str(raw.get("label", "")), links=reading.links(where, raw.get("guide")), **told
    )


def read_modes(raw: Mapping[str, Any], reading: Reading) -> dict[str, Mode]:
    found = {}
    for mode_id, entry in raw.items():
        where = f"launch-routes.yaml {mode_id}"
        one = mapping(where, entry, reading.faults)
        reading.faults += names(where, one, ("label", "guide"))
        links = reading.links(where, one.get("guide"))
        found[mode_id] = Mode(mode_id, str(one.get("label", "")), links)
    return found


def read_choices(
    raw: object, field: str, known: Mapping[str, Any], reading: Reading
) -> tuple[Chosen, ...]:
    """Rows of `choose_route` or `choose_mode`; the last must hold always."""
    rows = []
    for n, one in reading.entries(f"choose_{field}", raw):
        where = f"launch-routes.yaml choose_{field}[{n}]"
        reading.faults += names(where, one, ("when", field), ("reason",))
        if one.get(field) not in known:
            reading.fault(where, f"没有 {one.get(field)}")
        condition = reading.condition(where, one.get("when"))
        rows.append(Chosen(condition, str(one.get(field)), reading.text(where, one.get("reason"))))
    if not rows or rows[-1].when:
        reading.fault(
            f"launch-routes.yaml choose_{field}", "最后一条要写 when: always，不然有人没有方案"
        )
    return tuple(rows)


def read_steps(raw: object, reading: Reading) -> tuple[Step, ...]:
    """The steps in file order."""
    return tuple(_step(n, one, reading) for n, one in reading.entries("launch.yaml steps", raw))


def _step(number: int, raw: Mapping[str, Any], reading: Reading) -> Step:
    where = f"launch.yaml {raw.get('id', f'第{number}步')}"
    reading.faults += names(where, raw, ("id", "title", "when", "guide"), _STEP)
    said = reading.patterns(where, [raw["said"]]) if "said" in raw else ()
    title = reading.text(where, raw.get("title"))
    return Step(
        id=str(raw.get("id", number)),
        title=title,
        short=reading.text(where, raw.get("short")) or title,
        main=bool(raw.get("main")),
        when=reading.condition(where, raw.get("when")),
        after=texts(f"{where} after", raw.get("after", []), reading.faults),
        done=reading.condition(where, raw["done"]) if "done" in raw else None,
        said=said[0] if said else None,
        documents=texts(f"{where} documents", raw.get("documents", []), reading.faults),
        fees=tuple(
            _fee(f"{where} fees[{n}]", f, reading)
            for n, f in reading.entries(where, raw.get("fees"))
        ),
        days=_days(f"{where} days", raw["days"], reading) if "days" in raw else None,
        blockers=reading.said(f"{where} blockers", raw.get("blockers")),
        checks=texts(f"{where} checks", raw.get("checks", []), reading.faults),
        note=reading.text(where, raw.get("note")),
        notes=reading.said(f"{where} notes", raw.get("notes")),
        links=reading.links(where, raw.get("guide")),
    )


def _fee(where: str, raw: Mapping[str, Any], reading: Reading) -> Fee:
    reading.faults += names(where, raw, ("name", "per"), ("min", "max", "unknown", "when"))
    least, most = raw.get("min", 0), raw.get("max")
    if raw.get("per") not in ("once", "yearly", "sale"):
        reading.fault(where, "per 要写 once、yearly 或 sale")
    if ("min" in raw) == ("unknown" in raw):
        reading.fault(where, "min 和 unknown 要写一个，也只能写一个")
    if type(least) is not int or (most is not None and (type(most) is not int or most < least)):
        reading.fault(where, "min、max 是分，整数，max 不小于 min")
        least, most = 0, None
    condition = reading.condition(where, raw.get("when"))
    return Fee(
        str(raw.get("name", "")),
        raw.get("per", "once"),
        condition,
        least,
        most,
        str(raw.get("unknown", "")),
    )


def _days(where: str, raw: object, reading: Reading) -> Span | None:
    one = mapping(where, raw, reading.faults)
    reading.faults += names(where, one, ("min", "max", "unit"))
    least, most, unit = one.get("min"), one.get("max"), one.get("unit")
    good = type(least) is int and type(most) is int and 0 <= least <= most
    if not good or unit not in ("work", "calendar"):
        reading.fault(where, "要写 min ≤ max 的整数，unit 写 work 或 calendar")
        return None
    return Span(int(one["min"]), int(one["max"]), one["unit"])


def read_rejections(raw: object, reading: Reading) -> tuple[Rejection, ...]:
    return tuple(_rejection(n, one, reading) for n, one in reading.entries("rejections", raw))


def _rejection(number: int, raw: Mapping[str, Any], reading: Reading) -> Rejection:
    where = f"launch-rejections.yaml {raw.get('id', number)}"
    told = ("title", "cause", "change", "resubmit")
    reading.faults += names(where, raw, ("id", "words", *told, "guide"))
    words = reading.patterns(f"{where} words", raw.get("words"))
    texts_told = {name: str(raw.get(name, "")) for name in told}
    return Rejection(
        str(raw.get("id")), words, links=reading.links(where, raw.get("guide")), **texts_told
    )
