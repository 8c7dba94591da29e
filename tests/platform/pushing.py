"""How the platforms call back: sealed and signed, or plain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.channels.base import Callback
from bot.channels.crypto import seal, signature
from bot.channels.forms import write_json


@dataclass(frozen=True)
class Pusher:
    """One account's callbacks, as the platform makes them."""

    token: str
    key: bytes
    receive_id: str
    json: bool = False
    plain: bool = False

    def message(self, fields: Mapping[str, Any], at: datetime) -> Callback:
        """A POST that carries `fields`."""
        return self.content(self.written(fields), at)

    def written(self, fields: Mapping[str, Any]) -> bytes:
        """`fields` in this account's format."""
        return write_json(dict(fields)) if self.json else f"<xml>{_inner(fields)}</xml>".encode()

    def content(self, content: bytes, at: datetime) -> Callback:
        """A POST that carries these bytes."""
        timestamp, nonce = str(int(at.timestamp())), "1372623149"
        query = {"signature": signature(self.token, timestamp, nonce)}
        query |= {"timestamp": timestamp, "nonce": nonce}
        if self.plain:
            return Callback("POST", query, content, at)
        sealed = seal(content, self.key, self.receive_id)
        signed = signature(self.token, timestamp, nonce, sealed)
        query |= {"encrypt_type": "aes", "msg_signature": signed}
        return Callback("POST", query, self._outer(sealed), at)

    def _outer(self, sealed: str) -> bytes:
        fields = {"ToUserName": self.receive_id, "AgentID": "1", "Encrypt": sealed}
        return self.written(fields)

    def url_check(self, echo: str, at: datetime, *, sealed: bool) -> Callback:
        """A GET; WeCom seals the echo, WeChat does not."""
        timestamp, nonce = str(int(at.timestamp())), "263014780"
        text = seal(echo.encode(), self.key, self.receive_id) if sealed else echo
        name, parts = ("msg_signature", [text]) if sealed else ("signature", [])
        signed = signature(self.token, timestamp, nonce, *parts)
        query = {name: signed, "timestamp": timestamp, "nonce": nonce, "echostr": text}
        return Callback("GET", query, b"", at)


def _inner(fields: Mapping[str, Any]) -> str:
    return "".join(_element(name, value) for name, value in fields.items())


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, item) for item in value)
    if isinstance(value, Mapping):
        return f"<{name}>{_inner(value)}</{name}>"
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    text = str(value).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{text}]]></{name}>"
