"""The one path of an operator's act in a conversation: take it, speak, give it back."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.conversation import Conversation
from bot.errors import Conflict, NotFound, NotHere
from bot.mail import ROOM, Card, Post, Todo, Way
from bot.masking import private
from bot.messages import Reply
from bot.store import Store
from bot.talk_store import Line, OperatorAct, Talks
from bot.turn_writing import VersionChanged
from knowledge.wording import Wording

LINES_TOLD = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an operator wants done. `version` is the one that was read; `shop` '' sees all.

    `key`: names this wish, so that the same words are not said twice when it is tried again.
    """

    conversation_id: str
    version: int
    who: str
    shop: str
    at: datetime
    key: str = ""


def in_room(talk: Conversation) -> bool:
    """Whether this person is spoken to in a group, where everybody reads along."""
    return talk.visitor_id.endswith(ROOM)


class TalkDesk:
    """`way` tells how words reach the person; None: they stand in the history only (web chat)."""

    def __init__(
        self, store: Store, wording: Wording, way: Callable[[str], Way | None] = lambda _id: None
    ) -> None:
        self._store, self._wording, self._way = store, wording, way
        self._talks = Talks(store)

    def get(self, conversation_id: str, shop: str) -> Conversation:
        """Raises NotFound, also for another shop's conversation."""
        talk = self._store.conversation(conversation_id)
        if talk is None or shop not in ("", talk.shop):
            raise NotFound("没有这个会话")
        return talk

    def take(self, wanted: Wanted) -> Conversation:
        """The operator has the conversation now: the bot is silent. A colleague may take it over.

        Raises NotFound and Conflict (old version), as all acts do.
        """
        return self._written(self._taken(self._act(wanted), wanted.who))

    def reply(self, wanted: Wanted, text: str, cards: tuple[Card, ...] = ()) -> Conversation:
        """Say something to the person, and show `cards`; answering a hand-over nobody has taken
        takes it.

        Raises NotHere for what must not be read by a whole room.
        """
        act = self._act(wanted)
        before = act.before
        if in_room(before) and (cards or private(text)):
            raise NotHere(self._wording.say("ho_in_room"))
        if before.handoff_id and not before.taken_by:
            act = self._taken(act, wanted.who)
        after = replace(act.after, waiting_since=None, last_text=text)
        return self._written(self._saying(replace(act, after=after), Line("operator", text), cards))

    def release(self, wanted: Wanted) -> Conversation:
        """The hand-over is over: the bot answers again, and says so if it had been silent."""
        act = self._finished(wanted)
        if act.before.taken_by:
            act = self._saying(act, Line("bot", self._wording.say("ho_released")))
        return self._written(act)

    def finish(self, wanted: Wanted, todos: tuple[Todo, ...] = ()) -> Conversation:
        """The hand-over is over at the platform, by its own people: nothing is said by us."""
        act = self._finished(wanted)
        return self._written(replace(act, post=replace(act.post, todos=todos)))

    def _finished(self, wanted: Wanted) -> OperatorAct:
        act = self._act(wanted)
        number = act.before.handoff_id
        after = replace(act.after, taken_by=None, waiting_since=None, handoff_id=None)
        cancels = ("taken", f"handoff:{number}") if number else ("taken",)
        return replace(act, after=after, finished=number, cancels=cancels)

    def _act(self, wanted: Wanted) -> OperatorAct:
        talk = self.get(wanted.conversation_id, wanted.shop)
        if talk.version != wanted.version:
            raise self._late(talk)
        return OperatorAct(f"op-{wanted.key or uuid.uuid4().hex}", talk, talk, wanted.at)

    def _taken(self, act: OperatorAct, who: str) -> OperatorAct:
        number = act.before.handoff_id or uuid.uuid4().hex
        after = replace(act.after, taken_by=who, handoff_id=number)
        return replace(act, after=after, taken=(number, who), cancels=(f"handoff:{number}",))

    def _saying(self, act: OperatorAct, line: Line, cards: tuple[Card, ...] = ()) -> OperatorAct:
        way = self._way(act.before.id)
        post = way.post(act.id, (Reply(line.text),), cards) if way else Post()
        told = [line.text, *(self._wording.say(f"card_{card.kind}", id=card.id) for card in cards)]
        return replace(act, line=replace(line, text="\n".join(told)), post=post)

    def _written(self, act: OperatorAct) -> Conversation:
        try:
            self._talks.write(act)
        except VersionChanged as error:
            if act.line and self._talks.said(act.before.id, act.id):
                return self.get(act.before.id, "")
            raise self._late(self.get(act.before.id, "")) from error
        return self.get(act.before.id, "")

    def _late(self, talk: Conversation) -> Conflict:
        """409 with the last lines, so that nobody answers past what was said meanwhile."""
        lines = self._store.last_lines(talk.id, LINES_TOLD)
        told = tuple(f"{line.at.isoformat()} {line.sender}：{line.text[:100]}" for line in lines)
        return Conflict(f"会话有新内容，现在是第 {talk.version} 版，请看过再发", told)
