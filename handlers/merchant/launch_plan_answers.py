"""The walkthrough's own answers: time, cost, papers, roads, what to do. Each follows from the plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.merchant.launch_draft import Draft
from handlers.merchant.launch_rejection import deadline, mending
from handlers.merchant.launch_telling import Telling
from handlers.rules.launch_dates import PAPERS, calendar_known, spoken
from handlers.rules.launch_pages import costs, yuan


def answer(telling: Telling, draft: Draft, asked: str) -> None:
    """One of the questions that the plan answers."""
    ANSWERS[asked](telling, draft)


def _time(telling: Telling, draft: Draft) -> None:
    if any(s.step.id in PAPERS and s.state != "done" for s in telling.plan.steps):
        _paper_time(telling, draft)
    if any(s.step.id == "filing" for s in telling.plan.steps):
        draft.say(telling.say("filing_time"), telling.step_links("filing"))
    for step in telling.plan.steps:
        if step.step.id.startswith("build_") and step.step.days:
            days = step.step.days
            words = {"mode": step.short, "low": str(days.least), "high": str(days.most)}
            draft.say(telling.say("build_time", **words), step.step.links)
    draft.say(telling.say("review_time"), telling.step_links("review"))
    dates(telling, draft)


def dates(telling: Telling, draft: Draft) -> None:
    """When the shop can be open; against the day they want, if they named one."""
    soonest, latest = (spoken(day) for day in telling.plan.live)
    key = "dates_papers" if telling.plan.waits_for_papers else "dates"
    draft.say(telling.say(key, soonest=soonest, latest=latest))
    goal(telling, draft)
    if not calendar_known(telling.plan.live[1]):
        draft.say(telling.say("calendar_unknown"))


def goal(telling: Telling, draft: Draft) -> None:
    """Whether the day they named can be kept."""
    wanted = telling.profile.go_live
    if not wanted:
        return
    soonest, latest = telling.plan.live
    key = "goal_good" if latest <= wanted else "goal_tight" if soonest <= wanted else "goal_late"
    words = {"goal": spoken(wanted), "soonest": spoken(soonest), "latest": spoken(latest)}
    if key != "goal_tight":
        words.pop("soonest" if key == "goal_good" else "latest")
    draft.say(telling.say(key, **words), telling.step_links("review"))


def _cost(telling: Telling, draft: Draft) -> None:
    draft.say(telling.say("cost", costs=_priced(telling)), telling.fee_links())


def _priced(telling: Telling) -> str:
    named = [
        f"{fee.name}{yuan((fee.least, fee.most))}{'/年' if fee.per == 'yearly' else ''}"
        for step in telling.plan.steps if step.state not in ("done", "skipped")
        for fee in step.fees if not fee.unknown
    ]  # fmt: skip
    return "；".join((*named, f"{'合计' if named else ''}{costs(telling.plan)}"))


def _commission(telling: Telling, draft: Draft) -> None:
    draft.say(telling.say("commission"), telling.rates() or telling.step_links("payment"))


def _sentence(key: str, step: str) -> Callable[[Telling, Draft], None]:
    """An answer that is one sentence, with the sources of that step."""

    def told(telling: Telling, draft: Draft) -> None:
        draft.say(telling.say(key), telling.step_links(step))

    return told


def _paper_time(telling: Telling, draft: Draft) -> None:
    papers = [s.short for s in telling.plan.steps if s.step.id in PAPERS and s.state != "done"]
    draft.say(telling.say("papers_time", papers="、".join(papers) or "证照"))


def _permit(telling: Telling, draft: Draft) -> None:
    telling.permit(draft)


def _can(telling: Telling, draft: Draft) -> None:
    if telling.plan.facts["licence"] == "no":
        draft.say(telling.say("no_licence"), telling.step_links("licence"))
    else:
        draft.say(telling.say("can"), telling.step_links("open_shop"))


def _todo(telling: Telling, draft: Draft) -> None:
    if telling.profile.rejected_on or "rejection" in telling.profile.said:
        mending(telling, draft)
    else:
        telling.todo(draft)


def _where(telling: Telling, draft: Draft) -> None:
    mending(telling, draft, where=True)


def _routes(telling: Telling, draft: Draft) -> None:
    for route in telling.book.routes.values():
        words = {n: getattr(route, n) for n in ("label", "filing", "fees", "traffic")}
        draft.say(telling.say("compare", **words), route.links)
    draft.say(telling.advice(), telling.plan.links)


def _advice(telling: Telling, draft: Draft) -> None:
    draft.say(telling.advice(), telling.plan.links)


def _cheaper(telling: Telling, draft: Draft) -> None:
    draft.say(telling.say("cheaper"), [*telling.plan.links, *telling.rates()])


def _own(telling: Telling, draft: Draft) -> None:
    route = telling.book.routes["own"]
    words = {n: getattr(route, n) for n in ("label", "filing", "fees", "traffic")}
    draft.say(telling.say("compare", **words), route.links)


def _documents(telling: Telling, draft: Draft) -> None:
    wanted = [s for s in telling.plan.steps if s.state not in ("done", "skipped")]
    for step in wanted:
        if step.step.documents and (step.step.main or step.step.id == "cross_border"):
            words = {"step": step.short, "documents": "、".join(step.step.documents)}
            draft.say(telling.say("documents", **words), step.step.links[:1])


ANSWERS: Mapping[str, Callable[[Telling, Draft], None]] = {
    "time": _time,
    "cost": _cost,
    "cheaper": _cheaper,
    "advice": _advice,
    "papers": _sentence("papers_where", "licence"),
    "commission": _commission,
    "deposit": _sentence("deposit", "open_shop"),
    "certification": _sentence("certification", "certify"),
    "filing": _sentence("filing", "filing"),
    "paper_time": _paper_time,
    "person": _sentence("person", "licence"),
    "promote": _sentence("promote", "promote"),
    "permit": _permit,
    "can": _can,
    "resubmit": deadline,
    "where": _where,
    "todo": _todo,
    "routes": _routes,
    "own": _own,
    "documents": _documents,
}
