"""A person is one sentence away."""

from dataclasses import dataclass

from bot.conversation import Handoff, Outcome, Turn
from bot.messages import Reply
from knowledge.wording import Wording


@dataclass(frozen=True, slots=True)
class Asked:
    """The person wants a human. At once, without talking them out of it."""

    wording: Wording

    async def __call__(self, turn: Turn) -> Outcome:
        if turn.conversation.handoff_id:
            return Outcome((Reply(self.wording.say("handoff_waiting")),), "handoff")
        reply = Reply(self.wording.say("handoff_asked"))
        return Outcome((reply,), "handoff", handoff=Handoff("human_handoff"))
