"""Which rows can never be reached, found by complete search and told at load."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from knowledge.rules.conditions import Term, holds
from knowledge.rules.faults import Fault
from knowledge.rules.space import Clause, Facts, Space, Variable, build
from knowledge.rules.table import NOT_ELIGIBLE, Row, Table
from knowledge.rules.vocabulary import MISSING, Vocabulary

# The end of a period moves over rest days; the longest rest in the calendar stays far below this.
LONGEST_SHIFT = 14


def applied(terms: Iterable[Term], windows: Sequence[int]) -> Variable:
    """Day, in7, in15 and in_window as one variable: they all count from the day of signing.

    `windows` are the no_reason_days of each view. Periods end in the order of their length, and
    the rest days may move an end by up to LONGEST_SHIFT days: nothing real is left out.
    """
    cuts = {t.bound for t in terms if t.key == "day" and isinstance(t.bound, int)}
    periods = sorted({7, 15, *windows})
    days = sorted({n + d for n in (0, *periods, *cuts) for d in (0, 1, LONGEST_SHIFT + 1)})
    unknown: Facts = dict.fromkeys(("day", "in7", "in15", "in_window"), MISSING)
    classes = [(unknown,) * len(windows)]
    for day, ended in product(days, range(len(periods) + 1)):
        over = periods[:ended]
        if all(_possible(day, n, n in over) for n in periods):
            classes.append(tuple(_on(day, over, window) for window in windows))
    return Variable(frozenset(unknown), tuple(classes))


def _on(day: int, over: Sequence[int], window: int) -> Facts:
    inside = {n: "no" if n in over else "yes" for n in (7, 15, window)}
    return {"day": day, "in7": inside[7], "in15": inside[15], "in_window": inside[window]}


def _possible(day: int, period: int, over: bool) -> bool:
    return day > period if over else day <= period + LONGEST_SHIFT


def _any_window(terms: Sequence[Term]) -> Variable:
    """`applied` under any lawful window: as long as, between and beyond the other periods."""
    each = [applied(terms, (window,)) for window in (7, 10, 15, 30)]
    return Variable(each[0].keys, tuple(facts for one in each for facts in one.classes))


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
    space = build(vocabulary, conditions, given=(_any_window(terms), _outcome(vocabulary)))
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
