"""The finite space of everything rows can tell apart, and a complete search in it.

Numbers fall into the classes that the rows' bounds cut, lists into the classes that `has` terms
distinguish; keys compared with each other share one variable. A `view` is one reading of the
table: the floor proof reads it under two policies at once over the same facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from knowledge.rules.conditions import Condition, Term, holds
from knowledge.rules.vocabulary import MISSING, Key, Value, Vocabulary

Facts = Mapping[str, Value]
Literal = tuple[int, int]  # variable index, mask of the classes that make a term true
Clause = tuple[Literal, ...]


@dataclass(frozen=True)
class Variable:
    """Some keys that vary together; each class holds one mapping per view."""

    keys: frozenset[str]
    classes: tuple[tuple[Facts, ...], ...]


@dataclass(frozen=True)
class Space:
    """Variables, and per view the values that are fixed in it (policy values)."""

    variables: tuple[Variable, ...]
    fixed: tuple[Facts, ...]
    _masks: dict[tuple[Term, int], Literal] = field(default_factory=dict)
    _whole: list[int] = field(default_factory=list)

    def literal(self, term: Term, view: int) -> Literal:
        """The classes of the term's variable in which it is true."""
        found = self._masks.get((term, view))
        if found is None:
            found = self._masks[term, view] = self._literal(term, view)
        return found

    def _literal(self, term: Term, view: int) -> Literal:
        at = next((i for i, v in enumerate(self.variables) if v.keys & set(term.reads)), -1)
        if at < 0:  # only fixed values are read: always or never true
            return 0, self.full(0) if holds(term, self.fixed[view]) else 0
        mask = 0
        for number, views in enumerate(self.variables[at].classes):
            if holds(term, {**self.fixed[view], **views[view]}):
                mask |= 1 << number
        return at, mask

    def clause(self, condition: Condition, view: int = 0) -> Clause:
        """A condition as literals, all of which must be true."""
        return tuple(self.literal(term, view) for term in condition)

    def _everything(self) -> list[int]:
        if not self._whole:
            self._whole.extend(self.full(at) for at in range(len(self.variables)))
        return self._whole.copy()

    def full(self, at: int) -> int:
        """The mask of all classes of a variable."""
        return (1 << len(self.variables[at].classes)) - 1

    def solve(
        self, true: Iterable[Clause], false: Iterable[Clause], given: Clause = ()
    ) -> list[int] | None:
        """Remaining classes per variable that make `true` hold and each of `false` fail."""
        cube = self._everything()
        for at, mask in (*given, *(literal for clause in true for literal in clause)):
            cube[at] &= mask
            if not cube[at]:
                return None
        return _falsify(cube, [clause for clause in false if _open(cube, clause)])

    def example(self, cube: Sequence[int], view: int = 0) -> dict[str, Value]:
        """Concrete facts out of a solution, as this view reads them."""
        facts: dict[str, Value] = dict(self.fixed[view])
        for variable, mask in zip(self.variables, cube, strict=True):
            facts |= variable.classes[(mask & -mask).bit_length() - 1][view]
        return facts


def _open(cube: Sequence[int], clause: Clause) -> bool:
    """Whether the clause could still be true, so that it must be made false."""
    return all(cube[at] & mask for at, mask in clause)


def _falsify(cube: list[int], clauses: list[Clause]) -> list[int] | None:
    while clauses:
        choices = [_choices(cube, clause) for clause in clauses]
        at = min(range(len(choices)), key=lambda i: len(choices[i]))
        if len(choices[at]) != 1:
            return _branch(cube, clauses, choices[at])
        variable, mask = choices[at][0]
        cube[variable] &= mask
        clauses = [clause for clause in clauses if _open(cube, clause)]
    return cube


def _choices(cube: Sequence[int], clause: Clause) -> list[Literal]:
    return [(at, ~mask) for at, mask in clause if cube[at] & ~mask]


def _branch(cube: list[int], clauses: list[Clause], choices: list[Literal]) -> list[int] | None:
    for variable, mask in choices:
        narrowed = list(cube)
        narrowed[variable] &= mask
        left = [clause for clause in clauses if _open(narrowed, clause)]
        found = _falsify(narrowed, left)
        if found is not None:
            return found
        # From here on the term just tried is true, so that branches do not overlap.
        cube = list(cube)
        cube[variable] &= ~mask
        if not cube[variable]:
            return None
    return None


def build(
    vocabulary: Vocabulary,
    conditions: Iterable[Condition],
    fixed: tuple[Facts, ...] = ({},),
    given: tuple[Variable, ...] = (),
) -> Space:
    """The space the conditions can tell apart; `given` variables are taken as they are."""
    terms = sorted({term for condition in conditions for term in condition}, key=repr)
    known = {key for variable in given for key in variable.keys} | fixed[0].keys()
    groups = _groups(terms, known)
    made = tuple(_variable(vocabulary, group, terms, fixed) for group in groups)
    return Space((*given, *made), fixed)


def _groups(terms: Iterable[Term], known: Iterable[str]) -> list[frozenset[str]]:
    """Keys joined by a comparison with each other."""
    groups: list[set[str]] = []
    for term in terms:
        keys = set(term.reads) - set(known)
        touching = [group for group in groups if group & keys]
        groups = [group for group in groups if not group & keys]
        if keys:
            groups.append(keys.union(*touching))
    return sorted((frozenset(group) for group in groups), key=sorted)


def _variable(
    vocabulary: Vocabulary, group: frozenset[str], terms: Sequence[Term], fixed: tuple[Facts, ...]
) -> Variable:
    own = [term for term in terms if group & set(term.reads)]
    keys = sorted(group)
    values = [_candidates(vocabulary.keys[key], own, fixed, len(group)) for key in keys]
    seen: dict[tuple[bool, ...], Facts] = {}
    for combination in product(*values):
        facts: Facts = dict(zip(keys, combination, strict=True))
        signature = tuple(holds(t, {**view, **facts}) for t in own for view in fixed)
        seen.setdefault(signature, facts)
    return Variable(group, tuple((facts,) * len(fixed) for facts in seen.values()))


def _candidates(
    key: Key, terms: Sequence[Term], fixed: tuple[Facts, ...], size: int
) -> list[Value]:
    absent: list[Value] = [MISSING] if key.default == MISSING else []
    if key.kind == "number":
        return [*_points(key, terms, fixed, size), *absent]
    if key.kind == "list":
        return list(_subsets(key, [term for term in terms if term.key == key.name]))
    return [*key.values, *(value for value in absent if value not in key.values)]


def _points(key: Key, terms: Sequence[Term], fixed: tuple[Facts, ...], size: int) -> list[int]:
    cuts: set[int] = set(range(key.low, key.low + size)) | {key.high}
    for term in terms:
        for view in fixed:
            bound = view.get(term.bound) if isinstance(term.bound, str) else term.bound
            numbers = [bound, *term.values] if term.key == key.name else []
            cuts |= {n + d for n in numbers if isinstance(n, int) for d in (-1, 0, 1)}
    return sorted(n for n in cuts if key.low <= n <= key.high)


def _subsets(key: Key, terms: Sequence[Term]) -> Iterable[tuple[str, ...]]:
    """One list per combination of `has` answers: unions of elements with distinct answers."""
    by_answer: dict[tuple[bool, ...], str] = {}
    for name in key.values:
        by_answer.setdefault(tuple(name in term.values for term in terms), name)
    names = list(by_answer.values())
    for taken in product((False, True), repeat=len(names)):
        yield tuple(name for name, yes in zip(names, taken, strict=True) if yes)
