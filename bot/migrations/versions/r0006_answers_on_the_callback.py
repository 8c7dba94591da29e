"""What a platform brings again is looked up by its id: the answer it did not hear is there."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    condition = sa.text("platform_id IS NOT NULL")
    op.create_index("outbox_at_platform", "outbox", ["account", "platform_id"],
                    sqlite_where=condition, postgresql_where=condition)  # fmt: skip
