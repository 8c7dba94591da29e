"""微信小店自研客服: where a shop's buyers write (protocol notes, I).

From the switch to this mode on the shop's consultations go only here; without a working address
they are lost for good.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from bot.channels.api import Api
from bot.channels.base import (
    SAID,
    Answer,
    Callback,
    Failed,
    Malformed,
    Received,
    made_up_id,
    moment,
    platform_key,
)
from bot.channels.crypto import Keys
from bot.channels.envelope import Pushed, greet_push, open_push
from bot.channels.forms import Form
from bot.channels.media import file_or_receipt
from bot.channels.rendering import numbered, too_long
from bot.mail import CARD, Incoming, Kind, Limits, Outgoing, Receipt, Window

KIND: Final = "commkf"
SEND = "channels/ec/commkf/sendmsg"
MEDIA = "channels/ec/basics/media/get"
LIMITS = Limits(2048, (Window(SAID, timedelta(hours=48), 5),), choices=0, idempotent=True)
"""The length is that of the other customer messages; this platform publishes none (U)."""

_MESSAGE = "commkf_send_msg_to_kf"
_AFTER_SALE = "channels_ec_aftersale_update"
_SUCCESS = Answer(b"success")


@dataclass(frozen=True, slots=True)
class Commkf:
    """One shop. `openid_checked`: somebody has checked that buyers here and orders share openids.

    Only then is a writer taken for the buyer of an order (protocol notes: unverified).
    """

    account: str
    keys: Keys
    api: Api
    plain: bool = False
    openid_checked: bool = False
    kind: str = KIND
    limits: Limits = field(default=LIMITS)

    def receive(self, callback: Callback) -> Received:
        """Verify and parse. Raises NotGenuine."""
        if callback.method == "GET":
            return Received(answer=greet_push(self.keys, callback))
        pushed = open_push(self.keys, self.plain, callback)
        return Received((self._letter(pushed, callback),), _SUCCESS)

    async def send(self, letter: Outgoing) -> Receipt:
        """One text or card; `request_id` lets the platform know a second try again."""
        kind, _, shown = letter.extra.get(CARD, "").partition(":")
        if shown:
            send = self.send_order_card if kind == "order" else self.send_product_card
            return await send(letter, shown)
        text = numbered(letter.text, letter.choices)
        return too_long(text, self.limits.text_bytes) or await self._post(
            letter, "text", {"content": text}
        )

    async def send_order_card(self, letter: Outgoing, order_no: str) -> Receipt:
        """A card of one order; the letter's text is left out."""
        return await self._post(letter, "order_share", {"order_id": order_no})

    async def send_product_card(self, letter: Outgoing, product_id: str) -> Receipt:
        """A card of one product; the letter's text is left out."""
        return await self._post(letter, "product_share", {"product_id": product_id})

    async def fetch(self, letter: Incoming, name: str, most: int) -> bytes | Receipt:
        """A file that a buyer sent, by its address or by its id at the shop (which it is: U)."""
        if name.startswith(("https://", "http://")):
            return file_or_receipt(await self.api.file_at(name, most))
        return file_or_receipt(await self.api.download(MEDIA, {"media_id": name}, most))

    async def _post(self, letter: Outgoing, kind: str, body: dict[str, Any]) -> Receipt:
        asked = {
            "request_id": platform_key(letter.key),
            "open_id": letter.to,
            "msg_type": kind,
            kind: body,
        }
        found = await self.api.post(SEND, asked)
        if isinstance(found, Failed):
            return found.receipt
        return Receipt(platform_id=found.text("msg_id"))

    def _letter(self, pushed: Pushed, callback: Callback) -> Incoming:
        form = pushed.form
        event = form.text("event")
        if event == _MESSAGE:
            return self._said(pushed, callback)
        if not event:
            raise Malformed
        return self._happened(event, pushed, callback)

    def _said(self, pushed: Pushed, callback: Callback) -> Incoming:
        form = pushed.form
        sender = form.text("fromusername", "open_id")
        if not sender:
            raise Malformed
        told = _read(form.text("msg_type"), form)
        vouched = {"vouched_buyer": sender} if self.openid_checked else {}
        return Incoming(
            KIND,
            self.account,
            form.text("msg_id") or made_up_id(pushed.content),
            sender,
            told.kind,
            moment(form.number("createtime"), callback.at),
            text=told.text,
            media=told.media,
            order_no=told.order_no,
            raw=pushed.content,
            extra=told.extra | vouched,
        )

    def _happened(self, event: str, pushed: Pushed, callback: Callback) -> Incoming:
        """Something about the shop, not said by anybody: kept, not answered."""
        form = pushed.form
        update = form.form("finder_shop_aftersale_status_update")
        known = {"status": update.text("status"), "after_sale": update.text("after_sale_order_id")}
        return Incoming(
            KIND,
            self.account,
            form.text("msg_id") or made_up_id(pushed.content),
            form.text("fromusername"),
            "event",
            moment(form.number("createtime"), callback.at),
            order_no=update.text("order_id") or None,
            event="after_sale" if event == _AFTER_SALE else event,
            mergeable=False,
            silent=True,
            raw=pushed.content,
            extra={name: value for name, value in known.items() if value},
        )


@dataclass(frozen=True, slots=True)
class _Told:
    kind: Kind
    text: str = ""
    media: tuple[str, ...] = ()
    order_no: str | None = None
    extra: dict[str, str] = field(default_factory=dict)


def _read(kind: str, form: Form) -> _Told:
    reader = _READERS.get(kind)
    return reader(form.form(kind)) if reader else _Told("unknown", extra={"type": kind[:40]})


def _media(kind: Kind) -> Callable[[Form], _Told]:
    def read(body: Form) -> _Told:
        # The name of the field is not published for what comes in (U).
        found = body.text("media_id", "cos_url", "url", "pic_url")
        return _Told(kind, media=(found,) if found else ())

    return read


def _product(body: Form) -> _Told:
    product = body.text("product_id")
    return _Told("card", text=body.text("title"), extra={"product": product} if product else {})


_READERS: dict[str, Callable[[Form], _Told]] = {
    "text": lambda body: _Told("text", body.text("content")),
    "image": _media("image"),
    "video": _media("video"),
    "file": _media("file"),
    "voice": _media("voice"),
    "product_share": _product,
    "order_share": lambda body: _Told("card", order_no=body.text("order_id") or None),
}
