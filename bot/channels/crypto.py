"""The message crypto that all WeChat and WeCom callbacks share (protocol notes, section 1)."""

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha1

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.channels.base import NotGenuine, WrongReceiver

_BLOCK = 32
"""Padding runs to 32 bytes, not to the cipher's 16, so a stock unpadder refuses half of it."""


class BadKey(ValueError):
    """Not an EncodingAESKey."""


class Unreadable(Exception):
    """This key does not open it, or it was cut off."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What opens and seals one account's callbacks. While keys rotate, the new one stands first.

    `receive_id`: corp id, app id, or '' for a company's own robot.
    """

    tokens: tuple[str, ...]
    aes: tuple[bytes, ...]
    receive_id: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A callback's content, and what opened it: the answer is sealed with the same."""

    content: bytes
    token: str
    key: bytes


def aes_key(encoded: str) -> bytes:
    """The 32 bytes of an EncodingAESKey of 43 characters. Raises BadKey."""
    if not re.fullmatch(r"[A-Za-z0-9+/]{43}", encoded):
        raise BadKey(f"EncodingAESKey 应是 43 位字母或数字，这里有 {len(encoded)} 位")
    return base64.b64decode(encoded + "=")


def signature(*parts: str) -> str:
    """Hex SHA-1 over the sorted, joined parts. SHA-1 is the platforms' choice."""
    return sha1("".join(sorted(parts)).encode()).hexdigest()


def signing_token(tokens: Iterable[str], given: str, *parts: str) -> str:
    """The token that made the signature `given` over `parts`. Raises NotGenuine."""
    for token in tokens:
        if hmac.compare_digest(signature(token, *parts).encode(), given.encode()):
            return token
    raise NotGenuine


def open_sealed(keys: Keys, signed: str, timestamp: str, nonce: str, sealed: str) -> Opened:
    """What `sealed` holds, once its signature is proven. Raises NotGenuine, WrongReceiver."""
    token = signing_token(keys.tokens, signed, timestamp, nonce, sealed)
    for key in keys.aes:
        try:
            content, receiver = unseal(sealed, key)
        except Unreadable:
            continue
        if not hmac.compare_digest(receiver, keys.receive_id.encode()):
            raise WrongReceiver
        return Opened(content, token, key)
    raise NotGenuine


def unseal(sealed: str, key: bytes) -> tuple[bytes, bytes]:
    """Content and receive id. Raises Unreadable."""
    try:
        cipher = base64.b64decode(sealed, validate=True)
    except (ValueError, binascii.Error) as error:
        raise Unreadable from error
    return _split(opened_block(cipher, key))


def opened_block(cipher: bytes, key: bytes) -> bytes:
    """What `cipher` holds, without its padding. Raises Unreadable."""
    if len(key) != 32 or not cipher or len(cipher) % 16:
        raise Unreadable
    opener = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    return _unpadded(opener.update(cipher) + opener.finalize())


def _unpadded(padded: bytes) -> bytes:
    count = padded[-1]
    if not 1 <= count <= _BLOCK or not padded.endswith(bytes([count]) * count):
        raise Unreadable
    return padded[:-count]


def _split(plain: bytes) -> tuple[bytes, bytes]:
    # 16 random bytes, the length in 4 bytes big-endian, the message, the receive id.
    length = int.from_bytes(plain[16:20], "big")
    if len(plain) < 20 + length:
        raise Unreadable
    return plain[20 : 20 + length], plain[20 + length :]


def seal(content: bytes, key: bytes, receive_id: str, random: bytes | None = None) -> str:
    """`content` for the platform. `random`: 16 bytes, fresh ones unless a test gives them."""
    salt = secrets.token_bytes(16) if random is None else random
    plain = salt + len(content).to_bytes(4, "big") + content + receive_id.encode()
    return base64.b64encode(sealed_block(plain, key)).decode()


def sealed_block(plain: bytes, key: bytes) -> bytes:
    """`plain`, padded to 32 bytes and encrypted; `opened_block` is the way back."""
    count = _BLOCK - len(plain) % _BLOCK
    sealer = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return sealer.update(plain + bytes([count]) * count) + sealer.finalize()
