"""微信客服: a doorbell rings, messages are fetched, replies go out while no person has the chat.

Facts: protocol notes, B. The callback holds no content; pulling inside it would overrun its five
seconds, so `receive` only says that something waits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from bot.channels.api import Api
from bot.channels.base import (
    SAID,
    Callback,
    Doorbell,
    Failed,
    Malformed,
    Received,
    platform_key,
)
from bot.channels.crypto import Keys
from bot.channels.envelope import greet_corp, open_corp
from bot.channels.forms import Form, write_json
from bot.channels.kf_items import KIND, WELCOME_WITHIN, Cursor, Reading, letter
from bot.channels.media import MEDIA, file_or_receipt
from bot.channels.rendering import in_bytes, numbered, too_long
from bot.clock import Clock
from bot.mail import Incoming, Limits, Outgoing, Receipt, Window
from knowledge.errcodes import Codes

SYNC, SEND = "cgi-bin/kf/sync_msg", "cgi-bin/kf/send_msg"
SEND_ON_EVENT = "cgi-bin/kf/send_msg_on_event"
STATE, TRANS = "cgi-bin/kf/service_state/get", "cgi-bin/kf/service_state/trans"

LIMITS: Final = Limits(
    2048,
    (
        Window((*SAID, "choice"), timedelta(hours=48), 5),  # a tap comes as a text
        Window(("event",), WELCOME_WITHIN, 1),
    ),
    choices=10,
    idempotent=True,
)

NEW, BOT, QUEUE, PERSON, ENDED = range(5)
"""Who has a chat (`service_state`)."""

_MENU_TEXT, _MENU_ID, _MENU_LABEL = 1024, 64, 128  # bytes


@dataclass(frozen=True, slots=True)
class Pulled:
    """One page. Keep `cursor` together with the letters; read on while `more`.

    `failed`: nothing was read and the cursor is the old one.
    """

    letters: tuple[Incoming, ...]
    cursor: str
    more: bool = False
    failed: Receipt | None = None


@dataclass(frozen=True, slots=True)
class Kf:
    """One customer-service account. `siblings`: open_kfid to account of all that share the address.

    `servicer`: the member to whom a chat is handed over; '' puts it into the queue.
    """

    account: str
    open_kfid: str
    keys: Keys
    api: Api
    clock: Clock
    failures: Codes
    siblings: Mapping[str, str] = field(default_factory=dict)
    servicer: str = ""
    kind: str = KIND
    limits: Limits = field(default=LIMITS)

    def receive(self, callback: Callback) -> Received:
        """Verify; says for which account it rang. Raises NotGenuine."""
        if callback.method == "GET":
            return Received(answer=greet_corp(self.keys, callback))
        form = open_corp(self.keys, callback).form
        if form.text("event") != "kf_msg_or_event":
            return Received()
        kfid = form.text("openkfid")
        if not kfid:
            raise Malformed
        account = (self.siblings or {self.open_kfid: self.account}).get(kfid)
        # An account of the same company that nobody configured here: acknowledged and left.
        return Received(doorbell=Doorbell(account, form.text("token")) if account else None)

    async def pull(self, kept: str, token: str = "") -> Pulled:
        """The next page after the cursor `kept` ('' at first). One at a time for an account."""
        cursor = Cursor.loads(kept)
        asked = {"cursor": cursor.at, "token": token, "open_kfid": self.open_kfid}
        body = {name: value for name, value in asked.items() if value}
        found = await self.api.post(SYNC, body | {"limit": 1000, "voice_format": 0})
        if isinstance(found, Failed):
            return Pulled((), kept, failed=found.receipt)
        return self._page(found, cursor)

    def _page(self, found: Form, cursor: Cursor) -> Pulled:
        more = found.number("has_more") == 1
        reading = Reading(self.account, self.clock(), cursor.history, self.failures)
        after = Cursor(found.text("next_cursor") or cursor.at, cursor.history and more)
        letters = [letter(item, _raw(item), reading) for item in found.forms("msg_list")]
        # A page without a new cursor, but more to come, would be read for ever.
        more = more and after.at != cursor.at
        return Pulled(tuple(found for found in letters if found), after.dumps(), more)

    async def send(self, letter: Outgoing) -> Receipt:
        """One message: on an event while its code holds, else only if no person has the chat."""
        body = _body(letter)
        if isinstance(body, Receipt):
            return body
        if "event_code" in letter.extra:
            return await self._on_event(letter, body)
        state = await self.state(letter.to)
        if isinstance(state, Failed):
            return state.receipt
        return _not_ours(state) or await self._send(letter, body)

    async def fetch(self, letter: Incoming, name: str, most: int) -> bytes | Receipt:
        """A file by its media id, which holds for three days."""
        return file_or_receipt(await self.api.download(MEDIA, {"media_id": name}, most))

    async def state(self, person: str) -> int | Failed:
        """Who has the chat."""
        asked = {"open_kfid": self.open_kfid, "external_userid": person}
        found = await self.api.post(STATE, asked)
        return found if isinstance(found, Failed) else found.number("service_state")

    async def with_person(self, person: str) -> bool | None:
        """Whether a person has the chat, or it waits for one; None where the platform won't say:
        before each reply it is asked again."""
        state = await self.state(person)
        return None if isinstance(state, Failed) else state in (QUEUE, PERSON)

    async def hand_over(self, letter: Outgoing) -> Receipt:
        """Give the chat to the servicer or the queue; what a person has already stays there."""
        state = await self.state(letter.to)
        if isinstance(state, Failed):
            return state.receipt
        if state in (QUEUE, PERSON):
            return Receipt()
        if state == ENDED:
            return Receipt("window_closed", detail="会话已结束，等客户再发一条消息")
        asked: dict[str, Any] = {"open_kfid": self.open_kfid, "external_userid": letter.to}
        asked |= {"service_state": PERSON if self.servicer else QUEUE}
        if self.servicer:
            asked["servicer_userid"] = self.servicer
        found = await self.api.post(TRANS, asked)
        return found.receipt if isinstance(found, Failed) else Receipt()

    async def _on_event(self, letter: Outgoing, body: Mapping[str, Any]) -> Receipt:
        """A welcome, or a farewell. Never late, never twice: its code works once and for twenty
        seconds."""
        if letter.tries or self.clock() >= _until(letter.extra):
            late = "欢迎语和结束语要在客户进入、人工结束后二十秒内发，已经过了"
            return Receipt("window_closed", detail=late)
        asked = {"code": letter.extra["event_code"], "msgid": platform_key(letter.key), **body}
        found = await self.api.post(SEND_ON_EVENT, asked)
        return _receipt(found, letter)

    async def _send(self, letter: Outgoing, body: Mapping[str, Any]) -> Receipt:
        ids = {"touser": letter.to, "open_kfid": self.open_kfid, "msgid": platform_key(letter.key)}
        return _receipt(await self.api.post(SEND, {**ids, **body}), letter)


def _receipt(found: Form | Failed, letter: Outgoing) -> Receipt:
    if isinstance(found, Form):
        return Receipt(platform_id=found.text("msgid") or platform_key(letter.key))
    # Whoever sends it again under this key does not know that it went out: we died, say.
    if _says_duplicate(found.receipt.detail):
        return Receipt(platform_id=platform_key(letter.key), detail=found.receipt.detail)
    return found.receipt


def _says_duplicate(detail: str) -> bool:
    # The code for an id used before is not published (U); what it says names both.
    said = detail.lower()
    return "msgid" in said and any(word in said for word in ("duplicate", "repeat", "exist"))


def _not_ours(state: int) -> Receipt | None:
    if state in (NEW, BOT):
        return None
    if state == ENDED:
        return Receipt("window_closed", detail="会话已结束，等客户再发一条消息")
    return Receipt("refused", detail="会话在人工手里，机器人没有插话")


def _until(extra: Mapping[str, str]) -> datetime:
    return datetime.fromisoformat(extra["event_until"])


def _raw(item: Form) -> bytes:
    return write_json(item.given)


def _body(letter: Outgoing) -> dict[str, Any] | Receipt:
    """A menu where it can be one, else text with numbers before the choices."""
    if letter.choices and _fits_menu(letter):
        return _menu(letter, letter.text, "")
    text = numbered(letter.text, letter.choices)
    refusal = too_long(text, LIMITS.text_bytes)
    if not refusal:
        return {"msgtype": "text", "text": {"content": text}}
    return _long_menu(letter) or refusal


def _fits_menu(letter: Outgoing) -> bool:
    return in_bytes(letter.text) <= _MENU_TEXT and _tappable(letter)


def _tappable(letter: Outgoing) -> bool:
    short = all(
        1 <= in_bytes(choice.id) <= _MENU_ID and 1 <= in_bytes(choice.label) <= _MENU_LABEL
        for choice in letter.choices
    )
    return short and 1 <= len(letter.choices) <= LIMITS.choices


def _long_menu(letter: Outgoing) -> dict[str, Any] | None:
    """A long text around its menu, so that one send carries both."""
    head = letter.text.encode()[:_MENU_TEXT].decode(errors="ignore")
    tail = letter.text[len(head) :]
    if not _tappable(letter) or in_bytes(tail) > _MENU_TEXT:
        return None
    return _menu(letter, head, tail)


def _menu(letter: Outgoing, head: str, tail: str) -> dict[str, Any]:
    items = [
        {"type": "click", "click": {"id": choice.id, "content": choice.label}}
        for choice in letter.choices
    ]
    menu = {"head_content": head, "list": items}
    return {"msgtype": "msgmenu", "msgmenu": menu | ({"tail_content": tail} if tail else {})}
