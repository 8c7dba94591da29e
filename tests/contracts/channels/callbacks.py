"""What every channel must do with callbacks: let genuine ones in, once, and nothing else."""

from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import (
    BODY_BYTES,
    Callback,
    Malformed,
    NotGenuine,
    Oversized,
    Receiver,
    Stale,
    WrongReceiver,
)
from bot.channels.crypto import Keys, aes_key, unseal
from bot.channels.forms import read_form
from bot.clock import SHANGHAI
from tests.platform.pushing import Pusher

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=SHANGHAI)
NEW = aes_key("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
OLD = aes_key("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")


class CallbackContract(ABC):
    """Inherit, name how genuine callbacks look, and every test below runs on the channel."""

    receive_id = "wx5823bf96d3bd56c7"
    sealed_echo = False
    as_json = False

    @abstractmethod
    def receiver(self, keys: Keys) -> Receiver:
        """The channel with these keys."""

    @abstractmethod
    def said(self, text: str) -> dict[str, object]:
        """The fields of a genuine callback at NOW (a text, or a ring)."""

    def keys(self) -> Keys:
        return Keys(("newtoken", "oldtoken"), (NEW, OLD), self.receive_id)

    def pusher(self) -> Pusher:
        return Pusher("newtoken", NEW, self.receive_id, self.as_json)

    def genuine(self, text: str = "你好") -> Callback:
        return self.pusher().message(self.said(text), NOW)

    def door(self) -> Receiver:
        return self.receiver(self.keys())

    def test_a_genuine_callback_comes_in(self) -> None:
        received = self.door().receive(self.genuine())
        assert received.letters or received.doorbell
        for letter in received.letters:
            assert (letter.channel, letter.account) == (self.door().kind, self.door().account)
            assert letter.id
            assert letter.sender
            assert letter.raw == self.pusher().written(self.said("你好"))

    def test_a_repeat_is_the_same_letter(self) -> None:
        once, again = (self.door().receive(self.genuine()) for _ in range(2))
        assert [letter.id for letter in once.letters] == [letter.id for letter in again.letters]

    def test_another_message_has_another_id(self) -> None:
        other = self.said("别的")
        if self.door().receive(self.genuine()).letters:
            other = {name: _other(name, value) for name, value in other.items()}
            first = self.door().receive(self.genuine()).letters[0]
            second = self.door().receive(self.pusher().message(other, NOW)).letters[0]
            assert first.id != second.id

    def test_a_forged_signature_is_refused(self) -> None:
        forged = replace(self.genuine(), query={**self.genuine().query, "msg_signature": "0" * 40})
        with pytest.raises(NotGenuine) as refused:
            self.door().receive(forged)
        assert refused.value.status == 403

    @pytest.mark.parametrize("signed", ["é", "密" * 40, "", "0" * 100_000])
    def test_odd_signatures_are_refused(self, signed: str) -> None:
        query = {**self.genuine().query, "msg_signature": signed, "signature": signed}
        with pytest.raises(NotGenuine):
            self.door().receive(replace(self.genuine(), query=query))

    @pytest.mark.parametrize("away", [timedelta(minutes=-6), timedelta(minutes=6)])
    def test_five_minutes_are_the_limit_in_both_directions(self, away: timedelta) -> None:
        with pytest.raises(Stale) as refused:
            self.door().receive(replace(self.genuine(), at=NOW + away))
        assert refused.value.status == 403
        self.door().receive(replace(self.genuine(), at=NOW + away * 4 / 5))

    def test_a_time_that_was_not_signed_does_not_help(self) -> None:
        late = NOW + timedelta(minutes=10)
        query = {**self.genuine().query, "timestamp": str(int(late.timestamp()))}
        with pytest.raises(NotGenuine):
            self.door().receive(replace(self.genuine(), query=query, at=late))

    @pytest.mark.parametrize("missing", ["msg_signature", "timestamp", "nonce"])
    def test_every_part_of_the_signature_is_needed(self, missing: str) -> None:
        query = {name: value for name, value in self.genuine().query.items() if name != missing}
        with pytest.raises(NotGenuine):
            self.door().receive(replace(self.genuine(), query=query))

    def test_a_truncated_callback_is_refused_wherever_it_was_cut(self) -> None:
        whole = self.genuine().body
        for size in range(0, len(whole), 7):
            with pytest.raises(NotGenuine):
                self.door().receive(replace(self.genuine(), body=whole[:size]))

    def test_truncated_content_is_refused(self) -> None:
        content = self.pusher().written(self.said("你好"))
        with pytest.raises(Malformed):
            self.door().receive(self.pusher().content(content[:-5], NOW))

    def test_an_oversized_callback_is_refused(self) -> None:
        with pytest.raises(Oversized) as refused:
            self.door().receive(replace(self.genuine(), body=b" " * (BODY_BYTES + 1)))
        assert refused.value.status == 413

    def test_a_message_for_somebody_else_is_refused(self) -> None:
        stranger = replace(self.pusher(), receive_id="wx0000000000000000")
        with pytest.raises(WrongReceiver):
            self.door().receive(stranger.message(self.said("你好"), NOW))

    def test_entities_are_refused_outside_and_inside(self) -> None:
        declared = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
        bomb = declared + b"<xml><Content>&b;</Content></xml>"
        for callback in (replace(self.genuine(), body=bomb), self.pusher().content(bomb, NOW)):
            with pytest.raises(Malformed):
                self.door().receive(callback)

    def test_content_without_seal_is_refused(self) -> None:
        bare = replace(self.pusher(), plain=True).message(self.said("你好"), NOW)
        with pytest.raises(NotGenuine):
            self.door().receive(bare)

    def test_while_keys_rotate_both_open(self) -> None:
        before = replace(self.pusher(), token="oldtoken", key=OLD)
        received = self.door().receive(before.message(self.said("你好"), NOW))
        assert received.letters or received.doorbell
        if received.passive:
            outer, _ = read_form(received.passive.speak("好").body)
            assert unseal(outer.text("encrypt"), OLD)[1].decode() == self.receive_id

    def test_after_rotation_the_old_key_is_refused(self) -> None:
        rotated = Keys(("newtoken",), (NEW,), self.receive_id)
        for before in (
            replace(self.pusher(), key=OLD),
            replace(self.pusher(), token="oldtoken"),
        ):
            with pytest.raises(NotGenuine):
                self.receiver(rotated).receive(before.message(self.said("你好"), NOW))

    def test_the_address_check_is_answered_and_forged_ones_are_not(self) -> None:
        check = self.pusher().url_check("1616140317555161061", NOW, sealed=self.sealed_echo)
        assert self.door().receive(check).answer.body == b"1616140317555161061"
        odd: tuple[dict[str, str], ...] = (
            {**check.query, "nonce": "1"},
            {**check.query, "echostr": ""},
            {},
        )
        for query in odd:
            with pytest.raises(NotGenuine):
                self.door().receive(replace(check, query=query))
        with pytest.raises(Stale):
            self.door().receive(replace(check, at=NOW + timedelta(minutes=6)))

    def test_any_bytes_are_refused_in_one_way(self) -> None:
        # Within: hypothesis wants one class a test, and this one is inherited by several.
        @settings(max_examples=30, deadline=None)
        @given(body=st.binary(max_size=200), content=st.booleans())
        def check(body: bytes, content: bool) -> None:
            outer = replace(self.genuine(), body=body)
            callback = self.pusher().content(body, NOW) if content else outer
            with pytest.raises(NotGenuine) as refused:
                self.door().receive(callback)
            assert 400 <= refused.value.status < 500

        check()


def _other(name: str, value: object) -> object:
    return f"{value}9" if name.lower() in ("msgid", "msg_id") else value
