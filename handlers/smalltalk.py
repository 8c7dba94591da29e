"""Greetings, thanks, empty messages, and what is none of our business."""

import re
from dataclasses import dataclass

from bot.conversation import Outcome, Turn
from bot.messages import Reply
from knowledge.wording import Wording

_WHO = re.compile(r"机器人|真人|活人|人工智能|\bai\b|是人吗|你是谁|你叫|你谁", re.IGNORECASE)
_ABLE = re.compile(
    r"(能|会|可以)(帮我|为我)?(干|做|问|查|帮|办)?[些点]?(啥|什么|哪些)"
    r"|有(啥|什么)(用|功能|本事)"
)


@dataclass(frozen=True, slots=True)
class Smalltalk:
    """Answers in one line and gets out of the way."""

    wording: Wording

    async def greet(self, turn: Turn) -> Outcome:
        talk, said = turn.conversation, turn.message.text
        if talk.handoff_id:
            return self._line("handoff_waiting")
        if _WHO.search(said):
            return self._line("who_i_am")
        if _ABLE.search(said):
            return self._line(f"what_i_do_{talk.audience}")
        key = "hello_again" if turn.conversation.version else f"hello_{turn.conversation.audience}"
        return self._line(key)

    async def thank(self, turn: Turn) -> Outcome:
        said_bye = any(word in turn.message.text for word in ("拜", "再见", "bye"))
        return self._line("bye" if said_bye else "thanks")

    async def decline(self, turn: Turn) -> Outcome:
        """Out of scope: off topic, or nothing that can be read."""
        if not any(ch.isalnum() for ch in turn.message.text):
            return Outcome((Reply(self.wording.say("empty")),), "clarify")
        reply = Reply(self.wording.say(f"off_topic_{turn.conversation.audience}"))
        return Outcome((reply,), "declined")

    def _line(self, key: str) -> Outcome:
        return Outcome((Reply(self.wording.say(key)),), "smalltalk")
