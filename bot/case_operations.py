"""The one path of an operator's act on a case: same state machine, same history as everybody's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.case_store import CaseRows
from bot.cases import CaseChange, CaseFile
from bot.errors import Conflict, KaidianError, NotFound
from handlers.rules.case import Application, By, CaseRefused, act, open_case


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

    def act(self, asked: Asked, shop: str, now: datetime) -> CaseFile:
        """The case after the act. Raises NotFound, Conflict (old version) and NotPossibleNow."""
        case = self.get(asked.case_id, shop)
        if asked.version != case.version:
            raise Conflict(
                f"这张售后单已经变了，现在是第 {case.version} 版，请看过再办", _since(case, asked)
            )
        try:
            moved = act(case, asked.act, By("operator", asked.who), now, asked.reason)
        except CaseRefused as refused:
            raise NotPossibleNow(refused.reason, (f"现在的状态：{case.status}",)) from refused
        self._rows.change(CaseChange(case.version, moved))
        return moved

    def open(
        self, application: Application, earlier: Sequence[CaseFile], who: str, now: datetime
    ) -> CaseFile:
        """A case opened by an operator. Raises NotPossibleNow and Conflict."""
        try:
            case = open_case(application, earlier, now, By("operator", who))
        except CaseRefused as refused:
            raise NotPossibleNow(refused.reason) from refused
        self._rows.change(CaseChange(0, case))
        return case


def _since(case: CaseFile, asked: Asked) -> tuple[str, ...]:
    """What happened after the version that the operator has read."""
    unread = max(1, case.version - asked.version)
    lines = case.history[-unread:] if asked.version < case.version else ()
    return tuple(f"{e.at.isoformat()} {e.by} → {e.status}：{e.note}" for e in lines)
