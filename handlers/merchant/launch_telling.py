"""What the walkthrough says: values in, sentences and their sources out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.grounding import numbers
from bot.messages import Choice, Citation, Reply
from handlers.rules.launch import Plan, PlannedStep
from handlers.rules.launch_dates import calendar_known, resubmit, spoken
from handlers.rules.launch_pages import circled, costs, told
from handlers.rules.launch_profile import Profile, blanks, category_of
from handlers.rules.launch_rejected import causes
from knowledge.launch.shapes import LaunchBook, Link, Rejection, Slot
from knowledge.rules.conditions import all_hold
from knowledge.wording import Wording

ASKED_AT_ONCE = 3
ALWAYS_CITED = 2
ROOM = 150
"""Signs that a reply to a merchant should not exceed."""
COUNTS = ("", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十")
SKIP = Choice("launch:skip", "跳过")
WAIT = Choice("launch:waiting", "办好叫我")
SUMMARY = Choice("launch:summary", "总结")
HANDOFF = Choice("handoff", "转人工")


@dataclass
class Draft:
    """Lines said so far and what they rest on."""

    lines: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    choices: tuple[Choice, ...] = ()

    def say(self, text: str, links: Sequence[Link] = ()) -> None:
        if text and text not in self.lines:
            self.lines.append(text)
            self.links += links

    def reply(self) -> Reply:
        """One bubble with the sources that its numbers need, and the first two in any case."""
        text = "\n".join(self.lines)
        wanted = set(numbers(text)).difference(*(numbers(c.quote) for c in self.citations))
        kept = list(self.citations)
        for place, link in enumerate(dict.fromkeys(self.links)):
            holds = wanted & set(numbers(link.text))
            if holds or place < ALWAYS_CITED:
                kept.append(cited(link))
                wanted -= holds
        return Reply(text, self.choices, tuple(dict.fromkeys(kept)))


def cited(link: Link) -> Citation:
    """The whole section as the quote: every number of the sentence stands in it."""
    return Citation(link.document, link.title, link.section, link.text, link.as_of)


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

    def noted(self, draft: Draft, keys: Sequence[str], corrected: bool) -> None:
        """The new facts said back, and what each of them brings up."""
        facts = self.facts([k for k in keys if k != "licence" or "scope_ok" not in keys])
        if facts:
            draft.say(self.say("changed" if corrected else "noted", facts=facts))
        if "subject" in keys and "subject" in self.profile.assumed:
            label = self.book.slots["subject"].labels[str(self.profile.values["subject"])]
            draft.say(self.say("assumed", label=label))
        if "licence" in keys and self.plan.facts["licence"] == "no":
            draft.say(self.say("no_licence"), self._step_links("licence"))
        if {"category", "form", "imported"} & set(keys):
            self._permit(draft)
        for key in keys:
            self._brings_up(draft, self.book.slots[key])

    def _permit(self, draft: Draft) -> None:
        category = category_of(self.book, self.profile)
        if category is None:
            return
        fill = blanks(self.book, self.profile, self.plan.facts)
        state = self.plan.facts["permit"]
        if state == "needed":
            named = fill["goods"] in category.label
            kind = category.label if named else f"{fill['goods']}属于{category.label}，"
            draft.say(self.say("permit", kind=kind, permit=fill["permit"]), category.links)
        elif state == "held":
            draft.say(self.say("permit_held", category=category.label), category.links)
        for note in category.notes:
            draft.say(self.say("note", note=note), category.links)

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
            draft.say(self.say("warning", warning=warning), self._step_links("scope"))

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
        draft.say(self.say("missing", count=f" {count} ", things="；".join(things)))

    # -- questions

    def ask(self, draft: Draft, slots: Sequence[Slot], key: str = "ask") -> None:
        """At most three questions at once, each with its reason; the first can be tapped."""
        if not slots:
            return
        room = ROOM - sum(len(line) + 1 for line in draft.lines)
        draft.say(self.questions(slots, key, room), [link for slot in slots for link in slot.links])
        taps = [Choice(f"launch:set:{t.key}={t.value}", t.label) for t in slots[0].taps]
        draft.choices = (*taps, SKIP)

    def questions(self, slots: Sequence[Slot], key: str = "ask", room: int = 150) -> str:
        """All of them; each with its reason, or only the first where `room` (signs) is short."""
        told = self._questions(slots, key, reasons=len(slots))
        return told if len(told) <= room else self._questions(slots, key, reasons=1)

    def _questions(self, slots: Sequence[Slot], key: str, reasons: int) -> str:
        single = len(slots) == 1
        asked = [
            self.question(slot, "" if single else f"\n{circled(n)}", n < reasons)
            for n, slot in enumerate(slots)
        ]
        given = {"questions": "".join(asked)}
        if key in ("ask", "ask_first"):
            given["count"] = COUNTS[len(slots)]
        return self.say(key, **given)

    def question(self, slot: Slot, number: str, why: bool = True) -> str:
        fill = blanks(self.book, self.profile, self.plan.facts)
        facts = self.plan.facts
        text = next(a.text for a in slot.asks if all_hold(a.when, facts)).format_map(fill)
        return f"{number}{text}（{slot.why.format_map(fill)}）" if why else f"{number}{text}"

    # -- the plan's own answers

    def answer(self, draft: Draft, asked: str) -> None:
        """One of the questions that the plan answers."""
        getattr(self, f"_{asked}")(draft)

    def _time(self, draft: Draft) -> None:
        papers = [
            s.short
            for s in self.plan.steps
            if s.step.id in ("licence", "scope", "permit") and s.state != "done"
        ]
        if papers:
            draft.say(self.say("papers_time", papers="、".join(papers)))
        if any(s.step.id == "filing" for s in self.plan.steps):
            draft.say(self.say("filing_time"), self._step_links("filing"))
        for step in self.plan.steps:
            if step.step.id.startswith("build_") and step.step.days:
                days = step.step.days
                draft.say(
                    self.say(
                        "build_time", mode=step.short, low=str(days.least), high=str(days.most)
                    ),
                    step.step.links,
                )
        draft.say(self.say("review_time"), self._step_links("review"))
        self.dates(draft)

    def dates(self, draft: Draft) -> None:
        """When the shop can be open; against the day they want, if they named one."""
        soonest, latest = (spoken(day) for day in self.plan.live)
        key = "dates_papers" if self.plan.waits_for_papers else "dates"
        draft.say(self.say(key, soonest=soonest, latest=latest))
        self.goal(draft)
        if not calendar_known(self.plan.live[1]):
            draft.say(self.say("calendar_unknown"))

    def goal(self, draft: Draft) -> None:
        goal = self.profile.go_live
        if not goal:
            return
        soonest, latest = self.plan.live
        key = "goal_good" if latest <= goal else "goal_tight" if soonest <= goal else "goal_late"
        words = {"goal": spoken(goal), "soonest": spoken(soonest), "latest": spoken(latest)}
        if key != "goal_tight":
            words.pop("soonest" if key == "goal_good" else "latest")
        draft.say(self.say(key, **words), self._step_links("review"))

    def _cost(self, draft: Draft) -> None:
        draft.say(self.say("cost", costs=self._priced()), self._fee_links())

    def _priced(self) -> str:
        from handlers.rules.launch_pages import yuan

        named = [
            f"{fee.name}{yuan((fee.least, fee.most))}{'/年' if fee.per == 'yearly' else ''}"
            for step in self.plan.steps if step.state not in ("done", "skipped")
            for fee in step.fees if not fee.unknown
        ]  # fmt: skip
        return "；".join((*named, f"{'合计' if named else ''}{costs(self.plan)}"))

    def _commission(self, draft: Draft) -> None:
        draft.say(self.say("commission"), self._rates() or self._step_links("payment"))

    def _certification(self, draft: Draft) -> None:
        draft.say(self.say("certification"), self._step_links("certify"))

    def _filing(self, draft: Draft) -> None:
        draft.say(self.say("filing"), self._step_links("filing"))

    def _resubmit(self, draft: Draft) -> None:
        self.deadline(draft)

    def _todo(self, draft: Draft) -> None:
        self.todo(draft)

    def _routes(self, draft: Draft) -> None:
        for route in self.book.routes.values():
            words = {n: getattr(route, n) for n in ("label", "filing", "fees", "time", "traffic")}
            draft.say(self.say("compare", **words), route.links)
        draft.say(self.advice(), self.plan.links)

    def _documents(self, draft: Draft) -> None:
        for step in self.plan.next_steps:
            if step.step.documents:
                words = {"step": step.short, "documents": "、".join(step.step.documents)}
                draft.say(self.say("documents", **words), step.step.links[:1])

    def _promote(self, draft: Draft) -> None:
        draft.say(self.say("promote"), self._step_links("promote"))

    # -- rejected

    def rejected(self, draft: Draft, said: str, reason_given: bool) -> bool:
        """Cause, change, what to send again and until when. False if the reason is unknown."""
        found = causes(self.book, said)
        if found:
            self._causes(draft, found)
        elif reason_given:
            draft.say(self.say("rejected_unknown"))
            draft.choices = (HANDOFF,)
        else:
            draft.say(self.say("rejected_reason"))
        self.deadline(draft)
        return bool(found) or not reason_given

    def _causes(self, draft: Draft, found: Sequence[Rejection]) -> None:
        first, *others = found
        words = {n: getattr(first, n) for n in ("title", "cause", "change", "resubmit")}
        draft.say(self.say("rejected", **words), first.links)
        for other in others:
            draft.say(
                self.say("rejected_more", title=other.title, change=other.change), other.links
            )

    def deadline(self, draft: Draft) -> None:
        link = [self.book.resubmit_link]
        day = self.profile.rejected_on
        if day is None:
            draft.say(self.say("rejected_when"), link)
            if not draft.choices:
                draft.choices = (
                    Choice("launch:rejected:0", "今天"),
                    Choice("launch:rejected:1", "昨天"),
                )
            return
        due = resubmit(day, self.today, self.book.resubmit_days)
        until = spoken(due.until)
        if due.left < 0:
            draft.say(self.say("rejected_over", until=until), link)
        else:
            left = f"还剩{due.left}天" if due.left else "就是今天"
            draft.say(self.say("rejected_until", until=until, left=left), link)

    # -- sources

    def _step_links(self, step_id: str) -> Sequence[Link]:
        return next((s.links for s in self.book.steps if s.id == step_id), ())

    def filing(self) -> Sequence[Link]:
        """Where the days of filing stand; nobody's plan need have that step for them to be told."""
        return self._step_links("filing")

    def sources(self) -> list[Link]:
        """Where the figures of the whole plan stand: its road, its fees, its times."""
        times = [*self.filing(), *self._step_links("review")]
        return [*self.plan.links, *self._fee_links(), *times]

    def _fee_links(self) -> list[Link]:
        priced: list[PlannedStep] = [s for s in self.plan.steps if s.fees]
        return [*(link for s in priced for link in s.step.links), *self._rates()]

    def _rates(self) -> list[Link]:
        """Where rates and commissions stand."""
        names = ("支付费率和到账时间", "卖货手续费怎么算", "微信小店的保证金和佣金")
        return [link for name in names if (link := self._section("payment", name))]

    def _section(self, page: str, section: str) -> Link | None:
        every = [link for s in self.book.steps for link in s.links]
        every += [link for r in self.book.routes.values() for link in r.links]
        return next((i for i in every if i.section == section and page in i.document), None)
