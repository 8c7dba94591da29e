"""Which waiting messages make one turn, and when it may start. Pure.

People type in fragments: “在吗”, “我那个快递”, “还没到”. What follows within a moment is one turn.
A tap, an event, a message that is answered in the same call, or not at all, stands alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from bot.inbox_store import Waiting
from bot.mail import Incoming
from bot.messages import TEXT_LIMIT, Choice, Message, plain


@dataclass(frozen=True, slots=True)
class Pace:
    """`pause`: so long we wait for another fragment. `most`: so long a turn may gather. `count`:
    so many fragments at most."""

    pause: timedelta = timedelta(milliseconds=800)
    most: timedelta = timedelta(seconds=3)
    count: int = 10


@dataclass(frozen=True, slots=True)
class NextTurn:
    """The messages of the next turn, in order of acceptance, and when it may start."""

    messages: tuple[Waiting, ...]
    starts: datetime


def next_turn(waiting: Sequence[Waiting], pace: Pace) -> NextTurn:
    """The first turn of these; `waiting` is in order of acceptance and not empty.

    Which messages merge depends only on them and on when they were accepted, not on when a worker
    looks, so a turn that starts late holds what it would have held in time.
    """
    size = _fragments(waiting, pace)
    first, last = waiting[0], waiting[size - 1]
    complete = size < len(waiting) or size == pace.count or not _mergeable(first)
    patience = min(last.accepted_at + pace.pause, first.accepted_at + pace.most)
    return NextTurn(tuple(waiting[:size]), last.accepted_at if complete else patience)


def _fragments(waiting: Sequence[Waiting], pace: Pace) -> int:
    size = 1
    for before, after in pairwise(waiting[: pace.count]):
        if not _together(before, after, pace) or not _fits(waiting[: size + 1], pace):
            break
        size += 1
    return size


def _together(before: Waiting, after: Waiting, pace: Pace) -> bool:
    close = abs(after.accepted_at - before.accepted_at) <= pace.pause
    return _mergeable(before) and _mergeable(after) and close


def _fits(run: Sequence[Waiting], pace: Pace) -> bool:
    length = sum(len(each.incoming.text) + 1 for each in run)
    return run[-1].accepted_at - run[0].accepted_at <= pace.most and length <= TEXT_LIMIT


def _mergeable(waiting: Waiting) -> bool:
    said = waiting.incoming
    alone = said.kind in ("choice", "event") or said.choice is not None or said.silent
    return said.mergeable and not alone


def as_message(run: Sequence[Waiting], conversation_id: str, offered: Sequence[Choice]) -> Message:
    """The one message that these are. Its id is that of the first."""
    first = run[0].incoming
    text = "\n".join(words for each in run if (words := _words(each.incoming)))
    choice = first.choice or taken(text, offered)
    if choice and choice.startswith("ask:"):
        text = choice.removeprefix("ask:")
    media = tuple(name for each in run for name in each.incoming.media)
    return Message(
        turn_id(run[0]), conversation_id, text[:TEXT_LIMIT], run[-1].at, choice, media,
        in_room=bool(first.room),
    )  # fmt: skip


def _words(said: Incoming) -> str:
    """What was said; an order card says its number."""
    order = f"订单号 {said.order_no}" if said.order_no else ""
    return "\n".join(part for part in (said.text, order) if part)


def turn_id(first: Waiting) -> str:
    """Unique in a conversation, even one that goes on in another channel."""
    return f"{first.incoming.channel}:{first.incoming.id}"


def taken(text: str, offered: Sequence[Choice]) -> str | None:
    """The id of the offered choice that was taken by its number or by its very words."""
    said = plain(text).strip(" .。、)）")
    for number, choice in enumerate(offered, 1):
        if said in (str(number), plain(choice.label)):
            return choice.id
    return None
