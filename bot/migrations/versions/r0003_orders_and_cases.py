"""Orders and cases."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "case_claims",
        sa.Column("shop", sa.String(length=200), nullable=False),
        sa.Column("order_no", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("case_id", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("shop", "order_no", "title"),
    )
    op.create_index("ix_case_claims_case_id", "case_claims", ["case_id"])

    op.create_table(
        "case_evidence",
        sa.Column("shop", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=200), nullable=False),
        sa.Column("order_no", sa.String(length=200), nullable=False),
        sa.Column("case_id", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("shop", "digest", "order_no"),
    )
    op.create_table(
        "case_history",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("case_id", "version", name="one_line_per_version"),
    )
    op.create_index("ix_case_history_case_id", "case_history", ["case_id"])

    op.create_table(
        "cases",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("shop", sa.String(length=200), nullable=False),
        sa.Column("order_no", sa.String(length=200), nullable=False),
        sa.Column("buyer", sa.String(length=200)),
        sa.Column("conversation_id", sa.String(length=200)),
        sa.Column("type", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=200), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True)),
        sa.Column("refund_fen", sa.BigInteger()),
        sa.Column("approved_at", sa.DateTime(timezone=True)),
        sa.Column("received_at", sa.DateTime(timezone=True)),
        sa.Column("waybill", sa.String(length=200)),
        sa.Column("platform_id", sa.String(length=200)),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("cases_by_deadline", "cases", ["deadline"])
    op.create_index("cases_of_order", "cases", ["shop", "order_no"])

    op.create_table(
        "failed_tries",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("tries_of", "failed_tries", ["key", "at"])

    op.create_table(
        "orders",
        sa.Column("shop", sa.String(length=200), nullable=False),
        sa.Column("order_no", sa.String(length=200), nullable=False),
        sa.Column("buyer", sa.String(length=200)),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("shop", "order_no"),
    )
    op.create_index("orders_of_buyer", "orders", ["shop", "buyer"])
