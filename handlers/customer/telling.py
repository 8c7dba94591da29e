"""A decision as one reply: sentences put together, and what can be tapped."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.cases import CaseFile
from bot.messages import Choice
from handlers.customer.asides import Facet
from handlers.customer.clauses import Clauses
from handlers.customer.moments import until
from handlers.customer.progress import fact_of, parcel_line
from handlers.customer.taps import Taps, listed
from handlers.rules.decide import Request
from handlers.rules.decision import Decision
from handlers.rules.item_facts import SEALED
from knowledge.rules.book import RuleBook
from knowledge.wording import Wording

URGENT = frozenset({"injury", "illness", "fire", "electric"})
EATEN = frozenset({"food", "fresh"})
_SAID_ALREADY = re.compile("，?七天无理由退不了")
_PROMISES = ("告诉您", "按这一单的数据", "先按规则和这一单")
_REPEATED = "不用再说一遍"
_CALLS_SOMEBODY = re.compile("^转人工，(?![由请])|转人工(?=[^，；]*[^，；])")
_CALLS_ONLY = re.compile("，?转人工(?:优先处理)?$|^转人工，(?=[由请])")


@dataclass(frozen=True)
class Told:
    """One reply: its text and what can be tapped."""

    text: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Telling:
    """Words decisions for customers. Says nothing that is not in decision, order or case."""

    wording: Wording
    book: RuleBook

    @property
    def says(self) -> Clauses:
        return Clauses(self.wording, self.book)

    @property
    def taps(self) -> Taps:
        return Taps(self.wording)

    def verdict(self, request: Request, decision: Decision) -> Told:
        """Any decision, as somebody without a case and off the platform is told."""
        if decision.eligible:
            return self.eligible(request, decision, False)
        if decision.type in ("reject", "ask"):
            tell = self.reject if decision.type == "reject" else self.ask
            return tell(decision, request)
        if decision.type == "escalate":
            return self.escalate(request, decision)
        return self.info(request, decision, None)

    def eligible(self, request: Request, decision: Decision, on_platform: bool) -> Told:
        """What can be done, and the question whether to hand it in."""
        says = self.says
        if self._spoilt_unsaid(decision):
            return self._spoilt(request, decision, on_platform)
        parts = [
            says.not_offered(request, decision),
            says.verdict(decision),
            says.share(request, decision),
            says.window(request, decision),
            says.freight(decision),
            says.next(request, decision),
        ]
        parts.append(says.pictures(decision, "".join(parts)))
        parts += [
            says.stock(decision),
            says.limit(request, decision),
            says.hand_in(decision, on_platform),
        ]
        return Told("".join(parts), self.taps.of(decision, on_platform))

    def _spoilt_unsaid(self, decision: Decision) -> bool:
        """Whether fresh goods are paid by the spoilt share, and the share is not known yet."""
        unknown = decision.type == "refund_only" and decision.refund_fen is None
        return unknown and self.says.by_share(decision)

    def _spoilt(self, request: Request, decision: Decision, on_platform: bool) -> Told:
        """No parcel, how it is reckoned, until when, and what to take pictures of."""
        waits = decision.evidence_required
        parts = [
            self.says.not_offered(request, decision),
            self.wording.say("as_fresh_first"),
            self.says.limit(request, decision),
            self.wording.say("as_fresh_photos" if waits else "as_fresh_share"),
            self.says.hand_in(decision, on_platform),
        ]
        return Told("".join(parts), self.taps.of(decision, on_platform))

    def reject(self, decision: Decision, request: Request) -> Told:
        """Reason, clause, another way, appeal."""
        steps = self.says.steps(decision)
        ways = [step for step in decision.next_steps if step not in steps]
        paid_back = self.says.paid_back(request, decision)
        plain = decision.reason_class == "no_reason" and not paid_back
        verb = "换" if request.stated.get("wish") == "exchange" else "退"
        said = _SAID_ALREADY.sub("", "；".join(steps)) if plain else "；".join(steps)
        said = self.says.worn(request, said)
        text = self.wording.say(
            "as_reject_no_reason" if plain else "as_reject",
            verb=verb, steps=paid_back or self.says.expired(request, decision) or said,
            source=self.says.source(decision), way="；".join(ways),
        )  # fmt: skip
        if plain and self._kinds(request) & SEALED:
            return Told(text + self.wording.say("as_reject_other_ground"), self.taps.grounds())
        return Told(text, (self.taps.human(),))

    def ask(self, decision: Decision, request: Request) -> Told:
        """Everything that is missing, at once, by tapping where possible."""
        rule, taps = decision.rules[0].id, self.taps
        text = self.wording.say("as_ask", steps="；".join(self.says.steps(decision)))
        unsaid = request.stated.get("wish", "unsaid") == "unsaid"
        several = len(request.order.items) > 1
        several = several or request.stated.get("not_ordered", "none") != "none"
        if request.stated.get("item") is None and several and rule == "3a":
            more = self.wording.say("as_ask_wish") if unsaid else ""
            return self._which_item(request, more)
        if not decision.evidence_required and unsaid:
            return Told(text, taps.wishes())
        if not decision.evidence_required and rule == "3d":
            return Told(text, taps.states())
        return Told(text, (taps.human(),))

    def _which_item(self, request: Request, more: str) -> Told:
        """Which of the order's goods; what was named and is none of them is said to be none."""
        choices, other = self.taps.items(request.order), request.stated.get("not_ordered", "none")
        shown = listed(choices)
        if other == "none":
            return Told(self.wording.say("as_ask_item", shown=shown) + more, choices)
        text = self.wording.say("as_not_ordered", name=str(other), shown=shown)
        return Told(text, (*choices, self.taps.human()))

    def info(self, request: Request, decision: Decision, case: CaseFile | None) -> Told:
        """What was asked for: parcel, case, dates of this order; never a promise."""
        wish = str(request.stated.get("wish", "unsaid"))
        fact = fact_of(self.wording, request, wish, case)
        steps = self.says.steps(decision)
        steps = [s for s in steps if not (fact and s.startswith(_PROMISES))]
        steps = [_dated(step, request, decision) for step in steps]
        telling_case = case and wish in ("progress", "track", "unsaid") and fact
        said = self.wording.say("as_info", steps="；".join(steps)) if steps else ""
        return Told(fact + ("" if telling_case else said), self.taps.after_news(wish, case))

    def would_be(self, decision: Decision) -> str:
        """What a return asked for now would end in: for who only asks."""
        if decision.eligible:
            said = self.says.verdict(decision) + self.says.who_pays(decision)
            return self.wording.say("as_would_be", verdict=said)
        if decision.type == "reject":
            return self.wording.say("as_would_not", steps="；".join(self.says.steps(decision)))
        return ""

    def facet(self, decision: Decision, request: Request, asked: Facet) -> str:
        """One part of a decision: who pays, when, how much; else verdict, freight and steps."""
        says = self.says
        if asked == "freight":
            return says.who_pays(decision)
        if asked == "when":
            return self.when(decision.type)
        if asked == "stock" and decision.type == "exchange":
            return self.wording.say("as_no_stock")
        if asked == "amount":
            return says.verdict(decision)
        return says.verdict(decision) + says.freight(decision) + says.next(request, decision)

    def when(self, kind: str) -> str:
        """When the money, or the other piece, comes of a case of this type."""
        if kind in ("exchange", "reship", "repair"):
            return self.wording.say(f"as_when_{kind}")
        return self.wording.say(
            "as_when_returned" if kind == "return_refund" else "as_when_refunded"
        )

    def refused(self, decision: Decision, asked: Facet) -> str:
        """What a refusal that was told already rests on, or what can be done now; '' else."""
        if asked == "why":
            clause = self.says.clause(decision)
            source = self.says.source(decision)
            return self.wording.say("as_why", source=source, clause=clause) if clause else ""
        steps = self.says.steps(decision)
        ways = [step for step in decision.next_steps if step not in steps]
        return self.wording.say("as_ways", way="；".join(ways)) if asked == "ways" and ways else ""

    def no_hurry(self, request: Request, decision: Decision) -> str:
        """There is time, and until when."""
        window = decision.window if self.says.window(request, decision) else None
        if window is None:
            return self.wording.say("as_no_hurry")
        return self.wording.say("as_no_hurry_until", until=until(window.ends))

    def later_pictures(self, request: Request, decision: Decision) -> str:
        """Pictures may come later; spoilt goods have a time until which they count."""
        limit = self.says.limit(request, decision) if self.says.by_share(decision) else ""
        return self.wording.say("as_pictures_later") + limit

    def escalate(self, request: Request, decision: Decision) -> Told:
        """A person takes over, with first advice where somebody may come to harm."""
        harm = str(request.stated.get("safety"))
        if harm in URGENT:
            eaten = "_eaten" if harm == "illness" and self._kinds(request) & EATEN else ""
            advice = self.wording.say(f"as_safety_{harm}{eaten}")
            return Told(self.wording.say("as_escalate_urgent", steps=advice))
        steps = [_by_staff(step) for step in self.says.steps(decision) if _REPEATED not in step]
        said = "；".join(filter(None, steps)) or self._taken_over(request)
        where = parcel_line(self.wording, request) if _on_its_way(request) else ""
        return Told(where + self.wording.say("as_escalate", steps=said))

    def _taken_over(self, request: Request) -> str:
        upset = request.stated.get("handoff") in ("anger", "complaint")
        return self.wording.say("as_sorry" if upset else "as_yes")

    def _kinds(self, request: Request) -> frozenset[str]:
        kind = self.book.categories.kind
        return frozenset(kind(item.category or "", item.title) for item in request.order.items)


def _by_staff(step: str) -> str:
    """`转人工判断` in a reply that says 已转人工 anyway: 由店员判断."""
    return _CALLS_SOMEBODY.sub("由店员", _CALLS_ONLY.sub("", step))


def _dated(step: str, request: Request, decision: Decision) -> str:
    """`期限内` with its date, while it is open."""
    window = decision.window
    if window is None or request.now >= window.ends:
        return step
    return step.replace("期限内", until(window.ends))


def _on_its_way(request: Request) -> bool:
    """Whether somebody asks for a parcel: where it was seen last comes first."""
    asked = request.stated.get("wish", "unsaid") in ("track", "unsaid", "progress")
    return asked and request.order.status == "shipped"
