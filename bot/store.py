"""Shops, doors, sessions and conversations: SQLAlchemy Core on SQLite (one worker) and PostgreSQL.

Reads take no lock. A turn is written by `complete_turn` in one transaction, which fails with
VersionChanged if somebody else completed a turn of the same conversation meanwhile.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.clock import in_shanghai
from bot.conversation import Conversation
from bot.database import loss_told, writer_of
from bot.mail import Todo
from bot.mail_store import insert_new, write_todos
from bot.messages import Entrance
from bot.migrations import upgrade
from bot.tables import (
    attachments,
    entrances,
    feedback,
    messages,
    operator_keys,
    sessions,
    shops,
    unanswered,
)
from bot.turn_writing import (
    CompletedTurn,
    DoneTurn,
    VersionChanged,
    done_turn,
    insert_conversation,
    load_conversation,
    write_turn,
)

# Statements of every turn are built once: building one costs more than running it.
_SHOP = shops.select().where(shops.c.name == sa.bindparam("wanted"))
_ENTRANCE = entrances.select().where(entrances.c.name == sa.bindparam("wanted"))
_SESSION = sessions.select().where(sessions.c.digest == sa.bindparam("wanted"))
_OPEN = sessions.insert()

SESSIONS_KEPT = 5_000
"""In memory: a message need not ask the database who speaks."""


@dataclass(frozen=True, slots=True)
class Session:
    conversation_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of a conversation's history."""

    seq: int
    id: str
    at: datetime
    sender: str
    text: str
    attachments: tuple[str, ...]
    result: dict[str, Any] | None


class Store:
    """The one place that reads and writes rows. Safe to use from several threads."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._writer = writer_of(engine)
        self._shops: dict[str, dict[str, Any]] = {}
        self._sessions: dict[str, Session] = {}

    def create(self) -> None:
        """Bring the tables to what this program needs. Harmless when they are.

        Raises SchemaRefused for a database that this program cannot bring there.
        """
        with loss_told():
            upgrade(self._engine)

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        with loss_told(), self._engine.connect() as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        with loss_told(), self._writer.begin() as db:
            yield db

    # -- shops and entrances

    def add_shop(self, name: str, secret: str, guide: bool, at: datetime) -> bool:
        """False if the shop is there already. Makes its two entrances."""
        doors = [(f"{name}-{audience}", audience) for audience in ("merchant", "customer")]
        try:
            with self.writing() as db:
                db.execute(shops.insert().values(name=name, secret=secret, guide=guide, at=at))
                for door, audience in doors:
                    db.execute(entrances.insert().values(name=door, shop=name, audience=audience))
        except IntegrityError:
            return False
        return True

    def shop(self, name: str) -> dict[str, Any] | None:
        """name, secret, guide, at — or None. A shop is never changed, so it is read once."""
        if name not in self._shops:
            with self.reading() as db:
                row = db.execute(_SHOP, {"wanted": name}).mappings().first()
            if row is None:
                return None
            self._shops[name] = dict(row)
        return self._shops[name]

    def shop_names(self) -> list[str]:
        with self.reading() as db:
            return list(db.execute(sa.select(shops.c.name).order_by(shops.c.name)).scalars())

    def entrance(self, name: str) -> Entrance | None:
        with self.reading() as db:
            row = db.execute(_ENTRANCE, {"wanted": name}).first()
        return Entrance(row.name, row.shop, row.audience) if row else None

    def add_entrance(self, door: Entrance) -> bool:
        """False if one of that name is there already and leads elsewhere."""
        there = self.entrance(door.name)
        if there is None:
            with suppress(IntegrityError), self.writing() as db:
                db.execute(entrances.insert().values(**asdict(door)))
        return (there or self.entrance(door.name)) == door

    # -- operators

    def put_operator_key(self, digest: str, shop: str, role: str) -> None:
        """Remember a key by its hash, in place of an older one of that shop and role.

        `shop` '' means every shop.
        """
        with self.writing() as db:
            same = sa.or_(operator_keys.c.digest == digest, operator_keys.c.role == role)
            db.execute(operator_keys.delete().where(same, operator_keys.c.shop == shop))
            db.execute(operator_keys.insert().values(digest=digest, shop=shop, role=role))

    def operator(self, digest: str) -> tuple[str, str] | None:
        """(shop, role) of a key's hash."""
        with self.reading() as db:
            key = operator_keys.c
            row = db.execute(operator_keys.select().where(key.digest == digest)).first()
        return (row.shop, row.role) if row else None

    def has_operator_key(self, role: str) -> bool:
        with self.reading() as db:
            mine = operator_keys.select().where(operator_keys.c.role == role).limit(1)
            return db.execute(mine).first() is not None

    # -- people and their conversations

    def start_conversation(
        self, talk: Conversation, token_digest: str, at: datetime, expires: datetime
    ) -> None:
        """A new conversation and the session that may speak in it."""
        with self.writing() as db:
            insert_conversation(db, talk, at)
            opened = {"digest": token_digest, "conversation_id": talk.id}
            db.execute(_OPEN, {**opened, "created_at": at, "expires_at": expires})
        self._keep(token_digest, Session(talk.id, in_shanghai(expires)))

    def add_session(
        self, conversation_id: str, token_digest: str, at: datetime, expires: datetime
    ) -> None:
        """One more session that may speak in a conversation: the same person, elsewhere."""
        row = {"digest": token_digest, "conversation_id": conversation_id}
        with self.writing() as db:
            db.execute(sessions.insert().values(**row, created_at=at, expires_at=expires))

    def add_conversation(self, talk: Conversation, at: datetime) -> None:
        """A conversation that nobody has a session for. Harmless if it is there."""
        try:
            with self.writing() as db:
                insert_conversation(db, talk, at)
        except IntegrityError:
            return

    def session(self, token_digest: str) -> Session | None:
        with self.reading() as db:
            row = db.execute(_SESSION, {"wanted": token_digest}).first()
        if row is None:
            return None
        return self._keep(token_digest, Session(row.conversation_id, in_shanghai(row.expires_at)))

    def known_session(self, token_digest: str) -> Session | None:
        """The session if it was read lately, without a look: no session is ever changed."""
        return self._sessions.get(token_digest)

    def _keep(self, token_digest: str, session: Session) -> Session:
        if len(self._sessions) >= SESSIONS_KEPT:
            self._sessions = {}
        self._sessions[token_digest] = session
        return session

    def conversation(self, conversation_id: str) -> Conversation | None:
        with self.reading() as db:
            return load_conversation(db, conversation_id)

    def open_turn(
        self, conversation_id: str, message_id: str
    ) -> tuple[Conversation | None, DoneTurn | None]:
        """The conversation as it stands, and the turn this message already had, if any."""
        with self.reading() as db:
            return load_conversation(db, conversation_id), done_turn(
                db, conversation_id, message_id
            )

    def complete_turn(self, turn: CompletedTurn) -> None:
        """Write one turn and what it leaves in the queue.

        Raises VersionChanged or AlreadyDone, with nothing written, if it comes too late.
        """
        try:
            with self.writing() as db:
                write_turn(db, turn)
        except IntegrityError as error:
            raise VersionChanged from error

    def history(self, conversation_id: str, after: int, limit: int) -> list[LogEntry]:
        """Oldest first, from sequence number `after` on."""
        query = (
            messages.select()
            .where(messages.c.conversation_id == conversation_id, messages.c.seq > after)
            .order_by(messages.c.seq)
            .limit(limit)
        )
        with self.reading() as db:
            return [_log_entry(row) for row in db.execute(query)]

    def last_lines(self, conversation_id: str, count: int) -> list[LogEntry]:
        """The end of the history, oldest first."""
        mine = messages.c.conversation_id == conversation_id
        query = messages.select().where(mine).order_by(messages.c.seq.desc()).limit(count)
        with self.reading() as db:
            return [_log_entry(row) for row in db.execute(query)][::-1]

    def add_feedback(
        self, conversation_id: str, message_id: str, good: bool, comment: str, at: datetime
    ) -> None:
        """The visitor's last word on a turn replaces an earlier one."""
        mine = sa.and_(
            feedback.c.conversation_id == conversation_id, feedback.c.message_id == message_id
        )
        with self.writing() as db:
            db.execute(feedback.delete().where(mine))
            db.execute(
                feedback.insert().values(
                    conversation_id=conversation_id,
                    message_id=message_id,
                    good=good,
                    comment=comment,
                    at=at,
                )
            )

    def add_attachment(
        self,
        attachment_id: str,
        conversation_id: str,
        kind: str,
        digest: str,
        data: bytes,
        at: datetime,
    ) -> None:
        """Once, however often it is added."""
        values = {
            "id": attachment_id,
            "conversation_id": conversation_id,
            "kind": kind,
            "digest": digest,
            "data": data,
            "at": at,
        }
        with self.writing() as db:
            insert_new(db, attachments, values)

    def add_todo(self, talk: tuple[str, str], todo: Todo, at: datetime) -> None:
        """`talk`: (conversation id, shop). The same `ref` makes one to-do."""
        with self.writing() as db:
            write_todos(db, talk, [todo], at)

    def attachments_of(self, conversation_id: str, ids: Sequence[str]) -> set[str]:
        """Those of `ids` that were uploaded in this conversation."""
        wanted = sa.and_(
            attachments.c.conversation_id == conversation_id, attachments.c.id.in_(ids)
        )
        with self.reading() as db:
            return set(db.execute(sa.select(attachments.c.id).where(wanted)).scalars())

    def unanswered(self, shop: str, limit: int) -> list[dict[str, Any]]:
        """Questions the knowledge had no answer for, newest first."""
        query = (
            unanswered.select()
            .where(unanswered.c.shop == shop if shop else sa.true())
            .order_by(unanswered.c.seq.desc())
            .limit(limit)
        )
        with self.reading() as db:
            return [dict(row) for row in db.execute(query).mappings()]

    def ping(self) -> None:
        """Raises StorageLost if the database does not answer."""
        with self.reading() as db:
            db.execute(sa.select(1))


def _log_entry(row: Any) -> LogEntry:
    result = json.loads(row.result) if row.result and row.sender == "bot" else None
    entry_id = row.message_id if row.sender == "visitor" else f"{row.message_id}:{row.sender}"
    return LogEntry(
        row.seq,
        entry_id,
        in_shanghai(row.at),
        row.sender,
        row.text,
        tuple(json.loads(row.attachments)),
        result,
    )
