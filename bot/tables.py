"""The tables. Times are stored with offset on PostgreSQL and as Shanghai time on SQLite."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.clock import in_shanghai

metadata = sa.MetaData()


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment that comes back with its offset from every database."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return in_shanghai(value) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return in_shanghai(value) if value else None


def _id(name: str = "id") -> sa.Column[str]:
    return sa.Column(name, sa.String(200), primary_key=True)


def _seq() -> sa.Column[int]:
    # SQLite counts by itself only in a plain INTEGER primary key.
    return sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)


def _text(name: str, length: int = 200, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=options.pop("nullable", False), **options)


def _moment(name: str = "at") -> sa.Column[datetime]:
    return sa.Column(name, Moment, nullable=False)


shops = sa.Table(
    "shops",
    metadata,
    _id("name"),
    _text("secret"),
    sa.Column("guide", sa.Boolean, nullable=False),
    _moment(),
)

entrances = sa.Table("entrances", metadata, _id("name"), _text("shop"), _text("audience"))

operator_keys = sa.Table("operator_keys", metadata, _id("digest"), _text("shop"), _text("role"))

conversations = sa.Table(
    "conversations",
    metadata,
    _id(),
    sa.Column("version", sa.Integer, nullable=False),
    _text("shop"),
    _text("audience"),
    _text("entrance"),
    _text("visitor_id", index=True),
    _text("buyer_id", nullable=True),
    _text("handoff_id", nullable=True),
    sa.Column("state", sa.Text, nullable=False),
    _moment("created_at"),
    _moment("updated_at"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    _id("digest"),
    _text("conversation_id"),
    _moment("created_at"),
    _moment("expires_at"),
)

messages = sa.Table(
    "messages",
    metadata,
    _seq(),
    _text("conversation_id"),
    _text("message_id"),
    _text("sender"),
    _text("digest"),
    sa.Column("text", sa.Text, nullable=False),
    _text("choice", nullable=True),
    sa.Column("attachments", sa.Text, nullable=False),
    sa.Column("result", sa.Text),
    _moment(),
    sa.UniqueConstraint("conversation_id", "message_id", "sender", name="one_turn_per_message"),
    sa.Index("messages_in_order", "conversation_id", "seq"),
)

handoffs = sa.Table(
    "handoffs",
    metadata,
    _id(),
    _text("conversation_id"),
    _text("message_id"),
    _text("reason"),
    _moment(),
)

unanswered = sa.Table(
    "unanswered",
    metadata,
    _seq(),
    _text("shop"),
    _text("conversation_id"),
    sa.Column("text", sa.Text, nullable=False),
    _moment(),
)

feedback = sa.Table(
    "feedback",
    metadata,
    _id("conversation_id"),
    _id("message_id"),
    sa.Column("good", sa.Boolean, nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    _moment(),
)

policies = sa.Table(
    "policies",
    metadata,
    _seq(),
    _text("shop"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("policy", sa.Text, nullable=False),
    _text("by"),
    _moment(),
    sa.UniqueConstraint("shop", "version", name="one_policy_per_version"),
)

orders = sa.Table(
    "orders",
    metadata,
    _id("shop"),
    _id("order_no"),
    _text("buyer", nullable=True),
    _text("source"),
    # The Order of the contract, whole; `buyer` stands beside it to be searched.
    sa.Column("body", sa.Text, nullable=False),
    _moment(),
    sa.Index("orders_of_buyer", "shop", "buyer"),
)

cases = sa.Table(
    "cases",
    metadata,
    _seq(),
    _text("id", unique=True),
    sa.Column("version", sa.Integer, nullable=False),
    _text("shop"),
    _text("order_no"),
    _text("buyer", nullable=True),
    _text("conversation_id", nullable=True),
    _text("type"),
    _text("status"),
    sa.Column("items", sa.Text, nullable=False),
    sa.Column("decision", sa.Text, nullable=False),
    # Inputs and decision as one canonical text, so that the decision can be computed again.
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("deadline", Moment),
    sa.Column("refund_fen", sa.BigInteger),
    sa.Column("approved_at", Moment),
    sa.Column("received_at", Moment),
    _text("waybill", nullable=True),
    _text("platform_id", nullable=True),
    sa.Column("evidence", sa.Text, nullable=False),
    _moment("updated_at"),
    sa.Index("cases_of_order", "shop", "order_no"),
    sa.Index("cases_by_deadline", "deadline"),
)

case_history = sa.Table(
    "case_history",
    metadata,
    _seq(),
    _text("case_id", index=True),
    sa.Column("version", sa.Integer, nullable=False),
    _text("by"),
    _text("status"),
    sa.Column("note", sa.Text, nullable=False),
    _moment(),
    sa.UniqueConstraint("case_id", "version", name="one_line_per_version"),
)

# One row per item with an open case: two at the same moment cannot both be written.
case_claims = sa.Table(
    "case_claims",
    metadata,
    _id("shop"),
    _id("order_no"),
    sa.Column("title", sa.String(500), primary_key=True),
    _text("case_id", index=True),
)

case_evidence = sa.Table(
    "case_evidence", metadata, _id("shop"), _id("digest"), _id("order_no"), _text("case_id")
)

failed_tries = sa.Table(
    "failed_tries", metadata, _seq(), _text("key"), _moment(), sa.Index("tries_of", "key", "at")
)

attachments = sa.Table(
    "attachments",
    metadata,
    _id(),
    _text("conversation_id"),
    _text("kind"),
    _text("digest"),
    sa.Column("data", sa.LargeBinary, nullable=False),
    _moment(),
)

documents = sa.Table(
    "documents", metadata, sa.Column("id", sa.Text, primary_key=True), _text("shop", index=True),
    # Titles come from people's files and may be of any length.
    sa.Column("name", sa.Text, nullable=False), sa.Column("title", sa.Text, nullable=False),
    _text("digest"), sa.Column("ready", sa.Boolean, nullable=False),
    sa.Column("passages", sa.Text, nullable=False),
)  # fmt: skip

index_state = sa.Table(
    "index_state",
    metadata,
    _id("name"),
    _text("generation"),
    _text("model"),
    sa.Column("dimensions", sa.Integer, nullable=False),
)
