"""One-time codes, written on the transaction of the turn that gives or spends one.

Called by `bot.store` alone; `bot.pass_store` reads.
"""

from datetime import datetime

import sqlalchemy as sa

from bot.conversation import Conversation, Passing
from bot.tables import contacts, messages, passes, sessions, timers


def give_code(db: sa.Connection, talk: Conversation, passing: Passing, at: datetime) -> None:
    """In place of an older one of this talk. Raises IntegrityError where another talk has it."""
    old = sa.or_(passes.c.conversation_id == talk.id, passes.c.until <= at)
    db.execute(passes.delete().where(old, passes.c.shop == talk.shop))
    row = {"shop": talk.shop, "digest": passing.digest, "audience": talk.audience}
    db.execute(passes.insert().values(**row, conversation_id=talk.id, until=passing.until))


def go_on(
    db: sa.Connection, talk: Conversation, passing: Passing, message_id: str, at: datetime
) -> bool:
    """Spend the code: whoever spoke in `talk` speaks in `passing.talk` from now on.

    False, with nothing written, when the code is spent or too old by now.
    """
    mine = sa.and_(
        passes.c.shop == talk.shop, passes.c.digest == passing.digest, passes.c.until > at,
        passes.c.audience == talk.audience, passes.c.conversation_id == passing.talk,
    )  # fmt: skip
    if db.execute(passes.delete().where(mine)).rowcount != 1:
        return False
    for table in (contacts, sessions):
        own = table.update().where(table.c.conversation_id == talk.id)
        db.execute(own.values(conversation_id=passing.talk))
    for table in (timers, passes):  # nobody is there to be reminded, or to be followed
        db.execute(table.delete().where(table.c.conversation_id == talk.id))
    _told_there(db, talk.id, passing.talk, message_id)
    return True


def _told_there(db: sa.Connection, here: str, there: str, message_id: str) -> None:
    """The turn stands in both histories: a repeat of its message finds it."""
    kept = ("message_id", "sender", "digest", "text", "choice", "attachments", "result", "at")
    turn = sa.and_(messages.c.conversation_id == here, messages.c.message_id == message_id)
    for row in db.execute(messages.select().where(turn).order_by(messages.c.seq)).all():
        values = {name: getattr(row, name) for name in kept}
        db.execute(messages.insert().values(conversation_id=there, **values))
