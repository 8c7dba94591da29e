"""Greetings, thanks, what is none of our business, and handing over. Handlers read and return."""

import asyncio
from datetime import datetime

import pytest

from bot.clock import SHANGHAI
from bot.conversation import Conversation, Handler, Handoff, Outcome, Turn, Vector
from bot.messages import Audience, Message
from handlers.handoff import Asked
from handlers.smalltalk import Smalltalk
from knowledge.wording import load_wording

NOW = datetime(2026, 11, 21, 12, tzinfo=SHANGHAI)
WORDING = load_wording()
TALK = Smalltalk(WORDING)


async def no_vector() -> Vector:
    """Small talk is decided by rules: it must not cost an embedding."""
    raise AssertionError("small talk embedded its message")


def turn(
    text: str, audience: Audience = "merchant", *, version: int = 0, handoff: str | None = None
) -> Turn:
    talk = Conversation("talk", version, "demo", audience, "door", "visitor", handoff_id=handoff)
    return Turn(Message("m1", "talk", text, NOW), talk, "greeting", NOW, no_vector)


def outcome(handler: Handler, asked: Turn) -> Outcome:
    async def run() -> Outcome:
        return await handler(asked)

    return asyncio.run(run())


def words(found: Outcome) -> str:
    (reply,) = found.replies
    return reply.text


@pytest.mark.parametrize("audience", ["merchant", "customer"])
def test_a_first_greeting_tells_what_can_be_asked(audience: Audience) -> None:
    found = outcome(TALK.greet, turn("在吗", audience))
    assert found.status == "smalltalk"
    assert words(found) == WORDING.texts[f"hello_{audience}"]


def test_a_later_greeting_does_not_start_over() -> None:
    found = outcome(TALK.greet, turn("在吗", version=3))
    assert words(found) == WORDING.texts["hello_again"]


@pytest.mark.parametrize(
    ("text", "key"), [("谢谢", "thanks"), ("3q", "thanks"), ("拜拜", "bye"), ("再见", "bye")]
)
def test_thanks_and_farewells_are_returned(text: str, key: str) -> None:
    found = outcome(TALK.thank, turn(text))
    assert (found.status, words(found)) == ("smalltalk", WORDING.texts[key])


@pytest.mark.parametrize("audience", ["merchant", "customer"])
def test_what_is_off_topic_is_declined_with_what_can_be_asked(audience: Audience) -> None:
    found = outcome(TALK.decline, turn("今天天气怎么样", audience))
    assert (found.status, words(found)) == ("declined", WORDING.texts[f"off_topic_{audience}"])


@pytest.mark.parametrize("text", ["", "？？？", "🙂", "\u200b", "……"])
def test_a_message_without_words_is_asked_about(text: str) -> None:
    found = outcome(TALK.decline, turn(text))
    assert (found.status, words(found)) == ("clarify", WORDING.texts["empty"])


def test_who_asks_for_a_person_gets_one_at_once() -> None:
    found = outcome(Asked(WORDING), turn("转人工"))
    assert found.status == "handoff"
    assert found.handoff == Handoff("human_handoff")


def test_who_is_waiting_for_a_person_is_not_handed_over_twice() -> None:
    found = outcome(Asked(WORDING), turn("转人工", handoff="h1"))
    assert found.status == "handoff"
    assert found.handoff is None
    assert words(found) == WORDING.texts["handoff_waiting"]


def test_small_talk_changes_nothing_but_the_conversation() -> None:
    found = outcome(TALK.greet, turn("你好"))
    assert (found.topic, found.flow, found.handoff, found.unanswered) == (None, None, None, False)
