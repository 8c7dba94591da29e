"""WeCom 智能机器人 over its long connection: the protocol, without a socket or a clock of its own.

`step(state, event, now)` says what to do next; `bot.channels.aibot_line` does it. Facts: protocol
notes, C1. Only members of the company can talk to such a robot: it is the staff's own helper.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from bot.channels.aibot_items import card_pressed, entered, feedback, message
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
    Say,
    Settle,
    Stream,
    Tick,
    Waiting,
    Warn,
    Write,
)
from bot.channels.api import explained
from bot.channels.base import SAID, WECOM_RATES, Malformed
from bot.channels.forms import Form, read_json
from bot.channels.rendering import numbered, too_long
from bot.mail import Incoming, Limits, Outgoing, Receipt, Window

BEAT = timedelta(seconds=30)
ACK = timedelta(seconds=5)
BEATS_MISSED = 2
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(seconds=30)
SLOWLY = timedelta(minutes=10)
"""After an eviction or a refused subscription: two processes must not evict each other for ever,
but a half-dead line after an eviction has been seen too, so staying away is no answer either."""

WELCOME_WITHIN = timedelta(seconds=5)
STREAM_WITHIN = timedelta(minutes=5.5)
"""Sources say 6 and 10 minutes; we finish before either."""

LIMITS: Final = Limits(
    20480,
    (
        Window((*SAID, "choice"), timedelta(hours=24)),
        Window(("event",), WELCOME_WITHIN, 1),
    ),
    rates=WECOM_RATES,
)
_REMEMBERED = 1000


Step = tuple[Line, tuple[Action, ...]]


def step(line: Line, event: Event, now: datetime) -> Step:
    """The next state and what to do, in order. Never raises for what a platform may send."""
    match event:
        case Opened():
            return _subscribe(replace(line, open=True, slow=False, missed=0), now)
        case Lost():
            return _lost(line)
        case Came(text):
            return _came(line, text, now)
        case Tick():
            return _tick(line, now)
        case Say(letter, finish):
            return _say(line, letter, finish, now)


def _subscribe(line: Line, now: datetime) -> Step:
    robot = line.robot
    body = {"bot_id": robot.bot_id, "secret": robot.secret}
    line, written = _write(line, "aibot_subscribe", body, now)
    return line, (written,)


def _lost(line: Line) -> Step:
    failed = tuple(
        Settle(one.key, Receipt("retry", detail="与企业微信的连接断了，稍后自动重试"))
        for one in line.waiting
        if one.key
    )
    wait = SLOWLY if line.slow else min(FIRST_WAIT * 2 ** min(line.failures, 5), LONGEST_WAIT)
    after = replace(
        line,
        open=False,
        live=False,
        failures=line.failures + 1,
        waiting=(),
        streams=(),
        beat_at=None,
    )
    return after, (*failed, Connect(wait))


def _tick(line: Line, now: datetime) -> Step:
    if not line.open:
        return line, ()
    late = [one for one in line.waiting if now - one.since >= ACK and one.command != "ping"]
    line = replace(line, waiting=tuple(one for one in line.waiting if one not in late))
    told = tuple(
        Settle(one.key, Receipt("retry", detail="企业微信没有回执，稍后自动重试"))
        for one in late
        if one.key
    )
    if any(one.command == "aibot_subscribe" for one in late):
        return line, (*told, Close())
    if not line.live or (line.beat_at and now - line.beat_at < BEAT):
        return line, told
    if line.missed >= BEATS_MISSED:
        return line, (*told, Close())
    line, written = _write(replace(line, beat_at=now, missed=line.missed + 1), "ping", None, now)
    return line, (*told, written)


def _came(line: Line, text: str, now: datetime) -> Step:
    try:
        frame = read_json(text.encode(errors="replace"))
    except Malformed:
        return line, ()
    command, req_id = frame.text("cmd"), frame.form("headers").text("req_id")
    if not command:
        return _acknowledged(line, frame, req_id, now)
    body = frame.form("body")
    if command == "aibot_msg_callback":
        letter = message(line.robot.account, req_id, body, text, now)
        if letter and letter.sender in line.robot.staff:
            letter = replace(letter, mergeable=False)
        return line, _delivered(letter)
    if command == "aibot_event_callback":
        return _happened(line, req_id, body, text, now)
    return line, ()


def _happened(line: Line, req_id: str, body: Form, text: str, now: datetime) -> Step:
    kind = body.form("event").text("eventtype") or body.text("eventtype")
    if kind == "disconnected_event":
        warning = "机器人的长连接被另一个进程顶掉了：同一个机器人只能有一处在线，请检查是否重复部署"
        return replace(line, live=False, slow=True), (Warn(warning), Close())
    readers = {"enter_chat": entered, "template_card_event": card_pressed}
    read = readers.get(kind, feedback)
    return line, _delivered(read(line.robot.account, req_id, body, text, now))


def _delivered(letter: Incoming | None) -> tuple[Action, ...]:
    return (Deliver(letter),) if letter else ()


def _acknowledged(line: Line, frame: Form, req_id: str, now: datetime) -> Step:
    mine = next((one for one in line.waiting if one.req_id == req_id), None)
    if mine is None:
        return line, ()
    line = replace(line, waiting=_without(line.waiting, mine))
    code = frame.number("errcode")
    if mine.command == "ping":
        return replace(line, missed=0), ()
    if mine.command == "aibot_subscribe":
        return _subscribed(line, code, frame.text("errmsg"), now)
    if code == 0:
        return line, _settled(line, mine, Receipt(platform_id=mine.key))
    refused = explained(code, frame.text("errmsg"), line.robot.codes).receipt
    return line, (Settle(mine.key, refused),)


def _settled(line: Line, mine: Waiting, receipt: Receipt) -> tuple[Action, ...]:
    # A growing answer is settled by its last frame only.
    growing = any(stream.key == mine.key for stream in line.streams)
    return () if growing else (Settle(mine.key, receipt),)


def _subscribed(line: Line, code: int, said: str, now: datetime) -> Step:
    if code == 0:
        return replace(line, live=True, failures=0, missed=0, beat_at=now), ()
    detail = explained(code, said, line.robot.codes).receipt.detail
    warning = f"机器人订阅失败：{detail}。请核对 bot_id 与长连接专用的 secret"
    return replace(line, slow=True), (Warn(warning), Close())


def _say(line: Line, letter: Outgoing, finish: bool, now: datetime) -> Step:
    text = numbered(letter.text, letter.choices)
    refusal = too_long(text, LIMITS.text_bytes)
    if refusal:
        return line, (Settle(letter.key, refusal),)
    if not line.live:
        return line, (Settle(letter.key, Receipt("retry", detail="机器人还没有连上企业微信")),)
    req_id = letter.extra.get("req_id", "")
    if letter.extra.get("welcome_until"):
        return _welcome(line, letter, text, now)
    if not req_id or req_id in line.answered or letter.tries:
        return _push(line, letter, text, now) if finish else (line, ())
    return _grow(line, letter, text, finish, now)


def _welcome(line: Line, letter: Outgoing, text: str, now: datetime) -> Step:
    if now >= datetime.fromisoformat(letter.extra["welcome_until"]) or letter.tries:
        late = Receipt("window_closed", detail="欢迎语要在进入后五秒内发，已经过了")
        return line, (Settle(letter.key, late),)
    body = {"msgtype": "text", "text": {"content": text}}
    return _send(line, "aibot_respond_welcome_msg", body, letter, now)


def _push(line: Line, letter: Outgoing, text: str, now: datetime) -> Step:
    body = {
        "chatid": letter.room or letter.to,
        "chat_type": 2 if letter.room else 1,
        "msgtype": "markdown",
        "markdown": {"content": text},
    }
    bare = replace(letter, extra={})
    return _send(line, "aibot_send_msg", body, bare, now)


def _grow(line: Line, letter: Outgoing, text: str, finish: bool, now: datetime) -> Step:
    """One frame of an answer: always the whole text so far, under one id."""
    req_id = letter.extra["req_id"]
    stream = next((one for one in line.streams if one.key == letter.key), None)
    if stream and now - stream.since > STREAM_WITHIN:
        line = _closed_stream(line, letter.key, req_id)
        return _push(line, letter, text, now) if finish else (line, ())
    stream = stream or Stream(letter.key, req_id, now)
    line = replace(line, streams=(*(s for s in line.streams if s.key != letter.key), stream))
    if finish:
        line = _closed_stream(line, letter.key, req_id)
    content = {"id": stream_id(letter.key), "content": text, "finish": finish}
    return _send(line, "aibot_respond_msg", {"msgtype": "stream", "stream": content}, letter, now)


def _closed_stream(line: Line, key: str, req_id: str) -> Line:
    streams = tuple(one for one in line.streams if one.key != key)
    return replace(line, streams=streams, answered=(*line.answered, req_id)[-_REMEMBERED:])


def stream_id(key: str) -> str:
    """A stream's id, the same for every frame of one letter."""
    return re.sub(r"[^0-9A-Za-z_-]", "-", key)[:64] or "stream"


def _send(
    line: Line, command: str, body: Mapping[str, Any], letter: Outgoing, now: datetime
) -> Step:
    req_id = letter.extra.get("req_id", "")
    line, written = _write(line, command, body, now, req_id, letter.key)
    return line, (written,)


def _write(
    line: Line,
    command: str,
    body: Mapping[str, Any] | None,
    now: datetime,
    req_id: str = "",
    key: str = "",
) -> tuple[Line, Write]:
    """A frame with a req_id of its own unless it answers a callback's."""
    number = line.number + 1
    chosen = req_id or f"{command}-{int(now.timestamp())}-{number}"
    frame: dict[str, Any] = {"cmd": command, "headers": {"req_id": chosen}}
    if body is not None:
        frame["body"] = body
    due = Waiting(chosen, command, now, key)
    after = replace(line, number=number, waiting=(*line.waiting, due))
    return after, Write(json.dumps(frame, ensure_ascii=False))


def _without(waiting: tuple[Waiting, ...], one: Waiting) -> tuple[Waiting, ...]:
    place = waiting.index(one)
    return waiting[:place] + waiting[place + 1 :]
