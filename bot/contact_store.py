"""Contacts: one person at one account each, with the send windows this person has opened."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.clock import in_shanghai
from bot.mail import Incoming, Opening
from bot.messages import Audience, Choice
from bot.store import Store
from bot.tables import contacts, conversations, inbox

SESSION_EVENTS = ("person_took", "person_changed", "session_reopened", "session_ended")
"""What a platform tells of its own people; after all but the last a person has the chat."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One person at one account. `offered`: choices that may be taken by number."""

    id: str
    conversation_id: str
    shop: str
    channel: str
    account: str
    sender: str
    room: str
    openings: tuple[Opening | None, ...]
    offered: tuple[Choice, ...]
    tries: int


class Contacts:
    """Who can be reached where."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def contact_of(self, conversation_id: str) -> Contact | None:
        """Where this conversation's person was heard last; None: only in the web chat."""
        last = sa.select(sa.func.max(inbox.c.seq)).where(inbox.c.contact_id == contacts.c.id)
        order = last.scalar_subquery().desc().nulls_last()
        with self._store.reading() as db:
            mine = _select_contacts().where(contacts.c.conversation_id == conversation_id)
            row = db.execute(mine.order_by(order).limit(1)).first()
        return _contact(row) if row else None

    def talk_of_buyer(
        self, shop: str, audience: Audience, buyer: str, since: datetime
    ) -> str | None:
        """This buyer's last conversation, if it was had on a platform and not before `since`."""
        mine = sa.and_(
            conversations.c.shop == shop,
            conversations.c.buyer_id == buyer,
            conversations.c.audience == audience,
        )
        last = sa.select(conversations.c.id, conversations.c.updated_at).where(mine)
        there = sa.exists().where(contacts.c.conversation_id == conversations.c.id)
        with self._store.reading() as db:
            row = db.execute(
                last.where(there).order_by(conversations.c.updated_at.desc()).limit(1)
            ).first()
        return row.id if row and in_shanghai(row.updated_at) >= since else None

    def talk_of(self, letter: Incoming) -> str | None:
        """The conversation that this letter belongs to; None: its sender never wrote before."""
        mine = sa.select(contacts.c.conversation_id).where(_sender_of(letter))
        with self._store.reading() as db:
            found = db.execute(mine).scalar()
        return str(found) if found else None

    def given_away(self, letter: Incoming) -> bool:
        """Whether, as far as we know, a person has this chat: handed over, or taken by itself."""
        handed = sa.select(contacts.c.id, conversations.c.handoff_id).join(
            conversations, conversations.c.id == contacts.c.conversation_id
        )
        with self._store.reading() as db:
            row = db.execute(handed.where(_sender_of(letter))).first()
            if row is None or row.handoff_id:
                return row is not None
            changes = sa.and_(inbox.c.contact_id == row.id, inbox.c.event.in_(SESSION_EVENTS))
            last = sa.select(inbox.c.event).where(changes).order_by(inbox.c.seq.desc()).limit(1)
            return db.execute(last).scalar() in SESSION_EVENTS[:-1]


def _sender_of(letter: Incoming) -> sa.ColumnElement[bool]:
    return sa.and_(
        contacts.c.channel == letter.channel,
        contacts.c.account == letter.account,
        contacts.c.sender == letter.sender,
        contacts.c.room == letter.room,
    )


def _select_contacts() -> sa.Select[Any]:
    shop = conversations.c.shop
    return sa.select(contacts, shop).join(
        conversations, conversations.c.id == contacts.c.conversation_id
    )


def lock_contacts(db: sa.Connection, mine: sa.ColumnElement[bool], limit: int) -> list[Contact]:
    """Those longest due first; rows that somebody else holds locked are passed over."""
    found = _select_contacts().where(mine).order_by(contacts.c.due_at).limit(limit)
    locked = found.with_for_update(skip_locked=True, of=contacts)
    return [_contact(row) for row in db.execute(locked)]


def _contact(row: Any) -> Contact:
    return Contact(
        row.id,
        row.conversation_id,
        row.shop,
        row.channel,
        row.account,
        row.sender,
        row.room,
        read_openings(row.openings),
        tuple(Choice(**choice) for choice in json.loads(row.offered)),
        row.tries,
    )


def read_openings(told: str) -> tuple[Opening | None, ...]:
    """From the column."""
    return tuple(_opening(each) for each in json.loads(told))


def _opening(told: Mapping[str, Any] | None) -> Opening | None:
    return Opening(datetime.fromisoformat(told["at"]), told["used"]) if told else None


def write_openings(openings: Sequence[Opening | None]) -> str:
    """As the column holds them."""
    return json.dumps([_opening_json(opening) for opening in openings])


def _opening_json(opening: Opening | None) -> dict[str, Any] | None:
    return {"at": opening.at.isoformat(), "used": opening.used} if opening else None
