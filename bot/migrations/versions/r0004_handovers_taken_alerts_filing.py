"""Hand-overs that are taken and finished, to-dos that alert, cases filed with the platform."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("cases", sa.Column("filing", sa.String(length=200)))
    op.add_column("cases", sa.Column("filed_as", sa.String(length=200)))
    op.create_index("ix_cases_filed_as", "cases", ["filed_as"])
    op.create_index("ix_cases_platform_id", "cases", ["platform_id"])

    op.add_column("handoffs", sa.Column("taken_by", sa.String(length=200)))
    op.add_column("handoffs", sa.Column("taken_at", sa.DateTime(timezone=True)))
    op.add_column("handoffs", sa.Column("done_at", sa.DateTime(timezone=True)))
    op.create_index("handoffs_of", "handoffs", ["conversation_id"])

    no, zero = sa.false(), "0"
    op.add_column("todos", sa.Column("urgent", sa.Boolean(), server_default=no, nullable=False))
    op.add_column("todos", sa.Column("told_at", sa.DateTime(timezone=True)))
    op.add_column("todos", sa.Column("again_at", sa.DateTime(timezone=True)))
    op.add_column("todos", sa.Column("tries", sa.Integer(), server_default=zero, nullable=False))
    op.add_column("todos", sa.Column("held_by", sa.String(length=200)))
    op.add_column("todos", sa.Column("held_until", sa.DateTime(timezone=True)))
    waiting = sa.text("told_at IS NULL AND done_at IS NULL")
    op.create_index(
        "todos_to_tell", "todos", ["seq"], sqlite_where=waiting, postgresql_where=waiting
    )
