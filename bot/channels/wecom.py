"""A WeCom application of the company's own: its staff (protocol notes, A).

Customers never come this way. Staff ask the bot here, and it tells them what waits for a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from bot.channels.api import Api, read_answer
from bot.channels.base import WECOM_RATES, Answer, Callback, Failed, Passive, Received, moment
from bot.channels.crypto import Keys
from bot.channels.desk import Desk
from bot.channels.envelope import Pushed, greet_corp, open_corp
from bot.channels.forms import Form, write_json
from bot.channels.items import Events, Told, happens, message_id, read_message, tapped
from bot.channels.media import MEDIA, file_or_receipt
from bot.channels.official import PASSIVE
from bot.channels.rendering import numbered, too_long
from bot.mail import Incoming, Limits, Outgoing, Receipt
from bot.messages import Choice
from knowledge.errcodes import Codes

KIND: Final = "wecom"
SEND = "cgi-bin/message/send"
UPDATE = "cgi-bin/message/update_template_card"
LIMITS: Final = Limits(2048, rates=WECOM_RATES)
_BUTTONS = 6


def _pressed(form: Form) -> Told:
    """A button of one of our cards. `response_code` changes that card, once."""
    known = {"task": form.text("taskid"), "response_code": form.text("responsecode")}
    extra = {name: value for name, value in known.items() if value}
    return Told("choice", choice=form.text("eventkey") or None, event="card", extra=extra)


_EVENTS: Final[Events] = {
    "subscribe": happens("follow", silent=True),
    "enter_agent": happens("enter", silent=True),
    "click": tapped,
    "template_card_event": _pressed,
}


@dataclass(frozen=True, slots=True)
class Alert:
    """Something staff should see now. `task`: names the card; buttons come back as choices."""

    task: str
    title: str
    text: str
    url: str = ""
    buttons: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Wecom:
    """One application. `active`: answers go out as messages; else on the callback."""

    account: str
    agent_id: int
    keys: Keys
    api: Api
    active: bool = True
    staff: frozenset[str] = frozenset()
    """Members whose words are never merged: each may be an order to do something."""
    kind: str = KIND
    desk: Desk = field(default_factory=Desk)

    @property
    def limits(self) -> Limits:
        """What this application may send."""
        return LIMITS if self.active else PASSIVE

    def receive(self, callback: Callback) -> Received:
        """Verify and parse. Raises NotGenuine."""
        if callback.method == "GET":
            return Received(answer=greet_corp(self.keys, callback))
        pushed = open_corp(self.keys, callback)
        told = read_message(pushed.form, _EVENTS)
        letter = self._letter(pushed, told, callback)
        return Received((letter,), passive=None if told.silent else self._passive(pushed))

    async def send(self, letter: Outgoing) -> Receipt:
        """One text to one member, or a card where there is something to tap and it fits one."""
        card = _choices(letter) if self.active else None
        if card:
            return await self._post(letter.to, card)
        text = numbered(letter.text, letter.choices)
        refusal = too_long(text, LIMITS.text_bytes)
        if refusal:
            return refusal
        if not self.active:
            return await self.desk.put(letter.to, text)
        # The check compares contents for half an hour, so the same words said twice on purpose
        # would vanish; only a second try asks for it.
        body: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
        if letter.tries:
            body |= {"enable_duplicate_check": 1, "duplicate_check_interval": 1800}
        return await self._post(letter.to, body)

    def listens(self, person: str) -> bool:
        """Without the right to write: only while a callback of this person is open here."""
        return self.active or self.desk.listens(person)

    async def fetch(self, letter: Incoming, name: str, most: int) -> bytes | Receipt:
        """A file by its media id, which holds for three days."""
        return file_or_receipt(await self.api.download(MEDIA, {"media_id": name}, most))

    async def alert(self, members: Sequence[str], alert: Alert) -> Receipt:
        """A card to these members; with nothing to tap or open it is a text."""
        to = "|".join(members)
        if not alert.buttons and not alert.url:
            content = f"{alert.title}\n{alert.text}"
            return await self._post(to, {"msgtype": "text", "text": {"content": content}})
        return await self._post(to, {"msgtype": "template_card", **_card(alert)})

    async def settle(self, response_code: str, done: str) -> Receipt:
        """The buttons of a pressed card become the words `done`, for everybody who got it (U)."""
        asked = {
            "atall": 1,
            "agentid": self.agent_id,
            "response_code": response_code,
            "button": {"replace_name": done},
        }
        found = await self.api.post(UPDATE, asked)
        return found.receipt if isinstance(found, Failed) else Receipt()

    async def _post(self, to: str, body: dict[str, Any]) -> Receipt:
        found = await self.api.post(SEND, {"touser": to, "agentid": self.agent_id, **body})
        if isinstance(found, Failed):
            return found.receipt
        told = (found.text("invaliduser"), found.text("unlicenseduser"))
        missed = {member for names in told for member in names.split("|") if member}
        detail = f"没有送到：{'、'.join(sorted(missed))}。检查应用可见范围与许可" if missed else ""
        # Who got it must not get it again for the sake of the others.
        if missed >= set(to.split("|")):
            return Receipt("refused", detail=detail)
        return Receipt(platform_id=found.text("msgid"), detail=detail)

    def _letter(self, pushed: Pushed, told: Told, callback: Callback) -> Incoming:
        form, sender = pushed.form, pushed.form.text("fromusername")
        return Incoming(
            KIND,
            self.account,
            message_id(form),
            sender,
            told.kind,
            moment(form.number("createtime"), callback.at),
            text=told.text,
            choice=told.choice,
            media=told.media,
            event=told.event,
            mergeable=told.mergeable and self.active and sender not in self.staff,
            silent=told.silent,
            raw=pushed.content,
            extra=told.extra,
        )

    def _passive(self, pushed: Pushed) -> Passive:
        form = pushed.form

        def speak(text: str) -> Answer:
            return pushed.answer(
                {
                    "ToUserName": form.text("fromusername"),
                    "FromUserName": form.text("tousername"),
                    "CreateTime": form.number("createtime"),
                    "MsgType": "text",
                    "Content": text,
                }
            )

        return Passive(speak, None, self.desk, only=not self.active)


_TITLE, _TEXT, _LABEL = 36, 160, 10
"""Characters that a card shows of title, text and button, as far as is known (U)."""


def _choices(letter: Outgoing) -> dict[str, Any] | None:
    """A reply with something to tap, as a card; None where it would be cut off."""
    fits = 1 <= len(letter.choices) <= _BUTTONS and len(letter.text) <= _TEXT
    if not fits or any(len(choice.label) > 2 * _LABEL for choice in letter.choices):
        return None
    # A platform takes each task's name once, so a second try needs another.
    task = f"{letter.key}-{letter.tries}" if letter.tries else letter.key
    alert = Alert(task, "", letter.text, buttons=letter.choices)
    return {"msgtype": "template_card", **_card(alert)}


def _card(alert: Alert) -> dict[str, Any]:
    text = alert.text if len(alert.text) <= 2 * _TEXT else alert.text[: 2 * _TEXT - 1] + "…"
    card: dict[str, Any] = {"sub_title_text": text, "task_id": alert.task}
    if alert.title:
        card["main_title"] = {"title": alert.title[:_TITLE]}
    if alert.url:
        card["card_action"] = {"type": 1, "url": alert.url}
    if not alert.buttons:
        return {"template_card": {"card_type": "text_notice", **card}}
    buttons = [{"text": b.label, "key": b.id, "style": 1} for b in alert.buttons[:_BUTTONS]]
    return {"template_card": {"card_type": "button_interaction", **card, "button_list": buttons}}


@dataclass(frozen=True, slots=True)
class GroupRobot:
    """A robot in a staff group; whoever knows its `webhook` may write there, nobody can answer."""

    client: httpx.AsyncClient
    webhook: str
    codes: Codes

    async def alert(self, alert: Alert) -> Receipt:
        """The alert as text, with its address."""
        text = "\n".join(part for part in (alert.title, alert.text, alert.url) if part)
        refusal = too_long(text, LIMITS.text_bytes)
        if refusal:
            return refusal
        content = write_json({"msgtype": "text", "text": {"content": text}})
        try:
            answer = await self.client.post(self.webhook, content=content)
        except httpx.HTTPError as error:
            return Receipt("retry", detail=f"连不上平台（{type(error).__name__}）")
        found = read_answer(answer.status_code, answer.headers, answer.content, self.codes)
        return found.receipt if isinstance(found, Failed) else Receipt()
