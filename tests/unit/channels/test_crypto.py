"""The shared crypto against published vectors and against two independent implementations."""

import base64
import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import PrpCrypto
from wechatpy.utils import WeChatSigner

from bot.channels.base import NotGenuine, WrongReceiver
from bot.channels.crypto import (
    BadKey,
    Keys,
    Unreadable,
    aes_key,
    open_sealed,
    seal,
    signature,
    signing_token,
    unseal,
)
from tests.needed import lacking

VECTORS: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "vectors.json").read_text()
)
NODE = Path(__file__).parents[2] / "node"
SEALED = [name for name, vector in VECTORS.items() if "ciphertext" in vector]
SIGNED = [name for name, vector in VECTORS.items() if "signature" in vector]
REBUILT = [name for name, vector in VECTORS.items() if {"random", "plaintext"} <= vector.keys()]
KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
OTHER_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@pytest.mark.parametrize("name", SEALED)
def test_a_published_message_opens(name: str) -> None:
    vector = VECTORS[name]
    content, receiver = unseal(vector["ciphertext"], aes_key(vector["aeskey"]))
    assert receiver.decode() == vector["receive_id"]
    if "plaintext" in vector:
        assert content.decode() == vector["plaintext"]
    for part in vector.get("plaintext_contains", ()):
        assert part in content.decode()


@pytest.mark.parametrize("name", SIGNED)
def test_a_published_signature_is_ours(name: str) -> None:
    vector = VECTORS[name]
    sealed = [vector["ciphertext"]] if "ciphertext" in vector else []
    parts = [vector["timestamp"], vector["nonce"], *sealed]
    assert signature(vector["token"], *parts) == vector["signature"]
    assert signing_token(("old", vector["token"]), vector["signature"], *parts) == vector["token"]


@pytest.mark.parametrize("name", REBUILT)
def test_the_same_random_bytes_give_the_published_ciphertext(name: str) -> None:
    vector = VECTORS[name]
    salt = vector["random"].encode()
    sealed = seal(
        vector["plaintext"].encode(), aes_key(vector["aeskey"]), vector["receive_id"], salt
    )
    assert sealed == vector["ciphertext"]


def test_the_plain_signature_of_an_encrypted_push_does_not_open_it() -> None:
    vector = VECTORS["V8"]
    keys = Keys((vector["token"],), (aes_key(vector["aeskey"]),), vector["receive_id"])
    rest = (vector["timestamp"], vector["nonce"], vector["ciphertext"])
    assert open_sealed(keys, vector["signature"], *rest).content
    with pytest.raises(NotGenuine):
        open_sealed(keys, vector["plain_signature"], *rest)


@given(st.binary(max_size=500), st.text(max_size=30).map(lambda s: s.encode("utf-8", "ignore")))
def test_what_was_sealed_opens_again(content: bytes, receiver: bytes) -> None:
    key, name = aes_key(KEY), receiver.decode()
    assert unseal(seal(content, key, name), key) == (content, receiver)


@given(st.text(max_size=300) | st.binary(max_size=200).map(lambda b: b.decode("latin-1")))
def test_any_text_is_unreadable_or_opens_but_never_breaks(sealed: str) -> None:
    try:
        content, receiver = unseal(sealed, aes_key(KEY))
    except Unreadable:
        return
    # 16 random bytes and 4 of length go before them, padding comes after.
    assert len(content) + len(receiver) + 20 < len(base64.b64decode(sealed))


@given(st.integers(0, 127))
def test_a_flipped_byte_never_passes_the_signature(place: int) -> None:
    keys = Keys(("token",), (aes_key(KEY),), "corp")
    sealed = seal(b"x" * 50, aes_key(KEY), "corp")
    signed = signature("token", "1", "n", sealed)
    spot = place % len(sealed)
    other = "A" if sealed[spot] != "A" else "B"
    with pytest.raises(NotGenuine):
        open_sealed(keys, signed, "1", "n", sealed[:spot] + other + sealed[spot + 1 :])


def test_a_message_for_somebody_else_is_refused() -> None:
    keys = Keys(("token",), (aes_key(KEY),), "corp")
    sealed = seal(b"hello", aes_key(KEY), "other")
    with pytest.raises(WrongReceiver):
        open_sealed(keys, signature("token", "1", "n", sealed), "1", "n", sealed)


def test_while_keys_rotate_the_old_one_opens_and_says_so() -> None:
    old, new = aes_key(OTHER_KEY), aes_key(KEY)
    keys = Keys(("new", "old"), (new, old), "corp")
    sealed = seal(b"hello", old, "corp")
    opened = open_sealed(keys, signature("old", "1", "n", sealed), "1", "n", sealed)
    assert (opened.content, opened.token, opened.key) == (b"hello", "old", old)


@pytest.mark.parametrize(
    "bad", ["", "a" * 42, "a" * 44, "a" * 42 + "=", "密" * 43, "a" * 42 + "\n"]
)
def test_what_is_no_key_is_refused(bad: str) -> None:
    with pytest.raises(BadKey):
        aes_key(bad)


def _messages(count: int) -> list[dict[str, str]]:
    chance = random.Random(8)
    signs = "abc 123,。你好退款🍵\n<&]\"'"
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    return [
        {
            "key": "".join(chance.choices(letters, k=43)),
            "token": "".join(chance.choices(letters, k=chance.randint(3, 32))),
            "timestamp": str(chance.randint(10**9, 2 * 10**9)),
            "nonce": str(chance.randint(0, 10**10)),
            "id": "ww" + "".join(chance.choices(letters, k=16)),
            "message": "".join(chance.choices(signs, k=chance.randint(1, 400))),
        }
        for _ in range(count)
    ]


def test_wechatpy_agrees_on_a_thousand_messages() -> None:
    for said in _messages(1000):
        key = aes_key(said["key"])
        peer = PrpCrypto(key)
        assert (
            peer.decrypt(seal(said["message"].encode(), key, said["id"]), said["id"])
            == (said["message"])
        )
        theirs = peer.encrypt(said["message"], said["id"]).decode()
        assert unseal(theirs, key) == (said["message"].encode(), said["id"].encode())
        signer = WeChatSigner()
        signer.add_data(said["token"], said["timestamp"], said["nonce"], theirs)
        assert signer.signature == signature(
            said["token"], said["timestamp"], said["nonce"], theirs
        )


def test_wecoms_own_library_agrees_on_a_thousand_messages() -> None:
    if not shutil.which("node"):
        lacking("node is missing: apt-get install nodejs npm, then sh requirements/node.sh")
    if not (NODE / "node_modules" / "@wecom").is_dir():
        lacking("@wecom/crypto is missing: sh requirements/node.sh")
    asked = _messages(1000)
    for said in asked:
        said["sealed"] = seal(said["message"].encode(), aes_key(said["key"]), said["id"])
    lines = "".join(json.dumps(said) + "\n" for said in asked)
    done = subprocess.run(
        ["node", "crypto.cjs"], cwd=NODE, input=lines, capture_output=True, text=True, check=True
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(asked)
    for said, theirs in zip(asked, answers, strict=True):
        assert (theirs["message"], theirs["receiver"]) == (said["message"], said["id"])
        parts = (said["token"], said["timestamp"], said["nonce"], said["sealed"])
        assert theirs["signature"] == signature(*parts)
        back = unseal(theirs["back"], aes_key(said["key"]))
        assert back == (said["message"].encode(), said["id"].encode())
