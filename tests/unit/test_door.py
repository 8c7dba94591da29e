"""The outermost check of a request body: strict, shallow, finite, well-formed JSON or a 4xx."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.http.door import DEPTH, check_json

SCALARS = st.none() | st.booleans() | st.integers() | st.text() | st.floats(
    allow_nan=False, allow_infinity=False
)  # fmt: skip
SANE = st.recursive(
    SCALARS, lambda x: st.lists(x, max_size=4) | st.dictionaries(st.text(), x, max_size=4)
)


@given(st.binary(max_size=300))
def test_any_bytes_pass_or_are_refused_in_our_own_words(body: bytes) -> None:
    try:
        check_json(body)
    except BadInput:
        return
    value = json.loads(body)
    assert json.loads(json.dumps(value, ensure_ascii=False, allow_nan=False).encode()) == value


@given(st.text(st.characters(codec=None), max_size=50), st.sampled_from(["key", "value"]))
def test_any_text_passes_unless_it_holds_half_a_character(text: str, place: str) -> None:
    body = json.dumps({text: 1} if place == "key" else {"text": text}).encode()
    whole = json.loads(body)
    said = next(iter(whole)) if place == "key" else whole["text"]
    half = any("\ud800" <= ch <= "\udfff" for ch in said)
    if half:
        with pytest.raises(BadInput):
            check_json(body)
    else:
        check_json(body)


@given(SANE, st.booleans())
def test_ordinary_json_passes(value: object, ascii_only: bool) -> None:
    check_json(json.dumps(value, ensure_ascii=ascii_only).encode())


@pytest.mark.parametrize(
    "body",
    [
        b"NaN",
        b'{"a": NaN}',
        b'{"a": [Infinity]}',
        b"-Infinity",
        b"1e999",
        b'{"a": -1e999}',
        b'"\\ud800"',
        b'{"\\udc00": 1}',
        b'["\\ud83d", "\\ude00"]',
        b"\xff\xfe",
        b'"\xed\xa0\x80"',
        b"\xef\xbb\xbf{}",
        b"{",
        b"{'a': 1}",
        b'"\x01"',
        b"[" * 10_000 + b"]" * 10_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b"[" * 200_000,
        b"1" * 5_000,
        b"",
        b"\x00",
    ],
    ids=lambda body: body[:16].decode("latin-1") + f"… {len(body)}",
)
def test_insane_json_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput):
        check_json(body)


@pytest.mark.parametrize(("levels", "fine"), [(DEPTH, True), (DEPTH + 1, False)])
def test_depth_is_limited(levels: int, fine: bool) -> None:
    body = b"[" * levels + b"1" + b"]" * levels
    if fine:
        check_json(body)
    else:
        with pytest.raises(BadInput, match=str(DEPTH)):
            check_json(body)


def test_a_refusal_never_echoes_what_was_sent() -> None:
    with pytest.raises(BadInput) as caught:
        check_json(b'{"secret": NaN}')
    assert "secret" not in caught.value.message
