"""Signed and sealed callbacks of all platforms: opened, and answered in the same manner."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.channels.base import Answer, Callback, Malformed, check_fresh, check_size
from bot.channels.crypto import Keys, Opened, open_sealed, seal, signature, signing_token
from bot.channels.forms import Form, read_form, write_json, write_xml

Fields = Mapping[str, str | int]

XML, JSON = "application/xml", "application/json"


@dataclass(frozen=True, slots=True)
class Pushed:
    """A genuine callback. `content`: the form as it came, opened. `answer` wraps fields for it."""

    form: Form
    content: bytes
    answer: Callable[[Fields], Answer]


def open_corp(keys: Keys, callback: Callback) -> Pushed:
    """A WeCom callback, always sealed. Raises NotGenuine."""
    check_size(callback)
    outer, as_json = read_form(callback.body)
    return _open(keys, callback, outer, as_json)


def greet_corp(keys: Keys, callback: Callback) -> Answer:
    """The URL check of WeCom: the opened echo, bare. Raises NotGenuine."""
    # Base64 holds no spaces: they were plus signs that somebody forgot to escape.
    echo = _asked(callback, "echostr").replace(" ", "+")
    return Answer(_opened(keys, callback, echo).content)


def open_push(keys: Keys, plain: bool, callback: Callback) -> Pushed:
    """A message push of WeChat. `plain`: the account is set to plain mode.

    Plain mode signs time and nonce only, not the body; so it is taken from no account that has
    keys, whatever the address says. In compatible mode the sealed half counts.
    """
    check_size(callback)
    if plain:
        _check_plain(keys, callback)
        form, as_json = read_form(callback.body)
        return Pushed(form, callback.body, lambda fields: _bare(fields, as_json))
    outer, as_json = read_form(callback.body)
    return _open(keys, callback, outer, as_json)


def greet_push(keys: Keys, callback: Callback) -> Answer:
    """The URL check of WeChat: the echo unchanged. Raises NotGenuine."""
    _check_plain(keys, callback)
    return Answer(_asked(callback, "echostr").encode())


def _check_plain(keys: Keys, callback: Callback) -> None:
    given, timestamp, nonce = (_asked(callback, n) for n in ("signature", "timestamp", "nonce"))
    signing_token(keys.tokens, given, timestamp, nonce)
    check_fresh(timestamp, callback.at)


def _open(keys: Keys, callback: Callback, outer: Form, as_json: bool) -> Pushed:
    sealed = outer.text("encrypt")
    if not sealed:
        raise Malformed
    opened = _opened(keys, callback, sealed)
    form, within_json = read_form(opened.content)
    nonce, timestamp = _asked(callback, "nonce"), str(int(callback.at.timestamp()))

    def answer(fields: Fields) -> Answer:
        inner = write_json(dict(fields)) if within_json else write_xml(fields)
        return _wrapped(inner, opened, keys.receive_id, (timestamp, nonce), as_json)

    return Pushed(form, opened.content, answer)


def _opened(keys: Keys, callback: Callback, sealed: str) -> Opened:
    signed, timestamp, nonce = (
        _asked(callback, name) for name in ("msg_signature", "timestamp", "nonce")
    )
    opened = open_sealed(keys, signed, timestamp, nonce, sealed)
    check_fresh(timestamp, callback.at)
    return opened


def _asked(callback: Callback, name: str) -> str:
    found = callback.query.get(name, "")
    if not found:
        raise Malformed
    return found


def _bare(fields: Fields, as_json: bool) -> Answer:
    if as_json:
        return Answer(write_json(dict(fields)), JSON)
    return Answer(write_xml(fields), XML)


def _wrapped(
    inner: bytes, opened: Opened, receive_id: str, stamp: tuple[str, str], as_json: bool
) -> Answer:
    # Sealed with the key that opened it: while keys rotate, the platform expects that one.
    sealed = seal(inner, opened.key, receive_id)
    timestamp, nonce = stamp
    return _bare(
        {
            "Encrypt": sealed,
            "MsgSignature": signature(opened.token, timestamp, nonce, sealed),
            "TimeStamp": int(timestamp),
            "Nonce": nonce,
        },
        as_json,
    )
