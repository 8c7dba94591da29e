"""Codes by which people go on in another channel; a buyer's last talk is found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "passes",
        sa.Column("shop", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=200), nullable=False),
        sa.Column("audience", sa.String(length=200), nullable=False),
        sa.Column("conversation_id", sa.String(length=200), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("shop", "digest"),
    )
    op.create_index("ix_passes_conversation_id", "passes", ["conversation_id"])
    _some("conversations_of_buyer", "conversations", "buyer_id IS NOT NULL",
          "shop", "buyer_id", "updated_at")  # fmt: skip
    _some("handoffs_held", "handoffs", "done_at IS NULL", "taken_by")
    _some("todos_open", "todos", "done_at IS NULL", "conversation_id")


def _some(name: str, table: str, where: str, *columns: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, list(columns), sqlite_where=condition, postgresql_where=condition)
