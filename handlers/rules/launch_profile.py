"""What is known of a merchant who opens a shop, and the facts that follow from it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from knowledge.launch.shapes import Category, Chosen, LaunchBook, Licence
from knowledge.rules.conditions import all_hold
from knowledge.rules.vocabulary import MISSING

Facts = Mapping[str, str | int]


@dataclass(frozen=True)
class Profile:
    """`values` by slot; `said` keeps people's own words (goods, scope, count, budget).

    `assumed` slots rest on weak words. `done` are steps, `held` papers they say they have.
    `go_live` is the day by which they want to be open.
    """

    values: Facts = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)
    assumed: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    go_live: date | None = None
    rejected_on: date | None = None


def facts_of(book: LaunchBook, profile: Profile) -> Facts:
    """Every key that a condition may read: what was said, what follows, `missing` for the rest."""
    facts: dict[str, str | int] = {**dict.fromkeys(book.slots, MISSING), **profile.values}
    if (
        facts["licence"] == MISSING
        and facts["subject"] != MISSING
        and "subject" not in profile.assumed
    ):
        facts["licence"] = "yes"
    if "licence" in profile.done:
        facts["licence"] = "yes"
    facts["rejected"] = "yes" if profile.rejected_on else "no"
    facts["scope_covers"] = _covers(book, profile)
    facts["permit"] = MISSING
    facts["permit"] = _permit(book, profile, facts)
    facts["route"] = facts["mode"] = MISSING
    facts["route"] = _chosen(book.choose_route, facts)
    facts["mode"] = _chosen(book.choose_mode, facts)
    return facts


def _chosen(rows: Sequence[Chosen], facts: Facts) -> str:
    """The first row that holds; the last one always does."""
    return next(row.choice for row in rows if all_hold(row.when, facts))


def category_of(book: LaunchBook, profile: Profile) -> Category | None:
    """The kind of goods, once it is known."""
    return book.categories.get(str(profile.values.get("category", "")))


def categories_of(book: LaunchBook, profile: Profile) -> list[Category]:
    """All kinds of goods that they sell, the main one first."""
    own = str(profile.values.get("category", ""))
    also = profile.said.get("also", "").split()
    return [book.categories[c] for c in dict.fromkeys((own, *also)) if c in book.categories]


def _covers(book: LaunchBook, profile: Profile) -> str:
    """Does the licence's scope cover the goods: by its own words, else by what they answered."""
    if "scope" in profile.done:
        return "yes"
    main = category_of(book, profile)
    if profile.said.get("scope") and main and main.scope:
        return "no" if uncovered(book, profile) else "yes"
    return str(profile.values.get("scope_ok", MISSING))


def uncovered(book: LaunchBook, profile: Profile) -> list[Category]:
    """The kinds of goods that the words of the licence's scope, if told, do not cover."""
    scope, goods = profile.said.get("scope", ""), profile.said.get("goods", "")
    if not scope or (goods and goods in scope):
        return []
    some = [one for one in categories_of(book, profile) if one.scope]
    return [one for one in some if not any(word in scope for word in one.scope)]


def _permit(book: LaunchBook, profile: Profile, facts: Facts) -> str:
    needed = licences(book, profile, facts)
    if not needed:
        return "none"
    open_ones = [one for one in needed if one.name not in profile.held]
    return "needed" if open_ones and "permit" not in profile.done else "held"


def licences(book: LaunchBook, profile: Profile, facts: Facts) -> list[Licence]:
    """The papers that these goods want of this merchant, each once."""
    every = [one for c in categories_of(book, profile) for one in licences_of(c, facts)]
    return list({one.name: one for one in every}.values())


def licences_of(category: Category, facts: Facts) -> list[Licence]:
    """The papers of one kind of goods."""
    full = {"route": MISSING, "mode": MISSING, "permit": MISSING, "scope_covers": MISSING, **facts}
    return [one for one in category.licences if all_hold(one.when, full)]


def blanks(book: LaunchBook, profile: Profile, facts: Facts) -> dict[str, str]:
    """What the texts of the launch files may name."""
    category, several = category_of(book, profile), categories_of(book, profile)
    asked = uncovered(book, profile) or several
    missing = [one.name for one in licences(book, profile, facts) if one.name not in profile.held]
    return {
        "count": str(profile.values.get("count", "")),
        "budget": amount_words(profile),
        "goods": goods_of(book, profile),
        "subject": book.slots["subject"].labels.get(str(facts["subject"]), "主体"),
        "category": category.label if category else "商品",
        "covers": "、".join(one.covers for one in asked)
        if len(several) > 1
        else category.covers
        if category and category.licences
        else goods_of(book, profile) or "这类商品",
        "permit": "、".join(missing) or "类目证件",
        "stores": str(profile.values.get("stores", "")),
    }


def amount_words(profile: Profile) -> str:
    """The budget as it was said, else in 元."""
    said = profile.said.get("budget")
    return said or (f"{profile.values['budget']}元" if "budget" in profile.values else "")


def goods_of(book: LaunchBook, profile: Profile) -> str:
    """What they sell, in their own word if we have it."""
    category = category_of(book, profile)
    return profile.said.get("goods") or (category.label if category else "")
