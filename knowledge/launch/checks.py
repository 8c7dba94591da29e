"""What no single entry shows: steps nobody reaches, circles, numbers without a source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from knowledge.launch.shapes import Chosen, Link, Step
from knowledge.rules.conditions import ORDER, Condition
from knowledge.rules.faults import Fault
from knowledge.rules.vocabulary import MISSING, Vocabulary


def check_steps(
    steps: Sequence[Step], vocabulary: Vocabulary, chosen: Mapping[str, Sequence[Chosen]]
) -> Iterator[Fault]:
    """Doubled ids, unknown predecessors, circles, unreachable steps, sums without source."""
    known = [step.id for step in steps]
    for step in steps:
        where = f"launch.yaml {step.id}"
        if known.count(step.id) > 1:
            yield Fault(where, "id 重复")
        for before in step.after:
            if before not in known:
                yield Fault(where, f"after 里的 {before} 没有这一步")
        if not reachable(step.when, vocabulary, chosen):
            yield Fault(where, "永远走不到：条件互相矛盾，或没有哪条路、哪种做法会选到")
        for number in unsourced(step):
            yield Fault(where, f"出处里没有 {number}")
    if circle := _circle({step.id: step.after for step in steps}):
        yield Fault("launch.yaml", f"步骤互相等：{'、'.join(circle)}")


def reachable(
    when: Condition, vocabulary: Vocabulary, chosen: Mapping[str, Sequence[Chosen]]
) -> bool:
    """Whether some profile fulfils the condition, looking at each key by itself."""
    keys = {key for term in when for key in term.reads}
    return all(_possible(key, when, vocabulary, chosen) for key in keys)


def _possible(
    key: str, when: Condition, vocabulary: Vocabulary, chosen: Mapping[str, Sequence[Chosen]]
) -> bool:
    terms = [term for term in when if term.key == key]
    return any(
        all(_holds(term, value) for term in terms)
        for value in _values(key, terms, vocabulary, chosen)
    )


def _holds(term: Any, value: object) -> bool:
    if term.op in ORDER:
        return (
            isinstance(value, int)
            and isinstance(term.bound, int)
            and ORDER[term.op](value, term.bound)
        )
    wanted: bool = term.op == "="
    return (value in term.values) == wanted


def _values(
    key: str, terms: Iterable[Any], vocabulary: Vocabulary, chosen: Mapping[str, Sequence[Chosen]]
) -> set[object]:
    if key in chosen:
        return {row.choice for row in chosen[key]}
    found = vocabulary.keys[key]
    if found.kind != "number":
        return {*found.values, MISSING}
    bounds = [t.bound for t in terms if isinstance(t.bound, int)]
    near = {bound + step for bound in bounds for step in (-1, 0, 1)}
    return {MISSING, found.low, found.high, *(n for n in near if found.low <= n <= found.high)}


def unsourced(step: Step) -> list[str]:
    """Sums and days of the step that stand in none of its guide sections."""
    text = "".join(link.text for link in step.links)
    wanted = [
        spelling for fee in step.fees if not fee.unknown for spelling in _sums(fee.least, fee.most)
    ]
    if step.days:
        wanted += [[str(step.days.least)], [str(step.days.most)]]
    return [ways[0] for ways in wanted if not any(_stands(way, text) for way in ways)]


def _sums(least: int, most: int | None) -> list[list[str]]:
    return [_yuan(fen) for fen in {least, most} if fen]


def _yuan(fen: int) -> list[str]:
    yuan = f"{fen / 100:g}"
    return [yuan, f"{fen / 1_000_000:g}万"]


def _stands(number: str, text: str) -> bool:
    return bool(re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", text))


def _circle(after: Mapping[str, Sequence[str]]) -> list[str]:
    """The steps that wait for each other; empty when all can be done one after the other."""
    waiting = dict(after)
    while free := [s for s, before in waiting.items() if not any(b in waiting for b in before)]:
        for step in free:
            del waiting[step]
    return sorted(waiting)


def section_links(pages: Iterable[Any]) -> dict[str, Link]:
    """`page#section` → the section with its text, for every section of the guide."""
    found: dict[str, Link] = {}
    for page in pages:
        name = page.name.removesuffix(".md")
        for p in page.passages:
            if p.kind == "section":
                title = f"{p.title}（{p.origin.source}）" if p.origin.source else p.title
                found[f"{name}#{p.section}"] = Link(
                    p.document, title, p.section, p.text, p.origin.as_of
                )
    return found
