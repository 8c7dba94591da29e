"""Callbacks as an account's platform would make them, signed and sealed with its own keys.

What opens these opens the platform's, provided that the console holds the same token and key.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.channels.accounts import Account
from bot.channels.base import Callback
from bot.channels.crypto import aes_key, seal, signature
from bot.channels.envelope import Fields
from bot.channels.forms import write_xml

ECHO = "1616140317555161061"
_NONCE = "1372623149"
CORP_KINDS = ("kf", "wecom")


@dataclass(frozen=True, slots=True)
class Pair:
    """A token and its key ('' in plain mode). `old`: being rotated out."""

    token: str
    key: str
    old: bool = False


def pairs(account: Account) -> Iterator[Pair]:
    """The pair in force, and the one before where keys are being rotated."""
    token, key = account.text("token"), account.text("aes_key")
    yield Pair(token, key)
    before = (account.text("previous_token"), account.text("previous_aes_key"))
    if any(before):
        yield Pair(before[0] or token, before[1] or key, old=True)


def receiver_of(account: Account) -> str:
    """For whom its callbacks are sealed."""
    return account.text("corp_id" if account.kind in CORP_KINDS else "app_id")


def address_check(account: Account, pair: Pair, at: datetime) -> Callback:
    """The GET with which a console proves an address; the answer must be ECHO."""
    timestamp = str(int(at.timestamp()))
    query = {"timestamp": timestamp, "nonce": _NONCE}
    if account.kind not in CORP_KINDS:
        signed = signature(pair.token, timestamp, _NONCE)
        return Callback("GET", {**query, "signature": signed, "echostr": ECHO}, b"", at)
    echo = seal(ECHO.encode(), aes_key(pair.key), receiver_of(account))
    signed = signature(pair.token, timestamp, _NONCE, echo)
    return Callback("GET", {**query, "msg_signature": signed, "echostr": echo}, b"", at)


def sealed_event(account: Account, pair: Pair, at: datetime) -> Callback:
    """A POST with an event that no platform knows: it is opened, and left."""
    timestamp, owner = str(int(at.timestamp())), receiver_of(account)
    sealed = seal(write_xml(_event(owner, at)), aes_key(pair.key), owner)
    query = {
        "timestamp": timestamp,
        "nonce": _NONCE,
        "encrypt_type": "aes",
        "msg_signature": signature(pair.token, timestamp, _NONCE, sealed),
    }
    return Callback("POST", query, write_xml({"ToUserName": owner, "Encrypt": sealed}), at)


def _event(owner: str, at: datetime) -> Fields:
    return {
        "ToUserName": owner,
        "FromUserName": "doctor",
        "CreateTime": int(at.timestamp()),
        "MsgType": "event",
        "Event": "doctor_check",
    }
