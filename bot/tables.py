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


def _some(name: str, *columns: str, where: str) -> sa.Index:
    """An index of only those rows that are looked for."""
    condition = sa.text(where)
    return sa.Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


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
    # The last talk of a buyer, whom a platform or the shop's own site vouches for.
    _some("conversations_of_buyer", "shop", "buyer_id", "updated_at", where="buyer_id IS NOT NULL"),
)

# One-time codes by which a person goes on in another channel; the code itself is not kept.
passes = sa.Table(
    "passes", metadata, _id("shop"), _id("digest"), _text("audience"),
    _text("conversation_id", index=True), _moment("until"),
)  # fmt: skip

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
    _text("taken_by", nullable=True),
    sa.Column("taken_at", Moment),
    sa.Column("done_at", Moment),
    sa.Index("handoffs_of", "conversation_id"),
    _some("handoffs_held", "taken_by", where="done_at IS NULL"),
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
    _text("platform_id", nullable=True, index=True),
    _text("filing", nullable=True),
    _text("filed_as", nullable=True, index=True),
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


def _when(name: str) -> sa.Column[datetime | None]:
    return sa.Column(name, Moment, nullable=True)


def _held() -> tuple[sa.Column[str], sa.Column[datetime | None]]:
    """A lease: who works on this row, and until when nobody else may."""
    return _text("held_by", nullable=True), _when("held_until")


# One person at one account: whose conversation it is, and the head of this person's queue.
contacts = sa.Table(
    "contacts", metadata, _id(), _text("channel"), _text("account"), _text("sender"), _text("room"),
    _text("conversation_id", index=True),
    sa.Column("openings", sa.Text, nullable=False), sa.Column("offered", sa.Text, nullable=False),
    _when("due_at"), sa.Column("tries", sa.Integer, nullable=False), *_held(),
    sa.UniqueConstraint("channel", "account", "sender", "room", name="one_contact_per_person"),
    _some("contacts_due", "due_at", where="due_at IS NOT NULL"),
)  # fmt: skip

inbox = sa.Table(
    "inbox", metadata, _seq(), _text("channel"), _text("account"), _text("message_id"),
    _text("contact_id"), _text("kind"), sa.Column("text", sa.Text, nullable=False),
    _text("choice", nullable=True), sa.Column("media", sa.Text, nullable=False),
    _text("order_no", nullable=True), _text("event"), sa.Column("extra", sa.Text, nullable=False),
    sa.Column("raw", sa.LargeBinary, nullable=False),
    sa.Column("mergeable", sa.Boolean, nullable=False),
    sa.Column("silent", sa.Boolean, nullable=False),
    _moment("sent_at"), _moment(), _moment("accepted_at"), _text("turn_id", nullable=True),
    sa.UniqueConstraint("channel", "account", "message_id", name="one_row_per_message"),
    _some("inbox_waiting", "contact_id", "seq", where="turn_id IS NULL"),
    sqlite_autoincrement=True,  # a number is never given again, so order stays order
)  # fmt: skip

outbox = sa.Table(
    "outbox", metadata, _seq(), _text("key", unique=True), _text("contact_id"),
    _text("conversation_id"), _text("turn_id"), _text("channel"), _text("account"),
    _text("recipient"), _text("room"), sa.Column("text", sa.Text, nullable=False),
    sa.Column("choices", sa.Text, nullable=False), sa.Column("extra", sa.Text, nullable=False),
    sa.Column("unprompted", sa.Boolean, nullable=False), _text("state"), _when("due_at"),
    sa.Column("tries", sa.Integer, nullable=False), *_held(), _text("trouble", nullable=True),
    sa.Column("detail", sa.Text, nullable=False), _text("platform_id", nullable=True), _moment(),
    _when("done_at"), sa.Index("outbox_of_a_turn", "conversation_id", "turn_id"),
    _some("outbox_waiting", "contact_id", "seq", where="state = 'waiting'"),
    # What the platform names: a letter it could not bring, or the message a letter was said to.
    _some("outbox_at_platform", "account", "platform_id", where="platform_id IS NOT NULL"),
    sqlite_autoincrement=True,
)  # fmt: skip

timers = sa.Table(
    "timers", metadata, _seq(), _text("conversation_id"), _text("key"), _text("kind"),
    _moment("due_at"), sa.Column("data", sa.Text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False), _when("again_at"), *_held(),
    sa.UniqueConstraint("conversation_id", "key", name="one_timer_per_key"),
    sa.Index("timers_due", "due_at"), sqlite_autoincrement=True,
)  # fmt: skip

# How far a channel that is asked for its messages has read.
cursors = sa.Table(
    "cursors", metadata, _id("channel"), _id("account"), _id("name"),
    sa.Column("value", sa.Text, nullable=False), *_held(),
)  # fmt: skip

todos = sa.Table(
    "todos", metadata, _seq(), _text("shop", index=True), _text("conversation_id"), _text("kind"),
    _text("ref", unique=True), sa.Column("text", sa.Text, nullable=False), _moment(),
    _when("done_at"), _text("done_by", nullable=True),
    sa.Column("urgent", sa.Boolean, nullable=False, server_default=sa.false()),
    _when("told_at"), _when("again_at"),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"), *_held(),
    _some("todos_to_tell", "seq", where="told_at IS NULL AND done_at IS NULL"),
    _some("todos_open", "conversation_id", where="done_at IS NULL"),
)  # fmt: skip
