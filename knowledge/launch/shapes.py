"""What the launch files say, as values. Money in fen; conditions in the language of
`knowledge.rules.conditions`; texts may hold the blanks of `BLANKS`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from knowledge.expressions import Expression
from knowledge.rules.conditions import Condition

BLANKS = ("count", "budget", "goods", "subject", "category", "covers", "permit", "stores")
"""What a text may name in braces; filled from the profile."""

Stage = Literal["first", "later", ""]
Per = Literal["once", "yearly", "sale"]
Unit = Literal["work", "calendar"]


@dataclass(frozen=True)
class Link:
    """A section of the guide that something rests on, with its whole text."""

    document: str
    title: str
    section: str
    text: str
    as_of: str


@dataclass(frozen=True)
class Said:
    """A text that is said when the condition holds."""

    when: Condition
    text: str


@dataclass(frozen=True)
class Tap:
    """An answer to tap: which key gets which value."""

    key: str
    value: str
    label: str


@dataclass(frozen=True)
class Slot:
    """One thing to know about the merchant, how it is asked and how it is heard.

    `words` by value; `assumes` are weaker words, taken back by any plain one; `topics` are things
    one has or has not; `wish`: naming the thing is wanting it; `able`: “我会” has it;
    `strict`: 有 must stand right beside; `mention`: who speaks of it in passing has it.
    """

    name: str
    label: str
    stage: Stage
    when: tuple[Condition, ...]
    asks: tuple[Said, ...]
    why: str
    taps: tuple[Tap, ...]
    labels: Mapping[str, str]
    words: Mapping[str, tuple[Expression, ...]]
    assumes: Mapping[str, tuple[Expression, ...]]
    topics: tuple[str, ...] = ()
    number: tuple[int, int] | None = None
    wish: bool = False
    strict: bool = False
    able: bool = False
    mention: bool = False
    tells: str = ""
    """The step whose notes this fact brings up."""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Licence:
    """A paper that a category wants; `has` is how people call it when they have it."""

    name: str
    when: Condition
    has: Expression


@dataclass(frozen=True)
class Category:
    """A kind of goods. `covers` names it in a business scope, `scope` are words that cover it."""

    id: str
    label: str
    covers: str
    words: tuple[Expression, ...]
    scope: tuple[str, ...]
    licences: tuple[Licence, ...]
    notes: tuple[str, ...]
    blocked: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Route:
    """微信小店, 自营小程序 or both, by what distinguishes them."""

    id: str
    label: str
    subject: str
    filing: str
    fees: str
    time: str
    traffic: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Mode:
    """How the shop is made on a route."""

    id: str
    label: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Chosen:
    """The first of these whose condition holds decides route or mode."""

    when: Condition
    choice: str
    reason: str = ""


@dataclass(frozen=True)
class Fee:
    """`most` None: no upper bound is known. `unknown`: no sum is known; it says where to look."""

    name: str
    per: Per
    when: Condition
    least: int = 0
    most: int | None = None
    unknown: str = ""


@dataclass(frozen=True)
class Span:
    """So many days at least and at most."""

    least: int
    most: int
    unit: Unit


@dataclass(frozen=True)
class Step:
    """One step of the launch. `main`: it goes into the short list of what to do."""

    id: str
    title: str
    short: str
    main: bool
    when: Condition
    after: tuple[str, ...]
    done: Condition | None
    said: Expression | None
    documents: tuple[str, ...]
    fees: tuple[Fee, ...]
    days: Span | None
    blockers: tuple[Said, ...]
    checks: tuple[str, ...]
    note: str
    notes: tuple[Said, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Rejection:
    """A reason for which the platform rejects, and what helps."""

    id: str
    words: tuple[Expression, ...]
    title: str
    cause: str
    change: str
    resubmit: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class LaunchBook:
    """Everything the launch walkthrough knows. `slots` in the order in which they are asked."""

    slots: Mapping[str, Slot]
    categories: Mapping[str, Category]
    routes: Mapping[str, Route]
    modes: Mapping[str, Mode]
    choose_route: tuple[Chosen, ...]
    choose_mode: tuple[Chosen, ...]
    reasons: tuple[Said, ...]
    steps: tuple[Step, ...]
    rejections: tuple[Rejection, ...]
    resubmit_days: int
    resubmit_link: Link
    content: str
    """SHA-256 of the files."""

    def expressions(self) -> Iterator[tuple[str, Expression]]:
        """Every pattern, with where it stands."""
        for slot in self.slots.values():
            for words in (*slot.words.values(), *slot.assumes.values()):
                yield from ((f"launch-profile {slot.name}", each) for each in words)
        for category in self.categories.values():
            named = (*category.words, *(licence.has for licence in category.licences))
            yield from ((f"launch-categories {category.id}", each) for each in named)
        yield from ((f"launch {step.id}", step.said) for step in self.steps if step.said)
        for rejection in self.rejections:
            yield from ((f"launch-rejections {rejection.id}", each) for each in rejection.words)
