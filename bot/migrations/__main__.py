"""`python -m bot.migrations "What changes"`: a draft of the next revision, to read and to mend.

Written from the difference between bot/tables.py and what the revisions so far make on SQLite.
"""

import re
import sys

import sqlalchemy as sa
from alembic import command

from bot.migrations import HOME, revisions
from bot.migrations.running import config


def draft(message: str) -> None:
    """Writes versions/rNNNN_words_of_the_message.py."""
    number = f"{int(revisions()[-1]) + 1:04}"
    with sa.create_engine("sqlite://").begin() as db:
        made = config(db)
        made.set_main_option("file_template", f"r{number}_%%(slug)s")
        command.upgrade(made, "head")
        command.revision(made, message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    if len(sys.argv) != 2 or not re.search("[A-Za-z]", sys.argv[1]):
        sys.exit(f'python -m bot.migrations "What changes"   (files go to {HOME / "versions"})')
    draft(sys.argv[1])
