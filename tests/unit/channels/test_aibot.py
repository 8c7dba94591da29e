"""智能机器人's long connection as a protocol: every rule without a socket."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.aibot import BEAT, FIRST_WAIT, LONGEST_WAIT, SLOWLY, STREAM_WITHIN, step
from bot.channels.aibot_state import (
    Action,
    Came,
    Close,
    Connect,
    Deliver,
    Event,
    Line,
    Lost,
    Opened,
    Robot,
    Say,
    Settle,
    Tick,
    Warn,
    Write,
)
from bot.mail import Incoming, Outgoing
from knowledge.errcodes import load_errcodes
from tests.contracts.channels.callbacks import NOW

ROBOT = Robot("main", "bot", "s", load_errcodes()["wecom"])


class Talk:
    """A line, its clock, and everything it did."""

    def __init__(self) -> None:
        self.line, self.now = Line(ROBOT), NOW
        self.done: list[Action] = []

    def happen(self, *events: Event, after: timedelta = timedelta(0)) -> list[Action]:
        """The actions of these events, `after` so much more time."""
        self.now += after
        before = len(self.done)
        for event in events:
            self.line, actions = step(self.line, event, self.now)
            self.done += actions
        return self.done[before:]

    def live(self) -> "Talk":
        self.acknowledge(*self.happen(Opened()))
        assert self.line.live
        return self

    def acknowledge(self, *actions: Action, code: int = 0) -> list[Action]:
        frames = [json.loads(action.text) for action in actions if isinstance(action, Write)]
        acks = [{"headers": frame["headers"], "errcode": code} for frame in frames]
        return self.happen(*(Came(json.dumps(ack)) for ack in acks))

    def said(self, req_id: str = "r1", **more: Any) -> Incoming:
        body = {"msgid": "m1", "from": {"userid": "zhang"}, "msgtype": "text"}
        body |= {"text": {"content": "今天几单"}, "chattype": "single"} | more
        return delivered(self.happen(callback("aibot_msg_callback", req_id, body)))


def callback(command: str, req_id: str, body: dict[str, Any]) -> Came:
    return Came(json.dumps({"cmd": command, "headers": {"req_id": req_id}, "body": body}))


def event(kind: str, **more: Any) -> Came:
    body = {"msgid": "e1", "from": {"userid": "zhang"}, "event": {"eventtype": kind, **more}}
    return callback("aibot_event_callback", "r9", body)


def delivered(actions: list[Action]) -> Incoming:
    (letter,) = (action.letter for action in actions if isinstance(action, Deliver))
    return letter


def bodies(actions: list[Action]) -> list[tuple[str, str, dict[str, Any]]]:
    frames = [json.loads(action.text) for action in actions if isinstance(action, Write)]
    return [(f["cmd"], f["headers"]["req_id"], f.get("body", {})) for f in frames]


def out(key: str = "k", text: str = "三单", **more: Any) -> Outgoing:
    return Outgoing(key, "aibot", "main", "zhang", text, **more)


def test_the_first_frame_subscribes_once() -> None:
    talk = Talk()
    (first,) = bodies(talk.happen(Opened()))
    assert (first[0], first[2]) == ("aibot_subscribe", {"bot_id": "bot", "secret": "s"})
    assert not talk.line.live
    talk.acknowledge(*talk.done)
    assert talk.line.live
    assert talk.happen(Tick(), after=timedelta(seconds=5)) == []


def test_a_heartbeat_every_thirty_seconds_and_two_missed_are_the_end() -> None:
    talk = Talk().live()
    for _ in range(3):
        beat = talk.happen(Tick(), after=BEAT)
        assert [command for command, _, _ in bodies(beat)] == ["ping"]
        talk.acknowledge(*beat)
    assert len(bodies(talk.happen(Tick(), after=BEAT))) == 1
    assert len(bodies(talk.happen(Tick(), after=BEAT))) == 1
    assert talk.happen(Tick(), after=BEAT) == [Close()]


def test_a_lost_line_comes_back_ever_slower_up_to_half_a_minute() -> None:
    talk = Talk()
    waits = [talk.happen(Opened(), Lost())[-1] for _ in range(7)]
    assert waits[0] == Connect(FIRST_WAIT)
    assert waits[-1] == Connect(LONGEST_WAIT)
    talk.live()
    assert talk.happen(Lost()) == [Connect(FIRST_WAIT)]


def test_an_evicted_robot_tells_and_comes_back_slowly() -> None:
    talk = Talk().live()
    actions = talk.happen(event("disconnected_event"))
    assert [type(action) for action in actions] == [Warn, Close]
    assert talk.happen(Lost()) == [Connect(SLOWLY)]


def test_a_refused_subscription_is_told_and_not_repeated_needlessly() -> None:
    talk = Talk()
    actions = talk.acknowledge(*talk.happen(Opened()), code=40001)
    assert isinstance(actions[0], Warn)
    assert "secret" in actions[0].text
    assert talk.happen(Lost()) == [Connect(SLOWLY)]


def test_a_subscription_without_an_answer_closes_the_line() -> None:
    talk = Talk()
    talk.happen(Opened())
    assert talk.happen(Tick(), after=timedelta(seconds=5)) == [Close()]


def test_a_message_comes_in_with_what_its_answer_needs() -> None:
    letter = Talk().live().said()
    assert (letter.id, letter.sender, letter.text, letter.room) == ("m1", "zhang", "今天几单", "")
    assert letter.extra["req_id"] == "r1"


def test_in_groups_the_mention_is_left_out() -> None:
    letter = Talk().live().said(chattype="group", chatid="g1", text={"content": "@小店 今天几单"})
    assert (letter.room, letter.text) == ("g1", "今天几单")


@pytest.mark.parametrize(
    ("more", "kind", "text", "media"),
    [
        ({"msgtype": "voice", "voice": {"content": "今天几单"}}, "voice", "今天几单", ()),
        ({"msgtype": "image", "image": {"url": "https://a", "aeskey": "k"}}, "image", "", ("https://a",)),
        ({"msgtype": "hologram"}, "unknown", "", ()),
        (
            {
                "msgtype": "mixed",
                "mixed": {
                    "msg_item": [
                        {"msgtype": "text", "text": {"content": "看这个"}},
                        {"msgtype": "image", "image": {"url": "https://a"}},
                    ]
                },
            },
            "text",
            "看这个",
            ("https://a",),
        ),
    ],
)  # fmt: skip
def test_every_type_has_a_kind(
    more: dict[str, Any], kind: str, text: str, media: tuple[str, ...]
) -> None:
    letter = Talk().live().said(**more)
    assert (letter.kind, letter.text, letter.media) == (kind, text, media)


def test_an_answer_is_one_finished_stream_and_settled_by_its_acknowledgement() -> None:
    talk = Talk().live()
    letter = talk.said()
    actions = talk.happen(Say(out(extra=letter.extra)))
    ((command, req_id, body),) = bodies(actions)
    assert (command, req_id) == ("aibot_respond_msg", "r1")
    assert body["stream"] == {"id": "k", "content": "三单", "finish": True}
    (settled,) = talk.acknowledge(*actions)
    assert isinstance(settled, Settle)
    assert (settled.key, settled.receipt.trouble) == ("k", None)


def test_a_growing_answer_is_the_whole_text_each_time_under_one_id() -> None:
    talk = Talk().live()
    extra = talk.said().extra
    frames = []
    for text, finish in (("今", False), ("今天", False), ("今天三单", True)):
        actions = talk.happen(Say(out(text=text, extra=extra), finish))
        frames += bodies(actions)
        settled = talk.acknowledge(*actions)
        assert bool(settled) == finish
    streams = [body["stream"] for _, _, body in frames]
    assert {stream["id"] for stream in streams} == {"k"}
    assert [stream["content"] for stream in streams] == ["今", "今天", "今天三单"]
    assert [stream["finish"] for stream in streams] == [False, False, True]


def test_a_stream_that_took_too_long_ends_in_a_push() -> None:
    talk = Talk().live()
    extra = talk.said().extra
    talk.happen(Say(out(text="今", extra=extra), finish=False))
    late = talk.happen(
        Say(out(text="今天三单", extra=extra)), after=STREAM_WITHIN + timedelta(seconds=1)
    )
    assert [command for command, _, _ in bodies(late)] == ["aibot_send_msg"]


def test_what_comes_after_the_answer_is_pushed() -> None:
    talk = Talk().live()
    extra = talk.said().extra
    talk.happen(Say(out("a", extra=extra)))
    ((command, req_id, body),) = bodies(talk.happen(Say(out("b", "还有两单退货", extra=extra))))
    assert (command, body["chatid"], body["chat_type"]) == ("aibot_send_msg", "zhang", 1)
    assert req_id != "r1"
    grouped = out("c", room="g1")
    ((_, _, body),) = bodies(talk.happen(Say(grouped)))
    assert (body["chatid"], body["chat_type"]) == ("g1", 2)


def test_a_welcome_within_five_seconds_or_not_at_all() -> None:
    talk = Talk().live()
    extra = delivered(talk.happen(event("enter_chat"))).extra
    welcome = talk.happen(Say(out(extra=extra)), after=timedelta(seconds=4))
    assert [command for command, _, _ in bodies(welcome)] == ["aibot_respond_welcome_msg"]
    (late,) = talk.happen(Say(out("k2", extra=extra)), after=timedelta(seconds=2))
    assert isinstance(late, Settle)
    assert late.receipt.trouble == "window_closed"


def test_a_pressed_button_is_a_choice() -> None:
    talk = Talk().live()
    card = {"event_key": "approve:7", "task_id": "case-7"}
    letter = delivered(talk.happen(event("template_card_event", template_card_event=card)))
    assert (letter.kind, letter.choice, letter.extra["task"]) == ("choice", "approve:7", "case-7")


@pytest.mark.parametrize("live", [False, True])
def test_no_acknowledgement_or_no_line_is_a_retry(live: bool) -> None:
    talk = Talk().live() if live else Talk()
    actions = talk.happen(Say(out()))
    if live:
        actions = talk.happen(Tick(), after=timedelta(seconds=6))
    settled = [action for action in actions if isinstance(action, Settle)]
    assert [action.receipt.trouble for action in settled] == ["retry"]


def test_a_line_that_breaks_settles_what_was_on_its_way() -> None:
    talk = Talk().live()
    talk.happen(Say(out("a")), Say(out("b")))
    settled = [action for action in talk.happen(Lost()) if isinstance(action, Settle)]
    assert [(action.key, action.receipt.trouble) for action in settled] == [
        ("a", "retry"),
        ("b", "retry"),
    ]


def test_a_refused_frame_says_what_to_do() -> None:
    talk = Talk().live()
    (settled,) = talk.acknowledge(*talk.happen(Say(out())), code=93006)
    assert isinstance(settled, Settle)
    assert settled.receipt.trouble == "refused"
    assert "会话" in settled.receipt.detail


def test_where_a_reply_is_no_longer_taken_the_letter_is_pushed() -> None:
    """After a restart or a day a req_id may be good for nothing; the person still waits."""
    talk = Talk().live()
    first = out(extra={"req_id": "r1"})
    (settled,) = talk.acknowledge(*talk.happen(Say(first)), code=846605)
    assert isinstance(settled, Settle)
    assert settled.receipt.trouble == "retry"
    (again,) = talk.happen(Say(replace(first, tries=1)))
    assert isinstance(again, Write)
    assert json.loads(again.text)["cmd"] == "aibot_send_msg"


def test_what_is_too_long_is_refused_before_it_is_sent() -> None:
    talk = Talk().live()
    actions = talk.happen(Say(out(text="啊" * 6827)))
    assert [type(action) for action in actions] == [Settle]


JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=8),
    lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=8), x, max_size=3),
    max_leaves=6,
)
FRAMES = st.fixed_dictionaries(
    {},
    optional={
        "cmd": st.sampled_from(["aibot_msg_callback", "aibot_event_callback", "x", ""]) | JSON,
        "headers": st.fixed_dictionaries({"req_id": st.text(max_size=5)}) | JSON,
        "body": st.fixed_dictionaries({"from": st.just({"userid": "z"}), "event": JSON}) | JSON,
        "errcode": JSON,
    },
)
EVENTS = st.one_of(
    st.just(Opened()),
    st.just(Lost()),
    st.just(Tick()),
    FRAMES.map(lambda frame: Came(json.dumps(frame))),
    st.text(max_size=20).map(Came),
    st.builds(Say, st.builds(out, st.sampled_from("abc"), st.text(max_size=9)), st.booleans()),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(EVENTS, st.integers(0, 40)), max_size=25))
def test_whatever_happens_nothing_breaks_and_one_line_wants_one_connection(
    events: list[tuple[Event, int]],
) -> None:
    talk = Talk()
    for happening, seconds in events:
        actions = talk.happen(happening, after=timedelta(seconds=seconds))
        connects = [action for action in actions if isinstance(action, Connect)]
        assert len(connects) == isinstance(happening, Lost)
        if connects:
            assert connects[0].after <= SLOWLY
            assert not talk.line.waiting
        assert all(json.loads(a.text) for a in actions if isinstance(a, Write))
