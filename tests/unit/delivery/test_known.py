"""What needs no handler: silence, a hello, and what cannot be read."""

from dataclasses import replace

import pytest

from bot.delivery.known import known
from bot.delivery.merge import as_message
from bot.inbox_store import Waiting
from bot.mail import Incoming
from tests.mail import NOW, WORDING, incoming


def decided(*letters: Incoming) -> tuple[str, str] | None:
    """Intent and words; None: a handler decides."""
    run = [Waiting(number, letter, NOW, NOW) for number, letter in enumerate(letters)]
    outcome = known(run, as_message(run, "talk", ()), "customer", WORDING)
    if outcome is None:
        return None
    return outcome.intent, "".join(reply.text for reply in outcome.replies)


VOICE = incoming("1", "", kind="voice")
TEXT = incoming("2", "退货")


@pytest.mark.parametrize(
    "letters",
    [
        [TEXT],
        [VOICE, TEXT],
        [incoming("1", "", kind="image", media=("m1",))],
        [incoming("1", "转写好的话", kind="voice")],
        [incoming("1", "", kind="card", order_no="3726")],
        [incoming("1", "", kind="choice", choice="yes")],
        [incoming("1", "", kind="event", choice="yes", event="menu")],
    ],
)
def test_what_says_something_goes_to_a_handler(letters: list[Incoming]) -> None:
    assert decided(*letters) is None


@pytest.mark.parametrize("kind", ["voice", "video", "file", "location", "link", "card", "unknown"])
def test_what_cannot_be_read_is_told_kindly(kind: str) -> None:
    letter = incoming("1", "", kind=kind)
    assert decided(letter) == ("unread", WORDING.say(f"unread_{kind}"))
    assert decided(letter, replace(letter, id="2")) == decided(letter)


def test_blank_text_is_told_too() -> None:
    assert decided(incoming("1", " \n")) == ("unread", WORDING.say("unread_unknown"))


@pytest.mark.parametrize("event", ["enter", "follow", "scan"])
def test_who_comes_in_is_greeted(event: str) -> None:
    letter = incoming("1", "", kind="event", event=event)
    assert decided(letter) == ("greeting", WORDING.say("greeting_customer"))


def test_silence_is_kept() -> None:
    assert decided(replace(VOICE, silent=True)) == ("silent", "")


def test_an_order_card_says_its_number() -> None:
    card = incoming("1", "卫衣", kind="card", order_no="3726100000103")
    run = [Waiting(1, card, NOW, NOW)]
    assert as_message(run, "talk", ()).text == "卫衣\n订单号 3726100000103"
