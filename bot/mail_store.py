"""What a turn leaves in the queue, written on the transaction of the turn itself.

Called by `bot.store` alone. Who takes the rows up again: `bot.inbox_store` (the next message),
`bot.outbox_store` (letters), `bot.timer_store` (timers).
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.conversation import Timer
from bot.mail import Letter, Post, Todo
from bot.tables import contacts, inbox, outbox, timers, todos


class AlreadyDone(Exception):
    """Somebody else answered this message or fired this timer meanwhile; nothing is written."""


def insert_new(db: sa.Connection, table: sa.Table, values: dict[str, Any]) -> bool:
    """Insert a row unless it is there by any of its unique keys. Whether it was new."""
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    new = dialect.insert(table).values(**values).on_conflict_do_nothing()
    # Not by rowcount: drivers do not know it after an insert that may return keys.
    return db.execute(new.returning(sa.literal(1))).first() is not None


def write_post(
    db: sa.Connection, turn_id: str, talk: tuple[str, str], post: Post, at: datetime
) -> None:
    """Mark answered what `post` answers, and put its letters and to-dos in. `talk`: (id, shop).

    Raises AlreadyDone.
    """
    if post.contact:
        lock_contact(db, post.contact)
    if post.answers:
        _mark_answered(db, turn_id, post.answers)
    if post.contact:
        _let_go(db, post)
    for letter in post.letters:
        db.execute(outbox.insert().values(**_row(letter, turn_id, talk[0], post.contact, at)))
    write_todos(db, talk, post.todos, at)


def lock_contact(db: sa.Connection, contact_id: str) -> None:
    """Wait until nobody accepts a message of this contact any more.

    In a statement of its own: PostgreSQL looks at other tables as they were when the statement
    began, so that an update which had to wait would not see the message it waited for.
    """
    db.execute(sa.select(contacts.c.id).where(contacts.c.id == contact_id).with_for_update())


def _mark_answered(db: sa.Connection, turn_id: str, answers: tuple[int, ...]) -> None:
    still = sa.and_(inbox.c.seq.in_(answers), inbox.c.turn_id.is_(None))
    if db.execute(inbox.update().where(still).values(turn_id=turn_id)).rowcount != len(answers):
        raise AlreadyDone


def _let_go(db: sa.Connection, post: Post) -> None:
    """The contact waits for its next message; what came meanwhile keeps its own due time."""
    waiting = sa.exists().where(inbox.c.contact_id == post.contact, inbox.c.turn_id.is_(None))
    values: dict[str, Any] = {
        "due_at": sa.case((waiting, contacts.c.due_at), else_=sa.null()),
        "offered": json.dumps([asdict(choice) for choice in post.offered]),
    }
    if post.answers:
        values |= {"tries": 0, "held_by": None, "held_until": None}
    db.execute(contacts.update().where(contacts.c.id == post.contact).values(**values))


def _row(
    letter: Letter, turn_id: str, conversation_id: str, contact: str, at: datetime
) -> dict[str, Any]:
    out = letter.outgoing
    return {
        "key": out.key,
        "contact_id": contact,
        "conversation_id": conversation_id,
        "turn_id": turn_id,
        "channel": out.channel,
        "account": out.account,
        "recipient": out.to,
        "room": out.room,
        "text": out.text,
        "choices": json.dumps([asdict(choice) for choice in out.choices]),
        "extra": json.dumps(dict(out.extra)),
        "unprompted": letter.unprompted,
        "state": "waiting",
        "due_at": None,
        "tries": 0,
        "detail": "",
        "at": at,
    }


def write_todos(
    db: sa.Connection, talk: tuple[str, str], new: Iterable[Todo], at: datetime
) -> None:
    """Each `ref` once, however often it is reported. `talk`: (conversation id, shop)."""
    for todo in new:
        insert_new(
            db,
            todos,
            {"conversation_id": talk[0], "shop": talk[1], **asdict(todo), "at": at},
        )


def write_timers(
    db: sa.Connection, conversation_id: str, new: Iterable[Timer], cancels: Iterable[str]
) -> None:
    """Forget the cancelled, set the new; a new one takes the place of one with the same key."""
    rows = {timer.key: _timer_row(conversation_id, timer) for timer in new}
    gone = [*cancels, *rows]
    if gone:
        mine = sa.and_(timers.c.conversation_id == conversation_id, timers.c.key.in_(gone))
        db.execute(timers.delete().where(mine))
    for row in rows.values():
        db.execute(timers.insert().values(**row))


def _timer_row(conversation_id: str, timer: Timer) -> dict[str, Any]:
    data = json.dumps(dict(timer.data), ensure_ascii=False)
    plain = {"key": timer.key, "kind": timer.kind, "due_at": timer.due, "data": data}
    return {"conversation_id": conversation_id, "tries": 0, **plain}


def take_timer(db: sa.Connection, seq: int) -> None:
    """The timer is fired by this transaction. Raises AlreadyDone: fired or cancelled before."""
    if db.execute(timers.delete().where(timers.c.seq == seq)).rowcount != 1:
        raise AlreadyDone


def present(db: sa.Connection, now: datetime) -> Any:
    """Now, for leases. Several machines share one PostgreSQL, so its clock judges, not theirs."""
    return sa.func.now() if db.dialect.name == "postgresql" else now


def free(table: sa.Table, db: sa.Connection, now: datetime) -> sa.ColumnElement[bool]:
    """Rows on which nobody holds a lease that is still good."""
    return sa.or_(table.c.held_until.is_(None), table.c.held_until <= present(db, now))


def held(db: sa.Connection, holder: str, lasts: timedelta, now: datetime) -> dict[str, Any]:
    """The values that give `holder` a lease."""
    return {"held_by": holder, "held_until": present(db, now) + lasts}
