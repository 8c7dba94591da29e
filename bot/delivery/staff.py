"""Staff at work on the phone: what waits, taking a chat, speaking in it, deciding a case.

Who may is said in the accounts file, not by anybody's words. Acts are those of the HTTP calls, with
the same history; money moves only after its amount was shown and confirmed for this very version.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.clock import Clock
from bot.contact_store import Contact
from bot.conversation import Outcome
from bot.delivery.deciding import Deciding, nothing
from bot.delivery.staff_cases import CaseCounter
from bot.delivery.staff_said import Said, Speech, Who
from bot.delivery.staff_talks import TalkCounter
from bot.delivery.staff_words import ACTS, TAP, Command, read_command
from bot.mail import Accounts
from bot.messages import Message, Reply
from bot.staff_store import Matters
from bot.store import Store
from bot.talk_operations import TalkDesk

Marks = Callable[[Contact, Mapping[str, str], int, str], Awaitable[None]]
"""Says on the tapped card what was done: where, what came with the tap, number, words."""


async def no_card(_contact: Contact, _extra: Mapping[str, str], _number: int, _words: str) -> None:
    """This platform's cards cannot be changed."""


@dataclass(frozen=True, slots=True)
class StaffCounter:
    """`members`: by (kind, account), who may act; an account that is not in it has no staff."""

    store: Store
    speech: Speech
    accounts: Accounts
    members: Mapping[tuple[str, str], frozenset[str]]
    deciding: Deciding
    desk: TalkDesk
    clock: Clock
    marks: Marks = field(default=no_card)
    written: Callable[[], None] = nothing

    async def answer(
        self, contact: Contact, message: Message, extra: Mapping[str, str]
    ) -> Outcome | None:
        """What was done, or None: then it is no command, and the guide answers.

        Raises StorageLost: nothing was done, or what was done is told when it is tried again.
        """
        account = (contact.channel, contact.account)
        tapped = bool(message.choice)
        if tapped and not str(message.choice).startswith(TAP):
            return None
        command = read_command(message.text, message.choice)
        if command is None or not (tapped or account in self.members):
            return None
        if contact.sender not in self.members.get(account, frozenset()):
            return self._told(self.speech.say("st_refused"))
        if contact.room:
            return self._told(self.speech.say("st_alone"))
        shop = self.accounts.entrance(*account).shop
        who = Who(shop, f"operator:{contact.sender}@{contact.channel}/{contact.account}")
        said = await self._done(who, command, message)
        self.written()
        if said.mark and command.number is not None:
            await self.marks(contact, extra, command.number, said.mark)
        return Outcome((Reply(said.text, said.choices),), "answered", "staff")

    async def _done(self, who: Who, command: Command, message: Message) -> Said:
        matters = Matters(self.store)
        talks = TalkCounter(self.store, self.desk, matters, self.speech, self.clock)
        cases = CaseCounter(self.store, self.deciding, matters, self.speech)
        if command.verb == "help":
            return Said(self.speech.say("st_help"))
        if command.verb == "list":
            return await cases.waiting(who)
        if command.verb == "due":
            return await cases.due(who)
        if command.verb in ("reply", "release") and command.number is None:
            return await talks.held(who, command, message)
        return await self._about(who, command, message, (talks, cases))

    async def _about(
        self, who: Who, command: Command, message: Message,
        counters: tuple[TalkCounter, CaseCounter],
    ) -> Said:  # fmt: skip
        talks, cases = counters
        if command.number is None:
            return Said(self.speech.say("st_number", example="接手 12"))
        matter = await talks.matter(command.number, who.shop)
        if matter is None:
            return Said(self.speech.say("st_unknown"))
        if command.verb in ACTS or command.verb == "no" or (
            command.verb == "show" and matter.case_id
        ):  # fmt: skip
            return await cases.about(who, command, matter)
        return await talks.about(who, command, matter, message)

    def _told(self, text: str) -> Outcome:
        return Outcome((Reply(text),), "answered", "staff")
