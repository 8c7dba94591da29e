"""Conversations as operators see them, and what an operator's act writes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from bot.clock import in_shanghai
from bot.conversation import Called, Conversation
from bot.mail import Post
from bot.mail_store import write_post, write_timers
from bot.store import Store
from bot.tables import conversations, handoffs, messages, todos
from bot.turn_writing import VersionChanged, update_conversation

ALERTS = 8
"""Alerts about one hand-over; more are not written (handlers.handoff counts them)."""


@dataclass(frozen=True, slots=True)
class TalkRow:
    """A conversation in a list, with the hand-over that is not finished."""

    talk: Conversation
    updated_at: datetime
    called: Called | None


@dataclass(frozen=True, slots=True)
class Line:
    """Something said: by the operator, or by the bot about the hand-over."""

    sender: Literal["operator", "bot"]
    text: str


@dataclass(frozen=True, slots=True)
class OperatorAct:
    """Everything one act writes, together or not at all. `taken`: (hand-over, by whom), made when
    the bot had called nobody; `finished`: that hand-over is over."""

    id: str
    before: Conversation
    after: Conversation
    at: datetime
    line: Line | None = None
    post: Post = field(default_factory=Post)
    taken: tuple[str, str] | None = None
    finished: str | None = None
    cancels: tuple[str, ...] = ()


class Talks:
    """Reads conversations; `write` is one act of an operator."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def listed(
        self, shop: str, waiting: bool, before: datetime | None = None, limit: int = 50
    ) -> list[TalkRow]:
        """Newest first; `waiting`: only those whose hand-over nobody has taken, longest first."""
        ours = [conversations.c.shop == shop] if shop else []
        if waiting:
            called = sa.select(handoffs.c.conversation_id)
            nobody = called.where(handoffs.c.done_at.is_(None), handoffs.c.taken_at.is_(None))
            ours.append(conversations.c.id.in_(nobody))
        if before:
            ours.append(conversations.c.updated_at < before)
        said = sa.exists().where(messages.c.conversation_id == conversations.c.id)
        query = conversations.select().where(said, *ours)
        order = conversations.c.updated_at if waiting else conversations.c.updated_at.desc()
        with self._store.reading() as db:
            rows = db.execute(query.order_by(order).limit(limit)).all()
            calls = _open_calls(db, [row.id for row in rows])
        found = [(self._store.conversation(row.id), row) for row in rows]
        return [
            TalkRow(talk, in_shanghai(row.updated_at), calls.get(row.id))
            for talk, row in found
            if talk
        ]

    async def call(self, conversation_id: str) -> Called | None:
        """The hand-over that is not finished, with the person's last words."""
        return await asyncio.to_thread(self.called, conversation_id)

    def called(self, conversation_id: str) -> Called | None:
        """As `call`; blocks."""
        mine = messages.c.conversation_id == conversation_id
        words = sa.select(messages.c.text).where(mine, messages.c.sender == "visitor")
        with self._store.reading() as db:
            found = _open_calls(db, [conversation_id]).get(conversation_id)
            said = db.execute(words.order_by(messages.c.seq.desc()).limit(1)).scalar()
        return replace(found, said=str(said or "")) if found else None

    def said(self, conversation_id: str, act_id: str) -> bool:
        """Whether this act's words stand in the history already."""
        mine = sa.and_(
            messages.c.conversation_id == conversation_id, messages.c.message_id == act_id
        )
        with self._store.reading() as db:
            return db.execute(sa.select(messages.c.seq).where(mine)).first() is not None

    def held(self, who: str, shop: str) -> list[str]:
        """Conversations that `who` has taken and not given back, longest first."""
        mine = sa.and_(handoffs.c.taken_by == who, handoffs.c.done_at.is_(None))
        ours = sa.select(handoffs.c.conversation_id).join(
            conversations, conversations.c.id == handoffs.c.conversation_id
        )
        query = ours.where(mine, conversations.c.shop == shop).order_by(handoffs.c.taken_at)
        with self._store.reading() as db:
            return list(dict.fromkeys(db.execute(query).scalars()))

    def write(self, act: OperatorAct) -> None:
        """Raises VersionChanged, with nothing written, when somebody was faster."""
        try:
            with self._store.writing() as db:
                _write(db, act)
        except sa.exc.IntegrityError as error:
            raise VersionChanged from error


def _write(db: sa.Connection, act: OperatorAct) -> None:
    talk = act.after
    update_conversation(db, act.before, talk, act.at)
    if act.line:
        plain = {"digest": "", "attachments": "[]", "at": act.at}
        said = {"sender": act.line.sender, "text": act.line.text, **plain}
        whose = {"conversation_id": talk.id, "message_id": act.id}
        db.execute(messages.insert().values(**whose, **said))
    if act.taken:
        _take(db, act, *act.taken)
    if act.finished:
        mine = handoffs.c.id == act.finished
        db.execute(handoffs.update().where(mine).values(done_at=act.at))
    _tick_off(db, act)
    write_timers(db, talk.id, (), act.cancels)
    write_post(db, act.id, (talk.id, talk.shop), act.post, act.at)


def _take(db: sa.Connection, act: OperatorAct, number: str, who: str) -> None:
    taken = {"taken_by": who, "taken_at": act.at}
    mine = handoffs.update().where(handoffs.c.id == number)
    if db.execute(mine.values(**taken)).rowcount == 0:
        own = {"id": number, "conversation_id": act.after.id, "message_id": act.id}
        db.execute(handoffs.insert().values(**own, reason="operator", at=act.at, **taken))


def _tick_off(db: sa.Connection, act: OperatorAct) -> None:
    """Alerts that somebody must take it, or answer, are done with by whoever acts."""
    number = act.after.handoff_id or act.before.handoff_id
    if number:
        rounds = ("called", *range(ALERTS))
        refs = [f"{what}:{number}:{n}" for what in ("handoff", "silent") for n in rounds]
        talk = todos.c.conversation_id == act.after.id
        about = sa.or_(todos.c.ref.in_(refs), sa.and_(talk, todos.c.kind == "said"))
        open_ = sa.and_(about, todos.c.done_at.is_(None))
        by = act.after.taken_by or "operator"
        db.execute(todos.update().where(open_).values(done_at=act.at, done_by=by))


def _open_calls(db: sa.Connection, ids: Sequence[str]) -> dict[str, Called]:
    mine = sa.and_(handoffs.c.conversation_id.in_(list(ids)), handoffs.c.done_at.is_(None))
    rows: Sequence[Any] = db.execute(handoffs.select().where(mine).order_by(handoffs.c.at)).all()
    return {row.conversation_id: _called(row) for row in rows}


def _called(row: Any) -> Called:
    taken_at = in_shanghai(row.taken_at) if row.taken_at else None
    at = in_shanghai(row.at)
    return Called(row.id, row.reason, at, taken_by=row.taken_by, taken_at=taken_at)
