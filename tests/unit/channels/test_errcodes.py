"""The error codes as data: shipped ones load, faulty ones are refused whole."""

from pathlib import Path

import pytest

from bot.channels.api import explained, read_answer
from bot.channels.base import Failed
from bot.channels.forms import Form
from knowledge.errcodes import load_errcodes
from knowledge.rules.faults import ContentFaultsError

CODES = load_errcodes()


def test_every_family_says_what_an_unlisted_code_means() -> None:
    assert set(CODES) == {"weixin", "wecom", "shop", "kf_send_failed"}
    for codes in CODES.values():
        assert codes.find(123456789).effect == "refused"


@pytest.mark.parametrize(
    ("family", "code", "trouble"),
    [
        ("weixin", 45015, "window_closed"),
        ("weixin", 45047, "window_closed"),
        ("weixin", 42001, "credentials"),
        ("weixin", 45009, "rate_limited"),
        ("wecom", 60020, "refused"),
        ("wecom", -1, "retry"),
        ("shop", 40014, "credentials"),
        ("kf_send_failed", 6, "window_closed"),
    ],
)
def test_a_code_tells_what_helps_and_what_to_do(family: str, code: int, trouble: str) -> None:
    receipt = explained(code, "said by them", CODES[family]).receipt
    assert receipt.trouble == trouble
    assert str(code) in receipt.detail
    assert "。" in receipt.detail


@pytest.mark.parametrize(
    ("status", "body", "trouble"),
    [
        (200, b'{"errcode":0,"errmsg":"ok"}', None),
        (200, b'{"access_token":"t","expires_in":7200}', None),
        (200, b"<html>", "retry"),
        (200, b"", "retry"),
        (502, b"", "retry"),
        (404, b"", "refused"),
        (429, b"", "rate_limited"),
    ],
)
def test_an_answer_becomes_a_form_or_trouble(status: int, body: bytes, trouble: str | None) -> None:
    found = read_answer(status, {}, body, CODES["weixin"])
    if trouble is None:
        assert isinstance(found, Form)
    else:
        assert isinstance(found, Failed)
        assert found.receipt.trouble == trouble


def test_every_fault_of_a_table_is_named(tmp_path: Path) -> None:
    file = tmp_path / "errcodes.yaml"
    file.write_text(
        'weixin:\n  "1": {effect: pray, means: x, do: "", source: y, confidence: Z}\n'
        "  abc: {effect: retry, means: x, do: y, source: z, confidence: D, more: 1}\n"
    )
    with pytest.raises(ContentFaultsError) as refused:
        load_errcodes(file)
    told = str(refused.value)
    for part in ("unknown", "effect", "confidence", "do 应是文字", "错误码", "more"):
        assert part in told
