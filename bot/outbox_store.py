"""The outbox: letters on their way to people, and what became of them.

`state` is waiting, sent, or aside: an operator has a to-do for it. Of one contact only the first
waiting letter is ever taken, so that replies arrive in their order.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from bot.clock import in_shanghai
from bot.contact_store import read_openings, write_openings
from bot.mail import CARD, Incoming, Lease, Opening, Outgoing, Receipt, Todo
from bot.mail_store import free, held, write_todos
from bot.messages import Choice
from bot.store import Store
from bot.tables import contacts, conversations, handoffs, outbox, todos

FARTHEST = timedelta(minutes=15)
"""No letter is put off for longer; if it looks so, the clock was set back: it is due."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A letter whose time has come. `openings`: the send windows as they are now."""

    seq: int
    contact_id: str
    conversation_id: str
    shop: str
    letter: Outgoing
    unprompted: bool
    at: datetime
    openings: tuple[Opening | None, ...]


Account = tuple[str, str]
"""(channel, account)"""

NO_BOUND: Final[Mapping[Account, int]] = {}

Spend = Callable[[Sequence[Opening | None]], Sequence[Opening | None]]


class Outbox:
    """Letters out, receipts in. Every call is one short transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(
        self,
        limit: int,
        now: datetime,
        lease: Lease | None,
        besides: Collection[str] = (),
        left: Mapping[Account, int] = NO_BOUND,
        each: int = 1_000_000,
    ) -> list[Sending]:
        """First letters of contacts not in `besides`, of every account at most `each` (or what is
        `left` of that); leased if there are several workers."""
        if not limit:
            return []
        with self._store.writing() if lease else self._store.reading() as db:
            mine = sa.and_(_due(now), outbox.c.contact_id.not_in(besides), free(outbox, db, now))
            mine = sa.and_(mine, *(_not_of(name) for name, room in left.items() if not room))
            found = _select().where(mine).order_by(outbox.c.seq).limit(limit)
            locked = db.execute(found.with_for_update(skip_locked=True, of=outbox))
            rows = list(_bounded(locked, left, each))
            if lease and rows:
                seqs = outbox.c.seq.in_([row.seq for row in rows])
                values = held(db, lease.holder, lease.lasts, now)
                db.execute(outbox.update().where(seqs).values(**values))
        return [_sending(row) for row in rows]

    def sent(self, letter: Sending, receipt: Receipt, at: datetime, spend: Spend) -> None:
        """Delivered; its send is taken off the contact's windows."""
        with self._store.writing() as db:
            done = {
                "state": "sent",
                "platform_id": receipt.platform_id[:200] or None,
                "done_at": at,
            }
            if _update(db, letter, done | {"trouble": None, "detail": receipt.detail}):
                mine = contacts.c.id == letter.contact_id
                openings = sa.select(contacts.c.openings).where(mine).with_for_update()
                left = spend(read_openings(db.execute(openings).scalar_one()))
                db.execute(contacts.update().where(mine).values(openings=write_openings(left)))

    def put_off(self, letter: Sending, receipt: Receipt, until: datetime) -> None:
        """Not delivered; try again at `until`."""
        tries = {"tries": outbox.c.tries + 1, "due_at": until}
        with self._store.writing() as db:
            _update(db, letter, tries | {"trouble": receipt.trouble, "detail": receipt.detail})

    def rest(self, letter: Sending, until: datetime) -> None:
        """It was not tried: not before `until`."""
        with self._store.writing() as db:
            _update(db, letter, {"due_at": until})

    def sent_since(self, letter: Sending, moment: datetime) -> int:
        """How much has gone since then to where this letter goes: to the person, or into the
        room, whoever was answered there."""
        mine = sa.and_(
            _into_room(letter.letter) if letter.letter.room else _to_person(letter),
            outbox.c.state == "sent",
            outbox.c.done_at > moment,
        )
        with self._store.reading() as db:
            return int(db.execute(sa.select(sa.func.count()).where(mine)).scalar_one())

    def set_aside(self, letter: Sending, receipt: Receipt, todo: Todo, at: datetime) -> None:
        """Cannot be delivered: from now on it is an operator's to-do."""
        told = {"trouble": receipt.trouble, "detail": receipt.detail, "done_at": at}
        with self._store.writing() as db:
            if _update(db, letter, told | {"state": "aside"}):
                write_todos(db, (letter.conversation_id, letter.shop), [todo], at)

    def gives_away(self, letter: Sending) -> bool:
        """Whether with this letter, its last, a turn has told that a person takes over."""
        more = outbox.alias("more")
        waiting = sa.exists().where(
            more.c.conversation_id == outbox.c.conversation_id,
            more.c.turn_id == outbox.c.turn_id,
            more.c.state == "waiting",
        )
        handed = sa.select(handoffs.c.id).join(
            outbox,
            sa.and_(
                outbox.c.conversation_id == handoffs.c.conversation_id,
                outbox.c.turn_id == handoffs.c.message_id,
            ),
        )
        with self._store.reading() as db:
            return (
                db.execute(handed.where(outbox.c.seq == letter.seq, ~waiting)).first() is not None
            )

    def note(self, letter: Sending, todo: Todo, at: datetime) -> None:
        """Something about this letter that a person of the shop must see."""
        with self._store.writing() as db:
            write_todos(db, (letter.conversation_id, letter.shop), [todo], at)

    def failed_later(
        self, account: tuple[str, str], platform_id: str, receipt: Receipt, at: datetime
    ) -> bool:
        """The platform had taken this letter and says now that it did not arrive."""
        ours = sa.and_(
            outbox.c.channel == account[0],
            outbox.c.account == account[1],
            sa.or_(outbox.c.key == platform_id, outbox.c.platform_id == platform_id),
            outbox.c.state == "sent",
        )
        aside = {"state": "aside", "trouble": receipt.trouble, "detail": receipt.detail}
        with self._store.writing() as db:
            row = db.execute(_select().where(ours)).first()
            if row is None:
                return False
            db.execute(outbox.update().where(outbox.c.seq == row.seq).values(**aside, done_at=at))
            sending = _sending(row)
            todo = undelivered(sending, receipt)
            write_todos(db, (sending.conversation_id, sending.shop), [todo], at)
        return True

    def said_to(self, to: Incoming) -> Outgoing | None:
        """The letter that went out on the callback of this very message. If none did, what waits
        for its sender is due now: the callback is open."""
        mine = sa.and_(outbox.c.channel == to.channel, outbox.c.account == to.account)
        said = sa.and_(mine, outbox.c.platform_id == to.id[:200], outbox.c.state == "sent")
        late = (mine, outbox.c.state == "waiting", outbox.c.due_at.is_not(None))
        whose = sa.and_(_of_sender(to), *late)
        with self._store.writing() as db:
            row = db.execute(_select().where(said).order_by(outbox.c.seq.desc())).first()
            if row is None:
                db.execute(outbox.update().where(whose).values(due_at=None))
        return _sending(row).letter if row else None

    def try_again(self, key: str) -> bool:
        """An operator mended the cause: send it after all. False if it is not set aside.

        Under a new key, since a platform that had taken it, and failed later, would take the old
        one for a repeat; and to nobody's call, since that is over.
        """
        mine = sa.and_(outbox.c.key == key, outbox.c.state == "aside")
        new_key = hashlib.sha256(f"{key}:again".encode()).hexdigest()[:32]
        again = {"state": "waiting", "tries": 0, "due_at": None, "done_at": None, "key": new_key}
        with self._store.writing() as db:
            told = db.execute(sa.select(outbox.c.extra).where(mine)).scalar()
            extra = {CARD: json.loads(told)[CARD]} if told and CARD in json.loads(told) else {}
            again |= {"extra": json.dumps(extra)}
            return bool(db.execute(outbox.update().where(mine).values(**again)).rowcount == 1)

    def waiting(self) -> int:
        """How many letters are on their way."""
        with self._store.reading() as db:
            mine = sa.select(sa.func.count()).where(outbox.c.state == "waiting")
            return int(db.execute(mine).scalar_one())


class Todos:
    """What people of the shop must look at."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, shop: str, after: int, limit: int) -> list[dict[str, Any]]:
        """Oldest first, from number `after` on; shop '' means every shop."""
        mine = sa.and_(todos.c.done_at.is_(None), todos.c.seq > after)
        ours = todos.select().where(mine, todos.c.shop == shop if shop else sa.true())
        with self._store.reading() as db:
            found = db.execute(ours.order_by(todos.c.seq).limit(limit)).mappings()
            return [dict(row) for row in found]

    def done(self, seq: int, shop: str, by: str, at: datetime) -> dict[str, Any] | None:
        """Tick off; the to-do, or None if there is no such open one for this shop."""
        mine = sa.and_(todos.c.seq == seq, todos.c.done_at.is_(None))
        ours = sa.and_(mine, todos.c.shop == shop if shop else sa.true())
        with self._store.writing() as db:
            found = db.execute(todos.select().where(ours)).mappings().first()
            db.execute(todos.update().where(ours).values(done_at=at, done_by=by))
        return dict(found) if found else None


def undelivered(sending: Sending, receipt: Receipt) -> Todo:
    """What an operator sees of a letter that did not arrive."""
    reason = receipt.detail or "平台拒收"
    text = f"这条回复没发出去（{reason}）：{sending.letter.text[:300]}"
    return Todo("undelivered", f"letter:{sending.letter.key}:{sending.letter.tries}", text)


def _to_person(letter: Sending) -> sa.ColumnElement[bool]:
    return sa.and_(
        outbox.c.conversation_id == letter.conversation_id,  # it has an index
        outbox.c.contact_id == letter.contact_id,
    )


def _into_room(letter: Outgoing) -> sa.ColumnElement[bool]:
    """All contacts there; the outbox has an index by contact's conversation, none by room."""
    there = sa.select(contacts.c.conversation_id).where(
        contacts.c.channel == letter.channel,
        contacts.c.account == letter.account,
        contacts.c.room == letter.room,
    )
    return sa.and_(outbox.c.conversation_id.in_(there), outbox.c.room == letter.room)


def _not_of(account: Account) -> sa.ColumnElement[bool]:
    return sa.or_(outbox.c.channel != account[0], outbox.c.account != account[1])


def _bounded(rows: Iterable[Any], left: Mapping[Account, int], each: int) -> Iterator[Any]:
    taken: Counter[Account] = Counter()
    for row in rows:
        account = (row.channel, row.account)
        taken[account] += 1
        if taken[account] <= left.get(account, each):
            yield row


def _of_sender(to: Incoming) -> sa.ColumnElement[bool]:
    theirs = sa.and_(
        contacts.c.channel == to.channel,
        contacts.c.account == to.account,
        contacts.c.sender == to.sender,
        contacts.c.room == to.room,
    )
    return outbox.c.contact_id.in_(sa.select(contacts.c.id).where(theirs))


def _due(now: datetime) -> sa.ColumnElement[bool]:
    earlier = outbox.alias("earlier")
    first = ~sa.exists().where(
        earlier.c.contact_id == outbox.c.contact_id,
        earlier.c.state == "waiting",
        earlier.c.seq < outbox.c.seq,
    )
    due = outbox.c.due_at
    now_or_never = sa.or_(due.is_(None), due <= now, due > now + FARTHEST)
    return sa.and_(outbox.c.state == "waiting", now_or_never, first)


def _select() -> sa.Select[Any]:
    here = conversations.c.id == outbox.c.conversation_id
    return (
        sa.select(outbox, contacts.c.openings, conversations.c.shop)
        .join(contacts, contacts.c.id == outbox.c.contact_id)
        .join(conversations, here)
    )


def _sending(row: Any) -> Sending:
    letter = Outgoing(
        row.key,
        row.channel,
        row.account,
        row.recipient,
        row.text,
        tuple(Choice(**choice) for choice in json.loads(row.choices)),
        row.room,
        row.tries,
        json.loads(row.extra),
    )
    whose = (row.contact_id, row.conversation_id, row.shop)
    at = in_shanghai(row.at)
    return Sending(row.seq, *whose, letter, row.unprompted, at, read_openings(row.openings))


def _update(db: sa.Connection, letter: Sending, values: dict[str, Any]) -> bool:
    """Whether the letter was still waiting; the lease ends."""
    mine = outbox.update().where(outbox.c.seq == letter.seq, outbox.c.state == "waiting")
    changed = db.execute(mine.values(**values, held_by=None, held_until=None))
    return bool(changed.rowcount == 1)
