"""The platforms' own people: a chat that they took is taken here too, and one they ended is over.

Otherwise our staff are called again and again for somebody who is being served, and whoever asks
for a person a second time is told to wait for the first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.clock import Clock
from bot.contact_store import SESSION_EVENTS, Contacts
from bot.conversation import Called, Conversation
from bot.errors import Conflict
from bot.mail import Incoming, Todo
from bot.store import Store
from bot.talk_operations import TalkDesk, Wanted
from bot.talk_store import Talks
from knowledge.wording import Wording

SERVICER: Final = "servicer:"
"""How a conversation names one of the platform's own people who has it."""

SETTLING = timedelta(minutes=1)
"""So young a hand-over may not have reached the platform yet: that nobody has the chat there tells
nothing."""

_TRIES = 5

_Act = Callable[[Conversation, Called | None, Incoming], None]


@dataclass(frozen=True, slots=True)
class PlatformPeople:
    """Every call blocks. Raises StorageLost, and Conflict where a conversation never rests."""

    store: Store
    wording: Wording
    clock: Clock

    def heard(self, letter: Incoming, at: datetime) -> None:
        """What the platform tells of its people, said `at` on the shop's clock; anything else, and
        what is older than the hand-over that it would change, is left."""
        if letter.event not in SESSION_EVENTS:
            return
        ended = letter.event == "session_ended"
        self._again(letter, self._over if ended else self._taken, at)

    def nobody(self, letter: Incoming) -> None:
        """The platform, being asked, says that none of its people has this chat."""
        self._again(letter, self._over, self.clock() - SETTLING)

    def _again(self, letter: Incoming, act: _Act, at: datetime) -> None:
        """Once more when the conversation moved on meanwhile."""
        name = Contacts(self.store).talk_of(letter)
        for tries in range(_TRIES):
            talk = self.store.conversation(name) if name else None
            call = Talks(self.store).called(talk.id) if talk else None
            if talk is None or (call and at < call.at):
                return
            try:
                act(talk, call, letter)
            except Conflict:
                if tries == _TRIES - 1:
                    raise
            else:
                return

    def _taken(self, talk: Conversation, _call: Called | None, letter: Incoming) -> None:
        person = letter.extra.get("servicer") or "platform"
        who = f"{SERVICER}{person}@{letter.channel}/{letter.account}"[:200]
        if talk.taken_by != who:
            self._desk().take(self._wanted(talk, who))

    def _over(self, talk: Conversation, call: Called | None, letter: Incoming) -> None:
        """One of our own staff who has the conversation keeps it."""
        if call is None or (talk.taken_by and not talk.taken_by.startswith(SERVICER)):
            return
        unserved = () if talk.taken_by else (self._unserved(call),)
        self._desk().finish(self._wanted(talk, f"{letter.channel}/{letter.account}"), unserved)

    def _unserved(self, call: Called) -> Todo:
        return Todo("handoff", f"unserved:{call.id}", self.wording.say("ho_todo_unserved"))

    def _desk(self) -> TalkDesk:
        return TalkDesk(self.store, self.wording)

    def _wanted(self, talk: Conversation, who: str) -> Wanted:
        return Wanted(talk.id, talk.version, who, talk.shop, self.clock())
