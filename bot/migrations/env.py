"""Alembic runs this file for every upgrade, inside the transaction that `upgrade` opened."""

from typing import Any, Literal

from alembic import context

from bot.tables import Moment, metadata


def written(kind: str, thing: Any, _autogen: Any) -> str | Literal[False]:
    """How a new revision writes a type of ours: as SQLAlchemy's, which will not change."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, Moment) else False


# SQLite can hardly change a table: Alembic then makes a new one and copies the rows (“batch”).
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_item=written,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
