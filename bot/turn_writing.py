"""A conversation and its turns, written on a transaction of the caller's.

Called by `bot.store` (a turn), and by the stores whose acts begin or move a conversation.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.case_writing import write_case
from bot.cases import CaseChange
from bot.conversation import Conversation, Flow, Passing, Timer, Topic
from bot.mail import Post
from bot.mail_store import take_timer, write_post, write_timers
from bot.messages import Audience
from bot.passing_writing import give_code, go_on
from bot.tables import conversations, failed_tries, handoffs, messages, unanswered

TOPICS_KEPT = 4

# Statements of every turn are built once: building one costs more than running it.
_CONVERSATION = conversations.select().where(conversations.c.id == sa.bindparam("wanted"))
_DONE = sa.select(messages.c.digest, messages.c.result).where(
    messages.c.conversation_id == sa.bindparam("talk"),
    messages.c.message_id == sa.bindparam("wanted"),
    messages.c.sender == "visitor",
)
_BEGIN, _SAY = conversations.insert(), messages.insert()
_MOVE = conversations.update().where(
    conversations.c.id == sa.bindparam("talk"), conversations.c.version == sa.bindparam("was")
)


class VersionChanged(Exception):
    """Another turn of this conversation was completed first: load again and decide again."""


@dataclass(frozen=True, slots=True)
class DoneTurn:
    """An earlier turn of the same message id. `digest` tells whether the content was the same."""

    digest: str
    result: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CompletedTurn:
    """Everything one turn writes, together or not at all.

    `fired` is the timer that made this turn, which then no message of a person stands before.
    """

    before: Conversation
    after: Conversation
    message_id: str
    digest: str
    text: str
    attachments: tuple[str, ...]
    choice: str | None
    at: datetime
    reply_text: str
    result: Mapping[str, Any]
    handoff: tuple[str, str] | None = None
    unanswered: bool = False
    post: Post = field(default_factory=Post)
    timers: tuple[Timer, ...] = ()
    cancels: tuple[str, ...] = ()
    fired: int | None = None
    case: CaseChange | None = None
    tried: tuple[str, ...] = ()
    passing: Passing | None = None


def insert_conversation(db: sa.Connection, talk: Conversation, at: datetime) -> None:
    """A new conversation, on the caller's transaction."""
    row = {**_conversation_row(talk), "created_at": at, "updated_at": at}
    db.execute(_BEGIN, row)


def update_conversation(
    db: sa.Connection, before: Conversation, after: Conversation, at: datetime
) -> None:
    """The conversation after a turn or act, on the caller's transaction. Raises VersionChanged."""
    moved = replace(after, version=before.version + 1)
    same = {"talk": before.id, "was": before.version}
    if db.execute(_MOVE, {**_conversation_row(moved), "updated_at": at, **same}).rowcount != 1:
        raise VersionChanged


def _conversation_row(talk: Conversation) -> dict[str, Any]:
    state = {
        "topics": [asdict(topic) for topic in talk.topics[-TOPICS_KEPT:]],
        "flow": asdict(talk.flow) if talk.flow else None,
        "misses": talk.misses,
        "last_text": talk.last_text,
        "taken_by": talk.taken_by,
        "waiting_since": talk.waiting_since.isoformat() if talk.waiting_since else None,
    }
    return {
        "id": talk.id,
        "version": talk.version,
        "shop": talk.shop,
        "audience": talk.audience,
        "entrance": talk.entrance,
        "visitor_id": talk.visitor_id,
        "buyer_id": talk.buyer_id,
        "handoff_id": talk.handoff_id,
        "state": json.dumps(state, ensure_ascii=False),
    }


def load_conversation(db: sa.Connection, conversation_id: str) -> Conversation | None:
    """The conversation as it stands."""
    row = db.execute(_CONVERSATION, {"wanted": conversation_id}).first()
    if row is None:
        return None
    state = json.loads(row.state)
    audience: Audience = row.audience
    return Conversation(
        row.id,
        row.version,
        row.shop,
        audience,
        row.entrance,
        row.visitor_id,
        row.buyer_id,
        tuple(_topic(topic) for topic in state["topics"]),
        Flow(**state["flow"]) if state["flow"] else None,
        row.handoff_id,
        state["misses"],
        state["last_text"],
        state.get("taken_by"),
        datetime.fromisoformat(since) if (since := state.get("waiting_since")) else None,
    )


def _topic(data: Mapping[str, Any]) -> Topic:
    names = ("passages", "rows", "columns")
    told = (tuple(data[name]) for name in names)
    parts = tuple(_topic(part) for part in data.get("parts", ()))
    return replace(Topic(data["question"], data.get("subject", ""), *told), parts=parts)


def done_turn(db: sa.Connection, conversation_id: str, message_id: str) -> DoneTurn | None:
    """The turn that this message already had."""
    row = db.execute(_DONE, {"talk": conversation_id, "wanted": message_id}).first()
    return DoneTurn(row.digest, json.loads(row.result)) if row else None


def write_turn(db: sa.Connection, turn: CompletedTurn) -> None:
    """A turn and what it leaves in the queues. Raises VersionChanged, AlreadyDone."""
    after = turn.after
    update_conversation(db, turn.before, after, turn.at)
    result = json.dumps(turn.result, ensure_ascii=False)
    common = {"conversation_id": after.id, "message_id": turn.message_id, "at": turn.at}
    said = {
        "digest": turn.digest,
        "choice": turn.choice,
        "attachments": json.dumps(turn.attachments),
    }
    if turn.fired is None:
        said |= {"sender": "visitor", "text": turn.text, "result": result}
        db.execute(_SAY, {**common, **said})
    if turn.reply_text:
        told = {"sender": "bot", "text": turn.reply_text, "result": result}
        db.execute(_SAY, {**common, **told, "digest": "", "attachments": "[]"})
    if turn.handoff:
        db.execute(
            handoffs.insert().values(
                id=turn.handoff[0],
                conversation_id=after.id,
                reason=turn.handoff[1],
                message_id=turn.message_id,
                at=turn.at,
            )
        )
    if turn.unanswered:
        db.execute(
            unanswered.insert().values(
                shop=after.shop, conversation_id=after.id, text=turn.text, at=turn.at
            )
        )
    if turn.fired is not None:
        take_timer(db, turn.fired)
    write_timers(db, after.id, turn.timers, turn.cancels)
    write_post(db, turn.message_id, (after.id, after.shop), turn.post, turn.at)
    if turn.case and not write_case(db, turn.case):
        raise VersionChanged
    for key in turn.tried:
        db.execute(failed_tries.insert().values(key=key, at=turn.at))
    if turn.passing and turn.passing.until:
        give_code(db, after, turn.passing, turn.at)
    elif turn.passing and not go_on(db, after, turn.passing, turn.message_id, turn.at):
        raise VersionChanged
