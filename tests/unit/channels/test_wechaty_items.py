"""What a wechaty gateway tells becomes a letter, or is none of our business."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.account_fields import KINDS, checked
from bot.channels.unread import unread_key
from bot.channels.wechaty_items import OLD, Person, Said, letter, without_mention
from tests.contracts.channels.callbacks import NOW

US, LIN = Person("us", "小店助手", 1), Person("lin", "小林", 1)
NOW_MS = int(NOW.timestamp()) * 1000
TEXT = Said("1", "lin", "", 7, "在吗", NOW_MS)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (1, "file"), (2, "voice"), (3, "card"), (4, "unknown"), (5, "unknown"), (6, "image"),
        (7, "text"), (8, "location"), (9, "card"), (10, "unknown"), (11, "unknown"),
        (12, "unknown"), (13, "event"), (14, "link"), (15, "video"), (16, "card"), (99, "unknown"),
    ],
)  # fmt: skip
def test_every_kind_is_a_letter_with_words_for_it(number: int, kind: str) -> None:
    found = letter("main", replace(TEXT, kind=number), LIN, US, NOW)
    assert found
    assert (found.kind, found.sender, found.id) == (kind, "lin", "1")
    assert found.media == (("1",) if kind == "image" else ())
    assert (found.text == "") is (kind != "text"), "what is no text comes as XML"
    if kind not in ("text", "image", "event"):
        assert unread_key(found)


@pytest.mark.parametrize(
    ("said", "by"),
    [
        (replace(TEXT, by="us"), US),
        (replace(TEXT, by=""), Person("")),
        (TEXT, replace(LIN, kind=2)),
        (replace(TEXT, by="weixin"), Person("weixin")),
        (replace(TEXT, room="r"), LIN),
        (replace(TEXT, room="r", text="@小店助手二号 在吗"), LIN),
        (replace(TEXT, room="r", text="问 @小店助手 吧", mentions=("li",)), LIN),
    ],
)
def test_what_is_not_for_us_is_left(said: Said, by: Person) -> None:
    assert letter("main", said, by, US, NOW) is None


@pytest.mark.parametrize(
    ("text", "mentions", "heard"),
    [
        ("@小店助手\u2005什么时候发货", ("us",), "什么时候发货"),
        ("@小店助手 什么时候发货", (), "什么时候发货"),
        ("什么时候发货 @小店助手", (), "什么时候发货"),
        ("@群里的别名 什么时候发货", ("us",), "什么时候发货"),
        ("@小店助手", ("us",), ""),
    ],
)
def test_our_name_is_taken_off_what_is_said_in_a_room(
    text: str, mentions: tuple[str, ...], heard: str
) -> None:
    found = letter("main", replace(TEXT, room="r", text=text, mentions=mentions), LIN, US, NOW)
    assert found
    assert (found.text, found.room) == (heard, "r")


def test_old_messages_are_kept_in_silence() -> None:
    at = int((NOW - OLD - timedelta(minutes=1)).timestamp()) * 1000
    found = letter("main", replace(TEXT, at=at), LIN, US, NOW)
    assert found
    assert found.silent


@given(st.text(max_size=60), st.text(max_size=8))
def test_any_text_and_any_name_are_borne(text: str, name: str) -> None:
    left = without_mention(text, Person("us", name))
    assert left == left.strip()
    said = iter(text)
    assert all(sign in said for sign in left), "taken off, never changed or put elsewhere"


@pytest.mark.parametrize(
    ("endpoint", "fine"),
    [
        ("127.0.0.1:8788", True), ("gateway:8788", True), ("10.0.0.4:1", True),
        ("172.20.0.2:8788", True), ("[::1]:8788", True), ("8.8.8.8:8788", False),
        ("gateway.example.com:8788", False), ("127.0.0.1", False), ("127.0.0.1:99999", False),
        ("127.0.0.1:0", False), ("http://127.0.0.1:1", False),
    ],
)  # fmt: skip
def test_chats_do_not_travel_in_the_clear_through_the_internet(endpoint: str, fine: bool) -> None:
    _, faults = checked(KINDS["wechaty"], {"endpoint": endpoint, "token": "abc"}, {})
    assert (not faults) is fine
