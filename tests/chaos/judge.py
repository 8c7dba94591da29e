"""Compares what was acknowledged, what the database says, and what reached the people."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from bot.channels.twin import Delivered
from bot.store import Store
from bot.tables import contacts, inbox, outbox, timers, todos
from tests.chaos.node import KEYED, PLAIN


@dataclass(frozen=True)
class Verdict:
    """Counts. The first four must be 0; repeated sends only where no key is known again."""

    lost: int
    answered_twice: int
    out_of_order: int
    timers_wrong: int
    repeated_keyed: int
    repeated_plain: int
    turns: int
    letters: int
    merged: int
    set_aside: int

    def clean(self) -> bool:
        return (
            not any((self.lost, self.answered_twice, self.out_of_order, self.timers_wrong))
            and not self.repeated_keyed
        )


def at_rest(store: Store) -> bool:
    """No queue holds anything any more."""
    waiting = (
        sa.select(inbox.c.seq).where(inbox.c.turn_id.is_(None)),
        sa.select(outbox.c.seq).where(outbox.c.state == "waiting"),
        sa.select(timers.c.seq),
    )
    with store.reading() as db:
        return all(db.execute(query.limit(1)).first() is None for query in waiting)


def judged(
    store: Store, acknowledged: Iterable[str], arrived: Sequence[Delivered], *, echo: bool
) -> Verdict:
    """`echo`: the bot said back the ids, so that the letters themselves are witnesses too."""
    with store.reading() as db:
        whose = sa.select(inbox, contacts.c.sender).join(
            contacts, contacts.c.id == inbox.c.contact_id
        )
        kept = db.execute(whose.order_by(inbox.c.seq)).all()
        letters = db.execute(outbox.select().order_by(outbox.c.seq)).all()
        refs = set(db.execute(sa.select(todos.c.ref)).scalars())
    firsts = _first_arrivals(arrived)
    repeated = Counter(line.account for line in arrived) - Counter(line.account for line in firsts)
    prompted = [row for row in letters if not row.unprompted]
    return Verdict(
        lost=_lost(kept, prompted, {line.key for line in firsts}, refs, acknowledged),
        answered_twice=_twice(firsts, letters, echo),
        out_of_order=_disorder(firsts, letters) + (_echo_disorder(firsts, kept) if echo else 0),
        timers_wrong=_timers_wrong(firsts, kept) if echo else 0,
        repeated_keyed=repeated[KEYED],
        repeated_plain=repeated[PLAIN],
        turns=len({(row.contact_id, row.turn_id) for row in kept}),
        letters=len(letters),
        merged=len(kept) - len({(row.contact_id, row.turn_id) for row in kept}),
        set_aside=sum(row.state == "aside" for row in letters),
    )


def _first_arrivals(arrived: Sequence[Delivered]) -> list[Delivered]:
    return list({line.key: line for line in reversed(arrived)}.values())[::-1]


def _lost(
    kept: Sequence[Any],
    letters: Sequence[Any],
    keys: set[str],
    refs: set[str],
    acknowledged: Iterable[str],
) -> int:
    """Acknowledged but not kept, kept without turn, or a turn that nobody was told of."""
    told: dict[tuple[str, str], bool] = defaultdict(lambda: True)
    for row in letters:
        seen = row.key in keys if row.state == "sent" else _has_todo(row, refs)
        told[row.contact_id, row.turn_id] &= seen
    reached = {row.message_id for row in kept if told.get((row.contact_id, row.turn_id))}
    everything = set(acknowledged) | {row.message_id for row in kept}
    return len(everything - reached)


def _has_todo(row: Any, refs: set[str]) -> bool:
    return row.state == "aside" and any(ref.startswith(f"letter:{row.key}:") for ref in refs)


def _twice(firsts: Sequence[Delivered], letters: Sequence[Any], echo: bool) -> int:
    """Letters that no turn knows, and ids that two different letters answer."""
    unknown = {line.key for line in firsts} - {row.key for row in letters}
    answers = Counter(
        said
        for line in firsts
        if not line.text.startswith("later ")
        for said in set(line.text.split())
    )
    return len(unknown) + (sum(count > 1 for count in answers.values()) if echo else 0)


def _disorder(firsts: Sequence[Delivered], letters: Sequence[Any]) -> int:
    """Letters of a person that arrived before an earlier one."""
    seqs = {row.key: row.seq for row in letters}
    last: dict[str, int] = {}
    wrong = 0
    for line in firsts:
        wrong += seqs.get(line.key, 0) < last.get(line.to, 0)
        last[line.to] = max(last.get(line.to, 0), seqs.get(line.key, 0))
    return wrong


def _echo_disorder(firsts: Sequence[Delivered], kept: Sequence[Any]) -> int:
    """Messages of a person that were answered before one accepted earlier."""
    seqs = {row.message_id: row.seq for row in kept}
    answered: dict[str, list[int]] = defaultdict(list)
    for line in firsts:
        if not line.text.startswith("later "):
            answered[line.to] += [seqs[said] for said in line.text.split() if said in seqs]
    return sum(a > b for order in answered.values() for a, b in pairwise(order))


def _timers_wrong(firsts: Sequence[Delivered], kept: Sequence[Any]) -> int:
    """Reminders that came not at all or twice."""
    wanted = {row.message_id for row in kept if row.text.endswith("7")}
    came = Counter(
        line.text.removeprefix("later ") for line in firsts if line.text.startswith("later ")
    )
    return sum(came[name] != 1 for name in wanted | set(came))


def told(name: str, verdict: Verdict, world: dict[str, Any]) -> str:
    """A few lines for people."""
    figures = {**verdict.__dict__, **world}
    return f"{name}: {'ok' if verdict.clean() else 'NOT OK'}\n  " + json.dumps(figures)
