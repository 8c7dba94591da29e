"""Profile → plan: route, mode, steps, costs, dates, what is missing. Pure and total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from handlers.rules.launch_dates import Stretch, stretches
from handlers.rules.launch_profile import Facts, Profile, blanks, categories_of, facts_of
from knowledge.launch.shapes import Fee, LaunchBook, Link, Mode, Route, Slot, Step
from knowledge.rules.conditions import all_hold
from knowledge.rules.vocabulary import MISSING

State = Literal["done", "next", "blocked", "later", "skipped"]
Range = tuple[int, int | None]


@dataclass(frozen=True)
class PlannedStep:
    """A step as it stands for this merchant, its texts filled in."""

    step: Step
    title: str
    short: str
    state: State
    fees: tuple[Fee, ...]
    blockers: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What follows from a profile on a day. Costs in fen; `unpriced` are fees without a known sum.

    `open_questions` are slots that still matter. `live` is when the shop can be open: soonest and
    latest, were all papers there today.
    """

    facts: Facts
    route: Route
    route_reason: str
    mode: Mode
    reasons: tuple[str, ...]
    steps: tuple[PlannedStep, ...]
    open_questions: tuple[Slot, ...]
    missing: tuple[str, ...]
    timeline: tuple[Stretch, ...]
    live: tuple[date, date]
    once: Range
    yearly: Range
    unpriced: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def next_steps(self) -> tuple[PlannedStep, ...]:
        """The main steps that are still to be taken, in order."""
        return tuple(s for s in self.steps if s.step.main and s.state not in ("done", "skipped"))

    @property
    def waits_for_papers(self) -> bool:
        """Whether an office comes first whose time nobody tells."""
        return any(stretch.latest is None for stretch in self.timeline)

    @property
    def links(self) -> tuple[Link, ...]:
        """The sections on which route and mode rest."""
        return tuple(dict.fromkeys((*self.mode.links, *self.route.links)))


def plan(book: LaunchBook, profile: Profile, today: date) -> Plan:
    """The plan of this profile, as of today."""
    facts = facts_of(book, profile)
    fill = blanks(book, profile, facts)
    wanted = [step for step in book.steps if all_hold(step.when, facts) or step.id in profile.done]
    done = {step.id for step in wanted if _is_done(step, profile, facts)}
    steps = tuple(_planned(step, wanted, done, profile, facts, fill) for step in wanted)
    row = next(row for row in book.choose_route if all_hold(row.when, facts))
    spans = stretches([s for s in wanted if s.id not in profile.skipped], done, today)
    fees = [(s, fee) for s in steps if s.state not in ("done", "skipped") for fee in s.fees]
    asked = open_questions(book, profile, facts)
    return Plan(
        facts=facts,
        route=book.routes[str(facts["route"])],
        route_reason=row.reason.format_map(fill),
        mode=book.modes[str(facts["mode"])],
        reasons=tuple(r.text.format_map(fill) for r in book.reasons if all_hold(r.when, facts)),
        steps=steps,
        open_questions=asked,
        missing=_missing(steps, asked, facts),
        timeline=spans,
        live=_live(spans, today),
        once=_sum([fee for _, fee in fees if fee.per == "once"]),
        yearly=_sum([fee for _, fee in fees if fee.per == "yearly"]),
        unpriced=tuple(f"{fee.name}：{fee.unknown}" for _, fee in fees if fee.unknown),
        warnings=_warnings(book, profile, facts, fill),
    )


def open_questions(book: LaunchBook, profile: Profile, facts: Facts) -> tuple[Slot, ...]:
    """What still matters and was neither said nor skipped: what decides the plan first."""
    matters = [slot for slot in book.slots.values() if _matters(slot, profile, facts)]
    return tuple(s for stage in ("first", "later") for s in matters if s.stage == stage)


def _matters(slot: Slot, profile: Profile, facts: Facts) -> bool:
    known = facts.get(slot.name, MISSING) != MISSING
    if slot.name == "scope_ok":
        told = "scope" in profile.said or facts["scope_covers"] != MISSING
        known = told or "category" not in profile.values
    if known or slot.name in profile.skipped or not slot.stage:
        return False
    return any(all_hold(when, facts) for when in slot.when)


def _is_done(step: Step, profile: Profile, facts: Facts) -> bool:
    if step.id in profile.done or (step.id == "permit" and facts["permit"] == "held"):
        return True
    return step.done is not None and all_hold(step.done, facts)


def _planned(
    step: Step,
    wanted: Sequence[Step],
    done: set[str],
    profile: Profile,
    facts: Facts,
    fill: dict[str, str],
) -> PlannedStep:
    blockers = tuple(b.text.format_map(fill) for b in step.blockers if all_hold(b.when, facts))
    notes = [n.text for n in step.notes if all_hold(n.when, facts)]
    return PlannedStep(
        step=step,
        title=step.title.format_map(fill),
        short=step.short.format_map(fill),
        state=_state(step, {s.id for s in wanted}, done, profile, blockers),
        fees=tuple(fee for fee in step.fees if all_hold(fee.when, facts)),
        blockers=blockers,
        notes=tuple(text.format_map(fill) for text in (*notes, step.note) if text),
    )


def _state(
    step: Step, wanted: set[str], done: set[str], profile: Profile, blockers: tuple[str, ...]
) -> State:
    if step.id in done:
        return "done"
    if step.id in profile.skipped:
        return "skipped"
    if blockers:
        return "blocked"
    settled = done | profile.skipped
    waiting = [before for before in step.after if before in wanted and before not in settled]
    return "later" if waiting else "next"


def _missing(steps: Sequence[PlannedStep], asked: Sequence[Slot], facts: Facts) -> tuple[str, ...]:
    """What is still lacking: papers, the account to be paid to, and answers."""
    papers = [
        s.title for s in steps if s.step.id in ("licence", "scope", "permit") and s.state != "done"
    ]
    paid = any(s.step.id == "payment" and s.state == "done" for s in steps)
    account = [] if paid or facts["legal_account"] == "yes" else ["结算银行账户"]
    said = [f"告诉我{slot.label}" for slot in asked if slot.stage == "first"]
    return (*papers, *account, *said)


def _warnings(
    book: LaunchBook, profile: Profile, facts: Facts, fill: dict[str, str]
) -> tuple[str, ...]:
    found = []
    if facts["scope_covers"] == "no":
        scope = profile.said.get("scope", "")
        short = f"“{scope}”盖不住{fill['covers']}" if scope else f"经营范围里没有{fill['covers']}"
        found.append(f"{short}，会卡在类目，先增项")
    found += [one.blocked for one in categories_of(book, profile) if one.blocked]
    return tuple(found)


def _live(spans: Sequence[Stretch], today: date) -> tuple[date, date]:
    timed = [s for s in spans if s.latest]
    soonest = max((s.soonest for s in timed), default=today)
    return soonest, max((s.latest for s in timed if s.latest), default=today)


def _sum(fees: Sequence[Fee]) -> Range:
    priced = [fee for fee in fees if not fee.unknown]
    least = sum(fee.least for fee in priced)
    if any(fee.most is None for fee in priced):
        return least, None
    return least, sum(fee.most or 0 for fee in priced)
