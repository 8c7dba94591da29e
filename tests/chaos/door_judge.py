"""Compares what people said, what the database says, and what the platforms brought to people."""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from bot.store import Store
from bot.tables import contacts, inbox, outbox, todos
from tests.platform.accounts import APPS, KFID
from tests.platform.world import Sent

KEYED = (APPS["commkf"], KFID)
"""Platforms that know a letter's key again; there nothing may arrive twice."""


@dataclass
class Said:
    """One message; its text is its name. `kept`: it was acknowledged, so it is ours."""

    account: str
    person: str
    text: str
    kept: bool = False
    tries: int = 0


@dataclass(frozen=True)
class DoorVerdict:
    """Counts. The first four must be 0."""

    lost: int
    answered_twice: int
    out_of_order: int
    repeated_keyed: int
    repeated_plain: int
    turns: int
    letters: int
    merged: int
    kept: dict[str, int]
    """Messages in the inbox, by account."""
    set_aside: dict[str, int]
    """To-dos for an operator, by account and reason."""

    def clean(self) -> bool:
        return not any((self.lost, self.answered_twice, self.out_of_order, self.repeated_keyed))


def judged(store: Store, said: Sequence[Said], sent: Sequence[Sent]) -> DoorVerdict:
    """The bot said back what was said, so that what arrived is a witness."""
    with store.reading() as db:
        whose = sa.select(inbox, contacts.c.sender).join(
            contacts, contacts.c.id == inbox.c.contact_id
        )
        kept = [row for row in db.execute(whose.order_by(inbox.c.seq)).all() if row.text]
        letters = db.execute(outbox.select().order_by(outbox.c.seq)).all()
        refs = set(db.execute(sa.select(todos.c.ref)).scalars())
    arrived = [(one.app, one.to, one.text) for one in sent if one.text]
    firsts = list(dict.fromkeys(arrived))
    repeated = Counter(arrived) - Counter(firsts)
    keyed = sum(count for (app, _, _), count in repeated.items() if app in KEYED)
    turns = len({(row.contact_id, row.turn_id) for row in kept})
    return DoorVerdict(
        lost=_lost(said, kept, letters, firsts, refs),
        answered_twice=_twice(firsts, letters),
        out_of_order=_disorder(firsts, kept),
        repeated_keyed=keyed,
        repeated_plain=sum(repeated.values()) - keyed,
        turns=turns,
        letters=len(letters),
        merged=len(kept) - turns,
        kept=dict(Counter(row.account for row in kept)),
        set_aside=dict(Counter(_why(row) for row in letters if row.state == "aside")),
    )


Arrived = tuple[str, str, str]


def _lost(
    said: Sequence[Said],
    kept: Sequence[Any],
    letters: Sequence[Any],
    firsts: Sequence[Arrived],
    refs: set[str],
) -> int:
    """Acknowledged or kept, and neither answered nor in an operator's list."""
    ours = {one.text for one in said if one.kept} | {row.text for row in kept}
    told = {name for _, _, text in firsts for name in text.split()}
    told |= {name for row in letters if _has_todo(row, refs) for name in row.text.split()}
    return len(ours - told)


def _why(row: Any) -> str:
    return f"{row.account}: {row.detail[:24]}"


def _has_todo(row: Any, refs: set[str]) -> bool:
    return row.state == "aside" and any(ref.startswith(f"letter:{row.key}:") for ref in refs)


def _twice(firsts: Sequence[Arrived], letters: Sequence[Any]) -> int:
    """Messages that two different letters answer, and what arrived without being a letter."""
    answers = Counter(name for row in letters for name in set(row.text.split()))
    known = {(row.recipient, row.text) for row in letters}
    strange = sum((to, text) not in known for _, to, text in firsts)
    return sum(count > 1 for count in answers.values()) + strange


def _disorder(firsts: Sequence[Arrived], kept: Sequence[Any]) -> int:
    """Messages of a person that were answered before one accepted earlier."""
    seqs = {row.text: row.seq for row in kept}
    answered: dict[str, list[int]] = defaultdict(list)
    for _, to, text in firsts:
        answered[to] += [seqs[name] for name in text.split() if name in seqs]
    return sum(a > b for order in answered.values() for a, b in pairwise(order))


def told(name: str, verdict: DoorVerdict, world: dict[str, Any]) -> str:
    """A few lines for people."""
    figures = {**verdict.__dict__, **world}
    return f"{name}: {'ok' if verdict.clean() else 'NOT OK'}\n  " + json.dumps(
        figures, ensure_ascii=False
    )
