"""What the walkthrough says: values in, sentences and their sources out. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from handlers.merchant.launch_draft import Draft
from handlers.rules.launch import Plan
from handlers.rules.launch_pages import told
from handlers.rules.launch_profile import Profile, blanks, categories_of, goods_of, licences_of
from knowledge.launch.shapes import Category, LaunchBook, Link, Slot
from knowledge.rules.conditions import all_hold
from knowledge.rules.vocabulary import MISSING
from knowledge.wording import Wording

RATES = ("支付费率和到账时间", "卖货手续费怎么算", "微信小店的保证金和佣金")
"""Sections of the page on payment."""


@dataclass(frozen=True)
class Telling:
    """Words for one profile and its plan, on one day."""

    book: LaunchBook
    wording: Wording
    profile: Profile
    plan: Plan
    today: date

    def say(self, key: str, **given: str) -> str:
        return self.wording.say(f"launch_{key}", **given)

    def facts(self, keys: Sequence[str]) -> str:
        """Those slots of the profile in words."""
        return "、".join(text for key in keys if (text := told(self.book, self.profile, key)))

    def steps(self) -> str:
        """The main steps that are left, in order, at most six."""
        return " → ".join(step.short for step in self.plan.next_steps[:6])

    # -- what a new fact brings up

    def noted(self, draft: Draft, keys: Sequence[str], key: str = "noted") -> None:
        """The new facts said back in the words of `key`, and what each of them brings up."""
        facts = self.facts([k for k in keys if k != "licence" or "scope_ok" not in keys])
        if facts:
            draft.say(self.say(key, facts=facts))
        if key != "understood" and "subject" in set(keys) & self.profile.assumed:
            label = self.book.slots["subject"].labels[str(self.profile.values["subject"])]
            draft.say(self.say("assumed", label=label))
        if "licence" in keys and self.plan.facts["licence"] == "no":
            coming = self.plan.facts["subject"] != MISSING
            draft.say(
                self.say("licence_coming" if coming else "no_licence"), self.step_links("licence")
            )
        if {"category", "form", "imported", "selfmade"} & set(keys):
            self.permit(draft)
        for key in keys:
            self._brings_up(draft, self.book.slots[key])

    def permit(self, draft: Draft) -> None:
        several = categories_of(self.book, self.profile)
        for category in several:
            self._permit(draft, category, alone=len(several) == 1)
            for note in category.notes:
                draft.say(self.say("note", note=note), category.links)

    def _permit(self, draft: Draft, category: Category, alone: bool) -> None:
        goods = goods_of(self.book, self.profile)
        wanted = licences_of(category, self.plan.facts)
        open_ones = [one.name for one in wanted if one.name not in self.profile.held]
        if self.plan.facts["permit"] == "needed" and open_ones:
            named = not alone or goods in category.label
            kind = category.label if named else f"{goods}属于{category.label}，"
            draft.say(self.say("permit", kind=kind, permit="、".join(open_ones)), category.links)
        elif wanted and self.plan.facts["permit"] != "none":
            draft.say(self.say("permit_held", category=category.label), category.links)

    def _brings_up(self, draft: Draft, slot: Slot) -> None:
        step = next((s for s in self.plan.steps if s.step.id == slot.tells), None)
        if step is None:
            return
        if step.step.notes:
            # The note about this very fact, before the general one of the step.
            own = [n for n in step.step.notes if any(slot.name in t.reads for t in n.when)]
            fitting = [n.text for n in own if all_hold(n.when, self.plan.facts)]
            text = next(iter(fitting), step.notes[0])
        else:
            text = f"{step.title}要{'、'.join(step.step.documents)}"
        fill = blanks(self.book, self.profile, self.plan.facts)
        draft.say(self.say("note", note=text.format_map(fill)), step.step.links[:2])

    def warnings(self, draft: Draft) -> None:
        for warning in self.plan.warnings:
            draft.say(self.say("warning", warning=warning), self.step_links("scope"))

    # -- advice

    def advice(self, known: Sequence[str] = ()) -> str:
        """Route and mode with their reasons, without the sentences that are `known`."""
        road, *reasons = self.advised()
        fresh = [reason for reason in reasons if reason not in known]
        lines = [] if road in known else [road]
        return "".join((*lines, self.say("reason", reasons="；".join(fresh)) if fresh else ""))

    def advised(self) -> list[str]:
        """The sentences of the advice: the road first, then each reason."""
        road = self.say("advice", route=self.plan.route.label, reason=self.plan.route_reason)
        return [road, *self.plan.reasons]

    def todo(self, draft: Draft, briefly: bool = False) -> None:
        """What to do now and, unless it was just told, what is lacking."""
        draft.say(
            self.say("todo", steps=self.steps()) if self.plan.next_steps else self.say("all_done")
        )
        if not briefly:
            self.missing(draft)

    def missing(self, draft: Draft) -> None:
        things = self.plan.missing
        if not things:
            draft.say(self.say("nothing_missing"))
            return
        count = str(len(things))
        short = "；".join(re.sub("（[^）]*）", "", thing) for thing in things)
        draft.say(self.say("missing", count=f" {count} ", things=short))

    # -- sources

    def step_links(self, step_id: str) -> Sequence[Link]:
        """The guide's sections on which a step rests."""
        return next((s.links for s in self.book.steps if s.id == step_id), ())

    def filing(self) -> Sequence[Link]:
        """Where the days of filing stand; nobody's plan need have that step for them to be told."""
        return self.step_links("filing")

    def sources(self) -> list[Link]:
        """Where the figures of the whole plan stand: its road, its fees, its times."""
        times = [*self.filing(), *self.step_links("review")]
        return [*self.plan.links, *self.fee_links(), *times]

    def fee_links(self) -> list[Link]:
        """Where fees and rates stand."""
        priced = [s for s in self.plan.steps if s.fees]
        return [*(link for s in priced for link in s.step.links), *self.rates()]

    def rates(self) -> list[Link]:
        """Where rates and commissions stand."""
        return [link for name in RATES if (link := self._section("payment", name))]

    def _section(self, page: str, section: str) -> Link | None:
        every = [link for s in self.book.steps for link in s.links]
        every += [link for r in self.book.routes.values() for link in r.links]
        return next((i for i in every if i.section == section and page in i.document), None)
