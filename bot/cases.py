"""The vocabulary of after-sales cases: what is stored, and what one act changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """One line of a case's history. `by`: buyer, rule, platform, clock or operator:<who>."""

    at: datetime
    by: str
    status: str
    note: str


@dataclass(frozen=True, slots=True)
class CaseItem:
    """A line of the order that the case is about."""

    title: str
    qty: int


Filing = Literal["planned", "wanted", "filed", "failed"]
"""Of a shop whose API can file: waits for an approval; is being filed; filed, not yet told of by
the platform; the platform refuses, so the buyer must tap it there."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One after-sale. `version` grows by one with every act; `record` replays the decision.

    `status` is 微信小店's name, or TICKET_OPEN and TICKET_DONE for what it does not know.
    `platform_id`: the platform's own after-sale, once the platform itself has told of it; then its
    deadline and status win. `filing`: whether we file it there (`FILING`), under the case's id as
    request id; `filed_as` is the number that filing gave, before the platform told of it.
    """

    id: str
    version: int
    shop: str
    order_no: str
    buyer: str | None
    conversation_id: str | None
    type: str
    status: str
    items: tuple[CaseItem, ...]
    decision: Mapping[str, Any]
    record: str
    history: tuple[CaseEntry, ...] = ()
    deadline: datetime | None = None
    refund_fen: int | None = None
    approved_at: datetime | None = None
    received_at: datetime | None = None
    waybill: str | None = None
    platform_id: str | None = None
    evidence: tuple[str, ...] = field(default=())
    filing: Filing | None = None
    filed_as: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The Case of the contract (api.md), with shop, items, amount and waybill beside it."""
        return {
            "id": self.id,
            "version": self.version,
            "shop": self.shop,
            "order_no": self.order_no,
            "type": self.type,
            "status": self.status,
            "items": [{"title": item.title, "qty": item.qty} for item in self.items],
            "refund_fen": self.refund_fen,
            "decision": dict(self.decision),
            "history": [
                {"at": e.at.isoformat(), "by": e.by, "status": e.status, "note": e.note}
                for e in self.history
            ],
            "deadline": self.deadline.isoformat() if self.deadline else None,
            "waybill": self.waybill,
            "platform_id": self.platform_id,
            "filing": self.filing,
        }


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case after one or more acts. `before` is the version that was read; 0 opens the case.

    Written together with the turn or the operator's act, or not at all.
    """

    before: int
    after: CaseFile
