"""Official accounts (公众号) and mini-programs: their customer messages (protocol notes, D)."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from bot.channels.api import Api
from bot.channels.base import SAID, Answer, Callback, Failed, Passive, Received, moment
from bot.channels.crypto import Keys
from bot.channels.desk import Desk
from bot.channels.envelope import Pushed, greet_push, open_push
from bot.channels.forms import Form
from bot.channels.items import Events, Told, happens, message_id, read_message, served, tapped
from bot.channels.media import MEDIA, file_or_receipt
from bot.channels.rendering import numbered, too_long
from bot.mail import Incoming, Limits, Outgoing, Receipt, Window

SEND = "cgi-bin/message/custom/send"
TYPING = {
    "official": "cgi-bin/message/custom/typing",
    "miniprogram": "cgi-bin/message/custom/business/typing",
}
_TEXT = 2048
_DAYS = timedelta(hours=48)
_MINUTE = timedelta(minutes=1)

OFFICIAL: Final = Limits(
    _TEXT, (Window(SAID, _DAYS, 5), Window(("choice", "event"), _MINUTE, 3)), choices=6
)
"""A tapped menu counts as a menu click. How many items a menu may hold is not published (U)."""

MINIPROGRAM: Final = Limits(
    _TEXT, (Window((*SAID, "choice"), _DAYS, 5), Window(("event",), _MINUTE, 2))
)
PASSIVE: Final = Limits(
    _TEXT, (Window((*SAID, "choice", "event"), timedelta(seconds=15), 1),), choices=0
)
"""One answer on the callback; with the platform's repeats there are fifteen seconds for it."""

_NO_MENUS = 40200

_EVENTS: Final[Events] = {
    "subscribe": happens("follow"),
    "unsubscribe": happens("unfollow", silent=True),
    "scan": happens("scan"),
    "click": tapped,
    "user_enter_tempsession": happens("enter"),
    "kf_create_session": served("person_took"),
    "kf_switch_session": served("person_changed"),
    "kf_close_session": served("session_ended"),
}


@dataclass(frozen=True, slots=True)
class Official:
    """One account. `push`: it may write by itself; else it answers on the callback only.

    `transfer`: people of the account work in WeChat's own customer-service desk, so that chats may
    be given to them. `menus`: not for subscription and test accounts.
    """

    account: str
    keys: Keys
    api: Api
    kind: str = "official"
    plain: bool = False
    push: bool = True
    menus: bool = True
    transfer: bool = False
    desk: Desk = field(default_factory=Desk)

    @property
    def limits(self) -> Limits:
        """What this account may send."""
        if not self.push:
            return PASSIVE
        if self.kind == "miniprogram":
            return MINIPROGRAM
        return OFFICIAL if self.menus else Limits(OFFICIAL.text_bytes, OFFICIAL.windows)

    def receive(self, callback: Callback) -> Received:
        """Verify and parse. Raises NotGenuine."""
        if callback.method == "GET":
            return Received(answer=greet_push(self.keys, callback))
        pushed = open_push(self.keys, self.plain, callback)
        told = read_message(pushed.form, _EVENTS)
        letter = self._letter(pushed, told, callback)
        return Received((letter,), Answer(b"success"), passive=self._passive(pushed, told))

    async def send(self, letter: Outgoing) -> Receipt:
        """One message, as a menu where there are choices and the account may have menus."""
        text = numbered(letter.text, letter.choices)
        refusal = too_long(text, _TEXT)
        if refusal:
            return refusal
        if not self.push:
            return await self.desk.put(letter.to, text)
        if letter.choices and self.limits.choices >= len(letter.choices):
            found = await self._post(letter.to, _menu(letter))
            # A menu that this kind of account may not send was not delivered: say it in words.
            if not (isinstance(found, Failed) and found.code == _NO_MENUS):
                return _receipt(found)
        return _receipt(await self._post(letter.to, {"msgtype": "text", "text": {"content": text}}))

    def listens(self, person: str) -> bool:
        """Without the right to write: only while a callback of this person is open here."""
        return self.push or self.desk.listens(person)

    async def fetch(self, letter: Incoming, name: str, most: int) -> bytes | Receipt:
        """A file by its media id, which holds for three days."""
        return file_or_receipt(await self.api.download(MEDIA, {"media_id": name}, most))

    async def typing(self, person: str, on: bool = True) -> Receipt:
        """“对方正在输入” for up to fifteen seconds; any message ends it."""
        if not self.push:
            return Receipt("refused", detail="这个账号不能主动发消息，也就不能显示正在输入")
        command = "Typing" if on else "CancelTyping"
        asked = {"touser": person, "command": command}
        return _receipt(await self.api.post(TYPING[self.kind], asked))

    async def _post(self, person: str, body: dict[str, Any]) -> Form | Failed:
        return await self.api.post(SEND, {"touser": person, **body})

    def _letter(self, pushed: Pushed, told: Told, callback: Callback) -> Incoming:
        form = pushed.form
        return Incoming(
            self.kind,
            self.account,
            message_id(form),
            form.text("fromusername"),
            told.kind,
            moment(form.number("createtime"), callback.at),
            text=told.text,
            choice=told.choice,
            media=told.media,
            event=told.event,
            mergeable=told.mergeable and self.push and not self.transfer,
            silent=told.silent,
            raw=pushed.content,
            extra=told.extra,
        )

    def _passive(self, pushed: Pushed, told: Told) -> Passive | None:
        if told.silent:
            return None
        stamp = _stamp(pushed)

        def speak(text: str) -> Answer:
            return pushed.answer({**stamp, "MsgType": "text", "Content": text})

        def hand_over() -> Answer:
            return pushed.answer({**stamp, "MsgType": "transfer_customer_service"})

        # The desk takes over after a person's message, never after an event.
        may_transfer = self.transfer and told.kind != "event" and told.event != "menu"
        return Passive(speak, hand_over if may_transfer else None, self.desk, only=not self.push)


def _stamp(pushed: Pushed) -> dict[str, str | int]:
    form = pushed.form
    return {
        "ToUserName": form.text("fromusername"),
        "FromUserName": form.text("tousername"),
        "CreateTime": form.number("createtime"),
    }


def _menu(letter: Outgoing) -> dict[str, Any]:
    items = [{"id": choice.id, "content": choice.label} for choice in letter.choices]
    menu = {"head_content": letter.text, "list": items, "tail_content": ""}
    return {"msgtype": "msgmenu", "msgmenu": menu}


def _receipt(found: Form | Failed) -> Receipt:
    return found.receipt if isinstance(found, Failed) else Receipt()
