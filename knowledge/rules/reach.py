"""Which rows can never be reached, found by complete search and told at load."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from knowledge.rules.conditions import Term, holds
from knowledge.rules.faults import Fault
from knowledge.rules.space import Clause, Facts, Space, Variable, build
from knowledge.rules.table import NOT_ELIGIBLE, Row, Table
from knowledge.rules.vocabulary import MISSING, Vocabulary

# The end of a period moves over rest days; the longest rest in the calendar stays far below this.
LONGEST_SHIFT = 14


def applied(terms: Iterable[Term]) -> Variable:
    """Day, in7, in15 and in_window as one variable: they all count from the day of signing."""
    cuts = {t.bound for t in terms if t.key == "day" and isinstance(t.bound, int)}
    days = sorted({d + n for d in (0, 7, 15, *cuts) for n in (0, 1, LONGEST_SHIFT + 1)})
    unknown = dict.fromkeys(("day", "in7", "in15", "in_window"), MISSING)
    classes: list[Facts] = [unknown]
    for day, (in7, in15, window) in product(days, product(("yes", "no"), repeat=3)):
        ordered = (in7 == "no" or in15 == window == "yes") and _possible(day, in7, 7)
        if ordered and _possible(day, in15, 15) and (window == "yes" or day > 7):
            classes.append({"day": day, "in7": in7, "in15": in15, "in_window": window})
    return Variable(frozenset(unknown), tuple((facts,) for facts in classes))


def _possible(day: int, inside: str, days: int) -> bool:
    return day <= days + LONGEST_SHIFT if inside == "yes" else day > days


def _outcome(vocabulary: Vocabulary) -> Variable:
    types = vocabulary.keys["type"].values
    facts: list[Facts] = [
        {"type": name, "eligible": "no" if name in NOT_ELIGIBLE else "yes"} for name in types
    ]
    return Variable(frozenset({"type", "eligible"}), tuple((each,) for each in facts))


def unreachable(file: str, table: Table, vocabulary: Vocabulary) -> list[Fault]:
    """A fault for every row that no facts can reach."""
    conditions = [row.condition for row in table.rows]
    terms = [term for condition in conditions for term in condition]
    space = build(vocabulary, conditions, given=(applied(terms), _outcome(vocabulary)))
    rows = table.first_match
    faults = [
        _fault(file, row, _cover(space, row, rows[:at]))
        for at, row in enumerate(rows)
        if not _reachable(space, row, rows[:at])
    ]
    return faults + [
        _fault(file, row, "") for row in table.modifiers if not _applies(space, row, rows)
    ]


def _reachable(space: Space, row: Row, earlier: Iterable[Row], given: Clause = ()) -> bool:
    before = [space.clause(other.condition) for other in earlier]
    return space.solve([space.clause(row.condition)], before, given) is not None


def _applies(space: Space, modifier: Row, rows: tuple[Row, ...]) -> bool:
    for at, row in enumerate(rows):
        final = {"reason_class": row.reason_class}
        terms = modifier.condition
        if row.reason_class != "stated":
            if not all(holds(t, final) for t in terms if t.key == "reason_class"):
                continue
            terms = tuple(t for t in terms if t.key != "reason_class")
        outcomes = Term("type", "=", (row.type, *row.also_ok))
        given = (*space.clause(terms), space.literal(outcomes, 0))
        if _reachable(space, row, rows[:at], given):
            return True
    return False


def _cover(space: Space, row: Row, earlier: Iterable[Row]) -> str:
    """The one earlier row that always comes first, if a single one does."""
    own = [space.clause(row.condition)]
    if space.solve(own, []) is None:
        return "条件自相矛盾"
    alone = (r.id for r in earlier if space.solve(own, [space.clause(r.condition)]) is None)
    found = next(alone, "")
    return f"总被第 {found} 行先截住" if found else "总被前面几行先截住"


def _fault(file: str, row: Row, why: str) -> Fault:
    reason = why or "没有一种结论能让它成立"
    return Fault(f"{file} 行 {row.id}", f"永远轮不到：{reason}，请改条件或次序，或删掉")
