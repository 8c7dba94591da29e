"""Input of any kind, on every way in: a clear 4xx or a bounded answer, never a 5xx, never an echo.

On SQLite and on PostgreSQL, which refuse different things (surrogates there, NUL here).
"""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.local.servers import KEY, Running
from tests.local.visitor import Visitor

pytestmark = pytest.mark.slow

MARK = "zQ7marker"
"""Stands in everything we send; an error that repeats it echoes its input."""
LONGEST_ANSWER = 20_000
UNREADABLE = "Invalid HTTP request received."
"""The HTTP parser's own word for what is no HTTP; no route ever sees such a request."""
POLLS, PAUSE = 1200, 0.1

TEXTS = {
    "longest": MARK + "字" * (4000 - len(MARK)),
    "too long": MARK + "字" * (4001 - len(MARK)),
    "far too long": MARK * 20_000,
    "nul": f"{MARK}\x00企业号\x00",
    "controls": "".join(map(chr, range(32))) + MARK + "".join(map(chr, range(127, 160))),
    "zero width": f"\u200b\u200d{MARK}\ufeff\u2060企\u200b业号",
    "overrides": f"\u202e{MARK}\u2066企业号\u2069",
    "noncharacters": f"{MARK}\ufffe\uffff\U0010ffff",
    "combining": MARK + "e" + "\u0301" * 3000,
    "widest ligature": MARK + "\ufdfa" * 3000,
    "emoji": f"{MARK}👩‍👩‍👧‍👦" * 100,
    "html": f"<script>alert('{MARK}')</script><img src=x onerror=alert(1)>",
    "sql": f"{MARK}'; DROP TABLE messages; --",
    "template": f"{MARK}{{{{7*7}}}} {{0.__class__}} %s %(x)s ${{jndi:x}}",
    "only spaces": "   \n\t ",
    "only punctuation": "？！。…——",
    "digits": MARK + "9" * 3900,
    "other digits": f"{MARK}²³٣४",
    "escapes": f"{MARK}\\u0000\\ud800\\x00%00%ff",
}
VALUES: list[Any] = [
    *(None, True, 0, -1, 1.5, 10**400, -(2**63) - 1, "", [], {}, [[]], [None], {"k": MARK}),
    *("9999-12-31T23:59:59Z", "0001-01-01T00:00:00+08:00", "2026-11-22T10:00:00.5+23:59"),
    *(1e300, -1e300, 253402300799, "1e999", "NaN", "²", f"{MARK} \x00", ["\x00" + MARK], "ask:"),
]
RAW = {
    "nan": b'{"text": NaN, "m": "%s"}' % MARK.encode(),
    "infinity": b'{"message_id": "m", "text": -Infinity}',
    "huge float": b'{"message_id": "m", "now": 1e999}',
    "huge integer": b'{"message_id": "m", "now": ' + b"9" * 10_000 + b"}",
    "deep": b'{"text":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "deep objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "unclosed": b"[" * 100_000,
    "escaped high surrogate": b'{"message_id": "m", "text": "zQ7marker \\ud800"}',
    "escaped low surrogate": b'{"message_id": "\\udfff", "text": "x"}',
    "surrogate key": b'{"\\ud800": "zQ7marker"}',
    "raw surrogate": b'{"message_id": "m", "text": "zQ7marker \xed\xa0\x80"}',
    "bad utf-8": b'{"message_id": "m", "text": "zQ7marker \xff\xfe"}',
    "utf-16": json.dumps({"message_id": "m", "text": MARK}).encode("utf-16"),
    "utf-8 with mark": b"\xef\xbb\xbf" + b'{"message_id": "m", "text": "x"}',
    "nothing": b"",
    "a word": MARK.encode(),
    "a list": b'["zQ7marker"]',
    "a string": b'"zQ7marker"',
    "twice the same key": b'{"message_id": "a", "message_id": "zQ7marker", "text": "x"}',
    "a megabyte": b'{"text": "' + b"x" * 1_000_000 + b'"}',
    "a form": b"message_id=zQ7marker&text=x",
    "unfinished multipart": b'--b\r\nContent-Disposition: form-data; name="file"; filename="a',
    "multipart of nothing": b"--b--\r\n",
}
KINDS = [
    *("application/json", "application/json; charset=utf-16", "text/plain", "", "application/xml"),
    *(
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=b",
    ),
    *("multipart/form-data; boundary=" + "b" * 300, "\xff\xfe", "application/merge-patch+json"),
]
ITEM = {"title": "杯子", "category": "百货", "price_fen": 3000, "qty": 1, "opened": False,
        "no_reason_excluded": False, "confirmed": False, "gift": False}  # fmt: skip
ORDER = {
    "order_no": "1", "shop": "demo", "buyer": "b", "status": "signed", "items": [ITEM],
    "receiver_phone_last4": "1234", "paid_at": "2026-11-18T10:00:00+08:00",
    "signed_at": "2026-11-20T10:00:00+08:00", "amount_fen": 3000, "discount_fen": 0,
    "freight_fen": 0, "presale": False, "refunded_items": [], "buyer_missing_claims_90d": 0,
    "logistics": {"carrier": "某快递", "waybill": "1", "events": []},
}  # fmt: skip
JSON_DOORS: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/api/sessions", {"entrance": "demo-merchant", "visitor_id": "v", "identity": None,
                               "context": {"order_no": "1"}}),
    ("POST", "/api/sessions", {"entrance": "demo-customer", "identity": {
        "buyer_id": "b", "expires": 1, "signature": "s"}}),
    ("POST", "/api/messages", {"message_id": "m-1", "text": "在吗", "attachments": [],
                               "choice": None, "now": "2026-11-22T10:00:00+08:00"}),
    ("POST", "/api/feedback", {"message_id": "m-1", "good": True, "comment": "x"}),
    ("PUT", "/api/sandbox/shops/odd", {"guide": True}),
    ("PUT", "/api/sandbox/clock", {"now": None}),
    ("POST", "/api/aftersales/evaluate", {"order": ORDER, "text": "不想要了", "facts": {},
                                          "now": None, "shop": "demo", "requester": "b"}),
    ("PUT", "/api/policies/demo", {"version": None}),
    ("POST", "/api/policies/demo/simulate", {"policy": {}, "requests": []}),
]  # fmt: skip
EVERY_DOOR = [(method, path) for method, path, _ in JSON_DOORS] + [
    ("POST", "/api/attachments"),
    ("POST", "/api/knowledge/documents?shop=demo"),
]


@pytest.fixture(
    scope="module",
    params=["sandbox", pytest.param("postgres_sandbox", marks=pytest.mark.postgres)],
)
def server(request: pytest.FixtureRequest) -> Running:
    found: Running = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def visitor(server: Running) -> Iterator[Visitor]:
    """May do everything; afterwards no traceback may stand in the server's log."""
    visitor = Visitor(server.url)
    visitor.headers["X-API-Key"] = KEY
    visitor.send("在吗", "m-1")
    yield visitor
    assert "Traceback" not in server.printed(), server.printed()[-4000:]


def sane(answer: httpx.Response) -> bool:
    """A bounded answer, or an error of the contract's shape that echoes nothing."""
    told = (
        f"{answer.request.method} {answer.request.url} → {answer.status_code} {answer.text[:500]}"
    )
    assert answer.status_code < 500, told
    if answer.status_code == 400 and answer.text == UNREADABLE:
        return True
    if answer.status_code >= 400 and answer.request.url.path.startswith("/api/"):
        error = answer.json()["error"]
        assert {"code", "message", "details"} == set(error), told
        assert MARK not in answer.text, told
        assert error["message"], told
    return True


def send(visitor: Visitor, method: str, path: str, **options: Any) -> httpx.Response:
    headers = visitor.headers | options.pop("headers", {})
    return visitor.client.request(method, path, headers=headers, **options)


def as_json(value: Any) -> dict[str, Any]:
    """Request options with a body that the standard encoder writes, however odd the value."""
    return {"content": json.dumps(value), "headers": {"Content-Type": "application/json"}}


def unset_clock(visitor: Visitor) -> None:
    assert send(visitor, "PUT", "/api/sandbox/clock", json={"now": None}).status_code == 200


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_any_text_as_a_message(visitor: Visitor, text: str) -> None:
    answer = visitor.send(text)
    assert sane(answer)
    assert answer.status_code == (413 if len(text) > 4000 else 200)
    assert len(answer.text) < LONGEST_ANSWER


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_any_text_in_any_field(visitor: Visitor, text: str) -> None:
    for method, path, good in JSON_DOORS:
        for field in good:
            assert sane(send(visitor, method, path, json=good | {field: text}))
    assert sane(send(visitor, "POST", "/api/messages", json={"message_id": "c", "choice": text}))
    buyer = {"entrance": "demo-customer", "identity": {"buyer_id": text}}
    assert sane(send(visitor, "POST", "/api/sessions", json=buyer))


@pytest.mark.parametrize("value", VALUES, ids=[repr(value)[:30] for value in VALUES])
def test_any_value_in_any_field(visitor: Visitor, value: Any) -> None:
    for number, (method, path, good) in enumerate(JSON_DOORS):
        for field in good:
            odd = good | ({"message_id": f"{number}-{abs(hash(repr(value)))}"} if
                          path == "/api/messages" else {}) | {field: value}  # fmt: skip
            assert sane(send(visitor, method, path, **as_json(odd)))
            unset_clock(visitor)
    for field in ("buyer_id", "expires", "signature"):
        identity = {"buyer_id": "b", "expires": 1, "signature": "s"} | {field: value}
        odd = {"entrance": "demo-customer", "identity": identity}
        assert sane(send(visitor, "POST", "/api/sessions", **as_json(odd)))
    assert send(visitor, "GET", "/api/messages").status_code == 200


def test_unknown_fields_of_people_who_chat_are_not_repeated(visitor: Visitor) -> None:
    """Operators' doors do name an unknown key of an order or a policy, so that it can be mended."""
    for method, path, good in JSON_DOORS:
        if "aftersales" not in path and "policies" not in path:
            assert sane(send(visitor, method, path, json=good | {MARK: 1}))


@pytest.mark.parametrize("value", VALUES, ids=[repr(value)[:30] for value in VALUES])
def test_any_value_in_any_fact_of_an_order(visitor: Visitor, value: Any) -> None:
    odd = [ORDER | {field: value} for field in ORDER]
    odd += [ORDER | {"items": [ITEM | {field: value}]} for field in ITEM]
    odd += [ORDER | {"logistics": {field: value}} for field in ("carrier", "waybill", "events")]
    for order in odd:
        asked = {"order": order, "text": "不想要了，退货"}
        assert sane(send(visitor, "POST", "/api/aftersales/evaluate", **as_json(asked)))


@pytest.mark.parametrize("body", RAW.values(), ids=RAW.keys())
def test_any_bytes_of_any_kind_at_every_door(visitor: Visitor, body: bytes) -> None:
    for method, path in EVERY_DOOR:
        for kind in KINDS:
            answer = send(
                visitor,
                method,
                path,
                content=body,
                headers={"Content-Type": kind.encode("latin-1")},
            )
            assert sane(answer)


def test_any_bytes_after_any_address(visitor: Visitor) -> None:
    odd = ["%00", "%ff", "%ed%a0%80", "%2e%2e%2f%2e%2e%2fserver.py", "%E4%BC%81" * 300, "a" * 3000,
           "%F4%8F%BF%BF", "'%22%3E%3Cb%3E"]  # fmt: skip
    addresses = [
        "/api/knowledge/jobs/{}", "/demo/{}", "/api/sandbox/shops/{}", "/{}", "/api/{}",
        "/api/messages?after={}", "/api/messages?limit={}", "/api/knowledge/search?q={}",
        "/api/knowledge/search?q=x&k={}", "/api/knowledge/search?q=x&shop={}",
        "/api/knowledge/documents?shop={}", "/api/knowledge/unanswered?limit={}",
        "/api/knowledge/documents?shop=demo&document={}", "/api/messages?after=1&{}={}",
    ]  # fmt: skip
    for address in addresses:
        for part in odd:
            for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"):
                assert sane(send(visitor, method, address.replace("{}", MARK + part)))
                assert sane(send(visitor, method, address.replace("{}", part)))


def test_numbers_out_of_range_in_addresses(visitor: Visitor) -> None:
    numbers = ("-1", "0", "9" * 15, "9" * 30, "1e3", "٣", "²", "1.5", "true", "")
    fields = ("messages?after", "messages?limit", "knowledge/search?q=x&k",
              "knowledge/unanswered?limit")  # fmt: skip
    for field in fields:
        for number in numbers:
            assert sane(send(visitor, "GET", f"/api/{field}={number}"))


@pytest.mark.parametrize("name", ["Authorization", "X-API-Key", "Accept", "Origin", "Range"])
def test_any_bytes_in_headers(visitor: Visitor, name: str) -> None:
    for value in (b"", b"\xff\xfe", b"Bearer \xe4\xbc\x81", b"Bearer", b"x" * 5000, b"bytes=9-1"):
        for path in ("/api/messages", "/api/shops", "/", "/widget.js"):
            assert sane(send(visitor, "GET", path, headers={name: value}))


SURROGATE = "\ud800.md".encode("utf-8", "surrogatepass").decode("latin-1")
NAMES = ["../../server.py", "a\x00.md", SURROGATE, "名" * 400 + ".md", "<b>.md", ".md", "a.exe",
         "a.md\r\nX-Odd: 1"]  # fmt: skip
FILES = {
    "no bytes": b"",
    "nul": b"# \x00\n\n\x00" + MARK.encode(),
    "not text": bytes(range(256)) * 4,
    "long title": b"# " + "题".encode() * 500 + "\n\n一句话。".encode(),
    "long head": "---\ntitle: {}\n---\n\n一句话。".format("题" * 500).encode(),
    "odd head": "---\ntitle: [1, {a: 2}]\nchecked: 2026-13-45\n? x\n---\n\n一句话。".encode(),
    "bomb of a head": b"---\na: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n---\n\ntext",
    "surrogates": b"# \xed\xa0\x80\n\ntext",
    "deep quotes": b">" * 5000 + b"x",
    "deep lists": b"".join(b"  " * n + b"- x\n" for n in range(60)),
    "wide table": b"|" + b"a|" * 40 + b"\n|" + b"-|" * 40 + b"\n|" + b"1|" * 40,
    "brackets": b"[" * 1_000 + b"](" * 1_000,
}  # fmt: skip


@pytest.mark.parametrize("data", FILES.values(), ids=FILES.keys())
def test_any_file_as_a_document(visitor: Visitor, data: bytes) -> None:
    for name in ("odd.md", "odd.txt"):
        answer = send(
            visitor, "POST", "/api/knowledge/documents?shop=demo", files={"files": (name, data)}
        )
        assert sane(answer)
        assert finished(visitor, answer.json()["job"]) in ("done", "failed")


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_any_name_of_a_file(visitor: Visitor, name: str) -> None:
    for path, field in (("/api/attachments", "file"),
                        ("/api/knowledge/documents?shop=demo", "files")):  # fmt: skip
        answer = send(visitor, "POST", path, files={field: (name, "一句话。".encode())})
        assert sane(answer)
        if "job" in answer.text:
            finished(visitor, answer.json()["job"])
    listed = send(visitor, "GET", "/api/knowledge/documents?shop=demo")
    assert listed.status_code == 200


def test_files_that_are_no_pictures(visitor: Visitor) -> None:
    for data in (*FILES.values(), b"\xff\xd8\xff" + b"x" * 10_000_001):
        answer = send(visitor, "POST", "/api/attachments", files={"file": ("a.jpg", data)})
        assert sane(answer)
        assert answer.status_code in (413, 422)


def finished(visitor: Visitor, job: str) -> str:
    """How an upload ended; its faults may name the file but say nothing of our insides."""
    for _ in range(POLLS):
        state = send(visitor, "GET", f"/api/knowledge/jobs/{job}").json()
        if state["status"] != "running":
            assert "出错" not in json.dumps(state["faults"], ensure_ascii=False), state
            return str(state["status"])
        time.sleep(PAUSE)
    return "running"


def test_after_all_of_this_questions_are_still_answered(server: Running) -> None:
    fresh = Visitor(server.url)
    assert "300" in json.dumps(fresh.ask("企业号认证费多少钱"), ensure_ascii=False)
