"""Which act by whom moves a case from which status to which (pure data).

Statuses are 微信小店's own names (reference F). TICKET_OPEN and TICKET_DONE stand for what it does
not know: reshipping, repair, cancelling, exchanges settled by the shop, hand-overs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["REFUND", "RETURN", "EXCHANGE", "TICKET"]
Actor = Literal["buyer", "operator", "rule", "platform", "clock"]
Act = Literal[
    "withdraw", "send_back", "add_evidence", "approve", "reject", "confirm_receipt", "refund",
    "request_evidence", "close", "overdue", "not_sent_back", "paid", "payment_failed",
]  # fmt: skip

KINDS: Mapping[str, Kind] = {
    "refund_only": "REFUND",
    "price_diff": "REFUND",
    "return_refund": "RETURN",
    "exchange": "EXCHANGE",
}
"""Decision type → kind of case; everything else is a ticket of the shop."""

REVIEW, WAIT_RETURN, WAIT_RECEIPT = (
    "MERCHANT_PROCESSING",
    "USER_WAIT_RETURN",
    "MERCHANT_WAIT_RECEIPT",
)
NEGOTIATION, PAYING, FAILED = (
    "USER_WAIT_CONFIRM_UPDATE",
    "PLATFORM_REFUNDING",
    "PLATFORM_REFUND_FAIL",
)
OPEN, DONE = "TICKET_OPEN", "TICKET_DONE"
REJECTED = frozenset({"MERCHANT_REJECT_REFUND", "MERCHANT_REJECT_RETURN"})
PAID = frozenset({"MERCHANT_REFUND_SUCCESS", "MERCHANT_RETURN_SUCCESS", "MERCHANT_OVERDUE_REFUND"})
FINAL = REJECTED | PAID | {"USER_CANCELD", "RETURN_CLOSED", "MERCHANT_FAIL", DONE}
"""Nothing runs any more; a new application is a new case."""

MONEY: frozenset[Act] = frozenset({"refund"})
"""Acts that pay. Approving a refund pays too, but only as `approve` of kind REFUND."""


@dataclass(frozen=True)
class Move:
    """`to` by kind of case; a kind that is missing cannot make this move."""

    act: Act
    by: frozenset[Actor]
    source: frozenset[str]
    to: Mapping[Kind, str]
    note: str


def _every(status: str) -> Mapping[Kind, str]:
    return dict.fromkeys(("REFUND", "RETURN", "EXCHANGE", "TICKET"), status)


def _by(*actors: Actor) -> frozenset[Actor]:
    return frozenset(actors)


_GOODS: Mapping[Kind, str] = {"RETURN": WAIT_RETURN, "EXCHANGE": WAIT_RETURN}
_REFUSED: Mapping[Kind, str] = {
    "REFUND": "MERCHANT_REJECT_REFUND",
    "RETURN": "MERCHANT_REJECT_RETURN",
    "EXCHANGE": "MERCHANT_REJECT_RETURN",
    "TICKET": DONE,
}
_SUCCESS: Mapping[Kind, str] = {
    "REFUND": "MERCHANT_REFUND_SUCCESS",
    "RETURN": "MERCHANT_RETURN_SUCCESS",
}
_BEFORE_SENDING = frozenset({REVIEW, NEGOTIATION, WAIT_RETURN, OPEN, "USER_WAIT_CONFIRM"})
_WAITING_FOR_BUYER = frozenset({NEGOTIATION, "USER_WAIT_CONFIRM"})

MOVES: tuple[Move, ...] = (
    Move("withdraw", _by("buyer", "platform"), _BEFORE_SENDING, _every("USER_CANCELD"), "已撤销"),
    Move("add_evidence", _by("buyer"), _WAITING_FOR_BUYER | {REVIEW}, _every(REVIEW), "补了凭证"),
    Move("add_evidence", _by("buyer"), frozenset({OPEN}), {"TICKET": OPEN}, "补了凭证"),
    Move("approve", _by("operator", "rule"), frozenset({REVIEW, NEGOTIATION}),
         {"REFUND": PAYING, **_GOODS}, "已同意"),
    Move("approve", _by("operator", "rule"), frozenset({OPEN}), {"TICKET": OPEN}, "已同意办理"),
    Move("reject", _by("operator"), frozenset({REVIEW, NEGOTIATION, OPEN}), _REFUSED, "不同意"),
    Move("reject", _by("operator"), frozenset({WAIT_RECEIPT}),
         {"RETURN": "MERCHANT_REJECT_RETURN", "EXCHANGE": "MERCHANT_REJECT_RETURN"}, "验货不同意"),
    Move("request_evidence", _by("operator"), frozenset({REVIEW}), _every(NEGOTIATION), "请补凭证"),
    Move("request_evidence", _by("operator"), frozenset({OPEN}), {"TICKET": OPEN}, "请补凭证"),
    Move("send_back", _by("buyer", "platform"), frozenset({WAIT_RETURN}),
         dict.fromkeys(_GOODS, WAIT_RECEIPT), "已寄回"),
    Move("confirm_receipt", _by("operator", "platform"), frozenset({WAIT_RETURN, WAIT_RECEIPT}),
         dict.fromkeys(_GOODS, WAIT_RECEIPT), "店里已收到退货"),
    Move("refund", _by("operator"), frozenset({PAYING, FAILED}), {"REFUND": _SUCCESS["REFUND"]},
         "已退款"),
    Move("refund", _by("operator"), frozenset({WAIT_RECEIPT, PAYING, FAILED}),
         {"RETURN": _SUCCESS["RETURN"]}, "已退款"),
    Move("paid", _by("platform"), frozenset({PAYING, FAILED, WAIT_RECEIPT}), _SUCCESS,
         "平台已退款"),
    Move("payment_failed", _by("platform"), frozenset({PAYING}),
         {"REFUND": FAILED, "RETURN": FAILED}, "退款失败"),
    Move("overdue", _by("platform"), frozenset({REVIEW}),
         {"REFUND": "MERCHANT_OVERDUE_REFUND", **_GOODS}, "商家超时，平台处理"),
    Move("not_sent_back", _by("clock", "platform"), frozenset({WAIT_RETURN}),
         dict.fromkeys(_GOODS, "RETURN_CLOSED"), "到期没有寄回，已关闭"),
    Move("close", _by("operator", "platform"), frozenset({OPEN}), {"TICKET": DONE}, "已办完"),
    Move("close", _by("operator", "platform"), frozenset({WAIT_RECEIPT}), {"EXCHANGE": DONE},
         "换货已寄出，办完"),
    Move("close", _by("operator", "platform"), _WAITING_FOR_BUYER | REJECTED,
         {"REFUND": "MERCHANT_FAIL", "RETURN": "MERCHANT_FAIL", "EXCHANGE": "MERCHANT_FAIL",
          "TICKET": DONE}, "已关闭"),
)  # fmt: skip


def find_move(act: str, actor: Actor, status: str, kind: Kind) -> Move | None:
    """The move, or None when this act is not this actor's, or not at this status."""
    fitting = (m for m in MOVES if m.act == act and actor in m.by and status in m.source)
    return next((move for move in fitting if kind in move.to), None)


def acts_at(status: str, kind: Kind, actor: Actor) -> tuple[str, ...]:
    """What this actor may do now, for buttons."""
    every = (m.act for m in MOVES if actor in m.by and status in m.source and kind in m.to)
    return tuple(dict.fromkeys(every))
