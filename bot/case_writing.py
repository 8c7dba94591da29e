"""A case and its history, written on the transaction of a turn or of an act.

Called by `bot.store` (a turn) and `bot.case_store` (an operator's or the platform's act) alone.
"""

import json
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from bot.cases import CaseChange, CaseFile
from bot.tables import case_claims, case_evidence, case_history, cases, todos

TITLE = 500


def write_case(db: sa.Connection, change: CaseChange) -> bool:
    """Write a case in a transaction of the caller's; False when its version is not `before`.

    Raises IntegrityError for a second open case of an item.
    """
    case = change.after
    if change.before:
        same = sa.and_(cases.c.id == case.id, cases.c.version == change.before)
        if db.execute(cases.update().where(same).values(**_case_row(case))).rowcount != 1:
            return False
    else:
        db.execute(cases.insert().values(**_case_row(case)))
    lines = list(enumerate(case.history, 1))
    kept = db.execute(
        sa.select(sa.func.count()).where(case_history.c.case_id == case.id)
    ).scalar_one()
    for number, line in lines[kept:]:
        db.execute(case_history.insert().values(case_id=case.id, version=number, **asdict(line)))
    _claim(db, case)
    _tick_off(db, change)
    return True


ALERTS = ("review", "remind", "escalate", "overdue", "no_answer")


def _tick_off(db: sa.Connection, change: CaseChange) -> None:
    """Alerts about the version before are done with: the case has moved on."""
    case, last = change.after, change.after.history[-1]
    refs = [f"case:{case.id}:{change.before}:{what}" for what in ALERTS]
    stale = sa.and_(todos.c.ref.in_(refs), todos.c.done_at.is_(None))
    db.execute(todos.update().where(stale).values(done_at=last.at, done_by=last.by))


def _claim(db: sa.Connection, case: CaseFile) -> None:
    """Hold the items while something is to come (it has a deadline), let them go afterwards."""
    db.execute(case_claims.delete().where(case_claims.c.case_id == case.id))
    where = {"shop": case.shop, "order_no": case.order_no, "case_id": case.id}
    titles = {item.title[:TITLE]: None for item in case.items} if case.deadline else {}
    for title in titles:
        db.execute(case_claims.insert().values(**where, title=title))
    for digest in case.evidence:
        mine = sa.and_(
            case_evidence.c.shop == case.shop,
            case_evidence.c.digest == digest,
            case_evidence.c.order_no == case.order_no,
        )
        if db.execute(case_evidence.select().where(mine)).first() is None:
            db.execute(case_evidence.insert().values(**where, digest=digest))


def _case_row(case: CaseFile) -> dict[str, Any]:
    return {
        **{name: getattr(case, name) for name in _CASE_PLAIN},
        "items": json.dumps([asdict(item) for item in case.items], ensure_ascii=False),
        "decision": json.dumps(dict(case.decision), ensure_ascii=False),
        "evidence": json.dumps(case.evidence),
        "updated_at": case.history[-1].at,
    }


_CASE_PLAIN = (
    *("id", "version", "shop", "order_no", "buyer", "conversation_id", "type", "status"),
    *("record", "deadline", "refund_fen", "approved_at", "received_at", "waybill", "platform_id"),
    *("filing", "filed_as"),
)
