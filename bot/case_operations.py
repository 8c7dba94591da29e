"""The one path of an operator's act on a case: same state machine, same history as everybody's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.case_store import CaseRows
from bot.cases import CaseChange, CaseFile
from bot.errors import Conflict, KaidianError, NotFound
from handlers.rules.case import Application, By, CaseRefused, act, open_case
from handlers.rules.case_filing import approve_filing
from handlers.rules.case_timers import cancelled, timers_of


class NotPossibleNow(KaidianError):
    """The case's status does not allow this act."""

    code = "not_possible_now"
    status = 409


@dataclass(frozen=True, slots=True)
class Asked:
    """What an operator wants done. `version` is the one that was read; `who` stands in history."""

    case_id: str
    act: str
    version: int
    who: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """An act that is allowed, not yet written: the case before and after it."""

    before: CaseFile
    after: CaseFile
    act: str
    reason: str


class CaseDesk:
    """Cases as operators see and change them; `shop` '' may see every shop's."""

    def __init__(self, rows: CaseRows) -> None:
        self._rows = rows

    def get(self, case_id: str, shop: str) -> CaseFile:
        """Raises NotFound, also for another shop's case."""
        case = self._rows.get(case_id)
        if case is None or shop not in ("", case.shop):
            raise NotFound("没有这张售后单")
        return case

    def plan(self, asked: Asked, shop: str, now: datetime) -> Planned:
        """What the act would make of the case.

        Raises NotFound, Conflict (old version) and NotPossibleNow.
        """
        case = self.get(asked.case_id, shop)
        if asked.version != case.version:
            raise Conflict(
                f"这张售后单已经变了，现在是第 {case.version} 版，请看过再办", _since(case, asked)
            )
        try:
            return Planned(case, _moved(case, asked, now), asked.act, asked.reason)
        except CaseRefused as refused:
            raise NotPossibleNow(refused.reason, (f"现在的状态：{case.status}",)) from refused

    def write(self, planned: Planned, now: datetime) -> CaseFile:
        """The act, its timers and the news for the buyer, in one transaction. Raises Conflict."""
        return self._written(planned.before, planned.after, now, news=True)

    def act(self, asked: Asked, shop: str, now: datetime) -> CaseFile:
        """Plan and write at once: a case that no platform has. Raises as both do."""
        return self.write(self.plan(asked, shop, now), now)

    def open(
        self, application: Application, earlier: Sequence[CaseFile], who: str, now: datetime
    ) -> CaseFile:
        """A case opened by an operator. Raises NotPossibleNow and Conflict."""
        try:
            case = open_case(application, earlier, now, By("operator", who))
        except CaseRefused as refused:
            raise NotPossibleNow(refused.reason) from refused
        return self._written(None, case, now, news=False)

    def _written(
        self, before: CaseFile | None, after: CaseFile, now: datetime, news: bool
    ) -> CaseFile:
        talk = after.conversation_id or self._rows.talk_of(after.shop, after.buyer, now)
        case = replace(after, conversation_id=talk)
        timers = timers_of(case, now, news)
        change = CaseChange(before.version if before else 0, case)
        self._rows.change(change, timers, cancelled(case, timers))
        return case


def _moved(case: CaseFile, asked: Asked, now: datetime) -> CaseFile:
    by = By("operator", asked.who)
    if case.filing in ("planned", "wanted", "filed") and not case.platform_id:
        if asked.act == "approve":
            return approve_filing(case, by, now, asked.reason)
        if case.filing != "planned":
            raise CaseRefused("正在微信小店里提交，等平台回执后再办")
    return act(case, asked.act, by, now, asked.reason)


def _since(case: CaseFile, asked: Asked) -> tuple[str, ...]:
    """What happened after the version that the operator has read."""
    unread = max(1, case.version - asked.version)
    lines = case.history[-unread:] if asked.version < case.version else ()
    return tuple(f"{e.at.isoformat()} {e.by} → {e.status}：{e.note}" for e in lines)
