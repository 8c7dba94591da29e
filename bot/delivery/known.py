"""Messages that no handler needs to see: what is kept in silence, a hello, what cannot be read."""

from collections.abc import Sequence

from bot.channels.unread import unread_key
from bot.conversation import Outcome
from bot.inbox_store import Waiting
from bot.messages import Audience, Message, Reply
from knowledge.wording import Wording


def known(
    run: Sequence[Waiting], message: Message, audience: Audience, wording: Wording
) -> Outcome | None:
    """The outcome of the turn that these messages make; None: a handler must decide."""
    letters = [waiting.incoming for waiting in run]
    if letters[0].silent:
        return Outcome((), "handoff", "silent")
    if message.choice:
        return None
    if letters[0].event == "session_ended":
        return Outcome((Reply(wording.say("ho_released")),), "smalltalk", "greeting")
    if not message.text and all(letter.kind == "event" for letter in letters):
        return Outcome((Reply(wording.say(f"greeting_{audience}")),), "smalltalk", "greeting")
    keys = [unread_key(letter) for letter in letters]
    if all(keys):
        return _unread(str(keys[0]), wording)
    # A card's title helps to understand words beside it; alone it asks nothing.
    if all(letter.kind == "card" and not letter.order_no for letter in letters):
        return _unread("unread_card", wording)
    blank = not message.text.strip() and not message.attachments
    return _unread("unread_unknown", wording) if blank else None


def _unread(key: str, wording: Wording) -> Outcome:
    return Outcome((Reply(wording.say(key)),), "clarify", "unread")
