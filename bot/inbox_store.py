"""The inbox: what people said on channels that push, and whose turn it is. See docs/decisions/0007.

A contact is one person at one account, and the head of this person's queue: `due_at` says when the
next turn may start (None: nothing waits), `held_until` that a worker is at it.
"""

import json
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.clock import in_shanghai
from bot.contact_store import Contact, lock_contacts, read_openings, write_openings
from bot.conversation import Conversation
from bot.mail import ROOM, Incoming, Lease, Opening, Todo
from bot.mail_store import free, held, insert_new, lock_contact, write_todos
from bot.messages import Entrance
from bot.store import Store
from bot.tables import contacts, conversations, inbox
from bot.turn_writing import insert_conversation

MOST_WAITING = 20
"""Waiting messages of one contact that are looked at together; the others come next."""

FARTHEST = timedelta(minutes=2)
"""Nothing is planned further ahead than this; if it looks so, the clock was set back: it is due."""

VOUCHED = "vouched_buyer"
"""In `extra`: the buyer id that the platform itself vouches for. Only channels put it there."""

GOES_ON = timedelta(days=30)
"""So long a buyer's conversation may rest and still go on in another channel."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An accepted message without a turn. `at` is when the person said it, on the shop's clock;
    `accepted_at` when we took it, on the machine's."""

    seq: int
    incoming: Incoming
    at: datetime
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """A contact whose turn it is, and what waits, in the order of acceptance."""

    contact: Contact
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class NewMail:
    """A message with what its acceptance needs. `due` plans when the next turn may start; `opened`
    gives the send windows as they are after this message."""

    incoming: Incoming
    entrance: Entrance
    at: datetime
    accepted_at: datetime
    due: Callable[[Sequence[Waiting]], datetime]
    opened: Callable[[Sequence[Opening | None]], Sequence[Opening | None]]


class Inbox:
    """Messages in, turns out. Every call is one short transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def accept(self, mail: NewMail) -> tuple[str, bool]:
        """Keep the message unless it is here: (conversation id, whether it was new)."""
        with self._store.writing() as db:
            # The contact's row is locked first, so that numbers follow the order of commits.
            contact = _contact_row(db, mail)
            new = insert_new(db, inbox, _inbox_row(mail, contact.id))
            if new:
                _queue(db, contact, mail)
        return contact.conversation_id, new

    def take(
        self, limit: int, now: datetime, lease: Lease | None, besides: Collection[str] = ()
    ) -> list[Taken]:
        """Contacts with a turn due, longest due first; leased if there are several workers.

        Without a lease nothing is written: the only worker knows by itself what it is at, and
        names that in `besides`.
        """
        if not limit:
            return []
        with self._store.writing() if lease else self._store.reading() as db:
            due = sa.or_(contacts.c.due_at <= now, contacts.c.due_at > now + FARTHEST)
            mine = sa.and_(due, contacts.c.id.not_in(besides))
            found = lock_contacts(db, sa.and_(mine, free(contacts, db, now)), limit)
            if lease and found:
                ids = [contact.id for contact in found]
                values = held(db, lease.holder, lease.lasts, now)
                db.execute(contacts.update().where(contacts.c.id.in_(ids)).values(**values))
            return [Taken(contact, _waiting_of(db, contact)) for contact in found]

    def give_back(self, contact_id: str, due: datetime) -> None:
        """Nothing was done; look again at `due`."""
        self._put_back(contact_id, {"due_at": due})

    def failed(self, contact_id: str, due: datetime) -> None:
        """The turn could not be made; try again at `due`."""
        self._put_back(contact_id, {"due_at": due, "tries": contacts.c.tries + 1})

    def _put_back(self, contact_id: str, values: dict[str, Any]) -> None:
        with self._store.writing() as db:
            mine = contacts.update().where(contacts.c.id == contact_id)
            db.execute(mine.values(**values, held_by=None, held_until=None))

    def set_aside(self, taken: Taken, rows: Sequence[int], todo: Todo, at: datetime) -> None:
        """No turn can be made of these at all: a person of the shop sees them instead."""
        contact = taken.contact
        with self._store.writing() as db:
            db.execute(inbox.update().where(inbox.c.seq.in_(rows)).values(turn_id="set aside"))
            free_again = {"tries": 0, "held_by": None, "held_until": None}
            db.execute(contacts.update().where(contacts.c.id == contact.id).values(**free_again))
            write_todos(db, (contact.conversation_id, contact.shop), [todo], at)

    def clear(self, contact_id: str) -> None:
        """Nothing waits for this contact after all."""
        waiting = sa.exists().where(inbox.c.contact_id == contact_id, inbox.c.turn_id.is_(None))
        with self._store.writing() as db:
            lock_contact(db, contact_id)
            mine = contacts.update().where(contacts.c.id == contact_id, ~waiting)
            db.execute(mine.values(due_at=None, held_by=None, held_until=None))

    def turn_of(self, channel: str, account: str, message_id: str) -> tuple[str, str] | None:
        """(conversation id, turn id) of the turn that answered this message; None: not yet."""
        mine = sa.and_(
            inbox.c.channel == channel,
            inbox.c.account == account,
            inbox.c.message_id == message_id,
            inbox.c.turn_id.is_not(None),
        )
        whose = sa.select(contacts.c.conversation_id, inbox.c.turn_id).join_from(
            inbox, contacts, contacts.c.id == inbox.c.contact_id
        )
        with self._store.reading() as db:
            row = db.execute(whose.where(mine)).first()
        return (row.conversation_id, row.turn_id) if row else None

    def oldest(self) -> datetime | None:
        """When the message that waits longest was accepted, on the machine's clock."""
        with self._store.reading() as db:
            waiting = sa.select(sa.func.min(inbox.c.seq)).where(inbox.c.turn_id.is_(None))
            mine = inbox.c.seq == waiting.scalar_subquery()
            found = db.execute(sa.select(inbox.c.accepted_at).where(mine)).scalar()
        return in_shanghai(found) if found else None


def _contact_row(db: sa.Connection, mail: NewMail) -> Any:
    """The sender's contact, locked; made with its conversation when this is the first message."""
    letter = mail.incoming
    mine = sa.and_(
        contacts.c.channel == letter.channel,
        contacts.c.account == letter.account,
        contacts.c.sender == letter.sender,
        contacts.c.room == letter.room,
    )
    found = db.execute(contacts.select().where(mine).with_for_update()).first()
    if found is None:
        _new_contact(db, mail)
        found = db.execute(contacts.select().where(mine).with_for_update()).one()
    if mail.incoming.extra.get(VOUCHED):
        _vouch(db, found.conversation_id, mail.incoming.extra[VOUCHED])
    return found


def _new_contact(db: sa.Connection, mail: NewMail) -> None:
    letter, door = mail.incoming, mail.entrance
    buyer = letter.extra.get(VOUCHED)
    going_on = _talk_of(db, door, buyer, mail.at) if buyer else None
    talk = Conversation(
        uuid.uuid4().hex,
        0,
        door.shop,
        door.audience,
        door.name,
        f"{letter.channel}:{letter.sender}" + (ROOM if letter.room else ""),
        buyer,
    )
    values = {
        "id": uuid.uuid4().hex,
        "channel": letter.channel,
        "account": letter.account,
        "sender": letter.sender,
        "room": letter.room,
        "conversation_id": going_on or talk.id,
        "openings": "[]",
        "offered": "[]",
        "tries": 0,
    }
    if insert_new(db, contacts, values) and not going_on:
        insert_conversation(db, talk, mail.at)


def _talk_of(db: sa.Connection, door: Entrance, buyer: str, at: datetime) -> str | None:
    """The last conversation of this buyer at this shop, wherever it was, if it is not over."""
    mine = sa.and_(
        conversations.c.shop == door.shop,
        conversations.c.audience == door.audience,
        conversations.c.buyer_id == buyer,
        conversations.c.updated_at >= at - GOES_ON,
    )
    last = sa.select(conversations.c.id).where(mine).order_by(conversations.c.updated_at.desc())
    found = db.execute(last.limit(1)).scalar()
    return str(found) if found else None


def _vouch(db: sa.Connection, conversation_id: str, buyer: str) -> None:
    """Whose conversation it is, if nobody knew; a turn that is being made starts again."""
    mine = sa.and_(conversations.c.id == conversation_id, conversations.c.buyer_id.is_(None))
    known = {"buyer_id": buyer, "version": conversations.c.version + 1}
    db.execute(conversations.update().where(mine).values(**known))


def _inbox_row(mail: NewMail, contact_id: str) -> dict[str, Any]:
    letter = mail.incoming
    plain = ("channel", "account", "kind", "text", "choice", "order_no", "event", "raw")
    kept = ("mergeable", "silent", "sent_at")
    return {
        **{name: getattr(letter, name) for name in (*plain, *kept)},
        "message_id": letter.id,
        "contact_id": contact_id,
        "media": json.dumps(letter.media),
        "extra": json.dumps(dict(letter.extra)),
        "at": mail.at,
        "accepted_at": mail.accepted_at,
    }


def _queue(db: sa.Connection, row: Any, mail: NewMail) -> None:
    told = write_openings(mail.opened(read_openings(row.openings)))
    contact = contacts.update().where(contacts.c.id == row.id)
    due = mail.due(_waiting_of(db, row))
    db.execute(contact.values(due_at=due, openings=told))


def _waiting_of(db: sa.Connection, contact: Any) -> tuple[Waiting, ...]:
    mine = sa.and_(inbox.c.contact_id == contact.id, inbox.c.turn_id.is_(None))
    found = db.execute(inbox.select().where(mine).order_by(inbox.c.seq).limit(MOST_WAITING))
    return tuple(_waiting_row(row, contact) for row in found)


def _waiting_row(row: Any, contact: Any) -> Waiting:
    said = Incoming(
        row.channel,
        row.account,
        row.message_id,
        contact.sender,
        row.kind,
        in_shanghai(row.sent_at),
        row.text,
        row.choice,
        tuple(json.loads(row.media)),
        row.order_no,
        row.event,
        contact.room,
        row.mergeable,
        row.silent,
        row.raw,
        json.loads(row.extra),
    )
    return Waiting(row.seq, said, in_shanghai(row.at), in_shanghai(row.accepted_at))
