"""Chats in the hands of staff on the phone: take, read, answer, give back."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from bot.clock import Clock
from bot.conversation import Conversation
from bot.delivery.staff_said import Said, Speech, Who, short
from bot.delivery.staff_words import Command, tap
from bot.errors import Conflict, NotFound, NotHere
from bot.messages import Message
from bot.staff_store import Matter, Matters
from bot.store import Store
from bot.talk_operations import TalkDesk, Wanted, in_room
from bot.talk_store import Talks

LINES = 6
TRIES = 5
"""Somebody may write at the very moment; on a phone that is how chats go, so we look again."""


@dataclass(frozen=True, slots=True)
class TalkCounter:
    """One method a command; each reads the chat as it stands."""

    store: Store
    desk: TalkDesk
    matters: Matters
    speech: Speech
    clock: Clock

    async def matter(self, number: int, shop: str) -> Matter | None:
        return await asyncio.to_thread(self.matters.find, number, shop)

    async def about(self, who: Who, command: Command, matter: Matter, message: Message) -> Said:
        """A command that names its chat."""
        number = str(matter.number)
        talk = await asyncio.to_thread(self.store.conversation, matter.conversation_id)
        if talk is None or talk.shop != who.shop:
            return Said(self.speech.say("st_no_talk", number=number))
        if command.verb == "show":
            return await self._shown(talk, matter)
        if command.verb in ("take", "over"):
            return await self._take(who, command, matter, talk)
        if command.verb == "release":
            return await self._release(who, matter.number, talk)
        return await self._reply(who, command, matter.number, talk, message)

    async def held(self, who: Who, command: Command, message: Message) -> Said:
        """A command about the one chat that this member has."""
        talks = await asyncio.to_thread(Talks(self.store).held, who.name, who.shop)
        if not talks:
            return Said(self.speech.say("st_none_held"))
        numbers = [await self._number(each) for each in talks]
        if len(talks) > 1:
            named = "、".join(f"{number}号" for number in numbers)
            verb = "回复 {}号 内容" if command.verb == "reply" else "交还 {}"
            return Said(
                self.speech.say(
                    "st_several_held", n=str(len(talks)), numbers=named,
                    example=verb.format(numbers[0]),
                )
            )  # fmt: skip
        talk = await asyncio.to_thread(self.store.conversation, talks[0])
        assert talk
        if command.verb == "release":
            return await self._release(who, numbers[0], talk)
        return await self._reply(who, command, numbers[0], talk, message)

    async def _number(self, conversation_id: str) -> int:
        call = await Talks(self.store).call(conversation_id)
        if call is None:
            return 0
        return await asyncio.to_thread(self.matters.of_handoff, call.id) or 0

    async def _shown(self, talk: Conversation, matter: Matter) -> Said:
        lines = await asyncio.to_thread(self.store.last_lines, talk.id, LINES)
        told = [
            self.speech.say(
                "st_line", who=self.speech.say(f"st_from_{line.sender}"), text=short(line.text)
            )
            for line in lines
        ]
        text = self.speech.say("st_talk", number=str(matter.number), lines="\n".join(told))
        text += self._read_by_all(talk)
        verb = "st_tap_release" if talk.taken_by else "st_tap_take"
        tapped = tap(self.speech.say(verb), "release" if talk.taken_by else "take", matter.number)
        return Said(text, (tapped,))

    async def _take(self, who: Who, command: Command, matter: Matter, talk: Conversation) -> Said:
        number = str(matter.number)
        if talk.taken_by == who.name:
            return Said(self.speech.say("st_yours", number=number))
        if talk.taken_by and command.verb == "take":
            return await self._theirs(matter, talk)
        if matter.handoff and talk.handoff_id != matter.handoff:
            return Said(self.speech.say("st_finished", number=number))
        call = await Talks(self.store).call(talk.id)
        try:
            await self._acted(who, talk, self.desk.take, talk.taken_by)
        except Conflict:
            now = await asyncio.to_thread(self.store.conversation, talk.id)
            return await self._theirs(matter, now or talk)
        said = f"“{short(call.said)}”" if call and call.said else "（没有文字）"
        text = self.speech.say("st_taken", number=number, said=said) + self._read_by_all(talk)
        mark = self.speech.say("st_card_taken", who=self.speech.who(who.name))
        tapped = tap(self.speech.say("st_tap_release"), "release", matter.number)
        return Said(text, (tapped,), mark)

    def _read_by_all(self, talk: Conversation) -> str:
        return f"\n{self.speech.say('st_in_room')}" if in_room(talk) else ""

    async def _theirs(self, matter: Matter, talk: Conversation) -> Said:
        call = await Talks(self.store).call(talk.id)
        at = self.speech.at(call.taken_at) if call and call.taken_at else ""
        text = self.speech.say(
            "st_theirs", number=str(matter.number), at=at, who=self.speech.who(talk.taken_by or "")
        )
        return Said(text, (tap(self.speech.say("st_tap_over"), "over", matter.number),))

    async def _reply(
        self, who: Who, command: Command, number: int, talk: Conversation, message: Message
    ) -> Said:
        if talk.taken_by and talk.taken_by != who.name:
            named = self.speech.who(talk.taken_by)
            return Said(self.speech.say("st_theirs_stay", number=str(number), who=named))
        key = hashlib.sha256(f"{message.conversation_id}:{message.id}".encode()).hexdigest()[:32]
        act: Callable[[Wanted], Conversation] = lambda wanted: self.desk.reply(  # noqa: E731
            wanted, command.text
        )
        try:
            await self._acted(who, talk, act, talk.taken_by, key)
        except NotHere as refusal:
            return Said(refusal.message)
        return Said(self.speech.say("st_sent", number=str(number)))

    async def _release(self, who: Who, number: int, talk: Conversation) -> Said:
        if not talk.taken_by:
            return Said(self.speech.say("st_not_taken", number=str(number)))
        if talk.taken_by != who.name:
            named = self.speech.who(talk.taken_by)
            return Said(self.speech.say("st_release_theirs", number=str(number), who=named))
        await self._acted(who, talk, self.desk.release, who.name)
        mark = self.speech.say("st_card_released", who=self.speech.who(who.name))
        return Said(self.speech.say("st_released", number=str(number)), mark=mark)

    async def _acted(
        self,
        who: Who,
        talk: Conversation,
        act: Callable[[Wanted], Conversation],
        holder: str | None,
        key: str = "",
    ) -> Conversation:
        """Again when the person wrote meanwhile. Raises Conflict when somebody else took it."""
        for _ in range(TRIES):
            wanted = Wanted(talk.id, talk.version, who.name, who.shop, self.clock(), key)
            try:
                return await asyncio.to_thread(act, wanted)
            except Conflict:
                found = await asyncio.to_thread(self.store.conversation, talk.id)
                if found is None:
                    raise NotFound("没有这个会话") from None
                talk = found
                if talk.taken_by not in (holder, who.name):
                    raise
        raise Conflict("会话太忙，请稍后再试")
