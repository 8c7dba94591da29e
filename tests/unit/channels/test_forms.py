"""Callback bodies of any kind: read, or refused in one way."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Malformed
from bot.channels.forms import DEPTH, read_form, read_json, read_xml, write_json, write_xml
from bot.messages import clean

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=60)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        form, is_json = read_form(body)
    except Malformed:
        return
    assert body.lstrip()[:1] == (b"{" if is_json else b"<")
    assert form.text("no such field") == ""


@given(TEXT.map(clean))
def test_what_we_write_reads_back(text: str) -> None:
    assert read_xml(write_xml({"Content": text})).text("content") == text
    assert read_json(write_json({"Content": text})).text("CONTENT") == text


def test_names_are_read_in_any_case_and_numbers_as_text() -> None:
    form = read_json(b'{"ToUserName": "a", "msgid": 18446744073709551615, "flag": true}')
    assert form.text("tousername") == "a"
    assert form.text("MsgId") == "18446744073709551615"
    assert form.text("flag") == ""
    assert "TOUSERNAME" in form


def test_elements_within_elements_and_lists() -> None:
    form = read_xml(
        b"<xml><A><B>1</B></A><Item><K>x</K></Item><Item><K>y</K></Item><T>p</T><T>q</T></xml>"
    )
    assert form.form("a").number("b") == 1
    assert [item.text("k") for item in form.forms("item")] == ["x", "y"]
    assert form.texts("t") == ("p", "q")
    assert form.form("t").text("b") == ""


@pytest.mark.parametrize("number", ["", "12a", "--1", "\uff11", "9" * 30, "1e3"])
def test_what_is_no_number_is_nought(number: str) -> None:
    assert read_json(write_json({"n": number})).number("n") == 0


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE x [<!ENTITY a "b">]><xml><A>&a;</A></xml>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml/>',
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1/">%p;]><xml/>',
        b"<xml><A>&nbsp;</A></xml>",
        b"<xml><A>1</xml>",
        b"<xml>" * (DEPTH + 2) + b"</xml>" * (DEPTH + 2),
        b"<xml>\x00</xml>",
        b"<xml>\xff\xfe</xml>",
        b"",
        b"success",
        b"[]",
        b'{"a": NaN}',
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b"{" * 100_000,
        b'{"a": ' + b"1" * 5000 + b"}",
    ],
    ids=lambda body: body[:24].decode("latin-1"),
)
def test_entities_and_other_mischief_are_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        read_form(body)


def test_an_encoding_that_the_body_claims_is_not_believed() -> None:
    body = '<?xml version="1.0" encoding="GB2312"?><xml><A>你好</A></xml>'.encode()
    assert read_xml(body).text("a") == "你好"


def test_cdata_cannot_be_broken_out_of() -> None:
    hostile = "]]><ToUserName>mallory</ToUserName><![CDATA["
    form = read_xml(write_xml({"ToUserName": "a", "Content": hostile}))
    assert (form.text("tousername"), form.text("content")) == ("a", hostile)


def test_json_goes_out_as_characters_not_escapes() -> None:
    assert write_json({"text": "你好🍵"}) == '{"text":"你好🍵"}'.encode()
    assert json.loads(write_json({"a": 1})) == {"a": 1}
