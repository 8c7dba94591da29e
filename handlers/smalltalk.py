"""Greetings, thanks, empty messages, and what is none of our business."""

from dataclasses import dataclass

from bot.conversation import Outcome, Turn
from bot.messages import Reply
from knowledge.wording import Wording


@dataclass(frozen=True, slots=True)
class Smalltalk:
    """Answers in one line and gets out of the way."""

    wording: Wording

    async def greet(self, turn: Turn) -> Outcome:
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
