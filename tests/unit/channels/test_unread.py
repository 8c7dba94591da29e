"""What cannot be read gets a kind answer that says what to send instead."""

from dataclasses import replace
from typing import get_args

import pytest

from bot.channels.unread import unread_key
from bot.mail import Incoming, Kind
from knowledge.wording import load_wording
from tests.contracts.channels.callbacks import NOW

BARE = Incoming("kf", "main", "1", "p", "text", NOW)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_has_words_or_needs_none(kind: Kind) -> None:
    key = unread_key(replace(BARE, kind=kind))
    if kind in ("text", "choice", "event"):
        assert key is None
    else:
        assert key
        assert len(load_wording().say(key)) < 60


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"kind": "voice", "text": "什么时候发货"}, None),
        ({"kind": "image", "media": ("kept",)}, None),
        ({"kind": "card", "order_no": "3700001"}, None),
        ({"kind": "card", "text": "青花茶杯"}, None),
        ({"kind": "voice", "silent": True}, None),
        ({"kind": "file", "text": "报表.xlsx"}, "unread_file"),
        ({"kind": "location", "text": "广州塔"}, "unread_location"),
    ],
)
def test_what_can_be_read_is_read(more: dict[str, object], expected: str | None) -> None:
    assert unread_key(replace(BARE, **more)) == expected  # type: ignore[arg-type]
