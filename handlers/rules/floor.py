"""The legal floor, proven: a policy is compared with the law on every input there is.

The table is read under two policies at once, the shop's and the law's floor, over the same facts.
Rows whose condition means the same under both cannot tell them apart, so the first difference
always comes from a row that reads a policy value; from there every pair of rows that the two
readings can end in is searched completely (`knowledge.rules.space`), not sampled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from handlers.rules.harm import Result
from handlers.rules.outcome import MERCHANT_FAULT, choose_type, is_eligible
from knowledge.policies import Policy, read_policy
from knowledge.rules.book import RuleBook
from knowledge.rules.conditions import Condition, Term, holds
from knowledge.rules.faults import Fault, refuse
from knowledge.rules.reach import applied
from knowledge.rules.space import Clause, Facts, Space, Variable, build
from knowledge.rules.table import Row
from knowledge.rules.vocabulary import MISSING, Value

SHOP, LAW = 0, 1
_GAINS = frozenset({"compensation:late"})
_LOSSES = frozenset({"refund:-gift_price", "refund:-outbound_freight"})
_OUTCOME = frozenset({"type", "eligible", "reason_class"})
# Keys a policy value decides: the value, what the buyer has while inside it, and outside it.
_LIMITS = (
    ("fresh_window", "fresh_hours", "open", "closed"),
    ("late", "ship_hours", "no", "yes"),
    ("price_protected", "price_protection_days", "yes", "no"),
)


@dataclass(frozen=True)
class Harsher:
    """An input on which the shop's policy leaves the buyer worse off than the law does."""

    facts: Mapping[str, Value]
    shop: str
    law: str


def accept_policy(book: RuleBook, raw: Mapping[str, object]) -> Policy:
    """A shop's policy, checked and proven to be nowhere harsher than the law.

    Raises ContentFaultsError listing every bad or too harsh value with an input that shows it.
    """
    policy = read_policy(book.policy, raw)
    refuse(harsher_values(book, policy))
    return policy


def harsher_values(book: RuleBook, policy: Policy) -> list[Fault]:
    """A fault per value that is harsher than the law somewhere; empty when the proof holds."""
    law = book.policy.floor
    together = Comparison(book, replace(policy, promises=()), law).harsher()
    if together is None:
        return []
    ranks = {n: v.rank(getattr(policy, n)) - v.rank(v.floor) for n, v in book.policy.values.items()}
    below = [n for n, rank in ranks.items() if rank < 0] or [n for n, rank in ranks.items() if rank]
    alone = {name: _alone(book, policy, law, name).harsher() for name in below}
    faults = [_fault(book, policy, (n,), found) for n, found in alone.items() if found]
    return faults or [_fault(book, policy, below, together)]


def _alone(book: RuleBook, policy: Policy, law: Policy, name: str) -> Comparison:
    return Comparison(book, replace(law, **{name: getattr(policy, name)}), law)


def _fault(book: RuleBook, policy: Policy, keys: Sequence[str], found: Harsher) -> Fault:
    values = "，".join(f"{book.policy.values[k].label} {getattr(policy, k)}" for k in keys)
    shown = "，".join(f"{name}={_text(value)}" for name, value in found.facts.items())
    problem = f"比法律严（{values}）。例如 {shown}：按店规是{found.shop}，按法律至少是{found.law}"
    return Fault(f"policy.{'、'.join(keys)}", problem)


def _text(value: Value) -> str:
    return "|".join(value) or "-" if isinstance(value, tuple) else str(value)


@dataclass(frozen=True)
class Comparison:
    """The table under a shop's policy and under the law, over one space of facts."""

    book: RuleBook
    shop: Policy
    law: Policy

    def harsher(self) -> Harsher | None:
        """An input on which the shop is harsher, or None: then there is no such input."""
        pairs = sorted(self._pairs(), key=self._telling)
        by_row = (self._by_row(*pair) for pair in pairs)
        by_modifier = (self._by_modifier(*pair) for pair in pairs)
        return next((found for found in chain(by_row, by_modifier) if found), None)

    def _telling(self, pair: tuple[int, int]) -> tuple[bool, int]:
        """Refusals first, against the most general right: the example a merchant understands."""
        shop, law = pair
        return self._rows[shop].type != "reject", -law

    @cached_property
    def space(self) -> Space:
        """Facts as both policies read them."""
        rows, words = self.book.table.rows, self.book.vocabulary
        conditions = [_without_outcome(row.condition) for row in rows]
        terms = [term for condition in conditions for term in condition]
        windows = (self.shop.no_reason_days, self.law.no_reason_days)
        given = (
            _every("wish", self._wishes),
            _every("reason_class", self._reasons),
            applied(terms, windows),
            *(_limit(self.shop, self.law, *limit) for limit in _LIMITS),
        )
        return build(words, conditions, (self.shop.facts(), self.law.facts()), given)

    @cached_property
    def _wishes(self) -> tuple[str, ...]:
        return tuple(self.book.vocabulary.keys["wish"].values)

    @cached_property
    def _reasons(self) -> tuple[str, ...]:
        return tuple(self.book.vocabulary.keys["reason_class"].values)

    @cached_property
    def _rows(self) -> tuple[Row, ...]:
        return self.book.table.first_match

    @cached_property
    def _clauses(self) -> tuple[tuple[Clause, ...], ...]:
        """Per view, the rows' conditions."""
        views = (SHOP, LAW)
        return tuple(tuple(self.space.clause(r.condition, v) for r in self._rows) for v in views)

    def _bad(self, shop: int, law: int) -> Iterator[Clause]:
        """The wishes, with the merchant's fault and without, that make this pair of rows bad."""
        for fault in (True, False):
            wishes = [
                Result.of(self._rows[shop], wish, fault, self.shop).worse_than(
                    Result.of(self._rows[law], wish, fault, self.law)
                )
                for wish in self._wishes
            ]
            if any(wishes):
                reasons = [(reason in MERCHANT_FAULT) == fault for reason in self._reasons]
                yield (0, _mask(wishes)), (1, _mask(reasons))

    def _pairs(self) -> Iterator[tuple[int, int]]:
        """Every pair of rows the two readings could end in."""
        shop, law = self._clauses
        for at in range(len(shop)):
            yield at, at
            if shop[at] == law[at]:
                continue
            for later in range(at + 1, len(shop)):
                yield at, later
                yield later, at

    def _by_row(self, shop: int, law: int) -> Harsher | None:
        if shop == law and self.shop.return_freight == self.law.return_freight:
            return None
        for given in self._bad(shop, law) if self._meet(shop, law) else ():
            cube = self._solve(shop, law, given)
            if cube is not None:
                return self._harsher(cube, self._rows[shop], self._rows[law])
        return None

    def _meet(self, shop: int, law: int) -> bool:
        """Whether both rows can be true at once, each in its reading."""
        shops, laws = self._clauses
        return self.space.solve([shops[shop], laws[law]], ()) is not None

    def _by_modifier(self, shop: int, law: int) -> Harsher | None:
        for modifier in self.book.table.modifiers if self._meet(shop, law) else ():
            effects = set(modifier.effects)
            if effects & (_GAINS | _LOSSES):
                on = LAW if effects & _GAINS else SHOP
                cube = self._only_in(on, modifier, (shop, law))
                if cube is not None:
                    names = (self._rows[shop], self._rows[law])
                    return self._harsher(cube, *names, modifier, on)
        return None

    def _only_in(self, on: int, modifier: Row, pair: tuple[int, int]) -> list[int] | None:
        """Facts under which the modifier applies in one reading and not in the other."""
        condition = _without_outcome(modifier.condition)
        views = [self.space.clause(condition, view) for view in (SHOP, LAW)]
        row = self._rows[pair[on]]
        reads = tuple(term for term in modifier.condition if term not in condition)
        said = self._fitting(row, reads) if views[SHOP] != views[LAW] else None
        return None if said is None else self._solve(*pair, (*said, *views[on]), [views[1 - on]])

    def _fitting(self, row: Row, reads: Sequence[Term]) -> Clause | None:
        """The wishes and reasons with which a row's outcome makes these terms true."""
        wishes = [_outcome_holds(reads, choose_type(row, wish)) for wish in self._wishes]
        finals = [r if row.reason_class == "stated" else row.reason_class for r in self._reasons]
        about = [term for term in reads if term.key == "reason_class"]
        reasons = [all(holds(term, {"reason_class": r}) for term in about) for r in finals]
        return ((0, _mask(wishes)), (1, _mask(reasons))) if any(wishes) and any(reasons) else None

    def _solve(
        self, shop: int, law: int, given: Clause = (), false: Sequence[Clause] = ()
    ) -> list[int] | None:
        shops, laws = self._clauses
        own = (c for at, c in enumerate(shops[:shop]) if at >= law or c != laws[at])
        return self.space.solve([shops[shop], laws[law]], chain(false, own, laws[:law]), given)

    def _harsher(
        self, cube: list[int], shop: Row, law: Row, extra: Row | None = None, on: int = LAW
    ) -> Harsher:
        """The facts the rows read, as the shop and the law read them."""
        mine, lawful = self.space.example(cube, SHOP), self.space.example(cube, LAW)
        rows = [shop, law, *([extra] if extra else [])]
        read = {key for row in rows for term in row.condition for key in term.reads}
        read |= {"wish"} | ({"day"} if "in_window" in read else set())
        shown = sorted(key for key in read if mine.get(key, MISSING) != MISSING)
        facts = {k: mine[k] if mine[k] == lawful[k] else f"{mine[k]}/{lawful[k]}" for k in shown}
        return Harsher(
            facts,
            self._named(shop, extra if on == SHOP else None),
            self._named(law, extra if on == LAW else None),
        )

    def _named(self, row: Row, extra: Row | None) -> str:
        label = self.book.vocabulary.keys["type"].values[row.type]
        return f"“{label}”（{row.id}{f'、{extra.id} {extra.text}' if extra else ''}）"


def _mask(chosen: Sequence[bool]) -> int:
    return sum(1 << at for at, yes in enumerate(chosen) if yes)


def _outcome_holds(reads: Sequence[Term], chosen: str) -> bool:
    outcome: Facts = {"type": chosen, "eligible": "yes" if is_eligible(chosen) else "no"}
    return all(holds(term, outcome) for term in reads if term.key in outcome)


def _without_outcome(condition: Condition) -> Condition:
    late = any(term.key in ("type", "eligible") for term in condition)
    return tuple(t for t in condition if not (late and t.key in _OUTCOME))


def _every(key: str, values: tuple[str, ...]) -> Variable:
    """A key whose every value counts, because outcomes depend on it besides the rows."""
    return Variable(frozenset({key}), tuple(({key: value},) * 2 for value in values))


def _limit(shop: Policy, law: Policy, key: str, value: str, inside: str, outside: str) -> Variable:
    """A key that one policy value limits: inside both, outside both, or only in the wider one."""
    ours, theirs = getattr(shop, value), getattr(law, value)
    classes: list[tuple[Facts, ...]] = [({key: word},) * 2 for word in (inside, outside)]
    if ours != theirs:
        wide, narrow = ({key: inside}, {key: outside})
        classes.append((wide, narrow) if ours > theirs else (narrow, wide))
    classes.append(({key: MISSING},) * 2)
    return Variable(frozenset({key}), tuple(classes))
